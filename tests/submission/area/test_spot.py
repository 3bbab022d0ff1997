"""Which folder is which: by its name and that of the sub-area around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.model.requirement import Kind
from conformance.submission.area.live import live_folder, submissions_in
from conformance.submission.area.reading import is_area
from conformance.submission.area.spot import Folder, is_sub_area, spot_of, spots
from tests.checks.situation import profile

RULES = profile().delivery
ADT, QCAF = "ADT File Submissions", "QCAF Submissions"


@pytest.mark.parametrize(
    ("folder", "kind", "what"),
    [
        (f"{ADT}/Submitted", Kind.ADT, Folder.SUBMITTED),
        (f"{ADT}/Live", Kind.ADT, Folder.LIVE),
        (f"{ADT}/Archive", Kind.ADT, Folder.ARCHIVE),
        (f"{QCAF}/Submitted QCAF", Kind.QCAF, Folder.SUBMITTED),
        (f"{QCAF}/Archive QCAF", Kind.QCAF, Folder.ARCHIVE),
        ("adt file SUBMISSIONS/live", Kind.ADT, Folder.LIVE),
    ],
)
def test_the_folders_of_the_guidance(folder: str, kind: Kind, what: Folder) -> None:
    spot = spot_of(Path("/anywhere") / folder, RULES)
    assert spot is not None
    assert (spot.kind, spot.folder) == (kind, what)


@pytest.mark.parametrize(
    "folder",
    ["Live", "elsewhere/Live", f"{QCAF}/Live", f"{QCAF}/Submitted", f"{ADT}/Submitted QCAF",
     f"{ADT}/Archive QCAF", f"{ADT}/Live/2025", ADT, "/"],
)  # fmt: skip
def test_no_other_folder_is_one(folder: str) -> None:
    assert spot_of(Path("/anywhere") / folder, RULES) is None


def test_a_path_of_the_profile_without_a_sub_area_names_no_folder() -> None:
    rules = replace(RULES, folders={Kind.ADT: "Submitted"}, archives={})
    assert [spot.path for spot in spots(rules)] == ["Submitted", "/Live"]
    assert spot_of(Path("/x/Submitted"), rules) is None
    assert not is_sub_area("", rules)


def test_an_area_is_known_by_what_is_in_it_or_by_what_it_is(tmp_path: Path) -> None:
    for folder in (f"one/{ADT}/Live", "two/Live", f"three/{QCAF}"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "four").mkdir()
    (tmp_path / "four" / "area.json").touch()
    (tmp_path / "five").mkdir()
    (tmp_path / "five" / ADT).touch()
    found = {p.name: is_area(p, profile()) for p in tmp_path.iterdir()}
    assert found == {"one": True, "two": False, "three": True, "four": True, "five": False}
    assert is_area(tmp_path / "one" / ADT, profile())
    assert is_area(tmp_path / "one" / ADT / "Live", profile())
    assert not is_area(tmp_path, profile())
    assert not is_area(tmp_path / "nowhere", profile())


def test_the_live_folder_is_beside_that_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / ADT / "Submitted" / "x.csv"
    assert live_folder(file, profile()) == tmp_path / ADT / "Live"
    assert live_folder(file, replace(profile(), delivery=replace(RULES, live={}))) is None


def test_the_submissions_in_a_folder_are_its_files_without_what_goes_with_them(
    tmp_path: Path,
) -> None:
    for name in ("b.csv", "b.csv.p7s", "b.csv.pem", "a.p7m", "alone.P7S", "desktop.ini", "c"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "c")
    found = submissions_in(tmp_path, profile())
    assert [path.name for path in found or ()] == ["a.p7m", "alone.P7S", "b.csv", "c"]
    assert submissions_in(tmp_path / "gone", profile()) is None
