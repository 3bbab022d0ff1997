"""The EUI-64 that a certificate names its Party by, where a profile says that it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from conformance.content import Content
from conformance.findings import Finding
from conformance.model.identity import Identity, Place
from conformance.signature import oid
from conformance.signature.ber import OCTETS, Malformed, Reader
from conformance.signature.certificate import Certificate
from conformance.signature.name import NameAttribute, attributes_of

if TYPE_CHECKING:
    from cryptography import x509

#: Bytes of an EUI-64.
_SIZE = 8
_IN_SUBJECT = {
    Place.UNIQUE_IDENTIFIER: oid.UNIQUE_IDENTIFIER,
    Place.COMMON_NAME: oid.COMMON_NAME,
    Place.SERIAL_NUMBER: oid.SERIAL_NUMBER,
}


def eui64(certificate: Certificate, identity: Identity) -> str | None:
    """Return the EUI-64, in hex with hyphens; None if the certificate has not exactly one."""
    if identity.place is Place.UNIQUE_IDENTIFIER:
        found = attributes_of(certificate.subject, oid.UNIQUE_IDENTIFIER)
        bits = found[0].bits if len(found) == 1 else None
        return _written(bits)
    there = {
        one for value in _values(certificate, identity.place) if (one := _read(value, identity))
    }
    return there.pop() if len(there) == 1 else None


def identity_faults(certificate: Certificate, identity: Identity) -> Iterator[Finding]:
    """Yield the finding that the certificate does not name its Party."""
    if eui64(certificate, identity) is not None:
        return
    place = identity.place
    where = "certificate" if place.startswith("san-") else "subject of the certificate"
    if place is Place.UNIQUE_IDENTIFIER:
        found = _identifiers(attributes_of(certificate.subject, oid.UNIQUE_IDENTIFIER))
        expected = "one x500UniqueIdentifier, a BIT STRING of 8 bytes"
    else:
        found = _shown(list(_values(certificate, place)), place)
        form = f"as {identity.write('01-23-45-67-89-AB-CD-EF', '...')}"
        expected = f"one {place.words}, {form if place.is_text else 'with 8 bytes'}"
    yield Finding(
        f"the {where} does not name the Party by its EUI-64",
        found=found,
        expected=expected,
        profile=("certificate.eui64", "certificate.identity"),
    )


def _written(value: bytes | None) -> str | None:
    return value.hex("-").upper() if value is not None and len(value) == _SIZE else None


def _read(value: str | bytes, identity: Identity) -> str | None:
    return identity.read(value) if isinstance(value, str) else _written(value)


def _values(certificate: Certificate, place: Place) -> Iterator[str | bytes]:
    """Yield what is at ``place``: texts, or the bytes of a hardwareModuleName."""
    if place in _IN_SUBJECT:
        found = attributes_of(certificate.subject, _IN_SUBJECT[place])
        yield from (one.text for one in found if one.text is not None)
        return
    from cryptography import x509

    try:
        extensions = certificate.extensions()
    except ValueError:
        return
    kind = {
        Place.DNS_NAME: x509.DNSName,
        Place.EMAIL: x509.RFC822Name,
        Place.URI: x509.UniformResourceIdentifier,
    }.get(place)
    names = (
        name
        for one in extensions
        if isinstance(one.value, x509.SubjectAlternativeName)
        for name in one.value
    )
    for name in names:
        if kind is None:
            yield from _serial_of_module(name)
        elif isinstance(name, kind):
            yield name.value


def _serial_of_module(name: x509.GeneralName) -> Iterator[bytes]:
    """Yield the serial number in ``name``, if it is a hardwareModuleName (RFC 4108, section 5)."""
    from cryptography import x509

    if not isinstance(name, x509.OtherName):
        return
    if name.type_id.dotted_string != oid.HARDWARE_MODULE_NAME:
        return
    reader = Reader(Content.of_bytes("name", name.value))
    try:
        _, serial = reader.children(reader.element(0, reader.size))
        if serial.tag == OCTETS:
            yield reader.value(serial)
    except (Malformed, ValueError):
        return


def _shown(values: Sequence[str | bytes], place: Place) -> str:
    if not values:
        return f"no {place.words}"
    shown = [one if isinstance(one, str) else f"{len(one)} bytes" for one in values[:4]]
    return f"{place.words} {', '.join(one[:128] for one in shown)}"


def _identifiers(found: Sequence[NameAttribute]) -> str:
    if not found:
        return "no x500UniqueIdentifier"
    if len(found) > 1:
        return f"{len(found)} of x500UniqueIdentifier"
    (one,) = found
    if one.bits is None:
        return "x500UniqueIdentifier that is not a BIT STRING of whole bytes"
    return f"x500UniqueIdentifier of {len(one.bits)} bytes"
