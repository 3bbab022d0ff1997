"""Reads BER and DER element by element, from bytes that need not be in memory.

Signing tools write the signed file either as one OCTET STRING of known length (DER) or as a
chain of small ones (BER, ``openssl cms -stream``). Both are read here in time linear in their
size and in constant memory, whatever the bytes are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct

from conformance.content import CHUNK, Content

#: Bytes of the source that are in memory at a time.
WINDOW = CHUNK
#: Elements within elements; a SignedData of any tool stays below 16.
MAX_DEPTH = 32
#: Elements passed over while the end of one is looked for: 1 GiB in pieces of 1 KiB.
MAX_PIECES = 1 << 20
#: Elements that one element may have directly below it.
MAX_CHILDREN = 1 << 14
#: Bytes of an element that may be taken into memory.
MAX_VALUE = 1 << 24
#: Bytes of the signed file between two places from which its pieces can be read on.
MARK_EVERY = 1 << 20

EOC, INTEGER, BIT_STRING, OCTETS, OID = 0x00, 0x02, 0x03, 0x04, 0x06
UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET = 0x17, 0x18, 0x30, 0x31
#: An OCTET STRING in pieces.
OCTETS_IN_PIECES = 0x24
_CONSTRUCTED = 0x20


class Malformed(Exception):  # noqa: N818 - it describes the bytes, not a fault of the program
    """The bytes are not BER, or exceed a bound; ``offset`` counts from the start of them."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


class Element(Struct, frozen=True):
    """Where an element lies: header from ``offset``, contents ``start`` to ``end``.

    ``after`` is where the next one begins; it differs from ``end`` where the length is
    indefinite. ``tag`` is the identifier octet.
    """

    tag: int
    offset: int
    start: int
    end: int
    after: int

    @property
    def size(self) -> int:
        return self.end - self.start

    @property
    def indefinite(self) -> bool:
        return self.end != self.after


