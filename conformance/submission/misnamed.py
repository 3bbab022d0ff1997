"""A signature that lacks the ending of its file in its name: adt.p7s beside adt.csv."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.foreign import HEAD, foreign
from conformance.signature.recognition import CMS_SHAPES, recognise
from conformance.submission.names import name_inside, signature_names
from conformance.submission.paths import is_file

#: Endings that are left out of the name of a signature by mistake.
_ENDINGS = (".csv", ".CSV", ".txt", ".TXT")
#: Endings of what may be beside a signature in place of its file.
_INSTEAD = (".zip", ".gz", ".7z", ".rar", ".xlsx", ".xls", ".xlsm", ".ods", ".numbers", ".pdf")


def misnamed_signature(path: Path) -> Path | None:
    """Return the signature that is called as ``path`` is without its ending.

    Nothing if ``path`` has a signature of its own name, or if that file has another inside.
    """
    if path.suffix not in _ENDINGS or any(_beside(path, path.name)):
        return None
    found = next(_beside(path, path.stem), None)
    if found is None or encloses(Content.of_file(found.name, found)):
        return None
    return found


def misnamed_owner(path: Path) -> Path | None:
    """Return the file that ``path`` is the misnamed signature of, if it is one.

    It may be an archive of the file that it is named after, or a workbook in its place.
    """
    name = name_inside(path.name)
    if not name:
        return None
    owners = [path.with_name(name + ending) for ending in _ENDINGS]
    found = next((o for o in owners if is_file(o) and misnamed_signature(o) == path), None)
    return found or _instead(path, name)


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
