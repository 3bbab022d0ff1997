"""Bytes cut into records, as clause 6.1 separates them, and as others do.

Whatever a reader somewhere takes for the end of a line ends a record here too; whether it was
the right separator is for others to say. A stray CR, NEL, U+2028 or U+2029 inside a field
separates nothing: the record is then in fragments. So is a record of too few or too many fields
beside such a separator: what was meant is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import ClassVar

from msgspec import Struct

from conformance.content import Content
from conformance.findings import Progress
from conformance.records.blocks import blocks
from conformance.records.engine import RunEnd

# At most three CRs are one separator, so that a separator is short. What is not in the group
# is a character of UTF-8 that has the byte 0x85 in it, which alone would be NEL in Latin-1.
_SEPARATOR = re.compile(
    b"(\\r{0,3}+\\n(?:\\r(?!\\n))?|\\r{1,3}+|\\xc2\\x85|\\xe2\\x80[\\xa8\\xa9])"
    b"|[\\xc3-\\xdf]\\x85|[\\xe0-\\xef](?:\\x85[\\x80-\\xbf]|[\\x80-\\xbf]\\x85)"
    b"|[\\xf0-\\xf4](?:\\x85[\\x80-\\xbf]{2}|[\\x80-\\xbf]\\x85[\\x80-\\xbf]|[\\x80-\\xbf]{2}\\x85)"
    b"|(\\x85)"
)
_CANDIDATE = re.compile(b"[\\r\\n\\x85\\xc2-\\xf4]")
#: No separator, with what must be seen after it, is longer.
_LONGEST_SEPARATOR = 8
#: Runs and pieces in a batch, at most.
_BATCH = 256
#: Bytes of a run that are looked at together: the second cache of a processor.
_SLICE = 1 << 17


class Run(Struct):
    """Records that match the expression, each ended by ``separator``; ``number``: of the first."""

    offset: int
    data: bytes
    separator: bytes
    number: int = 0
    #: How many there are, once somebody has counted.
    counted: int | None = None
    #: The records as they are written, and what made ``data`` of them, if anything did.
    raw: bytes = b""
    plain: Callable[[bytes, bytes], bytes] | None = None
    #: Whose records they are sure to be.
    sender: bytes | None = None
    #: True if they are as nearly all are: see ``SplitConfig``.
    usual: bool = False
    #: The values of all records, one after another, once somebody has asked for them.
    split: list[bytes] | None = None
    #: The numbers and offsets of the records, if they do not follow each other.
    origin: Callable[[], Iterable[tuple[int, int]]] | None = None
    #: Of rows in which columns repeat: the record of each, and the numbers of its fields.
    wholes: Callable[[], Iterable[tuple[bytes, tuple[int, ...]]]] | None = None
    follows: ClassVar[bool] = False

    @property
    def written(self) -> bytes:
        """The records as the file has them."""
        return self.raw if self.plain else self.data

    @property
    def count(self) -> int:
        """How many records there are."""
        if self.counted is None:
            self.counted = self.data.count(self.separator)
        return self.counted

    def number_of(self, index: int) -> int:
        """Return the number of a record, by its position in the run."""
        return next(islice(self.origin(), index, None))[0] if self.origin else self.number + index

    def slices(self, size: int = _SLICE) -> Iterator[memoryview]:
        """The data in pieces of about ``size`` bytes, each of whole records, without copies."""
        start, data = 0, memoryview(self.data)
        while start < len(data):
            stop = self.data.find(self.separator, start + size)
            stop = len(data) if stop < 0 else stop + len(self.separator)
            yield data[start:stop]
            start = stop


class Fragment(Struct):
    """A record, or a fragment of one, up to a separator.

    ``data`` is cut one byte after the greatest length of a record; ``length`` is what there
    was. ``separator`` is empty at the end of the file. ``inside``: the separator is inside
    the record, whose next fragment follows; ``fragment``: this is not all of its record;
    ``follows``: the piece before is a fragment of the same record; ``before`` counts the field
    separators of the fragments before. ``number`` is that of the record, once it is known.
    """

    offset: int
    data: bytes
    length: int
    separator: bytes
    inside: bool = False
    fragment: bool = False
    follows: bool = False
    before: int = 0
    number: int = 0
    count: ClassVar[int] = 1


class SplitConfig(Struct, frozen=True):
    """How to cut: what ``lines`` must know of a layout.

    ``run_end(separator)`` finds conforming records that LF, or CR LF, separates; ``separators``
    counts the field separators of a record, which has ``expected`` of them when it is whole.
    ``check_length``: conforming records can be longer than ``limit`` bytes. ``sender``: whose
    records alone ``run_end`` finds. ``usual_end`` finds those in which what may be in either
    case is in upper case, and which have what is expected of nearly all. It is asked first.
    """

    run_end: Callable[[bytes], RunEnd]
    separators: Callable[[bytes], int]
    expected: int
    limit: int
    check_length: bool
    sender: bytes | None = None
    usual_end: Callable[[bytes], RunEnd] | None = None
    #: Takes what is around values off them: quotation marks, say.
    plain: Callable[[bytes, bytes], bytes] | None = None
    #: The numbers of field separators that records have, where they differ.
    counts: frozenset[int] = frozenset()
    #: True if bytes are a whole record, by its first fields and their number.
    whole: Callable[[bytes], bool] = lambda _: False


def lines(
    content: Content, start: int, cut: SplitConfig, size: int, progress: Progress | None = None
) -> Iterator[Run | Fragment]:
    """Yield the records of ``content`` from ``start`` on in order, in runs where they conform.

    ``size`` is how many bytes are read at a time; it does not change what is found. Memory
    stays within some multiples of ``size`` and of the limit.
    """
    return numbered(chain.from_iterable(batches(content, start, cut, size, progress)))


def numbered(events: Iterable[Run | Fragment], number: int = 1) -> Iterator[Run | Fragment]:
    """Yield ``events`` with the numbers of their records, from ``number`` on.

    Records are counted when the next event is asked for: who takes a run may have done so by then.
    """
    for event in events:
        event.number = number - event.follows
        yield event
        number = event.number + event.count


def batches(
    content: Content, start: int, cut: SplitConfig, size: int, progress: Progress | None = None
) -> Iterator[list[Run | Fragment]]:
    """Yield what ``lines`` does, not yet numbered, what is near at hand together."""
    cutter = _Cutter(cut, start)
    whole = content.slice(start, len(content)) if start else content
    for block in blocks(whole, size, progress):
        # Only the last is shorter.
        events = cutter.feed(block) if len(block) >= size else cutter.finish(block)
        while batch := list(islice(events, _BATCH)):
            yield batch


class _Cutter:
    """The state between blocks: bytes not decided yet, and a record not ended yet."""

    def __init__(self, cut: SplitConfig, start: int) -> None:
        self._cut = cut
        self._buffer = b""
        self._base = start  # the offset of the buffer's first byte
        self._open: Fragment | None = None  # begun in an earlier block
        self._held: Fragment | None = None  # ended by what may turn out to separate nothing

    def feed(self, block: bytes) -> Iterator[Run | Fragment]:
        # Up to where the last line ends that is sure to end there, if one is. It is copied once.
        whole = block.rfind(b"\n", 0, -2) + 1 or len(block)
        whole += block.startswith(b"\r", whole) and not block.startswith(b"\n", whole + 1)
        self._buffer = b"".join((self._buffer, memoryview(block)[:whole]))
        stop = len(self._buffer)
        if whole == len(block):
            if stop < self._cut.limit + 4096:
                return
            stop = _between_characters(self._buffer)
        yield from self._take(stop)
        self._buffer += block[whole:]

    def finish(self, block: bytes) -> Iterator[Run | Fragment]:
        self._buffer += block
        yield from self._take(len(self._buffer))
        if self._open:
            piece, self._open = self._open, None
            yield from self._ended(piece)
        if self._held:
            yield self._held

    def _take(self, stop: int) -> Iterator[Run | Fragment]:
        """Cut the buffer up to ``stop``, and drop what was cut."""
        position, unusual, pause, left = 0, -1, 0, 0
        while position < stop:
            left -= 1
            if left < 0 and not self._open and not self._held:
                run = self._run(position, stop, usual=position != unusual)
                # Where many do not match, the next is not likely to.
                left, pause = (0, 0) if run else (pause // 4, min(2 * pause + 1, 255))
                if run:
                    position += len(run.written)
                    unusual = position if run.usual else -1
                    yield from _measured(run, self._cut)
                    continue
            found = _first_separator(self._buffer, position, stop)
            piece = self._piece(position, found.start() if found else stop)
            if found is None:
                self._open, position = piece, stop
                break
            self._open, piece.separator, position = None, found[0], found.end()
            yield from self._ended(piece)
        self._base += position
        self._buffer = self._buffer[position:]

    def _run(self, start: int, stop: int, *, usual: bool) -> Run | None:
        """The conforming records from ``start`` on, if any; the first may be ``usual``."""
        cut, data = self._cut, self._buffer
        line_end = data.find(b"\n", start, min(stop, start + cut.limit + 2))
        if line_end < 0:
            return None
        separator = b"\r\n" if line_end > start and data[line_end - 1] == 0x0D else b"\n"
        end = cut.usual_end(separator)(data, start, stop) if usual and cut.usual_end else start
        usual = end > start
        if not usual:
            end = cut.run_end(separator)(data, start, stop)
        if end == start:
            return None
        last = _SEPARATOR.match(data, end - len(separator))
        if last and last[0] != separator:  # CR follows: the last record is separated by LF CR
            end = data.rfind(separator, start, end - len(separator))
            end = start if end < 0 else end + len(separator)
        if end == start:
            return None
        run = Run(self._base + start, data[start:end], separator, sender=cut.sender, usual=usual)
        if cut.plain:
            run.raw, run.plain = run.data, cut.plain
            run.data = cut.plain(run.raw, separator)
        return run

    def _piece(self, start: int, end: int) -> Fragment:
        """The bytes up to ``end``, joined to what an earlier block had of them."""
        most = self._cut.limit + 1
        piece = self._open or Fragment(self._base + start, b"", 0, b"")
        piece.data += self._buffer[start : min(end, start + most - len(piece.data))]
        piece.length += end - start
        return piece

    def _ended(self, piece: Fragment) -> Iterator[Fragment]:
        """Decide what the separator before ``piece`` was, now that it is known."""
        held = self._held
        if held and not piece.length:
            # Nothing is between two separators: they end the same record.
            if b"\n" in piece.separator:
                held.separator += piece.separator
                self._held = None
                yield held
            return
        if held:
            if self._separates(held, piece):
                held.fragment = held.fragment or not self._is_whole(held)
                piece.fragment = not self._is_whole(piece)
            else:
                piece.follows = piece.fragment = True
                piece.before = held.before + self._cut.separators(held.data)
                held.inside = held.fragment = True
            self._held = None
            yield held
        # A separator with a line feed in it surely separates records.
        if piece.separator and b"\n" not in piece.separator:
            self._held = piece
        else:
            yield piece

    def _separates(self, held: Fragment, piece: Fragment) -> bool:
        """Return True if two records are beside a separator, rather than parts of one."""
        cut = self._cut
        if max(held.length, piece.length) > cut.limit or not cut.expected:
            return True
        together = held.before + cut.separators(held.data) + cut.separators(piece.data)
        both = not held.follows and cut.whole(held.data) and cut.whole(piece.data)
        return both or together > cut.expected

    def _is_whole(self, piece: Fragment) -> bool:
        """Return True if ``piece`` has as many fields as a record."""
        cut, count = self._cut, self._cut.separators(piece.data)
        return count == cut.expected or count in cut.counts or cut.whole(piece.data)


def _measured(run: Run, cut: SplitConfig) -> Iterator[Run | Fragment]:
    """``run``, with records that are too long set apart."""
    if not cut.check_length or max(map(len, run.written.split(run.separator))) <= cut.limit:
        yield run
        return
    start = 0
    for _, offset, data in rows(run):
        if len(data) > cut.limit:
            end = offset - run.offset
            if end > start:
                yield _part(run, start, end)
            yield Fragment(offset, data[: cut.limit + 1], len(data), run.separator)
            start = end + len(data) + len(run.separator)
    if start < len(run.written):
        yield _part(run, start, len(run.written))


def _part(run: Run, start: int, end: int) -> Run:
    """The records of ``run`` between two places in what is written, not yet numbered."""
    raw, plain = run.written[start:end], run.plain
    part = Run(run.offset + start, raw, run.separator, sender=run.sender, usual=run.usual)
    if plain:
        part.raw, part.plain, part.data = raw, plain, plain(raw, run.separator)
    return part


def _between_characters(data: bytes) -> int:
    """A place near the end of ``data`` that is inside no character of UTF-8."""
    stop = len(data) - _LONGEST_SEPARATOR
    for place in range(stop, stop - 4, -1):
        if not 0x80 <= data[place] <= 0xBF:
            return place
    return stop


def first_record(data: bytes) -> bytes:
    """The record that ``data`` begins with, without what separates it from the next."""
    found = _first_separator(data, 0, len(data))
    return data[: found.start()] if found else data


def _first_separator(data: bytes, start: int, stop: int) -> re.Match[bytes] | None:
    """The first separator that begins at ``start`` or later, but before ``stop``."""
    while start < stop:
        candidate = _CANDIDATE.search(data, start, stop)
        if candidate is None:
            return None
        found = _SEPARATOR.match(data, candidate.start())
        if found and found.lastindex:
            return found
        start = found.end() if found else candidate.end()
    return None


def halves(run: Run) -> tuple[Run, Run]:
    """``run``, of two records or more, in two parts."""
    data = run.written
    middle = data.rfind(run.separator, 0, len(data) // 2)
    if middle < 0:
        middle = data.index(run.separator)
    return split_at(run, middle + len(run.separator))


def split_at(run: Run, place: int) -> tuple[Run, Run]:
    """Return ``run`` in two parts; the second begins at ``place`` in its bytes."""
    first, second = _part(run, 0, place), _part(run, place, len(run.written))
    first.number, second.number = run.number, run.number + first.count
    return first, second


def rows(run: Run) -> Iterator[tuple[int, int, bytes]]:
    """``(record number, offset, data)`` of each record of ``run``, as it is written."""
    records, offset = run.written.split(run.separator)[:-1], run.offset
    if run.origin is not None:
        yield from ((*at, data) for at, data in zip(run.origin(), records, strict=True))
        return
    for number, data in enumerate(records, run.number):
        yield number, offset, data
        offset += len(data) + len(run.separator)
