"""The API for Python programs, which gives the same results as the command line."""

from __future__ import annotations

import inspect
import json
import pickle
import subprocess
import sys
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

import conformance
from conformance import Report, Status, TadpError, Verdict, check, load_profile
from conformance.report.frame import digest_of
from tests.checks.situation import ADT
from tests.corpus import FIXTURES
from tests.running import run

EXAMPLES = FIXTURES / "examples"
PROFILE = FIXTURES / "profile.toml"
AT = "2025-06-02T12:00:00Z"

PUBLIC = {
    "Finding", "Footing", "OtherReading", "Profile", "Report", "Result", "Status", "Submission",
    "TadpError", "Verdict",
    "check", "load_profile",
}  # fmt: skip


def test_these_names_are_public_and_documented() -> None:
    assert set(conformance.__all__) == PUBLIC
    for name in PUBLIC:
        value = getattr(conformance, name)
        assert inspect.getdoc(value), name
        members = vars(value) if inspect.isclass(value) else {}
        for member, one in members.items():
            described = isinstance(one, (property, cached_property)) or inspect.isfunction(one)
            if described and not member.startswith("_"):
                assert inspect.getdoc(one), f"{name}.{member}"


def test_they_are_listed_before_they_are_loaded() -> None:
    program = "import conformance; print(*dir(conformance))"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert set(ran.stdout.split()) >= PUBLIC


def test_other_names_are_not_there() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'checker_of'"):
        conformance.checker_of  # noqa: B018
    with pytest.raises(ImportError):
        from conformance import checker_of  # noqa: F401


def loaded(code: str) -> set[str]:
    """Return the modules of this project and of executors that ``code`` loads."""
    program = (
        f"P, E = {str(PROFILE)!r}, {str(EXAMPLES / 'adt-conforming')!r}\n{code}\nimport sys\n"
        "print()\nprint(*(m for m in sys.modules if m.startswith(('conformance.', 'concurrent'))))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(ran.stdout.splitlines()[-1].split())


def test_the_package_loads_nothing_but_its_version() -> None:
    assert loaded("import conformance") == {"conformance.version"}


def test_the_command_line_looks_for_no_garbage_while_it_starts() -> None:
    program = (
        "import gc, sys\n"
        "from conformance.program import run\n"
        f"sys.argv = ['tadp', 'check', '--profile', {str(PROFILE)!r}, "
        f"{str(EXAMPLES / 'adt-conforming')!r}]\n"
        "before = gc.get_stats()\n"
        "run()\n"
        "print(*(b['collections'] - a['collections'] for a, b in zip(before, gc.get_stats())))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-1] == "0 0 0"


def test_the_command_line_starts_without_what_only_programs_need() -> None:
    found = loaded("from conformance.cli import main; main(['check', '--profile', P, E])")
    assert "conformance.batch.checking" in found
    assert not found & {"conformance.api", "concurrent.futures"}


# --- The same report ----------------------------------------------------------------------------


def raw(*words: object) -> dict[str, Any]:
    return same(json.loads(run("check", *words, "--format", "json").out))


def same(report: dict[str, Any]) -> dict[str, Any]:
    """Return ``report`` without what two runs of one check differ in, after proving its digest."""
    assert report["digest"]["sha256"] == digest_of(report)
    return {name: value for name, value in report.items() if name not in ("digest", "run_at")}


TRUST = FIXTURES / "trust" / "ecdsa-root.pem"
CRL = FIXTURES / "trust" / "ecdsa-crls.pem"


@pytest.mark.parametrize(
    ("path", "options", "words"),
    [
        (EXAMPLES, {"profile": PROFILE}, ["--profile", PROFILE]),
        (EXAMPLES / "adt-conforming", {}, []),
        (EXAMPLES / "adt-conforming" / "adt.csv", {}, []),
        (EXAMPLES, {"only": "6.1"}, ["--only", "6.1"]),
        (EXAMPLES, {"only": ["6.1-3", "3.4(b)"]}, ["--only", "6.1-3", "--only", "3.4(b)"]),
        (EXAMPLES, {"edition": "v2.0"}, ["--edition", "v2.0"]),
        (
            EXAMPLES,
            {"profile": PROFILE, "trust": TRUST, "crls": [str(CRL)]},
            ["--profile", PROFILE, "--trust", TRUST, "--crl", CRL],
        ),
    ],
)
def test_it_makes_the_report_of_the_command(
    path: Path, options: dict[str, Any], words: list[object]
) -> None:
    report = check(path, at=AT, **options)
    expected = raw(path, "--at", AT, *words)
    assert same(report.to_dict()) == expected
    assert check(str(path), at=AT, **options).to_dict() == report.to_dict()


def test_a_message_is_checked(tmp_path: Path) -> None:
    message = tmp_path / "sent.eml"
    message.write_bytes(
        b"From: a@example.com\r\nTo: b@example.com\r\nSubject: ADT\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: text/csv; name="adt.csv"\r\n'
        b'Content-Disposition: attachment; filename="adt.csv"\r\n\r\n' + ADT
    )
    assert same(check(message, at=AT).to_dict()) == raw(message, "--at", AT)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2025, 6, 2, 12, tzinfo=UTC),
        datetime(2025, 6, 2, 13, tzinfo=timezone(timedelta(hours=1))),
        "2025-06-02T13:00:00+01:00",
    ],
)
def test_one_time_may_be_given_in_several_ways(at: datetime | str) -> None:
    path = EXAMPLES / "adt-conforming"
    assert check(path, at=at).to_dict() == check(path, at=AT).to_dict()


