"""The cache folder: what can be made again, for one user alone, and looked at before it is used."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from conformance.errors import TadpError

#: Where it is unless --cache names another folder, for people.
PLACES = (
    "~/.cache/tadp-conformance (or below XDG_CACHE_HOME) on Linux,\n"
    "~/Library/Caches/tadp-conformance on macOS, %LOCALAPPDATA%\\tadp-conformance on Windows"
)
#: Makes a folder and all that is in it.
Fill = Callable[[Path], None]
#: Returns True if a folder is as it was made.
IsIntact = Callable[[Path], bool]
#: What is kept of each kind, the last used of it; and for how many days at least, for whoever uses
#: it yet.
KEPT, DAYS = 8, 1
#: The same, for the help of an option.
HELP = f"another folder to keep it in, with the {KEPT} used last and all used within a day"
_NAME = "tadp-conformance"
#: Names of folders that are made here, and of those that are only begun.
_MADE, _PART = re.compile(r"([a-z]+)-[0-9a-f]{16}"), (".tadp-", ".part")
_ELSEWHERE = "name another folder with --cache DIR"


class Cache(Struct, frozen=True):
    """A folder that belongs to the user, and to which no one else can write."""

    folder: Path

    @classmethod
    def open(cls, folder: Path | None = None) -> Cache:
        """Make the cache folder, or look at the one that is there.

        Raises:
            TadpError: it cannot be made, or is not the user's alone.
        """
        place = (folder or usual_place()).absolute()
        try:
            if not place.is_dir():
                place.parent.mkdir(parents=True, exist_ok=True)
                place.mkdir(mode=0o700, exist_ok=True)
            trouble = _trouble(place)
        except OSError as error:
            raise _failed(place, error) from error
        if trouble:
            raise TadpError(f"the cache folder {trouble}", where=str(place), remedy=_ELSEWHERE)
        return cls(place)

    def keep(self, name: str, fill: Fill, is_intact: IsIntact) -> Path:
        """Return the folder ``name`` of the cache, which ``fill`` makes where it is not intact.

        It is made under another name and then renamed, so that other processes see it whole. A name
        is a kind, a hyphen and 16 hexadecimal digits; where one is made, old ones of its kind go.

        Raises:
            TadpError: it cannot be written.
        """
        target = self.folder / name
        try:
            if _is_kept(target, is_intact):
                with suppress(OSError):
                    os.utime(target)  # By its time it is known when it was used last.
                return target
            with tempfile.TemporaryDirectory(
                prefix=_PART[0], suffix=_PART[1], dir=self.folder, ignore_cleanup_errors=True
            ) as part:
                made = Path(part) / "new"
                fill(made)
                try:
                    made.rename(target)
                except OSError:
                    # Something is there: of another process, which was quicker, or altered.
                    if not _is_kept(target, is_intact):
                        with suppress(FileNotFoundError):
                            target.rename(Path(part) / "old")
                        made.rename(target)
            self._remove_old(name)
        except OSError as error:
            raise _failed(target, error) from error
        return target

    def _remove_old(self, name: str) -> None:
        """Remove what was not used for long of the kind of ``name``, and what was not finished."""
        kind = name.partition("-")[0]
        begun, made = list[Path](), list[tuple[float, Path]]()
        before = time.time() - DAYS * 86400
        for path in self.folder.iterdir():
            found = _MADE.fullmatch(path.name)
            with suppress(OSError):
                used = path.lstat().st_mtime
                if path.name.startswith(_PART[0]) and path.name.endswith(_PART[1]):
                    begun += [path] if used < before else []
                elif found and found[1] == kind:
                    made.append((used, path))
        made.sort(reverse=True)
        old = [path for used, path in made[KEPT:] if used < before and path.name != name]
        for path in (*begun, *old):
            shutil.rmtree(path, ignore_errors=True)  # It follows no link, and leaves one alone.


def named_folder(text: str) -> Path:
    """Return the folder that an option names; one without a name would be the current folder."""
    if not text.strip():
        raise argparse.ArgumentTypeError("no folder is named; leave the option out, for the usual")
    return Path(text)


def _is_kept(target: Path, is_intact: IsIntact) -> bool:
    return target.is_dir() and not target.is_symlink() and is_intact(target)


def _failed(place: Path, error: OSError) -> TadpError:
    return TadpError(
        f"the cache folder cannot be written: {error.strerror or error}",
        where=str(place), remedy=_ELSEWHERE,
    )  # fmt: skip


def usual_place() -> Path:
    """Return the cache folder of the platform.

    Raises:
        TadpError: there is no home folder.
    """
    try:
        if sys.platform == "win32":
            local = os.environ.get("LOCALAPPDATA")
            return (Path(local) if local else Path.home() / "AppData" / "Local") / _NAME
        elif sys.platform == "darwin":  # noqa: RET505 - mypy wants it, for Windows
            return Path.home() / "Library" / "Caches" / _NAME
        else:
            chosen = Path(os.environ.get("XDG_CACHE_HOME", ""))
            # The specification has a relative path ignored.
            return (chosen if chosen.is_absolute() else Path.home() / ".cache") / _NAME
    except RuntimeError:
        raise TadpError("there is no home folder for the cache", remedy=_ELSEWHERE) from None


def _trouble(place: Path) -> str | None:
    """Return what is wrong with who can write to a folder; on Windows it is in the user's own."""
    if sys.platform != "win32":
        status = place.stat()
        # Of a link, whose it is counts as well: its owner can lead it elsewhere.
        if {status.st_uid, place.lstat().st_uid} != {os.geteuid()}:
            return "belongs to another user"
        if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return "can be written to by other users"
    return None