class Reader:
    """Random access to the elements in ``content``; methods raise ``Malformed``."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.size = len(content)
        self._window = b""
        self._window_start = 0
        self._ends: dict[int, int] = {}  # contents of indefinite length: where they end
        #: Where the first length is, of those read, that takes more octets than it needs.
        self.overlong: int | None = None

    def read(self, offset: int, size: int) -> bytes:
        """The ``size`` bytes from ``offset`` on, or as many as there are."""
        start = offset - self._window_start
        if start < 0 or start + size > len(self._window):
            end = self._window_start + len(self._window)
            if start < 0 or end < self.size or not self._window:
                wanted = self.content.slice(offset, max(size, WINDOW))
                self._window = b"".join(wanted.chunks())
                self._window_start, start = offset, 0
        return self._window[start : start + size]

    def header(self, offset: int, limit: int) -> tuple[int, int, int]:
        """The tag, the start and the end of the contents; an end of -1: indefinite."""
        # Nearly always in the window.
        at = offset - self._window_start
        inside = 0 <= at <= len(self._window) - 10
        head = self._window[at : at + 10] if inside else self.read(offset, 10)
        if len(head) < 2 or offset + 2 > limit:
            raise Malformed("ends where an element should begin", offset)
        tag, length, start = head[0], head[1], offset + 2
        if tag & 0x1F == 0x1F:
            raise Malformed("has a tag that no CMS has", offset)
        if length == 0x80:
            if not tag & _CONSTRUCTED:
                raise Malformed("has a simple element without a length", offset)
            return tag, start, -1
        if length > 0x80:
            count = length & 0x7F
            if len(head) < 2 + count:  # more than 8 octets, or they are cut short
                raise Malformed("has a length that cannot be", offset + 1)
            length = int.from_bytes(head[2 : 2 + count])
            start += count
            if self.overlong is None and length < max(0x80, 1 << 8 * (count - 1)):
                self.overlong = offset + 1
        if start + length > limit:
            announced = f"announces {length:,} bytes where {max(limit - start, 0):,} are left"
            raise Malformed(announced, offset)
        return tag, start, start + length

    def element(self, offset: int, limit: int) -> Element:
        """The element whose header is at ``offset`` and that ends by ``limit``."""
        tag, start, end = self.header(offset, limit)
        if end >= 0:
            return Element(tag, offset, start, end, end)
        end = self._end(start, limit)
        return Element(tag, offset, start, end, end + 2)

    def children(self, parent: Element) -> list[Element]:
        """The elements directly below ``parent``."""
        found: list[Element] = []
        offset, limit = parent.start, parent.end
        while offset < limit:
            if len(found) == MAX_CHILDREN:
                raise Malformed(f"has more than {MAX_CHILDREN:,} parts in one place", offset)
            # Nearly always short and in the window: a message has some 40 elements.
            window, at = self._window, offset - self._window_start
            if 0 <= at < len(window) - 1 and window[at + 1] < 0x80:
                tag, end = window[at], offset + 2 + window[at + 1]
                if tag & 0x1F != 0x1F and end <= limit:
                    found.append(Element(tag, offset, offset + 2, end, end))
                    offset = end
                    continue
            child = self.element(offset, limit)
            found.append(child)
            offset = child.after
        return found

    def is_definite(self, whole: Element) -> bool:
        """Return True if each element in ``whole`` has a length, and no string is in pieces."""
        if whole.indefinite or whole.tag == OCTETS_IN_PIECES:
            return False
        offset, ends = whole.start, [whole.end] if whole.tag & _CONSTRUCTED else []
        try:
            while ends:
                if offset == ends[-1]:
                    ends.pop()
                    continue
                tag, start, end = self.header(offset, ends[-1])
                if end < 0 or tag == OCTETS_IN_PIECES:
                    return False
                offset = end
                if tag & _CONSTRUCTED:
                    ends.append(end)
                    offset = start
        except Malformed:
            return False
        return True

    def only_child(self, parent: Element) -> Element:
        """The one element below ``parent``."""
        children = self.children(parent)
        if len(children) != 1:
            raise Malformed(f"has {len(children)} parts where one belongs", parent.offset)
        return children[0]

    def value(self, element: Element) -> bytes:
        """The contents, as bytes."""
        return self._take(element.start, element.end)

    def encoding(self, element: Element) -> bytes:
        """The whole element, header included, as bytes."""
        return self._take(element.offset, element.after)

    def octets(self, element: Element) -> Content:
        """The bytes that an OCTET STRING holds, wherever they lie."""
        if element.tag == OCTETS:
            return self.content.slice(element.start, element.size)
        if element.tag == OCTETS_IN_PIECES:
            return Content(self.content.name, (self._pieces(element),))
        raise Malformed("has no OCTET STRING where one belongs", element.offset)

    def _take(self, start: int, end: int) -> bytes:
        if end - start > MAX_VALUE:
            raise Malformed(f"has an element of {end - start:,} bytes", start)
        at = start - self._window_start
        if at >= 0 and end - self._window_start <= len(self._window):
            return self._window[at : end - self._window_start]
        return self.read(start, end - start)

    def _end(self, start: int, limit: int) -> int:
        """Where the contents end that begin at ``start`` and have no length."""
        if start in self._ends:
            return self._ends[start]
        # What is open: where its contents begin, and whether it is a piece of a file, whose
        # own end is not needed.
        unfinished: list[tuple[int, bool]] = [(start, False)]
        within_file = False
        offset = start
        for _ in range(MAX_PIECES):
            tag, inner, end = self.header(offset, limit)
            if end < 0:
                if len(unfinished) == MAX_DEPTH:
                    raise Malformed(f"is nested more than {MAX_DEPTH} deep", offset)
                unfinished.append((inner, within_file))
                within_file = within_file or tag == OCTETS_IN_PIECES
                offset = inner
            elif tag == EOC and end == inner:
                begun, within_file = unfinished.pop()
                if not within_file:
                    self._keep_end(begun, offset)
                if not unfinished:
                    return offset
                offset = inner
            else:
                offset = end
        raise Malformed(f"has more than {MAX_PIECES:,} pieces", offset)

    def _keep_end(self, start: int, end: int) -> None:
        if len(self._ends) == MAX_CHILDREN:
            raise Malformed(f"has more than {MAX_CHILDREN:,} elements without a length", start)
        self._ends[start] = end

    def _pieces(self, whole: Element) -> Pieces:
        """Measure the pieces of an OCTET STRING, and see that they are nothing else."""
        marks: list[tuple[int, int]] = [(0, whole.start)]
        # What is open: its end, or -1 if it has no length, and where it must end at the latest.
        unfinished = [(whole.end, whole.end)]
        offset, length = whole.start, 0
        for _ in range(MAX_PIECES):
            end, limit = unfinished[-1]
            if offset == end:
                unfinished.pop()
                if not unfinished:
                    return Pieces(self.content, tuple(marks), 0, length)
                continue
            tag, inner, inner_end = self.header(offset, limit)
            if tag == OCTETS:
                if length - marks[-1][0] >= MARK_EVERY:
                    marks.append((length, offset))
                length += inner_end - inner
                offset = inner_end
            elif tag == OCTETS_IN_PIECES:
                if len(unfinished) == MAX_DEPTH:
                    raise Malformed(f"is nested more than {MAX_DEPTH} deep", offset)
                unfinished.append((inner_end, limit if inner_end < 0 else inner_end))
                offset = inner
            elif tag == EOC and inner_end == inner and end < 0:
                unfinished.pop()
                offset = inner
            else:
                raise Malformed("has something else among the pieces of the file", offset)
        raise Malformed(f"has more than {MAX_PIECES:,} pieces", offset)


class Pieces(Struct, frozen=True):
    """The bytes of an OCTET STRING that is in pieces in ``source``; a ``ContentPart``.

    They are found again whenever they are read, since a file can have millions of them.
    ``marks`` are places to begin at: how many bytes of the whole come before, and the offset
    in ``source``. ``skip`` bytes of the whole are left out before the ``length`` that count.
    """

    source: Content
    marks: tuple[tuple[int, int], ...]
    skip: int
    length: int

    def chunks(self, size: int) -> Iterator[bytes]:
        """Yield the bytes in order, at most ``size`` at a time."""
        reader = Reader(self.source)
        before, offset = self.marks[bisect_right(self.marks, (self.skip, reader.size)) - 1]
        skip, left = self.skip - before, self.length
        held: list[bytes] = []
        room = size
        while left:
            # Nesting was looked at when the pieces were measured: what is not a piece is the
            # header or the end of some.
            tag, inner, end = reader.header(offset, reader.size)
            if tag != OCTETS:
                offset = inner
                continue
            offset = end
            passed = min(skip, end - inner)
            skip -= passed
            start, count = inner + passed, min(end - inner - passed, left)
            left -= count
            if count > room and held:
                yield b"".join(held)
                held, room = [], size
            if count > room:
                yield from self.source.slice(start, count).chunks(size)
            elif count:
                held.append(reader.read(start, count))
                room -= count
        if held:
            yield b"".join(held)

    def slice(self, start: int, length: int) -> Pieces:
        """The ``length`` bytes from ``start`` on, all of which are there."""
        return Pieces(self.source, self.marks, self.skip + start, length)
