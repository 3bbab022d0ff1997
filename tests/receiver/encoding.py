"""ASN.1 in BER, as far as CMS needs it: elements with their tag, content and elements inside."""

from __future__ import annotations

from dataclasses import dataclass


class BadEncodingError(ValueError):
    """The bytes are not BER."""


@dataclass(frozen=True)
class Element:
    """An element: its first byte, the bytes of its value, and the whole of it."""

    tag: int
    value: bytes
    whole: bytes

    @property
    def inside(self) -> list[Element]:
        """The elements of a constructed one."""
        return elements(self.value)

    @property
    def octets(self) -> bytes:
        """The bytes of a string, which may be in pieces."""
        if self.tag & 0x20:
            return b"".join(piece.octets for piece in self.inside)
        return self.value

    @property
    def number(self) -> int:
        return int.from_bytes(self.value)

    @property
    def oid(self) -> str:
        """The dotted form of an OBJECT IDENTIFIER."""
        parts, number = [], 0
        for byte in self.value:
            number = number << 7 | byte & 0x7F
            if not byte & 0x80:
                parts.append(number)
                number = 0
        first = min(parts[0] // 40, 2)
        return ".".join(map(str, (first, parts[0] - 40 * first, *parts[1:])))


def elements(data: bytes) -> list[Element]:
    """Return the elements that ``data`` is made of.

    Raises:
        BadEncodingError, IndexError: one is cut off.
    """
    found, at = [], 0
    while at < len(data):
        element, at = _read(data, at)
        found.append(element)
    return found


def first(data: bytes) -> tuple[Element, bytes]:
    """Return the first element of ``data``, and what comes after it."""
    element, end = _read(data, 0)
    return element, data[end:]


def _read(data: bytes, at: int) -> tuple[Element, int]:
    start = at
    tag, length = data[at], data[at + 1]
    at += 2
    if length == 0x80:
        begin = at
        while data[at : at + 2] != b"\0\0":
            _, at = _read(data, at)
        return Element(tag, data[begin:at], data[start : at + 2]), at + 2
    if length > 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[at : at + size])
        at += size
    end = at + length
    if end > len(data):
        raise BadEncodingError
    return Element(tag, data[at:end], data[start:end]), end
