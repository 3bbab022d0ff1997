"""Names of files that mean something: records of what was sent, and what goes with a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path, PurePath

from conformance.signature.containers import attached_suffixes, detached_suffixes
from conformance.signature.containers.base import CERTIFICATE_SUFFIX

#: The files that make a directory a submission, a publication of DCC's, or a copy of an area.
SUBMISSION = "submission.json"
PUBLICATION = "publication.json"
AREA = "area.json"


def is_submission(folder: Path) -> bool:
    """Return True if a folder is a submission by itself, or a publication."""
    return (folder / SUBMISSION).is_file() or (folder / PUBLICATION).is_file()


def signature_names(name: str) -> Iterator[str]:
    """Yield the names that a signature beside the file ``name`` may have.

    The last are those of one with a file inside, which should be the same file.
    """
    for suffix in _suffixes():
        yield name + suffix
        yield name + suffix.upper()


def signed_name(name: str) -> str | None:
    """The name of the file whose detached signature is called ``name``, if that is one's name."""
    return _without(name, detached_suffixes())


def name_inside(name: str) -> str | None:
    """Return the name of the file that a signature called ``name`` is over, beside it or inside."""
    return _without(name, _suffixes())


def without_extra(name: str) -> str | None:
    """Return the name of a signature without an ending that a mail gateway put behind it, if any.

    That is adt.csv.p7s of adt.csv.p7s.txt.
    """
    path = PurePath(name)
    if path.suffix.lower() in {"", ".csv", CERTIFICATE_SUFFIX} or name_inside(name) is not None:
        return None
    return path.stem if path.suffix[1:].isalnum() and name_inside(path.stem) else None


def right_name(mark: str, file: str) -> str:
    """Return the name that the signature called ``mark`` should have beside ``file``."""
    return file + PurePath(without_extra(mark) or mark).suffix


def belongs_to(name: str, names: Collection[str]) -> str | None:
    """Which of ``names`` a file called ``name`` goes with, as its signature or its certificate."""
    owner = _without(name, (*_suffixes(), CERTIFICATE_SUFFIX))
    if owner is None or owner not in names:
        return None
    if _without(name, attached_suffixes()) and signed_beside(owner, names):
        # Signed twice: the one with the file inside may be sent by itself.
        return None
    return owner


def signed_beside(name: str, names: Collection[str]) -> bool:
    """Return True if one of ``names`` is that of a detached signature of the file ``name``."""
    return any(one in names for one in signature_names(name) if signed_name(one))


def _suffixes() -> tuple[str, ...]:
    return (*detached_suffixes(), *attached_suffixes())


def _without(name: str, suffixes: tuple[str, ...]) -> str | None:
    found = next((s for s in suffixes if name.lower().endswith(s)), None)
    return (name[: -len(found)] or None) if found else None
