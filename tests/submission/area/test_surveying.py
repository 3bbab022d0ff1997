"""The contents of a copy of the area, in order, with the words for each item."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.findings import Status
from conformance.model.requirement import Kind
from conformance.submission.area.naming import read_name
from conformance.submission.area.overview import Overview
from conformance.submission.area.reading import (
    MAXIMUM_LIST,
    area_sources,
    is_area,
    read_area,
    read_live_users,
)
from conformance.submission.area.spot import Folder, same_name, spot_of, spots
from conformance.submission.area.stray import Stray, no_submission
from conformance.submission.area.survey import AreaFile, Survey, survey
from conformance.submission.evidence import Submission
from tests.checks.situation import check, profile

ADT, QCAF = "ADT File Submissions", "QCAF Submissions"
USER = "70-00-00-00-00-00-00-01"
NAME = f"{USER}-REQ000000000001-INC000000000007.csv"
FOLDERS = {
    f"{ADT}/Submitted": (Kind.ADT, Folder.SUBMITTED),
    f"{ADT}/Live": (Kind.ADT, Folder.LIVE),
    f"{ADT}/Archive": (Kind.ADT, Folder.ARCHIVE),
    f"{QCAF}/Submitted QCAF": (Kind.QCAF, Folder.SUBMITTED),
    f"{QCAF}/Archive QCAF": (Kind.QCAF, Folder.ARCHIVE),
}


@pytest.fixture
def area(tmp_path: Path) -> Path:
    """The folders of the guidance, with a file in each."""
    root = tmp_path / "area"
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True)
        (root / folder / NAME).touch()
    return root


def found(area: Path) -> list[tuple[str, str, str]]:
    """The files that were found: path in the area, kind and folder."""
    return [
        (file.name, file.spot.kind.value, file.spot.folder.value)
        for file in survey(area, profile()).files
    ]


# --- What lies there ----------------------------------------------------------------------------


def test_each_file_is_found_in_its_folder_in_the_order_of_the_names(area: Path) -> None:
    assert found(area) == [
        (f"{ADT}/Archive/{NAME}", "adt", "archive"),
        (f"{ADT}/Live/{NAME}", "adt", "live"),
        (f"{ADT}/Submitted/{NAME}", "adt", "submitted"),
        (f"{QCAF}/Archive QCAF/{NAME}", "qcaf", "archive"),
        (f"{QCAF}/Submitted QCAF/{NAME}", "qcaf", "submitted"),
    ]
    there = survey(area, profile())
    assert (there.root, there.strays, there.records) == (area, (), ())
    assert there.folders == set(FOLDERS.values())


def test_a_file_has_what_its_name_says(area: Path) -> None:
    folder = area / ADT / "Live"
    for name in ("other.p7s", "pair.csv", "pair.csv.p7s"):
        (folder / name).touch()
    spot = spot_of(folder, profile().delivery)
    assert spot is not None
    place = f"{ADT}/Live/"
    live = [f for f in survey(area, profile()).files if f.spot == spot]
    request, incident = "REQ000000000001", "INC000000000007"
    assert live == [
        AreaFile(place + NAME, folder / NAME, spot, USER, request, False, incident),
        AreaFile(f"{place}other.p7s", folder / "other.p7s", spot, None, None, True, None),
        AreaFile(f"{place}pair.csv", folder / "pair.csv", spot, None, None, False, None),
    ]


def test_a_misplaced_file_or_one_that_is_not_a_submission_is_a_stray_with_its_reason(
    area: Path,
) -> None:
    live = f"{ADT}/Live"
    for path in ("note.txt", "inner/area.json", "inner/deep/x", f"{live}/desktop.ini",
                 f"{ADT}/loose", f"{live}/2025/x", "root.pem", f"{live}/own/submission.json",
                 "web/publication.json", "web/page.html", f"{ADT}/June/late/{NAME}",
                 "ours/June/submission.json"):  # fmt: skip
        (area / path).parent.mkdir(parents=True, exist_ok=True)
        (area / path).touch()
    (area / "area.json").touch()
    (area / "link").symlink_to("nowhere")
    os.mkfifo(area / ADT / "Live" / "pipe")
    there = survey(area, profile())
    elsewhere = "is in none of the folders that the guidance names"
    unknown = "a folder that the guidance does not have"
    assert there.strays == (
        Stray("link", "a link, which is not followed"),
        Stray("note.txt", elsewhere),
        Stray("root.pem", "a certificate, revocation list or key by its name"),
        Stray(f"{ADT}/loose", elsewhere),
        Stray(f"{ADT}/Live/desktop.ini", "left by Windows or an office program"),
        Stray(f"{ADT}/Live/pipe", "is not a regular file"),
        Stray(f"{ADT}/Live/2025/", unknown),
        Stray(f"{ADT}/Live/2025/x", elsewhere),
        Stray("inner/", unknown),
        Stray("inner/area.json", elsewhere),
        Stray("inner/deep/", unknown),
        Stray("inner/deep/x", elsewhere),
    )
    # A folder with a submission in it, however deep, is not one that was left out.
    records = ((ADT, "Live", "own"), ("ours", "June"), ("web",))
    assert there.records == tuple(area.joinpath(*steps) for steps in records)
    assert len(there.files) == 6


def test_a_folder_that_cannot_be_listed_is_a_stray(
    area: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = os.scandir

    def forbidden(path: Any) -> Any:
        if Path(path).name in ("Live", "Archive"):
            raise OSError(13, "Permission denied") if Path(path).name == "Live" else OSError()
        return scan(path)

    monkeypatch.setattr("conformance.submission.area.survey.os.scandir", forbidden)
    there = survey(area, profile())
    assert there.strays == (
        Stray(f"{ADT}/Archive/", "cannot be listed"),
        Stray(f"{ADT}/Live/", "Permission denied"),
    )
    assert (Kind.ADT, Folder.LIVE) not in there.folders
    adt = [file.spot.folder for file in there.files if file.spot.kind is Kind.ADT]
    assert adt == [Folder.SUBMITTED]
    gone = survey(area / "gone", profile())
    assert gone.strays == (Stray("./", "No such file or directory"),)


def test_submissions_that_are_new_or_in_force_are_checked_and_then_the_area(area: Path) -> None:
    own = area / ADT / "Submitted" / "own"
    own.mkdir()
    (own / "submission.json").touch()
    assert list(area_sources(area, profile())) == [
        str(area / ADT / "Live" / NAME),
        str(area / ADT / "Submitted" / NAME),
        str(area / QCAF / "Submitted QCAF" / NAME),
        str(own),
        str(area),
    ]


def test_the_folders_have_their_paths_in_the_area() -> None:
    rules = profile().delivery
    outer = "Anomaly Detection Files"
    assert [(spot.kind, spot.folder, spot.path) for spot in spots(rules)] == [
        (kind, folder, f"{outer}/{path}") for path, (kind, folder) in FOLDERS.items()
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("Live", "lIVE", True), ("STRASSE", "stra\u00dfe", True), ("e\u0301", "\u00c9", True),
     ("Live", "Life", False), ("Live", "Live ", False)],
)  # fmt: skip
def test_names_are_one_in_any_case_and_composition(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same_name(other, one) is same


# --- Facts in names -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("desktop.ini", "Thumbs.db", "ehthumbs.db", "~$a", "~$", "a.lnk", ".lnk", "~$a\nb"),
         "left by Windows or an office program"),
        ((".DS_Store", "._a", "._", "Icon\r"), "left by macOS"),
        ((".~lock.a#", ".~lock.#"), "left by an office program"),
        (("a.tmp", "a.temp", "a.PARTIAL", "a.crdownload", "a.part", ".tmp", "a\n.tmp"),
         "left by a transfer or a program that was cut off"),
        ((".a", ".", "..a", ".~lock.a"), "a hidden file"),
        (("a.pem", "a.crt", "a.cer", "a.DER", "a.crl", "a.key", "a.p12", "a.pfx", "a\n.pem"),
         "a certificate, revocation list or key by its name"),
        (("desktop.ini2", "xdesktop.ini", "thumbs_db", "xthumbs.db", "$a", "alnk", "a.lnkx",
          "a.ds_store", "a._b", "icon", "icon\rx", "a.tmpx", "atmp", "a.pemx", "apem", "pem",
          "a.csv", "", "adt.p7m", f"{USER}.pem"), None),
    ],
)  # fmt: skip
def test_a_name_that_is_not_a_submissions_says_whose_it_is(
    names: tuple[str, ...], why: str | None
) -> None:
    references = profile().references
    reported = {name: no_submission(name, read_name(name, references)) for name in names}
    assert reported == dict.fromkeys(names, why)


@pytest.mark.parametrize(
    "dash", ["-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212", "\ufe58",
             "\ufe63", "\uff0d"]
)  # fmt: skip
def test_any_dash_is_one(dash: str) -> None:
    said = read_name(NAME.replace("-", dash), profile().references)
    assert (said.user_id, said.reference, said.incident) == (
        USER, "REQ000000000001", "INC000000000007",
    )  # fmt: skip


# --- Other facts about an area ------------------------------------------------------------------


def test_the_record_of_an_area_is_read(area: Path, tmp_path: Path) -> None:
    record = {
        "area": 1,
        "edition": "v2.0",
        "copied_at": "2025-06-01T10:00:00Z",
        "live_user_ids": [USER.lower(), "70-00-00-00-00-00-00-0a"],
        "requests": [
            {"number": "REQ000000000001", "completed_at": "2025-06-01T09:00:00+01:00"},
            {"number": "REQ000000000002", "completed_at": None, "incident": "INC000000000007"},
        ],
    }
    (area / "area.json").write_text(json.dumps(record))
    read = read_area(area, "some/area", None, profile())
    assert (read.source, read.kind, read.root) == ("some/area", Kind.AREA, area)
    assert (read.edition, read.sent_at) == ("v2.0", datetime(2025, 6, 1, 10, tzinfo=UTC))
    (content,) = read.inputs
    assert (content.name, content.read(1000)) == (
        "area.json", json.dumps(record).encode(),
    )  # fmt: skip
    there = read.survey
    assert there is not None
    assert there.live_user_ids == (USER, "70-00-00-00-00-00-00-0A")
    assert there.requests == {
        "REQ000000000001": datetime(2025, 6, 1, 8, tzinfo=UTC),
        "REQ000000000002": None,
    }
    assert there.incidents == {"REQ000000000002": "INC000000000007"}
    assert len(there.files) == 5
    users = tmp_path / "users.txt"
    users.write_text("70-00-00-00-00-00-00-0b\n")
    reported = read_area(area, "some/area", users, profile())
    users_of_both = (*there.live_user_ids, "70-00-00-00-00-00-00-0B")
    assert reported.survey == replace(there, live_user_ids=users_of_both)
    assert [one.name for one in reported.inputs] == ["area.json", str(users)]


def test_an_area_without_a_record_shows_nothing_but_what_lies_there(area: Path) -> None:
    read = read_area(area, "some/area", None, profile())
    there = read.survey
    assert there == survey(area, profile())
    assert there is not None
    assert (there.live_user_ids, there.requests, there.incidents) == (None, {}, {})
    assert (read.inputs, read.edition, read.sent_at) == ((), None, None)
    (area / "area.json").write_text('{"area": 1}')
    again = read_area(area, "some/area", None, profile())
    assert (again.survey, again.edition, again.sent_at) == (there, None, None)


@pytest.mark.parametrize(
    ("record", "reported"),
    [
        ("{", "some/area/area.json"),
        ('{"area": 2}', "some/area/area.json"),
        ('{"area": 1, "copied_at": "2025-06-01T10:00:00"}', "some/area/area.json"),
        ('{"area": 1, "requests": [{"number": "R", "completed_at": "2025-13-01T00:00:00Z"}]}',
         "some/area/area.json"),
    ],
)  # fmt: skip
def test_a_broken_record_is_recognised_by_its_place(area: Path, record: str, reported: str) -> None:
    (area / "area.json").write_text(record)
    with pytest.raises(SubmissionError) as raised:
        read_area(area, "some/area", None, profile())
    assert str(raised.value).startswith(reported)


def users_of(data: bytes) -> tuple[str, ...]:
    return read_live_users(Content.of_bytes("users.txt", data))


def test_a_list_of_users_has_one_a_line() -> None:
    data = f"\ufeff# ours\r\n {USER} # sold\r\n\r\n{USER[:-2]}0a\t\n{USER}\n#{USER}\n{USER[:-2]}02"
    assert users_of(data.encode()) == (USER, f"{USER[:-2]}0A", f"{USER[:-2]}02")
    assert users_of(b"") == ()


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (f"{USER}\n\n{USER}-02\n", "users.txt, line 3"),
        (f"x{USER}", "users.txt, line 1"),
        (f"{USER} {USER}", "users.txt, line 1"),
        (f"{USER}\n{USER[:-1]}g", "users.txt, line 2"),
    ],
)
def test_text_that_is_not_a_user_id_is_reported_with_its_line(data: str, where: str) -> None:
    with pytest.raises(SubmissionError) as raised:
        users_of(data.encode())
    assert str(raised.value) == (
        f"{where}: has something that is not an EUI-64 "
        "(one User ID a line, such as 70-00-00-00-00-00-00-01)"
    )


def test_a_list_in_another_encoding_or_too_long_is_reported() -> None:
    with pytest.raises(SubmissionError) as raised:
        users_of(b"\xff\xfe7\x00")
    assert str(raised.value) == "users.txt: is not UTF-8"
    assert MAXIMUM_LIST == 32 * 1024 * 1024
    with pytest.raises(SubmissionError, match="more than the 33,554,432 that are read"):
        users_of(b"#" * (MAXIMUM_LIST + 1))
    assert users_of(b"#" * MAXIMUM_LIST) == ()


def test_a_folder_is_an_area_by_its_folders_alone(tmp_path: Path) -> None:
    (tmp_path / "one" / "Live").mkdir(parents=True)
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / ADT).symlink_to(tmp_path / "one")
    (tmp_path / "three" / "area.json").mkdir(parents=True)
    assert not any(is_area(tmp_path / name, profile()) for name in ("one", "two", "three"))


def test_of_an_area_that_no_one_surveyed_nothing_is_reported() -> None:
    checked = check(Submission("some/area", Kind.AREA, Path("some")))
    assert checked.overview == Overview((), (), (), (), ())
    assert {r.status for r in checked.results} == {Status.NOT_SHOWN, Status.NOT_APPLICABLE}
    assert (Survey(Path()).folders, Survey(Path()).records) == (frozenset(), ())
