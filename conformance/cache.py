"""The cache folder: what can be made again, for one user alone, and looked at before it is used."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
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
_NAME = "tadp-conformance"
_ELSEWHERE = "name another folder with --cache DIR"


class Cache(Struct, frozen=True):
    """A folder that belongs to the user, and to which nobody else can write."""

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

        It is made under another name and then renamed, so that other processes see it whole.

        Raises:
            TadpError: it cannot be written.
        """
        target = self.folder / name
        try:
            if _is_kept(target, is_intact):
                return target
            with tempfile.TemporaryDirectory(
                prefix=".", suffix=".part", dir=self.folder, ignore_cleanup_errors=True
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
        except OSError as error:
            raise _failed(target, error) from error
        return target


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
