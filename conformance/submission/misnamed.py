"""A signature that is not named as its file is.

It lacks the ending of the file, as adt.p7s beside adt.csv, or has another one behind its own, as
adt.csv.p7s.txt. It is used where only capitals differ, and where the file was saved as text.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.foreign import HEAD, foreign
from conformance.signature.recognition import CMS_SHAPES, recognise
from conformance.submission.names import (
    name_inside,
    signature_names,
    signed_name,
    without_extra,
)
from conformance.submission.paths import is_file
from conformance.submission.stated import is_stated, stated_digests

#: Endings that are left out of the name of a signature by mistake.
_ENDINGS = (".csv", ".CSV", ".txt", ".TXT")
#: Endings of what may be beside a signature in place of its file.
_INSTEAD = (".zip", ".gz", ".7z", ".rar", ".xlsx", ".xls", ".xlsm", ".ods", ".numbers", ".pdf")


#: Endings that a program gives to a table that it saves as text, in place of that of CSV.
_TEXTS = (".txt", ".prn", ".tsv", ".tab", ".asc")
_CSV = ".csv"


class _Names(Struct, frozen=True):
    """The names of the files in a folder, by what they are without capitals.

    ``ended`` are those of signatures with another ending behind, by the names of what they sign.
    """

    folded: dict[str, tuple[str, ...]]
    ended: dict[str, str]


def misnamed_signature(path: Path) -> Path | None:
    """Return the signature of ``path`` whose name lacks its ending, or has another one behind.

    Nothing if ``path`` has a signature of its own name, or if that file has another inside.
    """
    if any(_beside(path, path.name)) or _used(path) is not None:
        return None
    short = path.stem if path.suffix in _ENDINGS else None
    ended = _names(path.parent).ended
    found = next(_beside(path, short), None) if short else None
    if found is None and (whole := ended.get(path.name.casefold())):
        # With all of the name of the file, it may have that inside as well.
        return _unless_foreign(path.with_name(whole))
    if found is None and short and (other := ended.get(short.casefold())):
        found = _unless_foreign(path.with_name(other))
    if found is None or encloses(Content.of_file(found.name, found)):
        return None
    return found


def signature_used(path: Path) -> Path | None:
    """Return the signature of ``path`` in other capitals, or of the CSV file that it was.

    Nothing if ``path`` has a signature of its own name.
    """
    return None if any(_beside(path, path.name)) else _used(path)


def _used(path: Path) -> Path | None:
    folded = _names(path.parent).folded
    for wanted in dict.fromkeys(name.casefold() for name in signature_names(path.name)):
        for name in folded.get(wanted, ()):
            mark = path.with_name(name)
            is_one = is_file(mark) and not mark.is_symlink()
            if is_one and _in_other_capitals(mark) == path:
                return mark
    return _of_csv(path)


def _in_other_capitals(mark: Path) -> Path | None:
    """Return the file without a signature of its own name that ``mark`` is named after."""
    name = name_inside(mark.name) or ""
    here = _names(mark.parent).folded.get(name.casefold(), ())
    owners = [mark.with_name(one) for one in ((name,) if name in here else here)]
    return next((one for one in owners if not any(_beside(one, one.name))), None)


def _of_csv(path: Path) -> Path | None:
    """Return the signature of the CSV file that is not there, where ``path`` is that as text."""
    folded = _names(path.parent).folded
    if path.suffix.lower() not in _TEXTS or path.stem.casefold() + _CSV in folded:
        return None
    names = (name.casefold() for name in signature_names(path.stem + _CSV) if signed_name(name))
    marks = (path.with_name(one) for name in names for one in folded.get(name, ()))
    found = next((mark for mark in marks if is_file(mark)), None)
    if found is None:
        return None
    with suppress(SubmissionError):
        stated = stated_digests(Content.of_file(found.name, found))
        # Where the bytes are the same, it was renamed only.
        if stated and not is_stated(Content.of_file(path.name, path), stated):
            return found
    return None


def misnamed_owner(path: Path) -> Path | None:
    """Return the file that ``path`` is the misnamed signature of, if it is one.

    It may be an archive of the file that it is named after, or a workbook in its place.
    """
    own = without_extra(path.name)
    name = name_inside(own or path.name)
    if not name:
        return None
    if own is None:
        other = _in_other_capitals(path)
        if other is not None and signature_used(other) == path:
            return other
    folded = _names(path.parent).folded
    names = [*folded.get(name.casefold(), ()), *(name + ending for ending in _ENDINGS)]
    owners = [path.with_name(one) for one in names]
    found = next((o for o in owners if is_file(o) and misnamed_signature(o) == path), None)
    if found is not None or own is not None:
        return found
    texts = [path.with_name(path.with_name(name).stem + ending) for ending in _TEXTS]
    found = next((one for one in texts if is_file(one) and signature_used(one) == path), None)
    return found or _instead(path, name)


def _unless_foreign(mark: Path) -> Path | None:
    """Return ``mark``, unless it is a file of another program, such as an archive of it."""
    is_its = is_file(mark) and not mark.is_symlink() and not _is_foreign(mark)
    return mark if is_its else None


def _names(folder: Path) -> _Names:
    with suppress(OSError):
        return _listed(str(folder), folder.stat().st_mtime_ns)
    return _Names({}, {})


# A folder of thousands of files is listed once.
@lru_cache(maxsize=64)
def _listed(folder: str, changed: int) -> _Names:
    """Return the names in ``folder``, as it was when it ``changed``.

    Raises:
        OSError: it cannot be listed.
    """
    del changed
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries)
    folded: dict[str, tuple[str, ...]] = {}
    ended: dict[str, str] = {}
    for name in names:
        folded[name.casefold()] = (*folded.get(name.casefold(), ()), name)
        if (own := without_extra(name)) is not None:
            ended.setdefault((name_inside(own) or "").casefold(), name)
    return _Names(folded, ended)


def _instead(path: Path, name: str) -> Path | None:
    """Return the file beside the signature ``path`` that is in place of the one called ``name``."""
    stem, dot, _ = name.rpartition(".")
    names = (one + ending for one in ((stem, name) if dot else (name,)) for ending in _INSTEAD)
    found = next(
        (one for n in names if is_file(one := path.with_name(n)) and _is_foreign(one)), None
    )
    return None if found is None or encloses(Content.of_file(path.name, path)) else found


def _is_foreign(path: Path) -> bool:
    with suppress(SubmissionError):
        return foreign(Content.of_file(path.name, path)) is not None
    return False


def _beside(path: Path, name: str) -> Iterator[Path]:
    for signature in signature_names(name):
        beside = path.with_name(signature)
        if is_file(beside) and not beside.is_symlink():
            yield beside


def encloses(content: Content) -> bool:
    """Return True if a signature has what it signs inside."""
    if recognise(content.head(HEAD)) not in CMS_SHAPES:
        return False
    from conformance.signature.message import Unreadable, read_message

    try:
        return read_message(content)[0].content is not None
    except Unreadable:
        return False
