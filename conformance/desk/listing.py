"""The listing of a watched folder: every file below it, and its entry in the file system."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from conformance.errors import TadpError
from conformance.submission.area.survey import is_folder

#: Files below a watched folder, at most: more are in a folder that was named by mistake.
MOST_FILES = 1_000_000

#: The size of a file in bytes, and the time of its last change in nanoseconds.
Stamp = tuple[int, int]
#: The files that something consists of, and their stamps; it is unchanged while these are equal.
Stamps = tuple[tuple[str, Stamp], ...]


class Listing(Struct, frozen=True):
    """The regular files of each folder at and below ``root``, by name, and the folders in it."""

    root: Path
    files: Mapping[Path, Mapping[str, Stamp]]
    folders: Mapping[Path, tuple[Path, ...]]

    def below(self, folder: Path) -> Iterator[Path]:
        """Yield ``folder`` and all folders below it."""
        waiting = [folder]
        while waiting:
            here = waiting.pop()
            yield here
            waiting += reversed(self.folders[here])

    def stamps(self, folder: Path) -> Stamps:
        """Return the stamps of all files at and below ``folder``."""
        return tuple(
            sorted(
                (str(here / name), stamp)
                for here in self.below(folder)
                for name, stamp in self.files[here].items()
            )
        )


def list_files(root: Path) -> Listing:
    """List every regular file at and below ``root``; no link is followed, nothing is opened.

    A folder that cannot be listed is empty; it may be about to vanish.

    Raises:
        OSError: ``root`` itself cannot be listed.
        TadpError: there are more than ``MOST_FILES``.
    """
    files: dict[Path, Mapping[str, Stamp]] = {}
    folders: dict[Path, tuple[Path, ...]] = {}
    waiting, count = [root], 0
    while waiting:
        here = waiting.pop()
        try:
            files[here], folders[here] = _list(here)
        except OSError:
            if here == root:
                raise
            files[here], folders[here] = {}, ()
        waiting += folders[here]
        count += len(files[here])
        if count > MOST_FILES:
            raise TadpError(
                f"holds more than {MOST_FILES:,} files",
                where=str(root),
                remedy="watch a folder inside it",
            )
    return Listing(root, files, folders)


def _list(folder: Path) -> tuple[dict[str, Stamp], tuple[Path, ...]]:
    files: dict[str, Stamp] = {}
    folders: list[Path] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if is_folder(entry):
                folders.append(folder / entry.name)
            elif (stamp := _stamp(entry)) is not None:
                files[entry.name] = stamp
    return files, tuple(sorted(folders))


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    """Return the stamp of a regular file; nothing of what is none, or is gone by now."""
    try:
        if not entry.is_file(follow_symlinks=False):
            return None
        # On Windows, what a folder lists of a file may be older than the file.
        status = Path(entry.path).stat(follow_symlinks=False)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
