"""The raw report is what its schema says, by two validators, on real reports."""

from __future__ import annotations

import copy
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from conformance.content import Content
from conformance.model.schema import problems as schema_problems
from conformance.model.schema import schema_of
from conformance.report.raw import report_of
from conformance.report.serialising import dump_report
from conformance.submission.evidence import ABSENT, Submission
from tests.checks import situation
from tests.checks.situation import ADT
from tests.running import check
from tests.sampling import one_in

SCHEMAS = sorted(
    (f for f in (files("conformance") / "schemas").iterdir() if f.name.endswith(".json")),
    key=lambda f: f.name,
)
SCHEMA = json.loads((files("conformance") / "schemas" / "report.schema.json").read_text("utf-8"))
ONE = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
OTHER = jsonschema_rs.Draft202012Validator(SCHEMA, validate_formats=True)


@pytest.mark.parametrize("schema", SCHEMAS, ids=[s.name for s in SCHEMAS])
def test_every_schema_is_a_schema(schema: Any) -> None:
    table = json.loads(schema.read_text("utf-8"))
    assert table["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert table["$id"].endswith(f"/schemas/{schema.name}")
    whole = schema_of(schema.name.removesuffix(".schema.json"))
    jsonschema.Draft202012Validator.check_schema(whole)
    jsonschema_rs.Draft202012Validator(whole)


def assert_fits(report: Any) -> None:
    assert [e.message for e in ONE.iter_errors(report)] == []
    assert [e.message for e in OTHER.iter_errors(report)] == []


def report(*submissions: Submission, **changes: Any) -> dict[str, Any]:
    checked = [situation.check(s, **changes) for s in submissions]
    made = report_of(checked, situation.setting(**changes))
    read: dict[str, Any] = json.loads(dump_report(made))
    assert read == made
    return read


SITUATIONS: dict[str, Submission] = {
    "adt": situation.adt(),
    "qcaf": situation.qcaf("user"),
    "dcc": situation.qcaf("dcc"),
    "incident": situation.incident(),
    "publication": situation.publication(),
    "email": situation.email(),
    "crlf": situation.adt(ADT.replace(b"\n", b"\r\n"), replaced=None),
    "nothing": Submission("?", situation.adt().kind, Path()),
    "unsigned": situation.adt(file=Content.of_bytes("adt.csv", b"\x1b[31m\xff\x00,\n" * 99)),
    "no request": situation.adt(request=ABSENT),
    "broken": situation.adt(file=Content.of_bytes("adt.p7m", b"\x30\x80\x06\x09\x2a\x86")),
}


@pytest.mark.parametrize("name", SITUATIONS)
@pytest.mark.parametrize("edition", one_in(2, ["mp109", "v2.0"]))
def test_a_report_fits(name: str, edition: str) -> None:
    assert_fits(report(SITUATIONS[name], edition=edition))


def test_a_report_of_many_fits_and_counts_them() -> None:
    made = report(*SITUATIONS.values())
    assert_fits(made)
    counts = made["summary"]["submissions"]
    assert sum(counts.values()) == len(SITUATIONS)
    assert counts["conforms"] == 6
    statuses = [r["status"] for s in made["submissions"] for r in s["requirements"]]
    assert made["summary"]["requirements"] == {
        status: statuses.count(status)
        for status in ("passed", "failed", "not shown", "attested", "not applicable")
    }


def test_a_report_of_the_command_fits(tmp_path: Path) -> None:
    file = tmp_path / "adt.csv"
    file.write_bytes(ADT)
    ran = check(file, "--only", "6.1", "--at", "2025-06-01T10:00:00Z")
    assert_fits(ran.report)
    assert ran.report["checked_at"] == "2025-06-01T10:00:00Z"
    assert list(ran.report)[-1] == "complete"
    (one,) = ran.submission["inputs"]
    assert (one["path"], one["bytes"]) == (str(file), len(ADT))


DESIGNED = {
    "submission": {"source", "kind", "edition", "verdict", "inputs", "requirements"},
    "requirement": {
        "id", "clause", "basis", "testable", "actor", "status", "reason", "through", "count",
        "findings",
    },
    "finding": {
        "file", "record", "field", "offset", "found", "expected", "message", "hint", "notes",
    },
}  # fmt: skip


def test_all_names_that_others_rely_on_are_required() -> None:
    assert {"report", "tool", "model", "profile", "complete"} <= set(SCHEMA["required"])
    assert {"submissions", "summary"} <= set(SCHEMA["$defs"]["check"]["required"])
    for name, wanted in DESIGNED.items():
        assert wanted <= set(SCHEMA["$defs"][name]["required"])


def edit(report_: dict[str, Any], path: str, value: Any) -> None:
    *steps, last = path.split(".")
    inner: Any = report_
    for step in steps:
        inner = inner[int(step)] if step.isdigit() else inner[step]
    if value is KeyError:
        del inner[last]
    else:
        inner[last] = value


CRLF = report(SITUATIONS["crlf"])
ROOT = next(n for n, r in enumerate(CRLF["submissions"][0]["requirements"]) if r["id"] == "6.1-3")
FAILED = f"submissions.0.requirements.{ROOT}"
WRONG: list[tuple[str, Any]] = [
    ("report", 3),
    ("complete", False),
    ("complete", KeyError),
    ("summary", KeyError),
    ("checked_at", "yesterday"),
    ("model.sha256", "00"),
    ("summary.submissions.conforms", -1),
    ("summary.submissions.maybe", 1),
    ("summary.requirements.skipped", 1),
    ("submissions.0.verdict", "accepted"),
    ("submissions.0.kind", "letter"),
    ("submissions.0.source", "\x1b[31m"),
    ("submissions.0.source", "\u202e"),
    ("profile.sha256", KeyError),
    (f"{FAILED}.id", "3"),
    (f"{FAILED}.status", "errored"),
    (f"{FAILED}.status", "passed"),
    (f"{FAILED}.status", "attested"),
    (f"{FAILED}.findings", []),
    (f"{FAILED}.count", 0),
    (f"{FAILED}.through", KeyError),
    (f"{FAILED}.findings.0.record", 0),
    (f"{FAILED}.findings.0.offset", -1),
    (f"{FAILED}.findings.0.message", "a\nb"),
    (f"{FAILED}.findings.0.excerpt.text", KeyError),
]


@pytest.mark.parametrize(("path", "value"), WRONG, ids=[f"{p}={v!r}" for p, v in WRONG])
def test_a_report_that_is_wrong_does_not_fit(path: str, value: Any) -> None:
    wrong = copy.deepcopy(CRLF)
    assert_fits(wrong)
    edit(wrong, path, value)
    assert not ONE.is_valid(wrong)
    assert not OTHER.is_valid(wrong)


@pytest.mark.parametrize(
    "path", ["new", "tool.new", "submissions.0.new", f"{FAILED}.new", f"{FAILED}.findings.0.new"]
)
def test_names_may_be_added(path: str) -> None:
    more = copy.deepcopy(CRLF)
    edit(more, path, {"anything": [1]})
    assert_fits(more)


def test_a_report_that_was_cut_off_is_seen_to_be() -> None:
    text = dump_report(CRLF)
    assert text.endswith('"complete": true\n}\n')
    for length in (1, 100, len(text) // 2, len(text) - 2):
        with pytest.raises(json.JSONDecodeError):
            json.loads(text[:length])


def test_the_words_of_a_requirement_have_all_their_parts() -> None:
    words = report(situation.adt())["catalogue"]
    (edition,) = words
    requirement, parts = next(iter(words[edition].items()))
    for part in parts:
        lacking = {name: value for name, value in parts.items() if name != part}
        found = schema_problems("report", {"catalogue": {edition: {requirement: lacking}}})
        assert ("catalogue", edition, requirement, part) in {one.path for one in found}, part
