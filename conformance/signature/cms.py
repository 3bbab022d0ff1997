"""The parts of a CMS SignedData (RFC 5652) that a signed CSV file is judged by."""

from __future__ import annotations

from msgspec import Struct

from conformance.content import Content
from conformance.signature import oid
from conformance.signature.ber import (
    INTEGER,
    OCTETS_IN_PIECES,
    OID,
    SEQUENCE,
    SET,
    Element,
    Malformed,
    Reader,
)

#: Bytes that a container may have beside the signed file.
MAX_OVERHEAD = 1 << 24
#: Certificates that may come along.
MAX_CERTIFICATES = 64

_CONTEXT_0, _CONTEXT_1 = 0xA0, 0xA1
_KEY_IDENTIFIER = 0x80


class NotSigned(Exception):  # noqa: N818 - it describes the bytes, not a fault of the program
    """It is CMS of another kind: ``content_type`` is its OID."""

    def __init__(self, content_type: str) -> None:
        super().__init__(content_type)
        self.content_type = content_type


class Attributes(Struct, frozen=True):
    """The attributes that are signed beside the file.

    ``encoded`` is what the signature is over: the attributes as a SET OF in DER.
    ``as_sent`` differs from it where they were not sent in DER: if not ``sorted``, they are out of
    order; if not ``der``, an element is not as DER has it. ``values`` has, for each
    attribute in turn, its OID and the tags and contents of its values.
    """

    as_sent: bytes
    encoded: bytes
    sorted: bool
    der: bool
    values: tuple[tuple[str, tuple[tuple[int, bytes], ...]], ...]

    def of(self, type_: str) -> tuple[tuple[int, bytes], ...]:
        """The values of all attributes of a type, together."""
        return tuple(value for name, values in self.values if name == type_ for value in values)


class Signer(Struct, frozen=True):
    """One signature: OIDs of its algorithms, and how it names its certificate.

    ``parameters`` are those of ``algorithm`` as they are encoded, empty where there are none.
    ``sent`` is all of it. ``issuer`` is the DER of the issuer's name; either it and ``serial`` are
    there, or ``key_identifier``. ``unsigned`` are the types of the attributes that are not signed.
    """

    issuer: bytes | None
    serial: int | None
    key_identifier: bytes | None
    digest: str
    algorithm: str
    parameters: bytes
    attributes: Attributes | None
    unsigned: tuple[str, ...]
    signature: bytes
    sent: Content

    @property
    def encoded(self) -> bytes | None:
        """All of it as it was sent, None where a length in it is indefinite."""
        reader = Reader(self.sent)
        whole = reader.element(0, reader.size)
        return reader.encoding(whole) if reader.is_definite(whole) else None


class SignedData(Struct, frozen=True):
    """A SignedData; ``content`` is the signed file, None if it is not inside.

    ``digests`` are the OIDs of the digests that it announces. ``trailing`` is where bytes begin
    that belong to it no more, if there are any; ``overlong`` where a length takes more octets than
    it needs, though nothing is streamed (which is BER, and taken).
    """

    ber: bool
    digests: tuple[str, ...]
    content_type: str
    content: Content | None
    certificates: tuple[bytes, ...]
    signers: tuple[Signer, ...]
    trailing: int | None
    overlong: int | None


def read_signed_data(container: Content) -> SignedData:
    """Read a ContentInfo of signed data, DER or BER.

    Raises:
        Malformed: it is something else, or exceeds a bound.
        NotSigned: it is CMS of another kind.
    """
    reader = Reader(container)
    if not reader.size:
        raise Malformed("is empty", 0)
    whole = reader.element(0, reader.size)
    fields = _fields(reader, whole, SEQUENCE, "ContentInfo")
    content_type = _oid(reader, fields[0])
    if content_type != oid.SIGNED_DATA:
        raise NotSigned(content_type)
    if len(fields) != 2:
        raise Malformed("has no signed data", whole.offset)
    signed = reader.only_child(_expect(fields[1], _CONTEXT_0, "SignedData"))
    parts = _fields(reader, signed, SEQUENCE, "SignedData")
    if len(parts) < 4:
        raise Malformed("has too few parts for signed data", signed.offset)
    _expect(parts[0], INTEGER, "version")
    digests = reader.children(_expect(parts[1], SET, "list of digest algorithms"))
    inner = _fields(reader, parts[2], SEQUENCE, "content")
    octets = reader.only_child(_expect(inner[1], _CONTEXT_0, "content")) if len(inner) > 1 else None
    if reader.size - (octets.size if octets else 0) > MAX_OVERHEAD:
        raise Malformed(f"has more than {MAX_OVERHEAD:,} bytes beside the file", 0)
    in_pieces = octets is not None and octets.tag == OCTETS_IN_PIECES
    ber = whole.indefinite or signed.indefinite or in_pieces
    return SignedData(
        ber=ber,
        digests=tuple(_algorithm(reader, one) for one in digests),
        content_type=_oid(reader, inner[0]),
        content=reader.octets(octets) if octets else None,
        certificates=_certificates(reader, parts[3:-1]),
        signers=tuple(
            _signer(reader, signer)
            for signer in reader.children(_expect(parts[-1], SET, "list of signers"))
        ),
        trailing=whole.after if whole.after < reader.size else None,
        overlong=None if ber else reader.overlong,
    )


