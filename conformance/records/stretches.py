"""Parts of a file that are to be read record by record, where most of it need not be.

What is asked of every record can be asked of thousands of lines at once, as long as all is well.
What is left is read as ever: single records, or all that follows where lines are no records.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Set
from contextlib import closing

from msgspec import Struct
from msgspec.structs import replace

from conformance.content import Content
from conformance.model.dialect import Quoting
from conformance.records.engine import DEFAULT, run_end
from conformance.records.expression import Expected
from conformance.records.keys import KeyHashes, digest
from conformance.records.layout import Layout
from conformance.records.scan import read_records

#: Bytes that are looked at together.
_SIZE = 1 << 17
#: Bytes of a file from which on a thread of its own digests it, and how many it takes at a time.
_LARGE = 1 << 22
_SIZE_AHEAD = 1 << 20
#: Lines of such a part that may differ: where more do, one file has others between them, or all in
#: another order.
_DIFFER = 64
#: Lines without a like for which it is worth to look for each.
_FEW = 1 << 12


class Stretch(Struct, frozen=True):
    """Records of a file that follow each other; ``begins``: they are its first ones."""

    content: Content
    begins: bool = True

    def records(
        self, layout: Layout, unread: Callable[[int], object] = lambda _: None
    ) -> Iterator[tuple[int, int, list[bytes]]]:
        """Yield what ``read_records`` does, numbered as in the whole file."""
        return read_records(self.content, layout, unread, self.begins)


class Cursor:
    """A place in a file up to which it was looked at; before it are whole lines."""

    def __init__(self, content: Content, begins: bool = True) -> None:
        self._content = content
        self._begins = begins
        self._chunks = _chunks(content)
        self._ahead = b""
        self._offset = 0
        self._counted = (0, 0)  # a record's number and its offset, both from 0

    def ahead(self, size: int) -> bytes:
        """Return what follows: ``size`` bytes or more, unless the file ends."""
        if len(self._ahead) < size:
            parts, length = [self._ahead], len(self._ahead)
            while length < size and (chunk := next(self._chunks, b"")):
                parts.append(chunk)
                length += len(chunk)
            self._ahead = b"".join(parts)
        return self._ahead

    @property
    def at_end(self) -> bool:
        """Return True if nothing follows."""
        return not self.ahead(1)

    def lines(self) -> bytes:
        """Return whole lines that follow; none where it is not known that one ends soon."""
        data = self.ahead(_SIZE + 1)
        end = data.rfind(b"\n", 0, _SIZE) + 1
        # LF CR separates records, too.
        return b"" if data.startswith(b"\r", end) else data[:end]

    def move(self, length: int) -> None:
        """Go on by ``length`` bytes of what follows, which are whole lines."""
        self._offset += length
        self._ahead = self._ahead[length:]

    def stretch(self, start: int, length: int) -> Stretch:
        """Return ``length`` bytes of what follows, from ``start`` on, where a line begins."""
        data = self._ahead[start : start + length]
        return self._stretch(start, Content.of_bytes(self._content.name, data))

    def rest(self) -> Stretch:
        """Return all that follows, which is read no further here."""
        self._chunks.close()
        return self._stretch(0, self._content.slice(self._offset, len(self._content)))

    def _stretch(self, start: int, content: Content) -> Stretch:
        offset = self._offset + start
        number, counted = self._counted
        between = self._content.slice(counted, offset - counted)
        number += sum(chunk.count(b"\n") for chunk in between.chunks())
        self._counted = (number, offset)
        records, size = self._content.before
        before = (records + number, size + offset)
        return Stretch(replace(content, before=before), self._begins and not offset)


def _chunks(content: Content) -> Generator[bytes]:
    """Yield the bytes; a large file is digested, if it has to be, while others are compared."""
    if len(content) < _LARGE or not content.to_be_digested:
        yield from content.chunks(_SIZE)
        return
    from conformance.ahead import ahead

    with closing(ahead(content.chunks(_SIZE_AHEAD))) as made:
        for chunk in made:
            yield from (chunk[start : start + _SIZE] for start in range(0, len(chunk), _SIZE))


def by_lines(layout: Layout) -> bool:
    """Return whether conforming records are lines, and their fields what separators part."""
    return (
        layout.quoting is Quoting.NONE
        and not layout.closed
        and not layout.format.several
        and layout.dialect.record_separator == b"\n"
    )


def run_with(layout: Layout, expected: Expected) -> Callable[[bytes], int] | None:
    """Return what tells how many bytes of lines have what is ``expected``.

    None: lines of this layout are not records.
    """
    if not by_lines(layout):
        return None
    separator = layout.dialect.field_separator
    characters = bytes(one for one in range(1, 0x80) if one not in b"\n\r" + separator)
    others, end = re.escape(characters), re.escape(separator)
    record = (b"[" + others + b"]*" + end) * expected.column + expected.values
    run = run_end(record + b"(?:" + end + b"[" + others + end + b"]*)?", DEFAULT, b"\n")
    return lambda lines: run(lines, 0, len(lines))


def unsure(content: Content, passes: Callable[[bytes], int]) -> Iterator[Stretch]:
    """Yield what is left of ``content`` where ``passes`` lets records pass.

    ``passes`` takes whole lines, and returns how many bytes of them are records that pass: lines
    again, of ASCII and without CR.
    """
    here = Cursor(content)
    while lines := here.lines():
        passed = passes(lines)
        if not _is_plain(lines[passed:]):
            break
        if passed < len(lines):
            yield here.stretch(passed, len(lines) - passed)
        here.move(len(lines))
    if not here.at_end:
        yield here.rest()


def apart(
    mine: Content, theirs: Content, bare: Callable[[bytes], bytes]
) -> Iterator[tuple[Stretch, Stretch]]:
    """Yield where the records of two files differ, whatever else they may be, in pairs.

    Those of ``mine`` are lines. ``bare`` makes of them what those of ``theirs`` are, line by line,
    if they do not differ.
    """
    here, there = Cursor(mine), Cursor(theirs)
    while lines := here.lines():
        made = bare(lines)
        # One more byte shows whether the equal part is followed by CR, which LF CR ends with.
        others = there.ahead(len(made) + 1)
        if others.startswith(made) and not others.startswith(b"\r", len(made)):
            here.move(len(lines))
            there.move(len(made))
            continue
        count = lines.count(b"\n")
        others = there.ahead(2 * len(lines) + 1)
        *parts, after = others.split(b"\n", count)
        length = len(others) - len(after)
        if len(parts) < count or after.startswith(b"\r") or not _is_plain(others[:length]):
            break
        pairs = enumerate(zip(made.split(b"\n"), parts, strict=False))
        differ = [number for number, (one, other) in pairs if one != other]
        if len(differ) > _DIFFER:
            yield from _in_any_order(here.rest(), there.rest(), bare)
            return
        alike = differ[0] if differ else len(parts)
        skipped = sum(len(line) + 1 for line in lines.split(b"\n", alike)[:alike])
        passed = sum(len(part) + 1 for part in parts[:alike])
        yield (
            here.stretch(skipped, len(lines) - skipped),
            there.stretch(passed, length - passed),
        )
        here.move(len(lines))
        there.move(length)
    if not (here.at_end and there.at_end):
        yield here.rest(), there.rest()


def _in_any_order(
    mine: Stretch, theirs: Stretch, bare: Callable[[bytes], bytes]
) -> Iterator[tuple[Stretch, Stretch]]:
    """Yield the lines that have no like in the other file, each with nothing.

    Eight bytes a line are kept, of a hash whose key is random. That two lines of a million each
    differ and have the same is less likely than one in ten million.
    """
    here, there = _hashes(mine, bare), _hashes(theirs, bytes)
    apart_by = set(here.unlike(there)) if here and there else None
    if apart_by is None or len(apart_by) > _FEW:
        yield mine, theirs
        return
    nothing = Stretch(Content.of_bytes(mine.content.name, b""), begins=False)
    if apart_by:
        yield from ((one, nothing) for one in _hashed_as(apart_by, mine, bare))
        yield from ((nothing, one) for one in _hashed_as(apart_by, theirs, bytes))


def _hashes(stretch: Stretch, bare: Callable[[bytes], bytes]) -> KeyHashes | None:
    """Return the hashes of all lines as ``bare`` makes them; nothing if not all are records."""
    found, here = KeyHashes(), Cursor(stretch.content)
    while lines := here.lines():
        if not _is_plain(lines):
            return None
        found.extend(bare(lines).split(b"\n")[:-1])
        here.move(len(lines))
    return found if here.at_end else None


def _hashed_as(
    hashes: Set[int], stretch: Stretch, bare: Callable[[bytes], bytes]
) -> Iterator[Stretch]:
    """Yield each line whose hash is one of ``hashes``."""
    here = Cursor(stretch.content, stretch.begins)
    while lines := here.lines():
        made = bare(lines).split(b"\n")[:-1]
        if not hashes.isdisjoint(map(digest, made)):
            start = 0
            for line, one in zip(lines.splitlines(keepends=True), made, strict=True):
                if digest(one) in hashes:
                    yield here.stretch(start, len(line))
                start += len(line)
        here.move(len(lines))


def _is_plain(data: bytes) -> bool:
    """Return whether a line is a record beyond doubt, in the encoding that it seems to be in."""
    return data.isascii() and b"\r" not in data and b"\0" not in data
