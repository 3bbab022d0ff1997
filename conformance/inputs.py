"""Files that are read because somebody named them.

Each is a regular file, is read up to a limit, and is not where a command is about to write.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from conformance.errors import SubmissionError, TadpError

#: How standard input is named.
STDIN = "-"

#: Files that are going to be written to, by what the system knows them as: whatever they are
#: called, by whichever link. In each process that reads inputs; a command has one set of outputs.
_reserved: dict[tuple[int, int], Path] = {}

#: Bytes at either end of a file in which a report names the tool that wrote it.
_LOOKED_AT = 1 << 16
#: How reports begin that do not, as text and as CSV.
_BEGINNINGS = (
    b"VIOLATES  ", b"DEPARTS  ", b"NOT SHOWN  ", b"CONFORMS  ", b"submission,kind,edition,verdict,"
)  # fmt: skip


def standard_input() -> BinaryIO:
    """Return standard input.

    Raises:
        SubmissionError: it is closed.
    """
    if getattr(sys, "stdin", None) is None:
        raise SubmissionError("standard input is closed")
    return sys.stdin.buffer


def reserve(outputs: Iterable[Path]) -> None:
    """Refuse from now on to read any of the files ``outputs``, since they will be replaced."""
    _reserved.clear()
    _reserved.update(_identities(outputs))


def require_apart(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Refuse an output that is one of ``inputs``, which are read before it is known, or by others.

    Raises:
        TadpError: there is one.
    """
    known = _identities(outputs)
    for identity in _identities(inputs):
        if identity in known:
            raise _is_input(known[identity])


def _identities(paths: Iterable[Path]) -> dict[tuple[int, int], Path]:
    """Return what the system knows those of ``paths`` as that are files."""
    found = {}
    for path in paths:
        with suppress(OSError, ValueError):
            status = path.stat()
            if stat.S_ISREG(status.st_mode):
                found[status.st_dev, status.st_ino] = path
    return found


def _is_input(output: Path) -> TadpError:
    what = "is an input, and no place for what is written"
    return TadpError(what, where=str(output), remedy="name another file")


def require_outside(outputs: Iterable[Path], folders: Iterable[Path]) -> None:
    """Refuse an output that takes the place of a file in one of ``folders``, read or not.

    A report that was written there before is replaced.

    Raises:
        TadpError: there is such an output.
    """
    places = {path: Path(os.path.realpath(path)) for path in outputs if path.is_file()}
    if not places:
        return
    inside = {Path(os.path.realpath(folder)) for folder in folders if folder.is_dir()}
    for path, place in places.items():
        if inside & {*place.parents} and not _is_ours(place):
            raise _is_input(path)


def _is_ours(path: Path) -> bool:
    """Return True if the file is a report or another document that this tool has written."""
    with suppress(OSError), path.open("rb") as file:
        head = file.read(_LOOKED_AT)
        file.seek(max(path.stat().st_size - _LOOKED_AT, 0))
        return head.startswith(_BEGINNINGS) or b"tadp-conformance" in head + file.read(_LOOKED_AT)
    return False


@contextmanager
def kept_apart(outputs: Iterable[Path], inputs: Iterable[Path] = ()) -> Iterator[None]:
    """While this lasts, refuse to read any of the files ``outputs``.

    ``inputs`` are what is named to be read, whether it is read in the end or not.

    Raises:
        TadpError: two outputs are one file, or one takes the place of an input.
    """
    outputs = tuple(outputs)
    if outputs:
        named = tuple(inputs)
        require_apart(outputs, named)
        require_outside(outputs, named)
    places: set[object] = set()
    for path in outputs:
        _require_no_loop(path)
        known: set[object] = {os.path.realpath(path), *_identities([path])}
        if known & places and not _is_stream(path):
            raise TadpError("two outputs are this one file", where=str(path))
        places |= known
    reserve(outputs)
    try:
        yield
    finally:
        reserve(())


def _require_no_loop(path: Path) -> None:
    try:
        path.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise TadpError(error.strerror or str(error), where=str(path)) from None
    except ValueError:
        pass


def _is_stream(path: Path) -> bool:
    """Return True if ``path`` is there and not a file: ``/dev/stdout`` takes many outputs."""
    return path.exists() and not path.is_file()


def look_at(path: Path, error: type[TadpError] = TadpError) -> os.stat_result:
    """Return the status of the regular file at ``path``.

    Raises:
        error: there is none, it cannot be looked at, or it is not a regular file.
        TadpError: it is where something is going to be written.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        raise error("no such file", where=str(path)) from None
    except (OSError, ValueError) as trouble:
        text = getattr(trouble, "strerror", None) or str(trouble)
        raise error(text, where=str(path)) from None
    if not stat.S_ISREG(status.st_mode):
        raise error("is not a regular file", where=str(path))
    require_unreserved(status)
    return status


def require_unreserved(status: os.stat_result) -> None:
    """Refuse a file that is going to be written to.

    Raises:
        TadpError: it is one.
    """
    if _reserved and (output := _reserved.get((status.st_dev, status.st_ino))) is not None:
        raise _is_input(output)


def open_input(path: Path, error: type[TadpError] = TadpError) -> BinaryIO:
    """Open the regular file at ``path``, to be read as bytes.

    Raises:
        error: it cannot be opened.
        TadpError: it is where something is going to be written.
    """
    look_at(path, error)
    try:
        return path.open("rb")
    except OSError as trouble:
        raise error(trouble.strerror or str(trouble), where=str(path)) from None


def read_input(path: Path, limit: int, error: type[TadpError] = TadpError) -> bytes:
    """Return the bytes of the regular file at ``path``.

    Raises:
        error: it cannot be read, or has more than ``limit`` bytes.
        TadpError: it is where something is going to be written.
    """
    with open_input(path, error) as file:
        try:
            data = file.read(limit + 1)
        except OSError as trouble:
            raise error(trouble.strerror or str(trouble), where=str(path)) from None
    if len(data) > limit:
        raise error(f"has more than {limit:,} bytes", where=str(path))
    return data
