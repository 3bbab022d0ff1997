"""Finding a file that a manifest names, and refusing one outside the submission."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from conformance.content import Content
from conformance.errors import SubmissionError


def inside(root: Path, name: str, manifest: str) -> Content:
    """The file called ``name`` below the directory ``root``.

    Raises:
        SubmissionError: the path is absolute, climbs out with ``..``, leads out of the
            submission through a symbolic link, or is no regular file.
    """
    where = f"{manifest}: {name!r}"
    pure = PurePosixPath(name)
    if "\0" in name or "\\" in name:
        raise SubmissionError("is no path that every system reads alike", where=where)
    if pure.is_absolute() or ".." in pure.parts or pure == PurePosixPath():
        raise SubmissionError(
            "leaves the submission", where=where, remedy="name a file beside the manifest"
        )
    path = root / pure
    try:
        real, home = path.resolve(strict=True), root.resolve(strict=True)
    except FileNotFoundError:
        raise SubmissionError("no such file", where=where) from None
    except (OSError, RuntimeError) as error:
        text = getattr(error, "strerror", None) or str(error)
        raise SubmissionError(text, where=where) from None
    if not real.is_relative_to(home):
        raise SubmissionError("is a link that leads out of the submission", where=where)
    return Content.of_file(pure.as_posix(), real)