def test_without_a_time_it_is_checked_now() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    reported = check(EXAMPLES / "adt-conforming").to_dict()["checked_at"]
    assert before <= datetime.fromisoformat(reported) <= datetime.now(UTC)


def test_a_profile_may_be_named_or_loaded() -> None:
    loaded = load_profile(PROFILE)
    assert loaded == load_profile(str(PROFILE))
    assert hash(loaded) == hash(pickle.loads(pickle.dumps(loaded)))  # noqa: S301 - made here
    path = EXAMPLES / "adt-conforming"
    assert (
        check(path, at=AT, profile=loaded).to_dict()
        == check(path, at=AT, profile=str(PROFILE)).to_dict()
    )
    assert (
        check(path, at=AT, profile=load_profile("reference")).to_dict()
        == check(path, at=AT).to_dict()
    )


@pytest.mark.parametrize("profile", [PROFILE, load_profile(PROFILE)], ids=["named", "loaded"])
def test_an_executor_makes_the_same_report(profile: Any) -> None:
    with ThreadPoolExecutor(2) as executor:
        many = check(EXAMPLES, at=AT, profile=profile, executor=executor)
        few = check(EXAMPLES / "adt-conforming", at=AT, profile=profile, executor=executor)
    assert many.to_dict() == check(EXAMPLES, at=AT, profile=PROFILE).to_dict()
    assert few.verdict is Verdict.CONFORMS


def test_an_executor_does_the_work() -> None:
    class Unwilling(Executor):
        def submit(self, *_: Any, **__: Any) -> Any:
            raise KeyError("asked for")

    with pytest.raises(TadpError, match="asked for"):
        check(EXAMPLES, executor=Unwilling())


def test_who_changes_a_raw_report_changes_no_other(tmp_path: Path) -> None:
    for name in ("1-adt.csv", "2-adt.csv"):
        (tmp_path / name).write_bytes(ADT)
    first = check(tmp_path, at=AT).to_dict()["submissions"]
    before = json.dumps(first)
    copied = json.loads(before)
    copied[0]["requirements"].clear()
    assert copied[1] == first[1]
    spoilt = check(tmp_path, at=AT).to_dict()["submissions"]
    for submission in spoilt:
        for result in submission["requirements"]:
            result["evidence"].append("anything")
        submission["requirements"].clear()
    assert (
        json.dumps(first) == json.dumps(check(tmp_path, at=AT).to_dict()["submissions"]) == before
    )


def test_a_file_called_like_standard_input_is_that_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "-"
    folder.mkdir()
    (folder / "adt.csv").write_bytes(ADT)
    monkeypatch.chdir(tmp_path)
    assert check("-").submissions[0].source == str(folder / "adt.csv")


# --- What is found in it ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report() -> Report:
    return check(EXAMPLES, profile=PROFILE, at=AT)


def test_the_submissions_are_those_of_the_raw_report(report: Report) -> None:
    entries = report.to_dict()["submissions"]
    assert len(report.submissions) == len(entries) == 3
    for submission, entry in zip(report.submissions, entries, strict=True):
        assert isinstance(submission.verdict, Verdict)
        for name in ("source", "kind", "edition", "verdict"):
            assert getattr(submission, name) == entry[name]
        assert list(submission.rests_on) == entry["rests_on"]
        for result, table in zip(submission.requirements, entry["requirements"], strict=True):
            assert isinstance(result.status, Status)
            for name in ("id", "clause", "status", "rests_on", "reason", "count"):
                assert getattr(result, name) == table[name]
            assert list(result.through) == table["through"]
            for finding, cell in zip(result.findings, table["findings"], strict=True):
                for name in finding.__struct_fields__:
                    reported = getattr(finding, name)
                    assert (list(reported) if isinstance(reported, tuple) else reported) == cell[
                        name
                    ]


