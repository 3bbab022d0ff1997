"""Writes ASN.1 element by element, around content that need not be there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from asn1crypto import core

INTEGER, OCTETS, SEQUENCE, SET = 0x02, 0x04, 0x30, 0x31
#: An OCTET STRING in pieces.
OCTETS_IN_PIECES = 0x24
CONTEXT_0, CONTEXT_1 = 0xA0, 0xA1

#: Bytes of a piece, as ``openssl cms -stream`` reads them from a file.
PIECE = 1024


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands before and after ``inside`` bytes of content.

    Elements are put around it from the inside out, so that the content itself is not needed.
    """

    inside: int = 0
    before: bytes = b""
    after: bytes = b""

    def beside(self, before: bytes = b"", after: bytes = b"") -> Frame:
        """The same with more on both sides."""
        return Frame(self.inside, before + self.before, self.after + after)

    def within(self, tag: int, *, indefinite: bool = False) -> Frame:
        """The same as the value of one element, of definite length or not."""
        if indefinite:
            return self.beside(bytes((tag, 0x80)), b"\0\0")
        return self.beside(header(tag, len(self.before) + self.inside + len(self.after)))


def element(tag: int, *contents: bytes) -> bytes:
    """One element in DER, of the contents one after another."""
    value = b"".join(contents)
    return header(tag, len(value)) + value


def header(tag: int, length: int) -> bytes:
    """Identifier and length octets in DER."""
    if length < 0x80:
        return bytes((tag, length))
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(octets))) + octets


def integer(value: int) -> bytes:
    return bytes(core.Integer(value).dump())


def identifier(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER."""
    return bytes(core.ObjectIdentifier(dotted).dump())


def set_of(*members: bytes) -> bytes:
    """A SET OF, with its members in the order that DER has them in."""
    return element(SET, *sorted(members))


def pieces(content: bytes) -> Iterator[bytes]:
    """The pieces that an OCTET STRING of indefinite length has in it."""
    for start in range(0, len(content), PIECE):
        yield element(OCTETS, content[start : start + PIECE])
