"""Assessing a submitter: it is given tasks, and the checker judges what it writes."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from conformance.assessment.adapter import Adapter
from conformance.assessment.assessing import AssessmentPlan, workplace, write_index
from conformance.assessment.authority import Authority
from conformance.assessment.messages import Answer, Outcome
from conformance.assessment.neutral import neutral_ids, prepare_workspace, shuffled
from conformance.assessment.report import Assessed
from conformance.assessment.running import Put, put_all, without_spoiled
from conformance.assessment.scores import PartScore, Score, Standing
from conformance.assessment.statement import Statement
from conformance.assessment.tasks import Task, make_task, records_of
from conformance.assessment.wanted_tasks import made_up_in, wanted_tasks
from conformance.checker import Checked, check_submission
from conformance.checks import Setting
from conformance.errors import SubmissionError, TadpError
from conformance.findings import Status, Verdict
from conformance.signature.containers import attached_suffixes, detached_suffixes
from conformance.signature.containers.base import CERTIFICATE_SUFFIX
from conformance.submission.hints import CliHints
from conformance.submission.moments import parse_moment
from conformance.submission.reading import read_submission


class Judged(Struct, frozen=True):
    """A submitter's answer to a task, and the checker's verdict on the files, if there are any."""

    task: Task
    answer: Answer
    checked: Checked | None = None
    fault: str = ""
    seconds: float = 0.0

    @property
    def standing(self) -> Standing:
        """The result of the task."""
        if self.answer.outcome is Outcome.SKIPPED:
            return Standing.SKIPPED
        if self.answer.outcome is Outcome.ERROR:
            return Standing.ERROR
        if self.task.case.refused or self.answer.outcome is Outcome.REFUSED:
            both = self.task.case.refused and self.answer.outcome is Outcome.REFUSED
            return Standing.PASSED if both else Standing.FAILED
        good = self.checked is not None and self.checked.verdict is Verdict.CONFORMS
        return Standing.PASSED if good and not self.fault else Standing.FAILED

    @property
    def reason(self) -> str:
        """Why it failed."""
        if self.standing is Standing.PASSED:
            return self.answer.reason
        if self.answer.outcome is Outcome.REFUSED:
            return f"refused what can be sent: {self.answer.reason}"
        if self.checked is None:
            return self.fault or self.answer.reason
        reasons = ["wrote what it has to refuse"] if self.task.case.refused else []
        reasons += [self.fault] if self.fault else []
        reasons += [f"{r.requirement.id}: {r.findings[0].message}" for r in self.checked.roots]
        if not reasons:
            hidden = [r for r in self.checked.results if r.status is Status.NOT_SHOWN]
            reasons = [f"{r.requirement.id} is not shown: {r.reason}" for r in hidden]
        return "; ".join(reasons)


def assess_submitter(plan: AssessmentPlan, adapter: Adapter) -> Assessed:
    """Put the tasks to a submitter, and state what came of it.

    Raises:
        TadpError: the adapter does not work, or nothing is left to put.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    checked_at = parse_moment(plan.corpus.checked_at, "manifest.json")
    authority = Authority(checked_at, plan.profile)
    with workplace(plan) as place:
        workspace = prepare_workspace(plan.corpus, place)
        try:
            hello = adapter.start()
            implementation = {**hello, **plan.named}
            means = (authority, plan.profile)
            with made_up_in() as made_up:
                wanted, left_out = wanted_tasks(plan, hello.get("scope", ()), made_up)
                mixed = shuffled(wanted, plan.seed)
                names = neutral_ids(len(mixed), plan.seed)
                tasks = [
                    make_task(c, n, workspace, means) for c, n in zip(mixed, names, strict=True)
                ]
            jobs = [(task.case, task.job) for task in tasks]
            announce = plan.announce(len(jobs))
            puts = put_all(adapter, jobs, plan.jobs, lambda _: announce(1))
        finally:
            troubles = adapter.close()
        puts = without_spoiled(puts, adapter.spoiled())
        write_index(plan, puts)
        _require_answers(puts)
        setting = Setting(plan.catalogue, plan.profile, authority.trust(), checked_at)
        judged = [
            replace(judge(t, p.answer, setting), seconds=p.seconds)
            for t, p in zip(tasks, puts, strict=True)
        ]
    return Assessed(
        adapter=plan.adapter,
        seed=plan.seed,
        corpus=plan.corpus,
        catalogue=plan.catalogue,
        profile=plan.profile,
        at=now,
        scores=tuple(_score(one) for one in judged),
        requirements=tuple(_statements(judged, plan)),
        receiver=(),
        left_out=left_out,
        troubles=tuple(f"the implementation {trouble}" for trouble in troubles),
        implementation=implementation,
        role="submitter",
        gate=plan.gate,
        again=plan.again,
        slow=plan.slow,
    )


