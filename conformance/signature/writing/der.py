"""Writes ASN.1 element by element, around content that need not be there."""

from __future__ import annotations

from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from conformance.signature import oid

INTEGER, BIT_STRING, OCTETS, OID, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x06, 0x30, 0x31
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
CONTEXT_0 = 0xA0

NULL = b"\x05\0"


class Frame(Struct, frozen=True):
    """The bytes before and after ``inside`` bytes of content.

    Elements are put around it from the inside out, so that the content itself is not needed.
    """

    inside: int = 0
    before: bytes = b""
    after: bytes = b""

    def __len__(self) -> int:
        return len(self.before) + self.inside + len(self.after)

    def beside(self, before: bytes = b"", after: bytes = b"") -> Self:
        """The same with more on both sides."""
        return replace(self, before=before + self.before, after=self.after + after)

    def within(self, tag: int) -> Self:
        """The same as the value of one element."""
        return self.beside(header(tag, len(self)))


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
    # One bit more than the number has, for its sign.
    size = (value + (value < 0)).bit_length() // 8 + 1
    return element(INTEGER, value.to_bytes(size, signed=True))


def identifier(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER."""
    return element(OID, oid.encode(dotted))


def set_of(*members: bytes) -> bytes:
    """A SET OF, with its members in the order that DER has them in."""
    return element(SET, *sorted(members))
