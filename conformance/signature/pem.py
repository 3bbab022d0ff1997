"""PEM armour and bare base64, decoded as they are read: a file need not fit in memory."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from msgspec import Struct

from conformance.content import Content
from conformance.signature.ber import Malformed

#: Labels of PEM that hold CMS.
CMS_LABELS = ("PKCS7", "CMS", "PKCS #7 SIGNED DATA")
_LINES = frozenset(f"-----BEGIN {label}-----".encode() for label in CMS_LABELS)
#: Bytes of text that are decoded at a time; fewer than a reader wants at once, since those at
#: the edges of what it wants are decoded twice.
BLOCK = 1 << 16
#: Bytes of free text that may be before the armour.
MAX_PREAMBLE = 1 << 13

#: The first line of PEM, and of armour that is like it. Compiled when first used: most signatures
#: are in DER.
_BEGIN = rb"(?:\A|(?<=\n))(?:\xef\xbb\xbf)?((-{3,6}) ?BEGIN ([^\r\n-]{1,64}?) ?\2)[ \t]*\r?\n"
_MARK = b"\xef\xbb\xbf"
_WHITE = b" \t\r\n"
#: The characters of base64 for URLs that others have in their place.
_OF_URLS = bytes.maketrans(b"-_", b"+/")
#: Characters that show what is encoded.
_FIRST = 64


class Armoured(Struct, frozen=True):
    """A ``ContentPart``: ``length`` bytes of the base64 ``text``, after the first ``skip``."""

    text: Content
    skip: int
    length: int

    def chunks(self, size: int) -> Iterator[bytes]:
        """Yield the bytes in order, at most ``size`` at a time."""
        text = b"".join(self.text.chunks()).translate(_OF_URLS, _WHITE)
        data = binascii.a2b_base64(text)[self.skip : self.skip + self.length]
        for start in range(0, len(data), size):
            yield data[start : start + size]

    def slice(self, start: int, length: int) -> Armoured:
        """The ``length`` bytes from ``start`` on, all of which are there."""
        return Armoured(self.text, self.skip + start, length)


def label(head: bytes) -> str | None:
    """The label of the armour that a file begins with, or None if it has none."""
    begin = _begin(head)
    return begin[3].decode("latin-1") if begin else None


def is_pem(head: bytes) -> bool:
    """Return True if a file begins with the very line that PEM of CMS has."""
    begin = _begin(head)
    return begin is not None and begin[1] in _LINES


def first_bytes(head: bytes) -> bytes:
    """Return the first bytes that are encoded in armour, or in base64 without any; few suffice."""
    begin = _begin(head)
    text = head[begin.end() :] if begin else head.removeprefix(_MARK)
    text = text[: 4 * _FIRST].translate(_OF_URLS, _WHITE)[:_FIRST]
    try:
        return binascii.a2b_base64(text[: len(text) // 4 * 4], strict_mode=True)
    except binascii.Error:
        return b""


def unarmour(content: Content) -> tuple[Content, int | None]:
    """Return the content of the armour, and the offset of what follows it, if anything does.

    Raises:
        Malformed: the armour is broken; ``offset`` is where.
    """
    begin = _begin(content.head(MAX_PREAMBLE))
    if begin is None:
        raise Malformed("has no PEM armour", 0)
    decoded, offset = _decoded(content, begin.end(), armoured=True)
    end = begin[1].replace(b"BEGIN", b"END", 1)
    if content.slice(offset, len(end)).read(len(end)) != end:
        raise Malformed("has PEM armour whose end does not match its beginning", offset)
    return decoded, _first_text(content, offset + len(end))


def unwrapped(content: Content) -> Content:
    """Return what base64 without any armour encodes.

    Raises:
        Malformed: it is broken; ``offset`` is where.
    """
    marked = content.head(len(_MARK)) == _MARK
    return _decoded(content, len(_MARK) if marked else 0, armoured=False)[0]


def _begin(head: bytes) -> re.Match[bytes] | None:
    head = head[:MAX_PREAMBLE]
    return re.search(_BEGIN, head) if b"BEGIN" in head else None


def _decoded(content: Content, offset: int, *, armoured: bool) -> tuple[Content, int]:
    """Return what base64 from ``offset`` on encodes, and where it ends: at a dash, in armour."""
    what = "PEM armour" if armoured else "an encoding"
    parts: list[Armoured] = []
    ended = padded = False
    while not ended:
        text = b"".join(content.slice(offset, BLOCK).chunks())
        size = len(text)
        if armoured:
            text, dash, _ = text.partition(b"-")
            ended = bool(dash)
            if not ended and size < BLOCK:
                raise Malformed(f"has {what} that is cut short", len(content))
        else:
            ended = size < BLOCK
        text = text if ended else _whole_groups(text)
        try:
            plain = text.translate(None if armoured else _OF_URLS, _WHITE)
            data = binascii.a2b_base64(plain, strict_mode=True)
        except binascii.Error as error:
            raise Malformed(f"has {what} with broken base64", offset) from error
        if (not text and not ended) or (padded and plain):
            raise Malformed(f"has {what} with broken base64", offset)
        padded = padded or plain.endswith(b"=")
        parts.append(Armoured(content.slice(offset, len(text)), 0, len(data)))
        offset += len(text)
    if not any(part.length for part in parts):
        raise Malformed(f"has {what} with nothing in it", offset)
    return Content(content.name, tuple(parts)), offset


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
