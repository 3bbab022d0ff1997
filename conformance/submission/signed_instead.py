"""The file that a signature is over, where that is not the one beside it: an older version, mostly.

It is looked for by the digest that the signature states, up to a bound.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from pathlib import Path, PurePath

from msgspec import Struct

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.model.profile import DeliveryRules
from conformance.submission.area.spot import Spot, is_live, spot_of, spots
from conformance.submission.evidence import Replaced, Submission
from conformance.submission.names import signature_names, signed_name
from conformance.submission.paths import is_file
from conformance.submission.stated import is_stated, stated_digests
from conformance.submission.strayed import is_over

#: The most files that are looked at, and the most bytes of all of them.
_MOST = 500
_LARGEST = 1 << 26


class SignedInstead(Struct, frozen=True):
    """The file that a signature is over, by its ``name`` from the folders around the one looked at.

    ``swapped``: its own signature is over the one that was looked at. ``live``: the latter is in
    the folder of what is in production.
    """

    name: str
    swapped: bool = False
    live: bool = False


def signed_instead(submission: Submission, rules: DeliveryRules) -> SignedInstead | None:
    """Return the file that the signature is over, if it is at hand."""
    mark, replaced = submission.signature, submission.replaced
    if not isinstance(mark, Content):
        return None
    stated = stated_digests(mark)
    here = submission.root.absolute()
    spot = spot_of(here, rules)
    room = _LARGEST
    for path in islice(_files(_folders(here, spot, rules)), _MOST):
        with suppress(OSError):
            status = path.stat()
            if (room := room - status.st_size) < 0:
                break
            seen = (str(path), status.st_mtime_ns, status.st_size)
            if any(_digest(*seen, name) == digest for name, digest in stated):
                swapped = _is_swapped(path, submission)
                return SignedInstead(_place(path, here, spot), swapped, is_live(spot))
    if isinstance(replaced, Replaced) and is_stated(replaced.file, stated):
        return SignedInstead(replaced.file.name)
    return None


def signed_beside(submission: Submission) -> tuple[str, bool] | None:
    """Return the file of the same name with another ending of which there is a signature.

    Also whether that file is there, so that the signature is over it.
    """
    file, here = submission.file, submission.root.absolute()
    own = PurePath(file.name).name if file is not None else ""
    with suppress(OSError), os.scandir(here) as entries:
        for entry in islice(sorted(entries, key=lambda one: one.name), _MOST):
            name = signed_name(entry.name)
            if name is None or name == own or PurePath(name).stem != PurePath(own).stem:
                continue
            if not (here / name).exists():
                return name, False
            if is_over(Path(entry.path), here / name):
                return name, True
    return None


def _folders(here: Path, spot: Spot | None, rules: DeliveryRules) -> list[Path]:
    """Return ``here`` and, in an area, the folders beside it and then those of other kinds."""
    if spot is None:
        return [here]
    found = [here]
    with suppress(OSError):
        found += sorted(path for path in here.parent.iterdir() if path.is_dir())
    known = (one.path.split("/")[-2:] for one in spots(rules))
    found += (here.parents[1].joinpath(*steps) for steps in known)
    return list(dict.fromkeys(found))


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    """Yield the files in ``folders`` that are not signatures."""
    for folder in folders:
        with suppress(OSError), os.scandir(folder) as entries:
            names = [e.name for e in entries if e.is_file(follow_symlinks=False)]
            yield from (folder / name for name in sorted(names) if signed_name(name) is None)


def _place(path: Path, here: Path, spot: Spot | None) -> str:
    """Return where ``path`` is: from the folder around ``here`` in an area, or from further out."""
    home = here if spot is None else here.parent
    return path.relative_to(home if path.is_relative_to(home) else home.parent).as_posix()


def _is_swapped(path: Path, submission: Submission) -> bool:
    """Return True if a signature beside ``path`` is over the file of ``submission``."""
    file = submission.file
    marks = (path.with_name(name) for name in signature_names(path.name))
    with suppress(SubmissionError):
        found = (Content.of_file(one.name, one) for one in marks if is_file(one))
        return file is not None and any(is_stated(file, stated_digests(one)) for one in found)
    return False


@lru_cache(maxsize=1024)
def _digest(path: str, changed: int, size: int, algorithm: str) -> bytes | None:
    """Return the digest of the file at ``path``, as it was when it ``changed``."""
    del changed, size
    with suppress(SubmissionError):
        return Content.of_file(path, Path(path)).digest(algorithm)
    return None
