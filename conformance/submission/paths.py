"""Finding a file by its name, and refusing one outside the submission that names it."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from stat import S_ISLNK, S_ISREG

from conformance.content import Content
from conformance.errors import SubmissionError


def _without_links(home: Path, path: PurePosixPath) -> tuple[Path, int] | None:
    """Where ``path`` leads to from ``home``, which itself has no links any more, and its mode.

    None: a link leads out of ``home``.
    """
    real, mode = home, 0
    for part in path.parts:
        real /= part
        mode = real.lstat().st_mode
        if S_ISLNK(mode):
            target = (home / path).resolve(strict=True)
            return (target, target.stat().st_mode) if target.is_relative_to(home) else None
    return real, mode


def home_of(root: Path, where: str) -> Path:
    """Return the directory ``root`` without links, in which ``inside`` finds files.

    Raises:
        SubmissionError: it leads nowhere.
    """
    with _explained(where):
        return root.resolve(strict=True)


@contextmanager
def _explained(where: str) -> Iterator[None]:
    """Say in words of ours what is wrong with a path."""
    try:
        yield
    except FileNotFoundError:
        raise SubmissionError("no such file", where=where) from None
    except (OSError, RuntimeError, ValueError) as error:
        # Of a link to itself, Python before 3.13 makes a RuntimeError; of what is not text, all
        # make a ValueError.
        known = isinstance(error, OSError) and error.errno != errno.ELOOP
        reason = str(getattr(error, "strerror", "")) if known else "is a link to itself, or no path"
        raise SubmissionError(reason, where=where) from None


def inside(home: Path, name: str, manifest: str) -> Content:
    """Return the file called ``name`` below the directory ``home``.

    Raises:
        SubmissionError: the path is absolute, climbs out with ``..``, leads out of the
            submission through a symbolic link, or is not a regular file.
    """
    where = f"{manifest}: {name!r}"
    pure = PurePosixPath(name)
    # On Windows a colon comes after a drive, or before a hidden stream of a file.
    if "\0" in name or "\\" in name or (sys.platform == "win32" and ":" in name):
        raise SubmissionError("is not a path that every system reads alike", where=where)
    if pure.is_absolute() or ".." in pure.parts or not pure.parts:
        raise SubmissionError(
            "leaves the submission", where=where, remedy="name a file beside the manifest"
        )
    with _explained(where):
        found = _without_links(home, pure)
    if found is None:
        raise SubmissionError("is a link that leads out of the submission", where=where)
    real, mode = found
    if not S_ISREG(mode):
        raise SubmissionError("is not a regular file", where=where)
    return Content.of_input(pure.as_posix(), real)


def is_file(path: Path) -> bool:
    """Return True if there is a file; a name that is too long for the system has none."""
    try:
        return path.is_file()
    except OSError:
        return False
