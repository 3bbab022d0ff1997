"""The requests that ``area.json`` says are not completed, by which a file in an area is new."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.submission.area.spot import Spot
from conformance.submission.manifest import load_json
from conformance.submission.names import AREA


def open_requests(root: Path) -> frozenset[str]:
    """Return the numbers of the requests that the record in ``root`` says are not completed.

    There are none if it cannot be used, which is reported where the area is read.
    """
    path = root / AREA
    with suppress(OSError, SubmissionError):
        status = path.stat()
        return _open_in(path, status.st_mtime_ns, status.st_size)
    return frozenset()


@lru_cache(maxsize=16)
def _open_in(path: Path, changed: int, size: int) -> frozenset[str]:
    """Return the numbers in the record at ``path``, as it was when it ``changed``.

    Raises:
        SubmissionError: it cannot be used.
    """
    del changed, size
    table = load_json(Content.of_file(AREA, path), "area")
    return frozenset(r["number"] for r in table.get("requests", ()) if r["completed_at"] is None)


def is_open(path: Path, spot: Spot, number: str) -> bool:
    """Return True if the request ``number`` of a file in an area is not completed."""
    here = path.absolute().parent
    outer = spot.area_around(here)
    between = (one for one in (here, *here.parents) if one.is_relative_to(outer))
    return any(number in open_requests(one) for one in between)
