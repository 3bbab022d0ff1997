"""PEM armour, decoded as it is read, so that a large file does not have to fit in memory."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from msgspec import Struct

from conformance.content import Content
from conformance.signature.ber import Malformed

#: Labels of PEM that hold CMS.
CMS_LABELS = ("PKCS7", "CMS", "PKCS #7 SIGNED DATA")
#: Bytes of text that are decoded at a time; fewer than a reader wants at once, since those at
#: the edges of what it wants are decoded twice.
BLOCK = 1 << 16
#: Bytes of free text that may stand before the armour.
MAX_PREAMBLE = 1 << 13

_BEGIN = re.compile(rb"(?:\A|(?<=\n))-----BEGIN ([A-Z0-9 #]{1,40})-----[ \t]*\r?\n")
_WHITE = b" \t\r\n"


class Armoured(Struct, frozen=True):
    """``length`` bytes that ``text`` is the base64 of, after the first ``skip``; a ``Part``."""

    text: Content
    skip: int
    length: int

    def chunks(self, size: int) -> Iterator[bytes]:
        """Yield the bytes in order, at most ``size`` at a time."""
        text = b"".join(self.text.chunks()).translate(None, _WHITE)
        data = binascii.a2b_base64(text)[self.skip : self.skip + self.length]
        for start in range(0, len(data), size):
            yield data[start : start + size]

    def slice(self, start: int, length: int) -> Armoured:
        """The ``length`` bytes from ``start`` on, all of which are there."""
        return Armoured(self.text, self.skip + start, length)


def label(head: bytes) -> str | None:
    """The label of the armour that a file begins with, or None if it has none."""
    begin = _BEGIN.search(head[:MAX_PREAMBLE])
    return begin[1].decode() if begin else None


def unarmour(content: Content) -> tuple[Content, int | None]:
    """What the armour holds, and the offset of what stands behind it, if anything does.

    Raises:
        Malformed: the armour is broken; ``offset`` is where.
    """
    begin = _BEGIN.search(content.head(MAX_PREAMBLE))
    if begin is None:
        raise Malformed("has no PEM armour", 0)
    size, offset = len(content), begin.end()
    parts: list[Armoured] = []
    ended = False
    while not ended:
        text, dash, _ = b"".join(content.slice(offset, BLOCK).chunks()).partition(b"-")
        ended = bool(dash)
        if not ended and len(text) < BLOCK:
            raise Malformed("has PEM armour that is cut short", size)
        text = text if ended else _whole_groups(text)
        try:
            data = binascii.a2b_base64(text.translate(None, _WHITE), strict_mode=True)
        except binascii.Error as error:
            raise Malformed(f"has PEM armour with broken base64 ({error})", offset) from error
        if not text or (b"=" in text and not ended):
            raise Malformed("has PEM armour with broken base64", offset)
        parts.append(Armoured(content.slice(offset, len(text)), 0, len(data)))
        offset += len(text)
    end = b"-----END " + begin[1] + b"-----"
    if content.slice(offset, len(end)).read(len(end)) != end:
        raise Malformed("has PEM armour with another end than its beginning", offset)
    offset += len(end)
    return Content(content.name, tuple(parts)), _first_text(content, offset)


def _whole_groups(text: bytes) -> bytes:
    """``text`` without the last characters that make no group of four."""
    for _ in range(len(text.translate(None, _WHITE)) % 4):
        text = text.rstrip(_WHITE)[:-1]
    return text


def _first_text(content: Content, start: int) -> int | None:
    """The offset, from ``start`` on, of the first byte that is not white space."""
    offset = start
    for chunk in content.slice(start, len(content) - start).chunks():
        text = chunk.lstrip(_WHITE)
        if text:
            return offset + len(chunk) - len(text)
        offset += len(chunk)
    return None
