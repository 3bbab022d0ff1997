"""Messages to an implementation, and reports of made-up answers.

``made-up.json`` has what is put to receivers and submitters, and the reports of two assessments
whose answers are made up, one of each kind that there can be; with the model that is cut down.
``python -m tests.assessment.made_up`` writes it; each change of a line is to be read.
"""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from conformance.assessment.assessing import AssessmentPlan, assess_receiver
from conformance.assessment.authority import Authority
from conformance.assessment.corpus import Choice, Corpus, choose, profile_of, read_corpus
from conformance.assessment.corpus_files import CorpusFolder
from conformance.assessment.known import KnownFailure
from conformance.assessment.messages import Answer, Outcome
from conformance.assessment.neutral import (
    Job,
    neutral_copy,
    neutral_ids,
    prepare_workspace,
    shuffled,
    with_contents,
)
from conformance.assessment.report import Assessed, assessment_report
from conformance.assessment.submitting import assess_submitter
from conformance.assessment.tasks import make_task
from conformance.checks import CHECKS
from conformance.content import Content
from conformance.model.catalogue import Catalogue
from conformance.model.loading import load_catalogue
from conformance.model.profile import Profile
from conformance.submission.moments import parse_moment
from tests.assessment.direct import Direct
from tests.assessment.implementations import submitters
from tests.snapshots.model import cut_down

FILE = Path(__file__).with_name("made-up.json")
FIXTURES = Path(__file__).parents[2] / "fixtures"
#: Cases whose neutral copies are kept: a file, a publication, and one that goes by a reading.
PUT = (
    "conforming/adt-sharepoint",
    "conforming/publication",
    "notes/final-line-feed/line-feed-at-the-end/terminator",
)
#: Cases whose tasks are kept: for each kind of file, and one that comes by email.
TASKS = (
    "conforming/adt-rsa-attached",
    "conforming/adt-contingency",
    "conforming/qcaf-user-set",
    "conforming/qcaf-dcc-set",
)
#: Entries of a task that differ from run to run.
SECRETS = ("key", "certificate", "chain", "crls")
#: The parts of a report that are those of every report.
FRAME = (
    "tool", "model", "profile", "checked_at", "run_at", "catalogue", "notes", "digest", "corpus",
)  # fmt: skip
SEED = 11

ADT, QCAF = "adt-sharepoint", "qcaf-user-set"
#: The answers that a receiver has to give to each case; it rejects the conforming QCAF, so that no
#: rejection of one counts.
ANSWERS = {
    f"conforming/{ADT}": Answer(Outcome.ACCEPTED),
    f"6.1-6/{ADT}/in-a-field": Answer(
        Outcome.REJECTED, reasons=({"requirement": "6.1-6", "record": 3.0},)
    ),
    f"6.1-6/{ADT}/at-the-end-of-a-record": Answer(
        Outcome.REJECTED, reasons=({"clause": "6.1", "record": 4, "message": "a\u202eb\x1b"},) * 21
    ),
    f"6.3-5/{ADT}/empty-file": Answer(Outcome.REJECTED, reasons=({"requirement": "6.3-6"},)),
    f"3.4(b)-3/{ADT}/expired": Answer(Outcome.SKIPPED, "no \x00 revocation"),
    f"3.4(b)-3/{ADT}/revoked": Answer.error("out of \x1b[31mcheese"),
    f"3.4(b)-3/{ADT}/untrusted": Answer(Outcome.ACCEPTED),
    f"3.4(b)-3/{ADT}/forged": Answer(Outcome.ACCEPTED),
    f"conforming/{QCAF}": Answer(Outcome.REJECTED),
    f"6.1-6/{QCAF}/in-a-field": Answer(Outcome.REJECTED),
}
LEFT_OUT = (f"6.1-6/{QCAF}/at-the-end-of-a-record",)
KNOWN = (
    KnownFailure("fixed \x07 soon", "us", date(9999, 12, 31), case=f"3.4(b)-3/{ADT}/forged"),
    KnownFailure("stale", "us", date(9999, 12, 31), case=f"conforming/{ADT}"),
    KnownFailure("late", "us", date(2020, 2, 29), requirement="6.3-5"),
    KnownFailure("whose", "us", date(9999, 12, 31), requirement="6.3-99"),
)
#: The submitter's action on each task.
DONE: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "conforming/adt-sharepoint": submitters.does_all,
    "conforming/adt-contingency": submitters.signs_nothing,
    "conforming/adt-network-operator": submitters.leaves_a_record_out,
    "conforming/qcaf-user-set": submitters.writes_no_manifest,
    "conforming/qcaf-all-delete": submitters.writes_adt_files_only,
    "conforming/qcaf-all-release": lambda _: {"outcome": "error", "reason": "no \x1b paper"},
}


@cache
def catalogue() -> Catalogue:
    return load_catalogue(CHECKS)


@cache
def corpus() -> Corpus:
    return read_corpus(CorpusFolder(FIXTURES))


@cache
def profile() -> Profile:
    return profile_of(corpus(), catalogue())


