"""Writes ASN.1 in BER, as tools do that write while they still read: in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from conformance.signature.writing.der import OCTETS, Frame, element

#: An OCTET STRING in pieces.
OCTETS_IN_PIECES = 0x24

#: Bytes of a piece: few, so that a short file is in several.
PIECE = 48


class IndefiniteFrame(Frame, frozen=True):
    """A frame whose elements are of indefinite length."""

    def within(self, tag: int) -> Self:
        """The same as the value of one element."""
        return self.beside(bytes((tag, 0x80)), b"\0\0")


def pieces(content: bytes) -> Iterator[bytes]:
    """The pieces that an OCTET STRING of indefinite length has in it.

    The first is in pieces itself.
    """
    for start in range(0, len(content), PIECE):
        piece = element(OCTETS, content[start : start + PIECE])
        yield piece if start else element(OCTETS_IN_PIECES, piece, element(OCTETS))