def _require_answers(puts: list[Put]) -> None:
    if all(put.answer.outcome is Outcome.ERROR for put in puts):
        raise TadpError(
            f"the adapter does not work: no task got an answer: {puts[0].answer.reason}",
            remedy="see tadp assess protocol",
        )


def judge(task: Task, answer: Answer, setting: Setting) -> Judged:
    """Check what a submitter wrote, with what the task says of the circumstances."""
    if answer.outcome is not Outcome.WRITTEN:
        return Judged(task, answer)
    folder = Path(task.job.message["folder"])
    try:
        _unpack(answer, folder)
        _complete(task, folder)
        checked = check_submission(
            read_submission(str(folder), CliHints(), setting.profile), setting
        )
        records = records_of(folder, setting.profile)
    except (SubmissionError, ValueError, OSError, RecursionError) as error:
        return Judged(task, answer, fault=str(error).replace(str(folder), "the submission"))
    same = sorted(records) == sorted(task.records)
    fault = "" if same else "the file does not hold the records that the task asks for"
    return Judged(task, answer, checked, fault)


def _unpack(answer: Answer, folder: Path) -> None:
    """Write the files that came in the answer itself."""
    for name, data in answer.files.items():
        if "/" in name or "\\" in name or name in ("", ".", ".."):
            raise ValueError(f"{name!r} is not the name of a file")
        (folder / name).write_bytes(base64.b64decode(data, validate=True))


def _complete(task: Task, folder: Path) -> None:
    """Write ``submission.json``: what the submitter wrote, and else what the task says."""
    manifest = folder / "submission.json"
    own: dict[str, Any] = {}
    if manifest.is_file():
        if manifest.stat().st_size > 1 << 24:
            raise ValueError("submission.json is too large")
        own = json.loads(manifest.read_text("utf-8"))
        if not isinstance(own, dict):
            raise ValueError("submission.json holds no object")
    if "file" not in own:
        own |= _found(folder)
    for name, data in task.beside.items():
        (folder / name).write_bytes(data)
    whole = {**task.entries, **own}
    area = whole.get("sender", {}).get("sets_adts") if "sender" not in own else None
    for entry in area or ():
        entry["file"] = whole["file"]
    manifest.write_text(json.dumps(whole, indent=2), "utf-8")


def _found(folder: Path) -> dict[str, str]:
    """The file, its signature and the certificate, by their names.

    Raises:
        ValueError: there is no file, or several that might be it.
    """
    names = sorted(f.name for f in folder.iterdir() if f.is_file() and f.name != "submission.json")
    signatures = [n for n in names if n.endswith(detached_suffixes())]
    containers = [n for n in names if n.endswith(attached_suffixes())]
    certificates = [n for n in names if n.endswith(CERTIFICATE_SUFFIX)]
    files = containers or [n for n in names if n not in (*signatures, *certificates)]
    if len(files) != 1 or len(signatures) > 1:
        raise ValueError(f"one file and its signature were to be written; there are: {names}")
    beside = {"signature": signatures, "certificate": certificates}
    return {"file": files[0], **{key: found[0] for key, found in beside.items() if len(found) == 1}}


def _score(one: Judged) -> Score:
    parts = {Standing.PASSED: PartScore.RIGHT, Standing.FAILED: PartScore.WRONG}
    verdict = parts.get(one.standing, PartScore.NOT_KNOWN)
    roots = tuple(r.requirement.id for r in one.checked.roots) if one.checked else ()
    answer = replace(one.answer, reason=one.reason)
    case = replace(one.task.case, roots=roots, rests_on=())
    if one.checked is not None:
        case = replace(case, verdict=one.checked.verdict, rests_on=one.checked.rests_on)
    put = Put(case, one.task.job, answer, one.seconds)
    return Score(put, one.standing, verdict, PartScore.NOT_ASKED, PartScore.NOT_ASKED)


def _statements(judged: list[Judged], plan: AssessmentPlan) -> list[Statement]:
    """For each requirement, the tasks whose submissions meet or break it by themselves."""
    found: dict[str, list[Score]] = {}
    for one in judged:
        for result in one.checked.results if one.checked else ():
            standing = Standing.FAILED if result.is_root else Standing.PASSED
            if result.is_root or result.status is Status.PASSED:
                score = replace(_score(one), standing=standing)
                rests_on = (result.rests_on,) if result.rests_on else ()
                case = replace(score.case, rests_on=rests_on)
                score = replace(score, put=replace(score.put, case=case))
                found.setdefault(result.requirement.id, []).append(score)
    return [
        Statement(r, tuple(found[r.id])) for r in plan.catalogue.requirements() if r.id in found
    ]
