"""The bytes that are looked at: regions of files and pieces in memory, read when wanted."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.content import CHUNK, Content, Region, State
from conformance.errors import SubmissionError
from tests.running import run


def joined(content: Content, size: int = CHUNK) -> bytes:
    return b"".join(content.chunks(size))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)))
    return path


@given(
    pieces=st.lists(st.binary(max_size=12), max_size=6),
    start=st.integers(0, 60),
    length=st.integers(0, 60),
    size=st.integers(1, 9),
)
def test_a_slice_is_what_a_slice_of_the_bytes_is(
    pieces: list[bytes], start: int, length: int, size: int
) -> None:
    content = Content("name", tuple(pieces))
    whole = b"".join(pieces)
    assert (len(content), joined(content, size)) == (len(whole), whole)
    cut = content.slice(start, length)
    assert cut.name == "name"
    assert joined(cut, size) == whole[start : start + length]
    assert len(cut) == len(whole[start : start + length])
    assert content.head(length) == whole[:length]
    assert all(0 < len(chunk) <= size for chunk in content.chunks(size))


@pytest.mark.parametrize(("start", "length"), [(0, 256), (0, 0), (10, 20), (250, 6), (256, 0)])
@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_a_region_of_a_file_is_read_where_it_lies(
    file: Path, start: int, length: int, size: int
) -> None:
    data = file.read_bytes()
    assert (
        joined(Content.of_file("n", file).slice(start, length), size)
        == (data[start : start + length])
    )
    inner = Region(file, 100, 100, State.of(file.stat())).slice(10, 5)
    assert (inner.offset, inner.length) == (110, 5)
    assert b"".join(inner.chunks(size)) == data[110:115]


def test_files_and_memory_make_one_content(file: Path) -> None:
    content = Content("n", (b"<", Region(file, 65, 3, State.of(file.stat())), b"", b">"))
    assert joined(content) == b"<ABC>"
    assert joined(content.slice(2, 3)) == b"BC>"


def test_everything_is_read_up_to_a_limit(file: Path) -> None:
    content = Content.of_file("what it is called", file)
    assert content.read(256) == file.read_bytes()
    with pytest.raises(SubmissionError) as caught:
        content.read(255)
    assert str(caught.value) == (
        "what it is called: has 256 bytes, more than the 255 that are read"
    )


def test_nothing_is_read_before_it_is_wanted(file: Path) -> None:
    chunks = Content.of_file("n", file).chunks(16)
    file.unlink()
    with pytest.raises(SubmissionError, match="No such file"):
        next(chunks)


def vanish(path: Path) -> None:
    path.unlink()


def shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def lengthen(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"x")


def write_into(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(200)
        file.write(b"x")


def write_into_and_hide_it(path: Path) -> None:
    before = path.stat()
    write_into(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace_by_another(path: Path) -> None:
    before, other = path.stat(), path.with_name("other")
    other.write_bytes(b"x" * before.st_size)
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.rename(path)


CHANGED = "changed while it was read (check a copy that nothing writes to)"


def become_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("happens", "says"),
    [
        (vanish, "No such file or directory"),
        (shorten, CHANGED),
        (lengthen, CHANGED),
        (write_into, CHANGED),
        (write_into_and_hide_it, CHANGED),
        (replace_by_another, CHANGED),
        (become_a_folder, "Is a directory"),
    ],
)
def test_a_file_that_changes_underneath_is_reported(
    file: Path, happens: Callable[[Path], None], says: str
) -> None:
    content = Content.of_file("n", file)
    happens(file)
    uses: list[Callable[[], bytes]] = [
        lambda: joined(content),
        lambda: content.digest("sha256"),
    ]
    for use in uses:
        with pytest.raises(SubmissionError) as caught:
            use()
        assert str(caught.value) == f"{file}: {says}"


@pytest.mark.parametrize(
    "happens", [shorten, lengthen, write_into, write_into_and_hide_it, replace_by_another]
)
def test_a_file_that_changes_half_way_is_reported(
    file: Path, happens: Callable[[Path], None]
) -> None:
    chunks = Content.of_file("n", file).chunks(50)
    assert len(next(chunks)) == 50
    happens(file)
    with pytest.raises(SubmissionError, match="changed while it was read"):
        next(chunks)


def test_a_file_that_changes_before_it_is_opened_is_reported(file: Path) -> None:
    status = file.stat()
    write_into(file)
    with pytest.raises(SubmissionError, match="changed while it was read"):
        Content.of_input("n", file, status)


def test_no_part_of_a_file_is_of_another_state_than_the_rest(file: Path) -> None:
    content = Content.of_file("n", file)
    part = content.slice(100, 20)
    assert joined(part) == content.head(120)[100:]
    write_into(file)
    with pytest.raises(SubmissionError, match="changed while it was read"):
        joined(part)


@pytest.mark.parametrize(("make", "says"), [
    (lambda _: None, "no such file"),
    (Path.mkdir, "is not a regular file"),
    (os.mkfifo, "is not a regular file"),
    (lambda path: path.symlink_to("nowhere"), "no such file"),
])  # fmt: skip
def test_a_path_that_is_not_a_file_is_reported(
    tmp_path: Path, make: Callable[[Path], None], says: str
) -> None:
    path = tmp_path / "path"
    make(path)
    with pytest.raises(SubmissionError) as caught:
        Content.of_file("n", path)
    assert str(caught.value) == f"{path}: {says}"
    if path.is_fifo():
        # It would wait for ever if it were opened.
        assert run("check", path).trouble == f"{path}: is not a regular file"


def test_a_path_that_is_too_long_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="File name too long"):
        Content.of_file("n", tmp_path / ("x" * 300))


def test_bytes_are_read_once_for_a_digest_that_several_ask_for(file: Path) -> None:
    """The report names the same bytes that the signature was found to be over."""
    content = Content.of_file("file", file)
    first = content.digest("sha256")
    file.write_bytes(bytes(256))
    assert content.digest("sha256") == first
    with pytest.raises(SubmissionError, match="changed while it was read"):
        content.digests(("sha256", "sha512"))


@pytest.mark.parametrize("size", [1, 100, 1 << 20])
def test_a_digest_that_is_awaited_is_computed_by_who_reads(file: Path, size: int) -> None:
    content = Content.of_file("n", file)
    content.await_digest("sha256")
    read = b"".join(content.chunks(size))
    file.unlink()
    assert content.digest("sha256") == hashlib.sha256(read).digest()


def test_a_digest_is_of_all_the_bytes_or_none(file: Path) -> None:
    """Who reads a part has not computed it."""
    content = Content.of_file("n", file)
    content.await_digest("sha256")
    assert next(content.chunks(100))
    assert content.head(1 << 20)
    expected = hashlib.sha256(file.read_bytes()).digest()
    assert content.digests(("sha1", "sha256"))["sha256"] == expected


def test_an_error_in_a_digest_is_reported_to_the_caller_that_waits_for_it(file: Path) -> None:
    content = Content.of_file("n", file)
    file.unlink()
    content.await_digest("sha256")
    with pytest.raises(SubmissionError, match="No such file"):
        content.digest("sha256")
