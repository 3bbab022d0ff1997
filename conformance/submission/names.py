"""Names of files that mean something: records of what was sent, and what goes with a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from conformance.signature.containers import detached_suffixes
from conformance.signature.containers.base import CERTIFICATE_SUFFIX

#: The files that make a directory a submission, a publication of DCC's, or a copy of an area.
SUBMISSION = "submission.json"
PUBLICATION = "publication.json"
AREA = "area.json"


def signature_names(name: str) -> Iterator[str]:
    """Yield the names that a detached signature of the file ``name`` may have."""
    for suffix in detached_suffixes():
        yield name + suffix
        yield name + suffix.upper()


def signed_name(name: str) -> str | None:
    """The name of the file whose detached signature is called ``name``, if that is one's name."""
    return _without(name, detached_suffixes())


def belongs_to(name: str, names: Collection[str]) -> str | None:
    """Which of ``names`` a file called ``name`` goes with, as its signature or its certificate."""
    owner = _without(name, (*detached_suffixes(), CERTIFICATE_SUFFIX))
    return owner if owner in names else None


def _without(name: str, suffixes: tuple[str, ...]) -> str | None:
    found = next((s for s in suffixes if name.lower().endswith(s)), None)
    return (name[: -len(found)] or None) if found else None
