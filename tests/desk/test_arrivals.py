"""The submissions among the files of a watched folder."""

from __future__ import annotations

from pathlib import Path

from conformance.desk.arrivals import Arrival, arrivals
from conformance.desk.listing import list_files
from tests.desk.folders import PROFILE, fill


def found(root: Path, *names: str) -> dict[str, Arrival]:
    fill(root, *names)
    all_of_them = arrivals(list_files(root), PROFILE)
    return {a.source.relative_to(root).as_posix(): a for a in all_of_them}


def test_each_loose_file_is_one_with_what_belongs_to_it(tmp_path: Path) -> None:
    here = found(tmp_path, "a.csv", "a.csv.p7s", "a.csv.pem", "b.csv", "in/c.csv", "in/c.csv.P7S")
    assert list(here) == ["a.csv", "b.csv", "in/c.csv"]
    assert [Path(name).name for name, _ in here["a.csv"].stamps] == [
        "a.csv",
        "a.csv.p7s",
        "a.csv.pem",
    ]
    assert {name for name, one in here.items() if one.single} == {"b.csv"}


def test_a_signature_without_the_ending_of_its_file_belongs_to_it(tmp_path: Path) -> None:
    here = found(tmp_path, "a.csv", "a.p7s", "b.csv", "c.p7s")
    assert list(here) == ["a.csv", "b.csv", "c.p7s"]
    assert [Path(name).name for name, _ in here["a.csv"].stamps] == ["a.csv", "a.p7s"]
    assert {name for name, one in here.items() if one.single} == {"b.csv", "c.p7s"}


def test_a_signature_without_its_file_is_one_by_itself(tmp_path: Path) -> None:
    here = found(tmp_path, "a.csv.p7s")
    assert here["a.csv.p7s"].single


def test_a_signature_of_a_signature_is_not_trouble(tmp_path: Path) -> None:
    here = found(tmp_path, "a.csv", "a.csv.p7s", "a.csv.p7s.p7s")
    assert list(here) == ["a.csv"]


def test_files_that_programs_leave_behind_are_not_arrivals(tmp_path: Path) -> None:
    assert found(tmp_path, "~$a.csv", "Thumbs.db", ".a.csv.1.part", "root.pem") == {}


def test_a_folder_with_a_record_is_one_with_all_that_is_in_it(tmp_path: Path) -> None:
    here = found(tmp_path, "sent/submission.json", "sent/in/adt.csv", "loose.csv")
    assert list(here) == ["loose.csv", "sent"]
    assert len(here["sent"].stamps) == 2
    assert not here["sent"].single


def test_an_area_is_its_new_and_live_files_and_the_whole(tmp_path: Path) -> None:
    names = PROFILE.delivery
    kind, path = next(iter(names.folders.items()))
    outer = path.rpartition("/")[0]
    archive = f"{outer}/{names.archives[kind]}"
    area = outer.split("/")[0]
    names_there = (f"{path}/a.csv", f"{path}/a.csv.p7s", f"{archive}/old.csv", f"{area}/b.csv")
    here = found(tmp_path, *names_there, "other.csv")
    assert list(here) == ["other.csv", f"{path}/a.csv", area]
    assert here[area].area
    assert len(here[area].stamps) == 4, "the whole has changed if anything in it has"
