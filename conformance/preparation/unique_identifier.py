"""Writes the EUI-64 of a Party into the subject of a certificate.

The standard type of an x500UniqueIdentifier is BIT STRING (X.520, 6.2.8). `cryptography` keeps one
that it has read, and has no public way to make one: so the attribute is written here, and read.
"""

from __future__ import annotations

from cryptography import x509

from conformance.signature import oid
from conformance.signature.writing.der import BIT_STRING, SEQUENCE, SET, element, identifier


def unique_identifier(eui64: bytes) -> x509.NameAttribute[str | bytes]:
    """Return the x500UniqueIdentifier whose BIT STRING is ``eui64``, without unused bits."""
    value = element(BIT_STRING, b"\0", eui64)
    attribute = element(SEQUENCE, identifier(oid.UNIQUE_IDENTIFIER), value)
    (made,) = x509.Name.from_bytes(element(SEQUENCE, element(SET, attribute)))
    return made
