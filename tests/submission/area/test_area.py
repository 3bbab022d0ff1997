"""A copy of a Party's SharePoint area, as ``tadp check`` reads it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from conformance.cli import main
from tests.corpus import FIXTURES, CorpusCase

USER = "70-00-00-00-00-00-00-01"
ADT = "Anomaly Detection Files/ADT File Submissions"
QCAF = "Anomaly Detection Files/QCAF Submissions"
NAME = f"{USER}\u2013REQ000000000001-ADT.csv"
OF_THE_AREA = ["UG1.1-2", "UG1.3-2", "UG1.4-3", "UG1.4-4", "UG1.4-5"]

Report = dict[str, Any]


def put(area: Path, place: str, name: str, case: str = "conforming/adt-sharepoint") -> Path:
    """A signed file in a folder of the area."""
    source = CorpusCase(case).submission
    stem = "qcaf.csv" if "qcaf" in case else "adt.csv"
    target = area / place / name
    shutil.copy(source / stem, target)
    shutil.copy(source / f"{stem}.p7s", target.with_name(name + ".p7s"))
    return target


@pytest.fixture
def area(tmp_path: Path) -> Path:
    """An area with a submission of each kind, a file in force, and one in the archive."""
    copy = tmp_path / "copy"
    for folder in ("Submitted", "Live", "Archive"):
        (copy / ADT / folder).mkdir(parents=True)
    for folder in ("Submitted QCAF", "Archive QCAF"):
        (copy / QCAF / folder).mkdir(parents=True)
    put(copy, f"{ADT}/Submitted", NAME)
    put(copy, f"{ADT}/Live", NAME)
    (copy / ADT / "Archive" / NAME.replace("0001-", "0000-")).write_text("old\n")
    number = NAME.replace("0001-ADT", "0002-QCAF")
    put(copy, f"{QCAF}/Submitted QCAF", number, "conforming/qcaf-user-set")
    return copy


def check(area: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Report]:
    """The exit code, and the raw report."""
    fixed = ["--profile", str(FIXTURES / "profile.toml"), "--format", "json"]
    code = main(["check", str(area), *fixed, "--at", "2025-06-02T10:00:00Z", *words])
    return code, json.loads(capsys.readouterr().out)


def whole(report: Report) -> Report:
    """The entry of the one area of a report."""
    (found,) = [s for s in report["submissions"] if s["kind"] == "area"]
    return dict(found)


def outcomes(submission: Report) -> dict[str, str]:
    """Return the result of each requirement that applies to a submission."""
    return {
        r["id"]: r["status"] for r in submission["requirements"] if r["status"] != "not applicable"
    }


def by_folder(report: Report) -> dict[str, Report]:
    """The submissions of a report by the folder that they are in."""
    return {Path(s["source"]).parent.name: s for s in report["submissions"] if s["kind"] != "area"}


def test_each_new_submission_and_the_file_in_force_are_checked_and_then_the_area(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, report = check(area, capsys)
    folders = [Path(s["source"]).parent.name for s in report["submissions"]]
    assert folders == ["Live", "Submitted", "Submitted QCAF", "copy"]
    for submission in report["submissions"]:
        assert [r["id"] for r in submission["requirements"] if r["count"]] == []
    assert code == 0


def test_the_folder_of_new_submissions_shows_method_folder_and_name(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = by_folder(check(area, capsys)[1])
    for requirement in ("3.4-1", "UG1.4-1", "UG1.4-2"):
        assert outcomes(found["Submitted"])[requirement] == "passed", requirement
    for requirement in ("4.7-1", "UG1.5-1", "UG1.5-2"):
        assert outcomes(found["Submitted QCAF"])[requirement] == "passed", requirement
    assert outcomes(found["Live"])["UG1.4-1"] == "passed"
    for requirement in ("3.4-1", "UG1.4-2"):
        assert outcomes(found["Live"])[requirement] == "not shown", requirement


def test_requirements_on_the_area_are_not_tested_for_each_file_in_it(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, report = check(area, capsys)
    assert list(outcomes(whole(report))) == OF_THE_AREA
    for submission in by_folder(report).values():
        assert set(OF_THE_AREA).isdisjoint(outcomes(submission))
    lone = area / ADT / "Submitted" / NAME
    _, report = check(lone, capsys)
    asked = {r["id"]: r for r in report["submissions"][0]["requirements"]}
    assert "when its folder is checked" in asked["UG1.4-3"]["reason"]


def test_a_wrong_name_is_the_fault_of_its_file_and_a_second_live_file_one_of_the_area(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in sorted((area / ADT / "Submitted").iterdir()):
        file.rename(file.with_name(file.name.replace("\u2013", "_")))
    put(area, f"{ADT}/Live", NAME.replace("0001-", "0009-"))
    code, report = check(area, capsys)
    found = {s["source"]: [r["id"] for r in s["requirements"] if r["count"]]
        for s in report["submissions"]}  # fmt: skip
    assert {Path(s).parent.name: roots for s, roots in found.items() if roots} == {
        "Submitted": ["UG1.4-1"],
        "copy": ["UG1.4-3"],
    }
    assert code == 1


def test_the_live_user_ids_are_recognised_by_a_list(
    area: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _, report = check(area, capsys)
    (asked,) = [r for r in whole(report)["requirements"] if r["id"] == "UG1.1-2"]
    assert (asked["status"], asked["evidence"][0]) == ("not shown", "--live-users")
    users = tmp_path / "users.txt"
    users.write_bytes(b"\xef\xbb\xbf# live\r\n" + USER.lower().encode() + b"\r\n\r\n")
    code, report = check(area, capsys, "--live-users", str(users))
    assert outcomes(whole(report))["UG1.1-2"] == "passed"
    assert [i["path"] for i in whole(report)["inputs"]] == [str(users)]
    users.write_text(f"{USER}\n70-00-00-00-00-00-00-02 # sold in May\n")
    code, report = check(area, capsys, "--live-users", str(users))
    (asked,) = [r for r in whole(report)["requirements"] if r["id"] == "UG1.1-2"]
    assert [f["found"] for f in asked["findings"]] == ["none for 70-00-00-00-00-00-00-02"]
    assert code == 1


@pytest.mark.parametrize("bad", [b"70-00\n", b"\xff\xfe7\x000\x00", (USER + USER).encode()])
def test_a_list_of_something_else_is_recognised_by_file_and_line(
    area: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, bad: bytes
) -> None:
    users = tmp_path / "users.txt"
    users.write_bytes(bad)
    assert main(["check", str(area), "--live-users", str(users)]) == 2
    assert str(users) in capsys.readouterr().err


def test_a_report_does_not_take_the_place_of_the_list(
    area: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    users = tmp_path / "users.csv"
    users.write_text(f"{USER}\n")
    assert main(["check", str(area), "--live-users", str(users), "--output", str(users)]) == 2
    assert users.read_text() == f"{USER}\n"
    assert "no place for what is written" in capsys.readouterr().err


def test_the_record_of_an_area_shows_what_its_folders_do_not(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = area / "Anomaly Detection Files" / "area.json"
    record.write_text(json.dumps({"area": 1, "live_user_ids": [USER.lower()]}))
    _, report = check(area, capsys)
    assert outcomes(whole(report)) == dict.fromkeys(OF_THE_AREA, "passed")
    assert whole(report)["verdict"] == "conforms"
    assert whole(report)["area"]["strays"] == []


@pytest.mark.parametrize(
    "record",
    ["{", "[]", '{"area": 2}', '{"area": 1, "live": []}', '{"area": 1, "live_user_ids": ["x"]}',
     '{"area": 1, "requests": [{"number": "REQ1", "completed_at": "yesterday"}]}'],
)  # fmt: skip
def test_a_broken_record_of_an_area_is_one_line(
    area: Path, capsys: pytest.CaptureFixture[str], record: str
) -> None:
    (area / "Anomaly Detection Files" / "area.json").write_text(record)
    words = ["check", str(area), "--profile", str(FIXTURES / "profile.toml"), "--quiet"]
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert err.count("\n") == 1
    assert "area.json" in err
    # The files themselves are checked all the same.
    assert out.count("ADT File, ") == 2


def test_a_part_of_an_area_is_an_area_with_less_in_it(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for part in (ADT, f"{ADT}/Submitted"):
        _, report = check(area / part, capsys)
        assert len(report["submissions"]) == (3 if part == ADT else 2)
    (asked,) = [r for r in whole(report)["requirements"] if r["id"] == "UG1.4-3"]
    assert asked["status"] == "not shown"
    assert asked["evidence"] == [f"{ADT}/Live"]


def test_several_areas_are_looked_at_one_by_one(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = area.with_name("other")
    shutil.copytree(area, other)
    (area.parent / "read me.txt").write_text("Two copies.\n")
    _, report = check(area.parent, capsys)
    areas = [s["source"] for s in report["submissions"] if s["kind"] == "area"]
    assert areas == [str(a / "Anomaly Detection Files") for a in (area, other)]
    assert [s["name"] for s in report["strays"]] == [str(area.parent / "read me.txt")]


def test_a_submission_with_a_record_of_its_own_is_checked_by_it(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = area / ADT / "Submitted" / "with a record"
    shutil.copytree(CorpusCase("conforming/adt-sharepoint").submission, inner)
    _, report = check(area, capsys)
    (found,) = [s for s in report["submissions"] if s["source"] == str(inner)]
    assert found["verdict"] == "conforms"