def test_only_requirements_that_failed_by_themselves_are_listed_as_failed(report: Report) -> None:
    failed = {Path(s.source).name: [r.id for r in s.failed] for s in report.submissions}
    assert failed == {
        "adt-conforming": [],
        "adt-saved-by-a-spreadsheet": ["6.1-3"],
        "qcaf-signed-in-text-mode": ["4.7(b)-3"],
    }


def test_the_verdict_is_the_worst(report: Report, tmp_path: Path) -> None:
    assert report.verdict is Verdict.VIOLATES
    assert repr(report) == "<Report: violates, 3 submissions>"
    conforming = EXAMPLES / "adt-conforming"
    assert check(conforming, profile=PROFILE, at=AT).verdict is Verdict.CONFORMS
    assert repr(check(conforming, at=AT)) == "<Report: not shown, 1 submission>"
    assert check(conforming, at=AT).verdict is Verdict.NOT_SHOWN
    for name in ("whole", "broken"):
        (tmp_path / name).mkdir()
    for file in conforming.iterdir():
        (tmp_path / "whole" / file.name).write_bytes(file.read_bytes())
    (tmp_path / "broken" / "submission.json").write_text("{")
    spoilt = check(tmp_path, profile=PROFILE, at=AT)
    assert [s.verdict for s in spoilt.submissions] == [Verdict.CONFORMS]
    assert len(spoilt.not_read) == 1
    assert "broken" in spoilt.not_read[0]
    assert spoilt.verdict is Verdict.NOT_SHOWN


@pytest.mark.parametrize("ending", ["json", "html", "xml", "sarif", "md", "csv", "txt"])
def test_it_is_written_as_by_the_command(report: Report, ending: str, tmp_path: Path) -> None:
    mine, theirs = tmp_path / f"mine.{ending}", tmp_path / f"theirs.{ending}"
    report.write(mine)
    words = ("--profile", PROFILE, "--at", AT, "--output", theirs)
    assert run("check", EXAMPLES, *words).code == 1
    if ending == "json":
        mine_raw, theirs_raw = (json.loads(path.read_text("utf-8")) for path in (mine, theirs))
        assert same(mine_raw) == same(theirs_raw)
        assert mine_raw == report.to_dict()
    else:
        # Of the views some show the time of the run.
        assert len(mine.read_bytes()) == len(theirs.read_bytes())


def test_a_report_is_written_nowhere_else(report: Report, tmp_path: Path) -> None:
    with pytest.raises(TadpError, match="names no format"):
        report.write(tmp_path / "report.pdf")
    with pytest.raises(TadpError, match="no such folder"):
        report.write(tmp_path / "none" / "report.json")
    assert list(tmp_path.iterdir()) == []


# --- What makes no sense ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "options", "said"),
    [
        ("none.csv", {}, "none.csv: no such file or directory"),
        (".", {}, "contains nothing to check"),
        ("", {}, "no such file or directory"),
        ("unknown.dat", {}, "unknown.dat: neither its name nor its content shows"),
        ("adt.csv", {"edition": "v9"}, "there is no edition 'v9'"),
        ("adt.csv", {"only": "9.9"}, "no requirement is called '9.9'"),
        ("adt.csv", {"only": ["6.1", "9.9"]}, "no requirement is called '9.9'"),
        ("adt.csv", {"profile": "none"}, "none"),
        ("adt.csv", {"trust": "none.pem"}, "none.pem"),
        ("adt.csv", {"crls": ["none.pem"]}, "none.pem"),
        ("adt.csv", {"at": "yesterday"}, "is not a date and time"),
        ("adt.csv", {"at": ""}, "is not a date and time"),
        ("adt.csv", {"at": datetime(2025, 6, 2)}, "has no time zone"),
    ],
)
def test_a_path_or_option_that_makes_no_sense_is_an_error(
    path: str, options: dict[str, Any], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if path != ".":
        (tmp_path / "adt.csv").write_bytes(ADT)
        (tmp_path / "unknown.dat").write_bytes(b"\0")
    with pytest.raises(TadpError) as caught:
        check(path, **options)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_profile_that_is_not_there_is_an_error() -> None:
    with pytest.raises(TadpError, match="none"):
        load_profile("none")
