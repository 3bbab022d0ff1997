"""The containers that a signature can come in, an object for each: the only list of them.

``conformance/schemas/profile.schema.json`` names the same ones. Importing them is cheap: what
opens and writes signatures is loaded when there is one.
"""

from __future__ import annotations

from conformance.signature.containers.base import Container, Placement, SigningContainer
from conformance.signature.containers.cms import CMS_ATTACHED, CMS_DETACHED
from conformance.signature.containers.raw_detached import RAW_DETACHED
from conformance.signature.containers.signature_record import SIGNATURE_RECORD
from conformance.signature.containers.smime import SMIME

__all__ = [
    "CMS_ATTACHED",
    "CMS_DETACHED",
    "CONTAINERS",
    "RAW_DETACHED",
    "SIGNATURE_RECORD",
    "SMIME",
    "Container",
    "SigningContainer",
    "attached_suffixes",
    "detached_suffixes",
    "signing_containers",
]

#: By name, in the order in which help names them.
CONTAINERS: dict[str, Container] = {
    one.name: one for one in (CMS_DETACHED, CMS_ATTACHED, RAW_DETACHED, SIGNATURE_RECORD, SMIME)
}


def signing_containers() -> dict[str, SigningContainer]:
    """Return those that can be written, by name."""
    return {n: one for n, one in CONTAINERS.items() if isinstance(one, SigningContainer)}


def detached_suffixes() -> tuple[str, ...]:
    """Return what is added to a file's name to name its detached signature."""
    return _suffixes(Placement.BESIDE)


def attached_suffixes() -> tuple[str, ...]:
    """Return what is added to a file's name to name a signature with the file inside."""
    return _suffixes(Placement.AROUND)


def _suffixes(placement: Placement) -> tuple[str, ...]:
    found = signing_containers().values()
    return tuple(one.suffix for one in found if one.placement is placement)
