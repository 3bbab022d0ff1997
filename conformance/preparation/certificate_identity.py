"""Writes the EUI-64 of a Party into a certificate, where a profile says that it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cryptography import x509
from cryptography.x509.oid import NameOID
from msgspec import Struct

from conformance.model.identity import ANY_PART, Identity, Place
from conformance.preparation.unique_identifier import unique_identifier
from conformance.signature import oid
from conformance.signature.writing.der import OCTETS, SEQUENCE, element, identifier

#: A kind of hardware, of the arc that is kept for examples.
_HARDWARE = "2.999.4"

_NAMES: dict[Place, Callable[[str], x509.GeneralName]] = {
    Place.DNS_NAME: x509.DNSName,
    Place.EMAIL: x509.RFC822Name,
    Place.URI: x509.UniformResourceIdentifier,
}

Attribute = x509.NameAttribute[str | bytes]


class Written(Struct, frozen=True):
    """The attributes of a subject, and the names for subjectAltName."""

    subject: Sequence[Attribute] = ()
    names: Sequence[x509.GeneralName] = ()


def write_identity(
    identity: Identity, eui64: bytes, title: str | None, role: str | None
) -> Written:
    """Return the names of a certificate for a holder called ``title``, in the order of SMKI.

    Where the CN has the EUI-64 and no room for the title, that is the organisation.
    """
    text = identity.write(eui64.hex("-").upper(), title or "")
    named, last, names = title, list[Attribute](), list[x509.GeneralName]()
    match identity.place:
        case Place.UNIQUE_IDENTIFIER:
            last.append(unique_identifier(eui64))
        case Place.SERIAL_NUMBER:
            last.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, text))
        case Place.HARDWARE_MODULE:
            number = element(SEQUENCE, identifier(_HARDWARE), element(OCTETS, eui64))
            names.append(x509.OtherName(x509.ObjectIdentifier(oid.HARDWARE_MODULE_NAME), number))
        case Place.COMMON_NAME:
            if title is not None:
                named = text
                if ANY_PART not in identity.text:
                    last.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, title))
        case Place.DNS_NAME | Place.EMAIL | Place.URI as place:
            names.append(_NAMES[place](text))
    return Written([*plain_subject(named, role), *last], names)


def plain_subject(title: str | None, role: str | None) -> list[Attribute]:
    """Return the subject of a holder, without an EUI-64."""
    parts = ((NameOID.COMMON_NAME, title), (NameOID.ORGANIZATIONAL_UNIT_NAME, role))
    return [x509.NameAttribute(kind, text) for kind, text in parts if text is not None]