def put(home: Path) -> dict[str, Any]:
    """Return the messages to a receiver, and the files beside the submissions."""
    workspace = prepare_workspace(corpus(), home / "workspace")
    jobs = [
        neutral_copy(corpus().by_id[case], f"{number:016x}", workspace)
        for number, case in enumerate(PUT)
    ]
    elsewhere = with_contents(jobs[1])
    texts = elsewhere["texts"]
    return _without_home(home, {
        "messages": [job.message for job in jobs],
        "profiles": [Path(job.message["profile"]).read_text("utf-8") for job in jobs],
        "common": sorted(p.relative_to(home).as_posix() for p in workspace.common.rglob("*")),
        "schemas": [job.schema for job in jobs],
        "elsewhere": {
            **elsewhere,
            "files": {name: len(base64.b64decode(d)) for name, d in elsewhere["files"].items()},
            "texts": {
                "anchors": texts["anchors"].count("BEGIN CERTIFICATE"),
                "crls": texts["crls"].count("BEGIN X509 CRL"),
                "profiles": [text.partition("\n")[0] for text in texts["profiles"]],
            },
        },
    })  # fmt: skip


def tasks(home: Path) -> dict[str, Any]:
    """Return the tasks of a submitter, and the result that each must have."""
    workspace = prepare_workspace(corpus(), home / "workspace")
    means = (Authority(parse_moment(corpus().checked_at, "corpus"), profile()), profile())
    made: dict[str, Any] = {}
    for number, name in enumerate(TASKS):
        task = make_task(corpus().by_id[name], f"{number:016x}", workspace, means)
        (aro,) = task.job.message["sender"]["aros"]
        aro["certificate_sha256"] = len(aro["certificate_sha256"])
        secret = {key: type(task.job.message[key]).__name__ for key in SECRETS}
        files = _texts(task.job.folder / "inputs")
        made[name] = {
            "case": task.case.id,
            "schema": task.job.schema,
            "message": {**task.job.message, **secret},
            "entries": dict(task.entries),
            "beside": {name: data.decode("ascii") for name, data in task.beside.items()},
            "records": task.records,
            "folder": sorted(p.relative_to(home).as_posix() for p in task.job.folder.rglob("*")),
            "inputs": {n: text for n, text in files.items() if not n.endswith(".pem")},
            "profile": Path(task.job.message["profile"]).read_text("utf-8"),
        }
    return _without_home(home, made)


def receiver(home: Path) -> dict[str, Any]:
    """The report on a receiver that gives every kind of answer."""
    inputs = home / "known \x1b.json"
    inputs.write_bytes(b"{}\n")
    done = assessed_receiver()
    content = Content.of_file(inputs.name, inputs)
    return _content(assessment_report(done, require_evidence=True, inputs=(content,)))


def assessed_receiver(jobs: int = 1) -> Assessed:
    """Return the report of its assessment."""
    choice = Choice(only=tuple(ANSWERS), exclude=LEFT_OUT)
    names = _names(choice)
    smoke = [Answer(Outcome.ACCEPTED), Answer(Outcome.REJECTED)]

    class Adapter(Direct):
        def start(self) -> dict[str, Any]:
            return {
                "tadp": 1,
                "type": "hello",
                "role": "receiver",
                "na\x1bme": "made \x07 up",
                "v": 2,
            }

        def close(self) -> list[str]:
            return ["left \x1b a mess"]

    def answer(job: Job) -> Answer:
        return ANSWERS[names[job.id]] if job.id in names else smoke.pop()

    model = cut_down(catalogue())
    plan = AssessmentPlan(
        "python:made\x1b:up", corpus(), model, profile(), choice, KNOWN, seed=SEED, jobs=jobs
    )
    return assess_receiver(plan, Adapter(answer))


def submitter(_: Path) -> dict[str, Any]:
    """The report on a submitter that does of everything something."""
    choice = Choice(only=tuple(DONE))
    names = _names(choice)

    def answer(job: Job) -> Answer:
        done = DONE[names[job.id]](job.message)
        return Answer(Outcome(done["outcome"]), done.get("reason", ""))

    plan = AssessmentPlan("exec:it", corpus(), cut_down(catalogue()), profile(), choice, seed=SEED)
    return _content(assessment_report(assess_submitter(plan, Direct(answer))))


def _names(choice: Choice) -> dict[str, str]:
    """The cases that are put, by the names that they are sent as."""
    mixed = shuffled(choose(corpus(), cut_down(catalogue()), choice).cases, SEED)
    return dict(zip(neutral_ids(len(mixed), SEED), (case.id for case in mixed), strict=True))


def _content(report: dict[str, Any]) -> dict[str, Any]:
    cases = [{**case, "seconds": 0.0} for case in report["cases"]]
    return {name: v for name, v in {**report, "cases": cases}.items() if name not in FRAME}


def _texts(folder: Path) -> dict[str, str]:
    return {f.name: f.read_text("utf-8") for f in sorted(folder.iterdir()) if f.is_file()}


def _without_home(home: Path, value: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(value).replace(json.dumps(str(home))[1:-1], "HOME")
    changed: dict[str, Any] = json.loads(text)
    return changed


#: By name, what makes each part of the file.
PARTS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "put": put,
    "tasks": tasks,
    "receiver": receiver,
    "submitter": submitter,
}


def lines(value: Any) -> list[str]:
    """A part as it is in the file."""
    return (json.dumps(value, indent=1) + "\n").splitlines(keepends=True)


def _write() -> None:
    made = {}
    for name, make in PARTS.items():
        with tempfile.TemporaryDirectory() as home:
            made[name] = make(Path(home))
    FILE.write_text("".join(lines(made)), "utf-8")


if __name__ == "__main__":
    _write()
