"""Against which file a new ADT File is compared when none is named: the one in force."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks.situation import ADT, OTHER_ID, USER_ID, signed
from tests.running import Ran, run

LESS = ADT.splitlines(keepends=True)[0]


@pytest.fixture
def area(tmp_path: Path) -> Path:
    base = tmp_path / "copy" / "Anomaly Detection Files" / "ADT File Submissions"
    for name in ("Submitted", "Live", "Archive"):
        (base / name).mkdir(parents=True)
    return base


def put(folder: Path, number: int, data: bytes, user: str = USER_ID) -> Path:
    path = folder / f"{user}\u2013REQ{number:012}-ADT.csv"
    path.write_bytes(data)
    return path


def diff(*words: object) -> Ran:
    return run("diff", *words, "--format", "json")


def test_it_is_the_live_file_of_the_same_user_id_in_the_area_around(area: Path) -> None:
    live = put(area / "Live", 1, ADT)
    put(area / "Live", 7, ADT, OTHER_ID)
    put(area / "Archive", 0, LESS)
    new = put(area / "Submitted", 2, LESS)
    made = diff(new).report
    assert made["old"]["path"] == str(live)
    assert made["summary"] == {"removed": 1, "changed": 0, "added": 0, "unchanged": 1}


def test_a_signature_beside_it_is_not_another_live_file(area: Path) -> None:
    container = area / "Live" / f"{USER_ID}-REQ000000000001-ADT.p7m"
    container.write_bytes(signed(ADT).read(1 << 20))
    container.with_name(container.name + ".p7s").write_bytes(b"beside")
    assert diff(put(area / "Submitted", 2, LESS)).report["summary"]["removed"] == 1


def test_files_whose_names_do_not_show_their_kind_are_opened(area: Path) -> None:
    (area / "Live" / "theirs.csv").write_bytes(ADT.replace(USER_ID.encode(), OTHER_ID.encode()))
    (area / "Live" / "notes.txt").write_bytes(b"see the wiki\n")
    (area / "Live" / "ours.csv").write_bytes(ADT)
    new = put(area / "Submitted", 2, LESS)
    assert diff(new).report["old"]["path"].endswith("ours.csv")


def test_a_folder_may_be_named_for_a_file_from_anywhere(area: Path, tmp_path: Path) -> None:
    put(area / "Live", 1, ADT)
    new = tmp_path / "draft.csv"
    new.write_bytes(LESS)
    assert diff(new, "--live", area / "Live").report["summary"]["removed"] == 1
    assert "is not in a copy of a SharePoint area" in diff(new).trouble


def test_the_area_around_the_live_folder_may_be_named_as_well(area: Path, tmp_path: Path) -> None:
    put(area / "Live", 1, ADT)
    new = tmp_path / "draft.csv"
    new.write_bytes(LESS)
    for folder in (area, area.parent, area.parent.parent):
        assert diff(new, "--live", folder).report["summary"]["removed"] == 1, folder


def test_none_and_several_are_reported(area: Path) -> None:
    new = put(area / "Submitted", 2, LESS)
    assert f"Live: holds no ADT File of {USER_ID}" in diff(new).trouble
    put(area / "Live", 1, ADT)
    put(area / "Live", 3, ADT)
    assert f"Live: holds 2 files of {USER_ID}: " in diff(new).trouble
    assert "no such folder" in diff(new, "--live", area / "Gone").trouble


def test_the_live_file_is_not_compared_with_itself(area: Path) -> None:
    live = put(area / "Live", 1, ADT)
    assert "is itself the file in force" in diff(live).trouble
    assert "holds no ADT File" in diff(live, "--live", area / "Live").trouble


def test_a_file_without_a_user_id_has_no_live_file(area: Path) -> None:
    new = put(area / "Submitted", 2, b"")
    put(area / "Live", 1, ADT)
    assert "names no User ID" in diff(new).trouble


def test_a_link_is_not_followed_out_of_the_folder(area: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_bytes(ADT)
    (area / "Live" / f"{USER_ID}-REQ000000000001-ADT.csv").symlink_to(outside)
    assert "holds no ADT File" in diff(put(area / "Submitted", 2, LESS)).trouble


def test_standard_input_has_no_area(area: Path) -> None:
    put(area / "Live", 1, ADT)
    assert "not in a copy of a SharePoint area" in run("diff", "-", stdin=LESS).trouble
    assert run("diff", "-", "--live", area / "Live", stdin=LESS).code == 0


# --- In the words that are reported ---------------------------------------------------------------

NAME_IT = "name the file in force: tadp diff OLD NEW"


def test_each_trouble_says_where_and_what_to_do(area: Path, tmp_path: Path) -> None:
    live, new = area / "Live", put(area / "Submitted", 2, LESS)
    draft, empty = tmp_path / "draft.csv", tmp_path / "empty.csv"
    draft.write_bytes(LESS)
    empty.write_bytes(b"")
    put(live, 9, ADT, OTHER_ID)
    assert diff(new).trouble == (
        f"{live}: holds no ADT File of {USER_ID} "
        "(if none is in force, there is nothing to compare with)"
    )
    assert diff(draft).trouble == (
        f"{draft}: is not in a copy of a SharePoint area, so the file in force is not known "
        "(name it (tadp diff OLD NEW), or its folder with --live)"
    )
    assert diff(new, "--live", area / "Gone").trouble == (
        f"{area / 'Gone'}: there is no such folder ({NAME_IT})"
    )
    assert diff(empty, "--live", live).trouble == (
        f"{empty}: names no User ID to find the file in force by ({NAME_IT})"
    )
    (mine,) = live.iterdir()
    assert diff(mine).trouble == f"{mine}: is itself the file in force ({NAME_IT})"


@pytest.mark.parametrize("named", [True, False])
def test_of_several_files_three_are_named(area: Path, named: bool) -> None:
    new = put(area / "Submitted", 2, LESS)
    names = []
    for number in range(1, 5):
        path = put(area / "Live", number, ADT)
        if not named:
            path = path.rename(path.with_name(f"{number}.csv"))
        names.append(path.name)
        if number > 1:
            more = " and more" if number > 3 else ""
            assert diff(new).trouble == (
                f"{area / 'Live'}: holds {number} files of {USER_ID}: {', '.join(names[:3])}{more} "
                "(one is in force (UG1.4-3); name it: tadp diff OLD NEW)"
            )


def test_a_name_that_shows_the_user_id_goes_before_what_is_in_other_files(area: Path) -> None:
    (area / "Live" / "a.csv").write_bytes(ADT)
    live = put(area / "Live", 1, LESS)
    assert diff(put(area / "Submitted", 2, ADT)).report["old"]["path"] == str(live)
    live.write_bytes(ADT.replace(USER_ID.encode(), OTHER_ID.encode()))
    made = diff(area / "Submitted" / live.name.replace("0001", "0002"))
    assert (made.code, made.report["old"]["path"]) == (0, str(live))


def test_the_file_that_a_record_replaces_is_compared_unless_a_folder_is_named(area: Path) -> None:
    example = Path(__file__).parents[2] / "fixtures" / "examples" / "adt-conforming"
    assert diff(example).report["old"]["path"] == f"{example}: live.csv"
    user = "70-00-00-00-00-00-00-01"
    live = put(area / "Live", 1, (example / "live.csv").read_bytes(), user)
    assert diff(example, "--live", area).report["old"]["path"] == str(live)
