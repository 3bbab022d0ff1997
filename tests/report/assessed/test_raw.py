"""The raw report of an assessment: in the frame of all reports, and seen to be whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from conformance.report.frame import digest_of
from conformance.report.serialising import dump_report
from tests.report import made as checks
from tests.report.assessed import made
from tests.report.test_schema import SCHEMA, assert_fits, edit
from tests.running import Ran, run

REPORTS = {
    "complete": lambda: made.assessed("complete"),
    "accepts everything": lambda: made.assessed(made.ACCEPTS),
    "another reason": lambda: made.assessed("rejects_for_the_wrong_reason"),
    "skips": lambda: made.assessed("takes_adt_files_only"),
    "known": made.known,
    "hostile": made.hostile,
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "assessment.json"


def saved(file: Path, report: dict[str, Any]) -> Path:
    file.write_text(dump_report(report), "utf-8")
    return file


def verify(file: Path) -> Ran:
    return run("report", "verify", file)


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_fits_the_schema_and_is_verified(name: str, file: Path) -> None:
    report = REPORTS[name]()
    assert_fits(report)
    ran = verify(saved(file, report))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith(f"whole and unaltered, digest {report['digest']['sha256']}\n")


def test_both_kinds_share_their_frame() -> None:
    check, assessment = checks.examples(), made.assessed("complete")
    assert (check["kind"], assessment["kind"]) == ("check", "assessment")
    names = (
        "report", "kind", "tool", "model", "profile", "checked_at", "run_at", "catalogue",
        "notes", "summary", "digest", "complete",
    )  # fmt: skip
    for report in (check, assessment):
        assert [n for n in report if n in names] == list(names)
        assert report["digest"]["sha256"] == digest_of(report)
    for name in ("tool", "model", "profile", "notes"):
        assert check[name] == assessment[name]
    assert check["catalogue"]["mp109"] == assessment["catalogue"]["mp109"]


def test_the_known_failures_and_the_corpus_of_a_run_have_their_digests() -> None:
    report = made.known()
    (known,) = report["inputs"]
    assert known["path"].endswith("known.json")
    assert len(known["sha256"]) == 64
    assert len(report["corpus"]["sha256"]) == 64


def test_a_trouble_of_the_run_fails_it() -> None:
    report = made.assessed("complete")
    assert report["result"] == "passed"
    assert made.resealed({**report, "troubles": ["it left a process"]})["result"] == "failed"


def test_an_excused_case_says_by_what() -> None:
    report = made.known()
    excused = [case for case in report["cases"] if case["known"]]
    assert excused
    for case in excused:
        assert case["roots"] == ["6.1-6"]
        assert case["excuse"] == report["known_failures"][0]
        assert (case["excuse"]["owner"], case["excuse"]["expires"]) == (
            "the parser team", "2999-12-31",
        )  # fmt: skip
    assert all("excuse" not in case for case in report["cases"] if not case["known"])


def test_a_report_that_was_cut_off_is_seen_to_be(file: Path) -> None:
    text = dump_report(made.assessed("complete"))
    for length in (len(text) // 2, len(text) - 3):
        file.write_text(text[:length], "utf-8")
        ran = verify(file)
        assert ran.code == 1
        assert "was cut off" in ran.out
    report = made.assessed("complete")
    del report["complete"]
    assert "closing record is missing" in verify(saved(file, report)).out


ALTERATIONS: list[tuple[str, Any]] = [
    ("result", "failed"),
    ("adapter", "exec:another"),
    ("role", "submitter"),
    ("cases.0.status", "failed"),
    ("cases.0.reason", "none"),
    ("corpus.version", "9.9.9"),
    ("require_evidence", True),
    ("receiver.0.result", "not met"),
    ("not_tested", []),
    ("new", 1),
]


@pytest.mark.parametrize(("path", "value"), ALTERATIONS, ids=[p for p, _ in ALTERATIONS])
def test_every_alteration_is_found(path: str, value: Any, file: Path) -> None:
    report = made.assessed("complete")
    edit(report, path, value)
    ran = verify(saved(file, report))
    assert ran.code == 1
    assert "was altered after it was made" in ran.out


DISAGREEING: list[tuple[str, Any, str]] = [
    ("summary.cases.passed", 0, "its summary is not that of its cases"),
    ("result", "failed", "its result is not that of its cases"),
    ("cases.0.edition", "v9", "no wording of edition v9"),
    ("cases.0.roots", ["9.9-9"], "no wording of 9.9-9"),
    ("receiver.0.id", "9.9-9", "no wording of 9.9-9"),
    ("receiver.0.failing", ["nowhere"], "names a case under 4.8(a)-1 that was not put"),
]


@pytest.mark.parametrize(("path", "value", "said"), DISAGREEING, ids=[p for p, *_ in DISAGREEING])
def test_an_entry_that_disagrees_is_refused_even_under_a_digest_that_fits(
    path: str, value: Any, said: str, file: Path
) -> None:
    report = made.assessed("complete")
    edit(report, path, value)
    report["digest"]["sha256"] = digest_of(report)
    assert said in verify(saved(file, report)).out
    assert run("report", file).code == 2


WRONG: list[tuple[str, Any]] = [
    ("kind", "opinion"),
    ("cases", KeyError),
    ("summary", KeyError),
    ("result", "perfect"),
    ("cases.0.status", "green"),
    ("cases.0.verdict", KeyError),
    ("cases.0.known", True),
    ("cases.0.reason", "\x1b[31m"),
    ("receiver.0.result", "almost"),
    ("receiver.0.counts.green", 1),
    ("implementation.name", "\u202e"),
    ("known_failures", [{"reason": "none"}]),
    ("corpus.sha256", "00"),
    ("catalogue.mp109.6.1-6", {}),
]


@pytest.mark.parametrize(("path", "value"), WRONG, ids=[f"{p}={v!r}" for p, v in WRONG])
def test_a_report_that_is_wrong_does_not_fit(path: str, value: Any) -> None:
    report = made.assessed("complete")
    if path.startswith("catalogue"):
        report["catalogue"]["mp109"]["6.1-6"] = value
    else:
        edit(report, path, value)
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(report)
    assert not jsonschema_rs.Draft202012Validator(SCHEMA).is_valid(report)


def test_a_report_without_a_kind_is_of_a_check(file: Path) -> None:
    report = checks.examples()
    del report["kind"]
    report["digest"]["sha256"] = digest_of(report)
    assert_fits(report)
    assert verify(saved(file, report)).code == 0
    assert run("report", file).code == 0


def test_several_assessments_are_not_shown_as_one(file: Path) -> None:
    saved(file, made.assessed("complete"))
    ran = run("report", file, file)
    assert ran.code == 2
    assert "show them one by one" in ran.err


def test_the_command_writes_it_and_prints_another_form(file: Path) -> None:
    ran = run("assess", "receiver", f"{made.HOLED}:complete", *made.FEW, "--output", file)
    assert ran.code == 0
    assert ran.out.startswith("PASSED  receiver ")
    report = json.loads(file.read_text("utf-8"))
    assert_fits(report)
    assert run("report", file).out == ran.out
