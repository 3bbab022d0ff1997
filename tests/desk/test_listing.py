"""The files in a watched folder, as the file system lists them."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.desk import listing
from conformance.desk.listing import list_files
from conformance.errors import TadpError


def test_files_of_all_folders_are_listed_with_their_size(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "a").write_bytes(b"123")
    (tmp_path / "in" / "deep" / "b").write_bytes(b"")
    found = list_files(tmp_path)
    assert {
        f"{f.name}/{n}": s[0] for f, names in found.files.items() for n, s in names.items()
    } == {
        f"{tmp_path.name}/a": 3,
        "deep/b": 0,
    }
    assert list(found.below(tmp_path)) == [tmp_path, tmp_path / "in", tmp_path / "in" / "deep"]


def test_a_file_that_grows_has_other_stamps(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    before = list_files(tmp_path)
    assert before == list_files(tmp_path)
    (tmp_path / "a").write_bytes(b"12")
    after = list_files(tmp_path)
    assert before != after
    assert before.stamps(tmp_path) != after.stamps(tmp_path)


def test_links_are_neither_files_nor_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a").write_bytes(b"1")
    root = tmp_path / "root"
    root.mkdir()
    try:
        (root / "folder").symlink_to(outside, target_is_directory=True)
        (root / "file").symlink_to(outside / "a")
    except OSError:
        pytest.skip("this system makes no links")
    assert list_files(root).files == {root: {}}


def test_a_folder_that_vanishes_is_an_error_only_if_it_is_the_watched_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileNotFoundError):
        list_files(tmp_path / "none")
    (tmp_path / "in").mkdir()
    listed = listing._list

    def gone(folder: Path) -> object:
        if folder.name == "in":
            raise FileNotFoundError(folder)
        return listed(folder)

    monkeypatch.setattr(listing, "_list", gone)
    assert list_files(tmp_path).files == {tmp_path: {}, tmp_path / "in": {}}


def test_a_folder_named_by_mistake_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (tmp_path / name).touch()
    monkeypatch.setattr(listing, "MOST_FILES", 2)
    with pytest.raises(TadpError, match="holds more than 2 files"):
        list_files(tmp_path)
