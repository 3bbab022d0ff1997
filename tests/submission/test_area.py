"""A copy of a Party's SharePoint area: its folders tell the kind, the delivery and what is live."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from conformance.cli import main
from conformance.model.requirement import Kind
from conformance.submission.area import Spot, area_files, spot_of
from tests.corpus import FIXTURES, CorpusCase

FOLDERS = {
    Kind.ADT: "Anomaly Detection Files/ADT File Submissions/Submitted",
    Kind.QCAF: "Anomaly Detection Files/QCAF Submissions/Submitted QCAF",
}
USER = "70-00-00-00-00-00-00-01"
NAME = f"{USER}\u2013REQ000000000001-ADT.csv"


@pytest.fixture
def area(tmp_path: Path) -> Path:
    """An area with a submission of each kind, a file in force, and one in the archive."""
    base = tmp_path / "copy" / "Anomaly Detection Files"
    adt, qcaf = base / "ADT File Submissions", base / "QCAF Submissions"
    for folder in (adt / "Submitted", adt / "Live", adt / "Archive", qcaf / "Submitted QCAF"):
        folder.mkdir(parents=True)
    mine = CorpusCase("conforming/adt-sharepoint").submission
    theirs = CorpusCase("conforming/qcaf-user-set").submission
    for target in (adt / "Submitted" / NAME, adt / "Live" / NAME.replace("0001-", "0000-")):
        shutil.copy(mine / "adt.csv", target)
        shutil.copy(mine / "adt.csv.p7s", target.with_name(target.name + ".p7s"))
    (adt / "Archive" / "old.csv").write_text("old\n")
    shutil.copy(theirs / "qcaf.csv", qcaf / "Submitted QCAF" / NAME.replace("ADT", "QCAF"))
    shutil.copy(
        theirs / "qcaf.csv.p7s", qcaf / "Submitted QCAF" / NAME.replace("ADT.csv", "QCAF.csv.p7s")
    )
    return tmp_path / "copy"


def checked(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> dict[str, dict[str, dict[str, object]]]:
    words = ["check", str(area), "--profile", str(FIXTURES / "profile.toml"), "--format", "json"]
    main([*words, "--at", "2025-06-02T10:00:00Z"])
    report = json.loads(capsys.readouterr().out)
    return {
        Path(s["source"]).parent.name: {r["id"]: r for r in s["requirements"]}
        for s in report["submissions"]
    }


def test_each_new_submission_and_the_file_in_force_are_checked(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = checked(area, capsys)
    assert set(found) == {"Submitted", "Live", "Submitted QCAF"}
    for requirements in found.values():
        assert [i for i, r in requirements.items() if r["count"]] == []


def test_the_folder_of_new_submissions_shows_method_folder_and_name(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = checked(area, capsys)
    for name in ("3.4-1", "UG1.4-1", "UG1.4-2", "UG1.4-3"):
        assert found["Submitted"][name]["status"] == "passed", name
    for name in ("4.7-1", "UG1.5-1", "UG1.5-2"):
        assert found["Submitted QCAF"][name]["status"] == "passed", name
    for name in ("3.4-1", "UG1.4-2"):
        assert found["Live"][name]["status"] == "not shown", name


def test_a_wrong_name_and_a_second_live_file_are_found(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    adt = area / "Anomaly Detection Files" / "ADT File Submissions"
    for file in sorted((adt / "Submitted").iterdir()):
        file.rename(file.with_name(file.name.replace("\u2013", "_")))
    shutil.copy(adt / "Live" / NAME.replace("0001-", "0000-"), adt / "Live" / NAME)
    found = checked(area, capsys)
    roots = [i for i, r in found["Submitted"].items() if r["count"]]
    assert roots == ["UG1.4-1", "UG1.4-3"]


def test_a_spot_is_told_by_the_two_folders_around_a_file(tmp_path: Path) -> None:
    inside = tmp_path / "adt file submissions" / "SUBMITTED"
    inside.mkdir(parents=True)
    assert spot_of(inside / "x", FOLDERS) == Spot(Kind.ADT, FOLDERS[Kind.ADT], None)
    assert spot_of(tmp_path / "Submitted" / "x", FOLDERS) is None
    assert spot_of(tmp_path / "ADT File Submissions" / "Archive" / "x", FOLDERS) is None
    assert spot_of(inside / "x", {Kind.ADT: "Submitted"}) is None


def test_links_are_not_followed(tmp_path: Path) -> None:
    inside = tmp_path / "ADT File Submissions" / "Submitted"
    inside.mkdir(parents=True)
    (tmp_path / "secret").write_text("x")
    (inside / "link").symlink_to(tmp_path / "secret")
    (inside / "plain").write_text("x")
    assert list(area_files(tmp_path, FOLDERS)) == [inside / "plain"]
