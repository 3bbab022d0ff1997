"""The file that a signature is over, where that is not the one beside it: an older version, mostly.

It is looked for by the digest that the signature states, up to a bound.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from pathlib import Path

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.model.profile import DeliveryRules
from conformance.submission.area.spot import spot_of
from conformance.submission.evidence import Replaced, Submission
from conformance.submission.names import signed_name
from conformance.submission.stated import is_stated, stated_digests

#: The most files that are looked at, and the most bytes of all of them.
_MOST = 500
_LARGEST = 1 << 26


def signed_instead(submission: Submission, rules: DeliveryRules) -> str | None:
    """Return what the file is called that the signature is over, if it is at hand."""
    mark, replaced = submission.signature, submission.replaced
    if not isinstance(mark, Content):
        return None
    stated = stated_digests(mark)
    if isinstance(replaced, Replaced) and is_stated(replaced.file, stated):
        return replaced.file.name
    here = submission.root.absolute()
    # In an area, the folders beside this one have what was sent before.
    home = here.parent if spot_of(here, rules) else here
    room = _LARGEST
    for path in islice(_files(here, home), _MOST):
        with suppress(OSError):
            status = path.stat()
            if (room := room - status.st_size) < 0:
                break
            seen = (str(path), status.st_mtime_ns, status.st_size)
            if any(_digest(*seen, name) == digest for name, digest in stated):
                return path.relative_to(home).as_posix()
    return None


def _files(here: Path, home: Path) -> Iterator[Path]:
    """Yield the files in ``here``, and in the folders of ``home`` if that is another."""
    folders = [here]
    with suppress(OSError):
        if home != here:
            folders += sorted(p for p in home.iterdir() if p.is_dir() and p != here)
    for folder in folders:
        with suppress(OSError), os.scandir(folder) as entries:
            names = [e.name for e in entries if e.is_file(follow_symlinks=False)]
            yield from (folder / name for name in sorted(names) if signed_name(name) is None)


@lru_cache(maxsize=1024)
def _digest(path: str, changed: int, size: int, algorithm: str) -> bytes | None:
    """Return the digest of the file at ``path``, as it was when it ``changed``."""
    del changed, size
    with suppress(SubmissionError):
        return Content.of_file(path, Path(path)).digest(algorithm)
    return None
