"""The reported contents of an area: in text, on the page, without names, and in other views."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from conformance.report.formats import FORMATS
from tests.corpus import FIXTURES
from tests.running import run
from tests.submission.area.test_area import ADT, NAME, QCAF, Report, area, check, put, whole

__all__ = ["area"]
PROFILE = ("--profile", FIXTURES / "profile.toml", "--at", "2025-06-02T10:00:00Z")
USER = NAME[:23]
NEWER = NAME.replace("0001-", "0009-")


@pytest.fixture
def changed(area: Path) -> Path:
    """An area in which a newer file is submitted, with two rules less and one other."""
    put(area, f"{ADT}/Submitted", NEWER)
    path = area / ADT / "Submitted" / NEWER
    rules = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(rules[0].replace(b"\n", b"0\n") + b"".join(rules[1:-2]))
    (area / ADT / "Submitted" / "desktop.ini").touch()
    (area / "note.txt").touch()
    return area


def test_the_live_files_are_reported_and_what_the_newest_submission_would_change(
    changed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (reported,) = whole(check(changed, capsys)[1])["area"]["production"]
    assert reported == {
        "user_id": USER,
        "live": [f"ADT File Submissions/Live/{NAME}"],
        "submitted": 2,
        "latest": {
            "file": f"ADT File Submissions/Submitted/{NEWER}",
            "reference": "REQ000000000009",
            "against_live": "1 rule changed, 2 rules removed",
        },
    }


def test_the_text_has_a_section_for_it(changed: Path) -> None:
    text = run("check", changed, *PROFILE).out
    assert "In Live, by User ID (1)" in text
    assert f"    {USER}: ADT File Submissions/Live/{NAME}\n" in text
    assert "the last of 2 by Request Id" in text
    assert "against Live: 1 rule changed, 2 rules removed" in text
    assert "Submitted/desktop.ini: left by Windows" in text
    assert "note.txt: lies outside the area" in text
    assert "In Live" not in run("check", changed, *PROFILE, "--quiet").out


def test_a_long_list_is_cut_in_text_and_whole_in_the_raw_report(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(50):
        (area / ADT / "Submitted" / f"{number}.tmp").touch()
    text = run("check", area, *PROFILE).out
    assert "Not recognised, so not checked (50)" in text
    assert "and 30 more, which the raw report has" in text
    assert len(whole(check(area, capsys)[1])["area"]["strays"]) == 50


def test_a_file_under_many_names_is_cut_in_text_as_well(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(30):
        (area / ADT / "Archive" / NAME.replace("0001-", f"01{number:02}-")).write_text("old\n")
    text = run("check", area, *PROFILE).out
    assert "      and 11 more, which the raw report has" in text
    (names,) = (n for n in whole(check(area, capsys)[1])["area"]["twice"] if len(n) > 2)
    assert len(names) == 31


INCIDENT = "INC000000000007"


def actions(area: Path, name: str, csv: bytes, place: str = "Submitted QCAF") -> Path:
    """A QCAF that no one signed."""
    path = area / QCAF / place / name
    path.write_bytes(csv)
    return path


def incidents(area: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    """The Incidents that several QCAFs answer, as the area is reported."""
    reported = whole(check(area, capsys)[1])["area"]["incidents"]
    return {one["incident"]: [Path(name).name for name in one["files"]] for one in reported}


def test_an_incident_that_several_qcafs_answer_is_reported_and_no_fault(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = actions(area, f"{USER}-REQ000000000011-{INCIDENT}-QCAF.csv", b"one\n")
    actions(area, first.name.replace("0011", "0013"), b"one\n", "Archive QCAF")
    assert incidents(area, capsys) == {}, "the same file in the archive is no other"
    second = actions(area, f"{USER}-REQ000000000012-{INCIDENT}-QCAF.csv", b"two\n")
    assert incidents(area, capsys) == {INCIDENT: [first.name, second.name]}
    assert [r["id"] for r in whole(check(area, capsys)[1])["requirements"] if r["count"]] == []
    text = run("check", area, *PROFILE).out
    assert f"  Several QCAFs for one Incident (1)\n    {INCIDENT}\n      QCAF Sub" in text
    html = run("check", area, *PROFILE, "--format", "html").out
    assert "Several QCAFs for one Incident" in html
    redacted = run("check", area, *PROFILE, "--redact", "--format", "json").out
    assert INCIDENT not in redacted


def test_the_incident_of_a_request_is_recognised_by_area_json(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"{USER}-REQ00000000001{i}-QCAF.csv" for i in (1, 2, 3)]
    for name in names:
        actions(area, name, name.encode())
    requests = [
        {"number": f"REQ00000000001{i}", "completed_at": None, "incident": number}
        for i, number in ((1, INCIDENT), (2, INCIDENT), (3, "INC000000000008"))
    ]
    record = {"area": 1, "requests": requests}
    (area / ADT).parent.joinpath("area.json").write_text(json.dumps(record))
    assert incidents((area / ADT).parent, capsys) == {INCIDENT: names[:2]}


def test_the_incident_of_a_submission_with_a_record_of_its_own_counts_as_well(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"{USER}-REQ000000000011-{INCIDENT}-QCAF.csv"
    actions(area, name, b"one\n")
    folder = area / QCAF / "Submitted QCAF" / "second"
    folder.mkdir()
    (folder / "qcaf.csv").write_bytes(b"two\n")
    record = {"submission": 1, "kind": "qcaf", "file": "qcaf.csv",
        "references": {"incident": {"number": INCIDENT}}}  # fmt: skip
    (folder / "submission.json").write_text(json.dumps(record))
    assert incidents(area, capsys) == {INCIDENT: [name, "second"]}
    (folder / "submission.json").write_text("{")
    assert incidents(area, capsys) == {}


def test_a_live_user_id_without_any_file_is_reported(
    area: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    users = tmp_path / "users"
    users.write_text("70-00-00-00-00-00-00-02\n")
    report = check(area, capsys, "--live-users", str(users))[1]
    assert [(p["user_id"], p["live"] == []) for p in whole(report)["area"]["production"]] == [
        (USER, False),
        ("70-00-00-00-00-00-00-02", True),
    ]


def test_a_file_whose_name_does_not_show_its_kind_is_recognised_by_its_records(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in sorted((area / ADT / "Live").iterdir()):
        file.rename(file.with_name(file.name.replace(NAME, "thresholds.csv")))
    (reported,) = whole(check(area, capsys)[1])["area"]["production"]
    assert reported["user_id"] == USER
    (area / ADT / "Live" / "thresholds.csv").write_bytes(b"\0" * 100)
    found = whole(check(area, capsys)[1])["area"]["production"]
    assert [one["user_id"] for one in found] == [USER, None]


def test_names_are_compared_with_the_contents_of_the_file(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in sorted((area / ADT / "Submitted").iterdir()):
        file.rename(file.with_name(file.name.replace(USER, "70-00-00-00-00-00-00-02")))
    code, report = check(area, capsys)
    roots = {
        Path(s["source"]).parent.name: [r["id"] for r in s["requirements"] if r["count"]]
        for s in report["submissions"]
    }
    assert roots == {
        "Live": [], "Submitted": ["UG1.4-1"], "Submitted QCAF": [], "copy": [],
    }  # fmt: skip
    assert code == 1


def test_pseudonyms_take_the_place_of_user_ids_and_references(changed: Path) -> None:
    text = run("check", changed, *PROFILE, "--redact", "--format", "json").out
    assert USER not in text
    assert "REQ000000000009" not in text
    assert json.loads(text)["submissions"][-1]["area"]["production"][0]["submitted"] == 2


@pytest.mark.parametrize("name", FORMATS)
def test_every_view_shows_the_area(changed: Path, tmp_path: Path, name: str) -> None:
    put(changed, f"{ADT}/Live", NEWER)
    words = ("check", changed, *PROFILE, "--format", name)
    text = run(*words).out
    assert "UG1.4-3" in text
    views = {
        "html": lambda: "In Live, by User ID" in text and "desktop.ini" in text,
        "junit": lambda: len(ET.fromstring(text).findall("testsuite")) == 6,  # noqa: S314 - ours
        "csv": lambda: "area" in {row["kind"] for row in csv.DictReader(io.StringIO(text))},
        "sarif": lambda: any(
            r["ruleId"] == "UG1.4-3" for r in json.loads(text)["runs"][0]["results"]
        ),
    }
    assert views.get(name, lambda: "SharePoint area" in text or '"area"' in text)()


def unchanged(report: Report) -> Report:
    return {name: value for name, value in report.items() if name not in ("digest", "checked_at")}


def test_the_report_is_the_same_in_several_processes_and_after_an_interruption(
    changed: Path, tmp_path: Path
) -> None:
    words = ("check", changed, *PROFILE, "--format", "json")
    alone = run(*words)
    assert run(*words, "--jobs", 2) == alone
    journal = tmp_path / "journal.jsonl"
    first = run(*words, "--resume", journal)
    assert first.out == alone.out
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-1]))
    (changed / ADT / "Submitted" / "desktop.ini").unlink()
    again = run(*words, "--resume", journal).report
    # The area is looked at again, whatever the journal has of it.
    assert whole(again)["area"]["strays"] == []
    assert unchanged(again)["summary"] == unchanged(first.report)["summary"]
