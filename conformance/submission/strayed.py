"""A signature that is over a file, and neither beside it nor inside: in another folder or name.

It is looked for by the digest that it states, up to a bound.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

from msgspec import Struct

from conformance.content import Content
from conformance.model.profile import DeliveryRules
from conformance.submission.area.spot import spot_of
from conformance.submission.names import signed_name
from conformance.submission.paths import is_file

#: The most entries of folders that are looked at for one file, and the most bytes of a signature.
MOST_ENTRIES = 5_000
_LARGEST = 1 << 20
#: The most bytes of a file that are digested to find its signature.
_LARGEST_FILE = 1 << 26


class Strayed(Struct, frozen=True):
    """Where a signature is, from the folder that was looked through, and what to do with it."""

    place: str
    remedy: str


def strayed_signature(content: Content, path: Path, rules: DeliveryRules) -> Strayed | None:
    """Return the signature over ``content`` in the area of ``path``, or else in its folder.

    What is below the folder of a lone file is no part of what was given. The signature of a large
    file is not looked for.
    """
    if len(content) > _LARGEST_FILE:
        return None
    here = path.absolute().parent
    spot = spot_of(here, rules)
    root = here.parents[len(spot.path.split("/")) - 1] if spot else here
    for mark in _signatures_in(root, deep=spot is not None):
        status = mark.stat()
        for algorithm, digest in _stated(str(mark), status.st_mtime_ns, status.st_size):
            if content.digest(algorithm) == digest:
                return Strayed(mark.relative_to(root).as_posix(), _remedy(mark, path.absolute()))
    return None


def _remedy(mark: Path, path: Path) -> str:
    wanted = path.name + mark.suffix
    if is_file(mark.with_name(signed_name(mark.name) or "")):
        return f"Copy it to be beside the file, and call the copy {wanted}."
    if mark.parent == path.parent:
        return f"Rename it to {wanted}, or the file to {signed_name(mark.name)}."
    return f"Move it to be beside the file, and call it {wanted}."


def _signatures_in(root: Path, *, deep: bool) -> Iterator[Path]:
    for path in islice(_files(root, deep), MOST_ENTRIES):
        if signed_name(path.name) and is_file(path) and not path.is_symlink():
            yield path


def _files(root: Path, deep: bool) -> Iterator[Path]:
    """Yield the files in ``root``, and below where it is ``deep``, in the order of the names."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if deep and not name.startswith("."))
        for name in sorted(files):
            yield Path(folder, name)


@lru_cache(maxsize=MOST_ENTRIES)
def _stated(path: str, changed: int, size: int) -> tuple[tuple[str, bytes], ...]:
    """Return the digests that the signature at ``path`` states, as it was when it ``changed``."""
    del changed
    if size > _LARGEST:
        return ()
    # Loads the readers of messages and of archives.
    from conformance.submission.attachments import stated_digests

    return tuple(stated_digests(Content.of_file(path, Path(path))))
