"""A file looked at from its first byte to its last: clauses 6.1 and 6.3 to 6.5."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from conformance.content import Content
from conformance.findings import Progress
from conformance.model.cross_rule import CrossRuleName
from conformance.model.rule import Rule
from conformance.phrases import counted
from conformance.records.characters import foreign_encoding
from conformance.records.distinct import Distinct
from conformance.records.duplicates import HashSink, LocatingSink
from conformance.records.engine import DEFAULT, Engine
from conformance.records.expression import Expected
from conformance.records.fault import Fault
from conformance.records.header import no_names
from conformance.records.inspection import Inspection
from conformance.records.keys import FirstSeen
from conformance.records.layout import Layout
from conformance.records.ledger import Ledger, LocatedRecord, Scan
from conformance.records.lines import Fragment, Run, SplitConfig, batches, lines, numbered, rows
from conformance.records.plan import LayoutPlan, plan_of
from conformance.records.wording import named

if TYPE_CHECKING:
    from conformance.records.completeness import CompleteSink
    from conformance.records.sorting import SortingSink

_MARK = b"\xef\xbb\xbf"
_HEAD = 64
#: Bytes looked at together: what fits in a processor's second cache is fastest.
_SIZE = 1 << 16
#: Bytes of a file from which on a thread of its own is worth the while.
_LARGE = 1 << 22
#: Bytes that a thread cuts while others are checked. Each time costs changes of turns.
_SIZE_AHEAD = 1 << 20


class Counted(Protocol):
    """Counts records; ``header`` of them are before the body."""

    @property
    def records(self) -> int:
        """How many there are."""

    @property
    def header(self) -> int:
        """The number of them that are not data."""


def scan(
    content: Content,
    layout: Layout,
    progress: Progress | None = None,
    expected: Expected | None = None,
) -> Scan:
    """Find every departure of ``content`` from ``layout``, each laid at one rule.

    Of a large file, it is found on the way whether all records have what is ``expected``.
    Takes time linear in the size of the file; a second pass if a key may occur twice.
    Memory is bounded, except for eight bytes a record to see if keys repeat, and as much for
    each rule ``unique``.

    Raises:
        SubmissionError: the content cannot be read.
        ModelError: a pattern of the profile is broken.
    """
    return Scanner(content, layout, expected=expected).scan(progress)


def read_records(
    content: Content,
    layout: Layout,
    unread: Callable[[int], object] = lambda _: None,
    begins: bool = True,
) -> Iterator[tuple[int, int, list[bytes]]]:
    """Yield ``(record number, byte offset, fields)`` of each record with all its fields.

    ``unread`` is called with the number of each record, or part of one, that is left out.
    ``begins``: the content is what a file begins with.

    Wrong separators are read over, and a byte order mark and a header left out, as ``scan``
    does; the numbers are the same. The values need not conform.

    Raises:
        SubmissionError: the content cannot be read.
    """
    return Scanner(content, layout).read(unread, begins)


class Scanner(Struct, frozen=True):
    """Looks at ``content``, ``size`` bytes at a time.

    From ``large`` bytes on, a thread cuts it. What is found is the same, whatever the engine and
    the sizes are.
    """

    content: Content
    layout: Layout
    engine: Engine = DEFAULT
    size: int | None = None
    large: int = _LARGE
    expected: Expected | None = None

    def scan(self, progress: Progress | None = None) -> Scan:
        """See ``conformance.records.scan``."""
        content, plan = self.content, plan_of(self.layout, self.engine)
        ledger = Ledger(content.name, self.layout, plan.checks, content.before)
        head = content.head(_HEAD)
        encoding = foreign_encoding(head)
        if encoding:
            if progress:
                progress(len(content))
            ledger.add(self._foreign(encoding), LocatedRecord(1, 0, head))
            ledger.hide_file(Rule.CHARACTERS)
            return ledger.close(0)
        start = _after_mark(head)
        if progress and start:
            progress(start)
        if start and self.layout.readings["byte-order-mark"] == "refused":
            ledger.add(self._byte_order_mark(), LocatedRecord(1, 0, head))
        if self.layout.format.several:
            return self._several(ledger, start, progress)
        # The key comes last, as it is quick where another has taken the records apart.
        hashes = [HashSink(one) for one in reversed(plan.distinct)]
        together = self._together(plan, ledger)
        inspection = Inspection(plan, ledger, (*together, *hashes))
        last: Run | Fragment | None = None
        cut = self._cut(plan, start)
        usual = True
        with closing(self._lines(cut, start, progress)) as events:
            for last in events:
                inspection.inspect(last)
                usual = usual and isinstance(last, Run) and last.usual
        self._final_separator(last, ledger)
        self._enough_records(inspection, ledger)
        self._few_enough_records(inspection, ledger)
        for sink in together:
            sink.close()
        repeated = [(one.distinct, *one.repeated()) for one in hashes]
        again = lines(content, start, cut, self.size or _SIZE)
        self._duplicates(plan, again, [one for one in repeated if one[1]], ledger)
        names = inspection.header and self.layout.format.header
        found = ledger.close(inspection.records, inspection.undecided, int(names))
        return replace(found, as_expected=self.expected) if usual else found

    def _several(self, ledger: Ledger, start: int, progress: Progress | None) -> Scan:
        """Look at a file of several kinds of records."""
        from conformance.records.kind_scan import KindScan
        from conformance.records.kinds import kinds_of

        kinds = kinds_of(self.layout, self.engine)
        seen = KindScan(self.content, kinds, ledger)
        last: Run | Fragment | None = None
        with closing(self._lines(kinds.cut, start, progress)) as events:
            for last in events:
                seen.inspect(last)
        seen.finish()
        self._final_separator(last, ledger)
        self._enough_records(seen, ledger)
        self._few_enough_records(seen, ledger)
        return seen.close(lambda: lines(self.content, start, kinds.cut, self.size or _SIZE))

    @property
    def _is_large(self) -> bool:
        return len(self.content) >= self.large and self.engine is Engine.RE2

    def _cut(self, plan: LayoutPlan, start: int) -> SplitConfig:
        """How to cut; for a large file it is worth the while to look at how it begins."""
        head = self.content.slice(start, _HEAD).head(_HEAD) if self._is_large else b""
        return plan.cut_for(head, self.expected) if head else plan.cut

    def _lines(
        self, cut: SplitConfig, start: int, progress: Progress | None
    ) -> Generator[Run | Fragment]:
        """The records from ``start`` on; a large file is split while records are checked."""
        content = self.content
        if not self._is_large:
            yield from lines(content, start, cut, self.size or _SIZE, progress)
            return
        from conformance.ahead import ahead

        size = self.size or _SIZE_AHEAD
        with closing(ahead(batches(content, start, cut, size, progress))) as made:
            yield from numbered(chain.from_iterable(made))

    def read(
        self, unread: Callable[[int], object] = lambda _: None, begins: bool = True
    ) -> Iterator[tuple[int, int, list[bytes]]]:
        """Do what ``conformance.records.read_records`` does."""
        head = self.content.head(_HEAD) if begins else b""
        records, size = self.content.before
        first = records + 1
        if foreign_encoding(head):
            unread(first)
            return
        if self.layout.format.several:
            yield from self._read_several(unread)
            return
        plan = plan_of(self.layout, self.engine)
        separator = self.layout.between
        made = batches(self.content, _after_mark(head), plan.cut, self.size or _SIZE)
        for event in numbered(chain.from_iterable(made), first):
            event.offset += size
            if isinstance(event, Run):
                values = event.data.split(event.separator)
                for (number, offset, data), plain in zip(rows(event), values, strict=False):
                    if number > first or not begins or not plan.header.is_header(data):
                        yield number, offset, plain.split(separator)
            elif not event.fragment and event.length <= plan.cut.limit:
                if begins and event.number == first and plan.header.is_header(event.data):
                    continue
                split = plan.splitter.split(event.data)
                if split.readable:
                    yield event.number, event.offset, [field.value for field in split.fields]
                else:
                    unread(event.number)
            else:
                unread(event.number)

    def _read_several(
        self, unread: Callable[[int], object]
    ) -> Iterator[tuple[int, int, list[bytes]]]:
        """Yield the rows of a file of several kinds of records, which share their number."""
        from conformance.records.kind_reading import read_rows
        from conformance.records.kinds import kinds_of

        kinds, (records, size) = kinds_of(self.layout, self.engine), self.content.before
        start = _after_mark(self.content.head(_HEAD))
        events = lines(self.content, start, kinds.cut, self.size or _SIZE)
        for number, offset, fields in read_rows(kinds, events, lambda n: unread(n + records)):
            yield number + records, offset + size, fields

    def _foreign(self, encoding: str) -> Fault:
        return Fault(
            Rule.CHARACTERS,
            f"the file is {encoding}; nothing further was looked at",
            found=f"text in {encoding}",
            expected="one byte for each character of ASCII",
            length=2 if encoding == "UTF-16" else 4,
            field=1,
            hint="Save the file as text in ASCII or UTF-8 without a byte order mark: in Excel as "
            "CSV, and not as Unicode Text. Sign the file again afterwards.",
            notes=("character-set",),
            profile=(self.layout.entry("characters"),),
        )

    def _byte_order_mark(self) -> Fault:
        return Fault(
            Rule.BYTE_ORDER_MARK,
            "the file begins with a byte order mark",
            found=named(_MARK),
            expected="the first field",
            length=len(_MARK),
            field=1,
            notes=("byte-order-mark",),
            profile=(self.layout.entry("characters"),),
        )

    def _final_separator(self, last: Run | Fragment | None, ledger: Ledger) -> None:
        """Hold the end of the file to the reading of the note final-line-feed."""
        if last is None:
            return
        separator = self.layout.dialect.record_separator
        reading = self.layout.readings["final-line-feed"]
        ended = last.separator == separator
        if reading == "separator" and ended:
            place = len(self.content) - len(separator)
            message, found = "a separator after the last record", named(separator)
            expected, length = "the end of the file", len(separator)
        elif reading == "terminator" and not last.separator:
            place, length = len(self.content), 0
            message, found = "no separator after the last record", "the end of the file"
            expected = named(separator)
        else:
            return
        number = last.number + last.count - 1
        notes, entries = self.layout.grounds("final-line-feed")
        shown = self.content.slice(max(0, place - 200), min(place, 200)).head(200)
        ledger.add(
            Fault(
                Rule.RECORD_SEPARATOR,
                message,
                found,
                expected,
                start=len(shown),
                length=length,
                notes=notes,
                profile=entries,
            ),
            LocatedRecord(number, place - len(shown), shown),
        )

    def _enough_records(self, inspection: Counted, ledger: Ledger) -> None:
        minimum = self.layout.format.minimum_records
        records = inspection.records - inspection.header
        allowed = not records and self.layout.readings["empty-file"] == "allowed"
        if records >= minimum or allowed:
            if self.layout.format.header and not inspection.records:
                ledger.add_to_file(no_names(self.layout))
            return
        ledger.add_to_file(
            Fault(
                Rule.MINIMUM_RECORDS,
                "the file is empty" if not len(self.content) else "there are too few records",
                found=counted(records, "record"),
                expected=f"at least {minimum}",
                notes=() if records else ("empty-file",),
                profile=(self.layout.entry("minimum_records"),),
            ),
            len(self.content),
        )

    def _few_enough_records(self, inspection: Counted, ledger: Ledger) -> None:
        records = inspection.records - inspection.header
        maximum = self.layout.format.maximum_records
        if maximum is None or records <= maximum:
            return
        ledger.add_to_file(
            Fault(
                Rule.MAXIMUM_RECORDS,
                "there are too many records",
                found=counted(records, "record"),
                expected=f"at most {maximum:,}",
                hint="Send the records that are too many in another file, if the procedure allows "
                "one, or leave out what is not needed. Sign the file again afterwards.",
                profile=(self.layout.entry("maximum_records"),),
            ),
            record=maximum + 1 + inspection.header,
        )

    def _together(self, plan: LayoutPlan, ledger: Ledger) -> list[SortingSink | CompleteSink]:
        """Return the sinks for rules across records, other than that nothing repeats."""
        layout, name = self.layout, CrossRuleName
        in_order, complete = layout.rules_of(name.SORTED), layout.rules_of(name.COMPLETE)
        if not in_order and not complete:
            return []
        from conformance.records.completeness import CompleteSink
        from conformance.records.sorting import SortingSink

        found: list[SortingSink | CompleteSink] = []
        found += [SortingSink(plan, rule, ledger) for rule in in_order]
        return found + [CompleteSink(self.content, plan, rule, ledger) for rule in complete]

    def _duplicates(
        self,
        plan: LayoutPlan,
        events: Iterable[Run | Fragment],
        found: Sequence[tuple[Distinct, int, array[int]]],
        ledger: Ledger,
    ) -> None:
        """Look in ``events`` for the records that repeat what another had, if hashes say so."""
        if not found:
            return
        for distinct, count, _ in found:
            ledger.count(distinct.laid_at, count)
        aside = Ledger(self.content.name, self.layout, plan.checks, self.content.before)
        locating = [
            LocatingSink(self.content, plan, ledger, distinct, FirstSeen(repeated))
            for distinct, _, repeated in found
        ]
        inspection = Inspection(plan, aside, locating)
        for event in events:
            if all(one.full for one in locating):
                break
            inspection.inspect(event)


def _after_mark(head: bytes) -> int:
    """Where the data begins: after the byte order mark, if there is one."""
    return len(_MARK) if head.startswith(_MARK) else 0
