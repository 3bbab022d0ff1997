"""The parameters of RSA-PSS (RFC 4055, 3.1): which digests a signature is made with."""

from __future__ import annotations

from msgspec import Struct

from conformance.content import Content
from conformance.signature import oid
from conformance.signature.ber import INTEGER, OID, SEQUENCE, Element, Malformed, Reader

#: Bytes of the longest salt; a key of 16,384 bits has room for fewer.
MAXIMUM_SALT = 1 << 11
_MGF1 = "1.2.840.113549.1.1.8"
_HASH, _MASK, _SALT, _TRAILER = 0xA0, 0xA1, 0xA2, 0xA3


class Pss(Struct, frozen=True):
    """The digest of what is signed and that of the mask, by their names, and the salt's length.

    ``salt`` is in bytes; None: whatever it is.
    """

    digest: str = "sha1"
    mask: str = "sha1"
    salt: int | None = 20


def read_pss(parameters: bytes) -> Pss | None:
    """Return what ``parameters`` say, in DER; None: they are not such, or of another kind."""
    reader = Reader(Content.of_bytes("parameters", parameters))
    try:
        whole = reader.element(0, reader.size)
        if whole.tag != SEQUENCE:
            return None
        given = {one.tag: reader.only_child(one) for one in reader.children(whole)}
        trailer = _number(reader, given.pop(_TRAILER)) if _TRAILER in given else 1
        found: dict[str, str | int] = {}
        for tag, part in given.items():
            if tag == _HASH:
                found["digest"] = _digest(reader, part)
            elif tag == _MASK:
                function, inner = reader.children(part)
                if _oid(reader, function) != _MGF1:
                    return None
                found["mask"] = _digest(reader, inner)
            elif tag == _SALT:
                found["salt"] = _number(reader, part)
            else:
                return None
    except (Malformed, ValueError, IndexError):
        return None
    salt = found.get("salt", 20)
    fits = trailer == 1 and isinstance(salt, int) and 0 <= salt <= MAXIMUM_SALT
    return Pss(**found) if fits else None  # type: ignore[arg-type]


def _digest(reader: Reader, algorithm: Element) -> str:
    dotted = _oid(reader, reader.children(algorithm)[0])
    return oid.DIGESTS.get(dotted, dotted)


def _oid(reader: Reader, element: Element) -> str:
    if element.tag != OID:
        raise ValueError("not an identifier")
    return oid.decode(reader.value(element))


def _number(reader: Reader, element: Element) -> int:
    value = reader.value(element)
    if element.tag != INTEGER or not 0 < len(value) <= 4:
        raise ValueError("not a number of a length")
    return int.from_bytes(value, signed=True)
