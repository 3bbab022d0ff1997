"""Names of files that mean something: records of what was sent, and what goes with a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator

#: The files that make a directory a submission, a publication of DCC's, or a copy of an area.
SUBMISSION = "submission.json"
PUBLICATION = "publication.json"
AREA = "area.json"

#: What is added to a file's name to name its detached signature, and its signer's certificate.
SIGNATURE_SUFFIXES = (".p7s", ".sig")
CERTIFICATE_SUFFIX = ".pem"


def signature_names(name: str) -> Iterator[str]:
    """What a detached signature of the file called ``name`` may be called."""
    for suffix in SIGNATURE_SUFFIXES:
        yield name + suffix
        yield name + suffix.upper()


def signed_name(name: str) -> str | None:
    """The name of the file whose detached signature is called ``name``, if that is one's name."""
    return _without(name, SIGNATURE_SUFFIXES)


def belongs_to(name: str, names: Collection[str]) -> str | None:
    """Which of ``names`` a file called ``name`` goes with, as its signature or its certificate."""
    owner = _without(name, (*SIGNATURE_SUFFIXES, CERTIFICATE_SUFFIX))
    return owner if owner in names else None


def _without(name: str, suffixes: tuple[str, ...]) -> str | None:
    found = next((s for s in suffixes if name.lower().endswith(s)), None)
    return (name[: -len(found)] or None) if found else None
