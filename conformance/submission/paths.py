"""Finding a file by its name, and refusing one outside the submission that names it."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from stat import S_ISLNK, S_ISREG

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.inputs import require_unreserved


def inside(root: Path, name: str, manifest: str) -> Content:
    """Return the file called ``name`` below the directory ``root``.

    Raises:
        SubmissionError: the path is absolute, climbs out with ``..``, leads out of the
            submission through a symbolic link, or is not a regular file.
    """
    where = f"{manifest}: {name!r}"
    parts = [part for part in name.split("/") if part not in ("", ".")]
    # On Windows a colon comes after a drive, or before a hidden stream of a file.
    if "\0" in name or "\\" in name or (sys.platform == "win32" and ":" in name):
        raise SubmissionError("is not a path that every system reads alike", where=where)
    if name.startswith("/") or ".." in parts or not parts:
        raise SubmissionError(
            "leaves the submission", where=where, remedy="name a file beside the manifest"
        )
    try:
        found = _without_links(root, parts)
    except FileNotFoundError:
        raise SubmissionError("no such file", where=where) from None
    except (OSError, RuntimeError, ValueError) as error:
        # Of a link to itself, Python before 3.13 makes a RuntimeError; of what is not text, all
        # make a ValueError.
        known = isinstance(error, OSError) and error.errno != errno.ELOOP
        reason = str(getattr(error, "strerror", "")) if known else "is a link to itself, or no path"
        raise SubmissionError(reason, where=where) from None
    if found is None:
        raise SubmissionError("is a link that leads out of the submission", where=where)
    real, status = found
    if not S_ISREG(status.st_mode):
        raise SubmissionError("is not a regular file", where=where)
    require_unreserved(status)
    return Content.of_input("/".join(parts), real, status)


def _without_links(root: Path, parts: list[str]) -> tuple[Path, os.stat_result] | None:
    """Where the path of ``parts`` leads to from ``root``, and the status of what is there.

    None: a link leads out of ``root``, which may be reached by links itself.
    """
    place = root
    for part in parts:
        place /= part
        status = os.lstat(place)
        if S_ISLNK(status.st_mode):
            home = root.resolve(strict=True)
            target = home.joinpath(*parts).resolve(strict=True)
            return (target, target.stat()) if target.is_relative_to(home) else None
    return place, status


def is_file(path: Path) -> bool:
    """Return True if there is a file; a name that is too long for the system has none."""
    try:
        return path.is_file()
    except OSError:
        return False
