"""Files, and folders of files, that are written whole or not at all."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

#: How long to wait before each further try to replace a file, in seconds.
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)


class Staged(Struct, frozen=True):
    """A new file, ``part``, that is to take the place of what is at ``path``, if anything is."""

    path: Path
    part: Path

    def keep(self) -> None:
        """Put the file where it belongs; no reader ever sees a part of it.

        Raises:
            OSError: it cannot be done.
        """
        with self.part.open("rb+") as file:
            os.fsync(file.fileno())
        # As open() would have made it; mkstemp gives the file to its owner alone.
        there = self.path.exists()
        self.part.chmod(self.path.stat().st_mode & 0o7777 if there else 0o666 & ~_umask())
        _replace(self.part, self.path)


@contextmanager
def staged(path: Path) -> Iterator[Staged]:
    """A new file beside ``path``, to be written to; at the end it is gone unless it was kept.

    Raises:
        OSError: it cannot be written; it names ``path``.
    """
    path = Path(os.path.realpath(path))
    with naming_errors(path):
        prefix = f".{path.name[:100]}."
        handle, name = tempfile.mkstemp(prefix=prefix, suffix=".part", dir=path.parent)
        os.close(handle)
        part = Path(name)
        try:
            yield Staged(path, part)
        finally:
            with suppress(OSError):
                part.unlink()


@contextmanager
def staged_folder(path: Path) -> Iterator[Path]:
    """A new folder, to be filled, that becomes ``path`` at the end, or is gone after an error.

    Raises:
        OSError: it cannot be written, or something has come to be at ``path``; it names ``path``.
    """
    path = path.absolute()
    with naming_errors(path), parents_of(path):
        part = Path(
            tempfile.mkdtemp(prefix=f".{path.name[:100]}.", suffix=".part", dir=path.parent)
        )
        try:
            yield part
            part.chmod(0o777 & ~_umask())
            part.rename(path)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise


@contextmanager
def parents_of(path: Path) -> Iterator[None]:
    """The folders that ``path`` is in; new ones are removed after an error."""
    new = [parent for parent in path.parents if not parent.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for parent in new:
            with suppress(OSError):
                parent.rmdir()
        raise


def write_among(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write ``files``, by their paths, into ``folder``; none takes its place before all are there.

    Raises:
        OSError: one cannot be written; it names ``folder``. Of a new folder nothing is left then.
    """
    if not os.path.lexists(folder):
        with staged_folder(folder) as new:
            _write(new, files)
        return
    with (
        naming_errors(folder),
        tempfile.TemporaryDirectory(prefix=".", suffix=".part", dir=folder) as name,
    ):
        _write(Path(name), files)
        for path in files:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            _replace(Path(name, path), folder / path)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def _replace(part: Path, path: Path) -> None:
    """Put ``part`` in the place of ``path``.

    On Windows that fails while another program has the file open, as one that looks for viruses
    has each new file for a moment.

    Raises:
        OSError: it cannot be done.
    """
    for seconds in _PAUSES if _on_windows() else ():
        with suppress(PermissionError):
            part.replace(path)
            return
        time.sleep(seconds)
    try:
        part.replace(path)
    except PermissionError as error:
        if not _on_windows():
            raise
        why = f"{error.strerror}: it may be open in another program, such as Excel; close it there"
        raise PermissionError(error.errno, why, str(path)) from error


def _on_windows() -> bool:
    return sys.platform == "win32"


@contextmanager
def naming_errors(path: Path) -> Iterator[None]:
    """Let errors name what was to be written, and not the file used for it meanwhile."""
    try:
        yield
    except OSError as error:
        named = Path(os.fsdecode(error.filename)).parts if error.filename is not None else ()
        if named and not any(name.endswith(".part") for name in named):
            raise
        raise type(error)(error.errno, error.strerror or str(error), str(path)) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