def attributes_of(encoded: Content) -> Attributes | None:
    """The attributes that ``encoded`` is the encoding of, or None if it is of none."""
    reader = Reader(encoded)
    try:
        whole = _expect(reader.element(0, reader.size), SET, "attributes")
        return _attributes(reader, whole) if whole.after == reader.size else None
    except Malformed:
        return None


def _certificates(reader: Reader, parts: list[Element]) -> tuple[bytes, ...]:
    """The X.509 certificates; older and other forms that the set may hold are left out."""
    found: list[bytes] = []
    for part in parts:
        if part.tag not in {_CONTEXT_0, _CONTEXT_1}:
            raise Malformed("has a part that signed data does not have", part.offset)
        if part.tag == _CONTEXT_0:
            found += (reader.encoding(one) for one in reader.children(part) if one.tag == SEQUENCE)
    if len(found) > MAX_CERTIFICATES:
        raise Malformed(
            f"has {len(found):,} certificates, more than {MAX_CERTIFICATES}", parts[0].offset
        )
    return tuple(found)


def _signer(reader: Reader, element: Element) -> Signer:
    parts = _fields(reader, element, SEQUENCE, "signer")
    unsigned = _types(reader, parts.pop()) if parts[-1].tag == _CONTEXT_1 else ()
    attributes = None
    if len(parts) == 6:
        attributes = _attributes(reader, _expect(parts.pop(3), _CONTEXT_0, "signed attributes"))
    if len(parts) != 5:
        raise Malformed("has a signer of the wrong form", element.offset)
    _expect(parts[0], INTEGER, "version")
    issuer, serial, key_identifier = None, None, None
    if parts[1].tag == _KEY_IDENTIFIER:
        key_identifier = reader.value(parts[1])
    else:
        names = _fields(reader, parts[1], SEQUENCE, "name of the signer")
        if len(names) != 2:
            raise Malformed("has a signer without issuer and serial number", parts[1].offset)
        issuer = reader.encoding(names[0])
        serial = int.from_bytes(
            reader.value(_expect(names[1], INTEGER, "serial number")), signed=True
        )
    return Signer(
        issuer=issuer,
        serial=serial,
        key_identifier=key_identifier,
        digest=_algorithm(reader, parts[2]),
        algorithm=_algorithm(reader, parts[3]),
        parameters=b"".join(map(reader.encoding, reader.children(parts[3])[1:])),
        attributes=attributes,
        unsigned=unsigned,
        signature=reader.octets(parts[4]).read(MAX_OVERHEAD),
        sent=reader.content.slice(element.offset, element.after - element.offset),
    )


def _types(reader: Reader, whole: Element) -> tuple[str, ...]:
    """Return the types of unsigned attributes, which prove nothing: any form of them is taken."""
    try:
        first = [reader.children(one)[:1] for one in reader.children(whole) if one.tag == SEQUENCE]
        return tuple(oid.decode(reader.value(one)) for ones in first for one in ones)
    except Malformed:
        return ()


def _attributes(reader: Reader, whole: Element) -> Attributes:
    before, reader.overlong = reader.overlong, None
    encodings: list[bytes] = []
    values: list[tuple[str, tuple[tuple[int, bytes], ...]]] = []
    definite = not whole.indefinite
    for attribute in reader.children(whole):
        pair = _fields(reader, attribute, SEQUENCE, "attribute")
        if len(pair) != 2:
            raise Malformed("has an attribute of the wrong form", attribute.offset)
        members = reader.children(_expect(pair[1], SET, "values of an attribute"))
        definite = definite and not attribute.indefinite and not pair[1].indefinite
        definite = definite and all(map(reader.is_definite, members))
        encodings.append(reader.encoding(attribute))
        values.append((_oid(reader, pair[0]), tuple((m.tag, reader.value(m)) for m in members)))
    body = b"".join(sorted(encodings))
    as_sent = bytes((SET,)) + reader.encoding(whole)[1:]
    encoded = bytes((SET,)) + _length(len(body)) + body
    in_order = encodings == sorted(encodings)
    der = definite and reader.overlong is None
    reader.overlong = before
    return Attributes(
        as_sent=as_sent,
        encoded=encoded,
        sorted=in_order,
        der=der and (as_sent == encoded or not in_order),
        values=tuple(values),
    )


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes((size,))
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((0x80 | len(octets),)) + octets


def _algorithm(reader: Reader, element: Element) -> str:
    return _oid(reader, _fields(reader, element, SEQUENCE, "algorithm")[0])


def _oid(reader: Reader, element: Element) -> str:
    return oid.decode(reader.value(_expect(element, OID, "identifier")))


def _fields(reader: Reader, element: Element, tag: int, what: str) -> list[Element]:
    children = reader.children(_expect(element, tag, what))
    if not children:
        raise Malformed(f"has an empty {what}", element.offset)
    return children


def _expect(element: Element, tag: int, what: str) -> Element:
    if element.tag != tag:
        raise Malformed(f"has no {what} where one belongs", element.offset)
    return element
