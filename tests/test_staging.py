"""Files and folders that are there as a whole or not at all, with the mode that others get."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance import staging
from conformance.errors import TadpError
from conformance.staging import naming_errors, staged, staged_folder, write_among


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """A mask that is not an one's default."""
    before = os.umask(0o027)
    yield
    assert os.umask(before) == 0o027


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def test_a_file_that_is_kept_takes_the_place_and_the_mode_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    for wanted in (0o640, 0o604):
        with staged(path) as new:
            assert (new.path, new.part.parent) == (path, tmp_path)
            assert new.part.name.startswith(".file.txt.")
            assert new.part.suffix == ".part"
            new.part.write_text("new")
            assert not path.exists() or path.read_text() == "old"
            new.keep()
        assert (path.read_text(), mode(path)) == ("new", wanted)
        assert list(tmp_path.iterdir()) == [path]
        path.write_text("old")
        path.chmod(0o604)


def test_a_file_that_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    with staged(path) as new:
        new.part.write_text("new")
    with pytest.raises(KeyError), staged(path):
        raise KeyError("x")
    assert list(tmp_path.iterdir()) == []
    with staged(path) as new:
        new.part.unlink()


def test_a_link_keeps_its_place(tmp_path: Path) -> None:
    path, link = tmp_path / "file.txt", tmp_path / "link"
    link.symlink_to(path)
    with staged(link) as new:
        assert new.path == path
        new.part.write_text("new")
        new.keep()
    assert link.is_symlink()
    assert path.read_text() == "new"


def test_a_long_name_is_cut_for_the_part_alone(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 255)
    with staged(path) as new:
        assert new.part.name.startswith(f".{'x' * 100}.")
        assert not new.part.name.startswith(f".{'x' * 101}")
        new.keep()
    assert path.exists()
    with staged_folder(tmp_path / ("y" * 255)) as part:
        assert part.name.startswith(f".{'y' * 100}.")
        assert not part.name.startswith(f".{'y' * 101}")
    assert (tmp_path / ("y" * 255)).is_dir()


def test_a_file_is_on_the_disk_before_it_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, synced = tmp_path / "file.txt", []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append((number, path.exists())))
    with staged(path) as new:
        new.keep()
    ((number, there),) = synced
    assert isinstance(number, int)
    assert not there


def test_a_folder_becomes_what_it_was_filled_for(tmp_path: Path) -> None:
    path = tmp_path / "not" / "there" / "folder"
    with staged_folder(path) as part:
        assert (part.parent, part.suffix) == (path.parent, ".part")
        assert part.name.startswith(".folder.")
        (part / "file").write_text("new")
        assert not path.exists()
    assert (mode(path), (path / "file").read_text()) == (0o750, "new")
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("error", [KeyError("x"), KeyboardInterrupt()])
def test_a_folder_is_gone_after_an_error(tmp_path: Path, error: BaseException) -> None:
    def fail(part: Path) -> None:
        (part / "file").write_text("new")
        raise error

    with pytest.raises(type(error)), staged_folder(tmp_path / "folder") as part:
        fail(part)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_takes_the_place_of_nothing(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    with pytest.raises(OSError, match="Directory not empty") as reported, staged_folder(path):
        (path / "old").mkdir(parents=True)
    assert reported.value.filename == str(path)
    assert [p.name for p in tmp_path.rglob("*")] == ["folder", "old"]
    (path / "old").rmdir()
    with staged_folder(path) as part:
        (part / "new").touch()
    assert [p.name for p in path.iterdir()] == ["new"]


def test_files_are_written_among_others_when_all_are_there(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there"
    write_among(folder, {"a/b/one": b"1", "two": b"2"})
    write_among(folder, {"a/b/one": b"3", "a/three": b""})
    files = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert files == {"a/b/one": b"3", "a/three": b"", "two": b"2"}
    assert {p.name for p in folder.iterdir()} == {"a", "two"}
    with pytest.raises(TypeError):
        write_among(folder, {"two": b"4", "five": None})  # type: ignore[dict-item]
    assert (folder / "two").read_bytes() == b"2"
    assert {p.name for p in folder.iterdir()} == {"a", "two"}
    with pytest.raises(OSError, match="Is a directory") as reported:
        write_among(folder, {"a": b""})
    assert reported.value.filename == str(folder)


# --- What errors name ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (PermissionError(13, "Permission denied", ".x.y.part"), "place"),
        (PermissionError(13, "Permission denied", "/some/.x.y.part/inner"), "place"),
        (PermissionError(13, "Permission denied", b"/some/.x.y.part"), "place"),
        (PermissionError(13, "Permission denied"), "place"),
        (PermissionError(13, "Permission denied", "/some/else"), "/some/else"),
        (PermissionError(13, "Permission denied", "/some/x.part.y"), "/some/x.part.y"),
    ],
)
def test_an_error_names_what_was_to_be_written(error: OSError, named: str) -> None:
    with pytest.raises(PermissionError) as reported, naming_errors(Path("place")):
        raise error
    assert (reported.value.filename, reported.value.errno) == (named, 13)
    assert reported.value.strerror == "Permission denied"


def test_an_error_without_words_has_those_it_was_made_with() -> None:
    with pytest.raises(OSError, match="odd") as reported, naming_errors(Path("place")):
        raise OSError("odd")
    assert (reported.value.filename, reported.value.strerror) == ("place", "odd")


def test_an_error_that_is_not_of_the_system_is_raised_unchanged() -> None:
    with pytest.raises(TadpError), naming_errors(Path("place")):
        raise TadpError("x")


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "file"
    with pytest.raises(FileNotFoundError) as reported, staged(path):
        pass
    assert reported.value.filename == str(path)
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError) as there, staged_folder(tmp_path / "file" / "folder"):
        pass
    assert there.value.filename == str(tmp_path / "file")
    assert staging._umask() == 0o027
