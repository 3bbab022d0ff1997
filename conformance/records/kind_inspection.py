"""Records of several kinds looked at: each by the plan of its kind, with what is above it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from conformance.model.derived import DerivedName
from conformance.model.dialect import Quoting
from conformance.model.rule import Rule
from conformance.model.types.choice import listed
from conformance.phrases import counted
from conformance.records.fault import Fault
from conformance.records.inspection import FEW, Inspection
from conformance.records.kind_plan import KindPlan, bare
from conformance.records.kind_rows import Above, RowMaker, Rows
from conformance.records.kinds import UNKNOWN, Kinds
from conformance.records.ledger import Ledger, LocatedRecord
from conformance.records.lines import Fragment, Run, halves, rows, split_at
from conformance.records.plan import LayoutPlan
from conformance.records.sink import Readable, RecordSink
from conformance.records.splitting import Field
from conformance.records.totals import Totals
from conformance.records.wording import named, quoted

#: The checks of the rows of a kind together, by its name.
Sinks = Mapping[str, Sequence[RecordSink]]


class KindInspection:
    """Checks the records that ``lines`` yields, of whichever kinds they are.

    ``sequence`` has a byte for each record. Faults go to a ledger for each kind and number of
    fields; those of records of no kind to ``ledger``.
    """

    def __init__(self, kinds: Kinds, ledger: Ledger, sinks: Sinks) -> None:
        self._kinds = kinds
        self._ledger = ledger
        self._sinks = sinks
        self.totals = Totals(kinds)
        self._rows = RowMaker(kinds, self.totals.summed)
        self._above = Above(kinds)
        self._parts: dict[tuple[str, int], tuple[Inspection, Ledger]] = {}
        self._waiting: deque[Run | Fragment] = deque()
        self._main = Inspection(kinds.rows, ledger, ())
        self.sequence = bytearray()
        self.header = False
        self._separator = kinds.layout.dialect.record_separator
        #: Kinds whose records are each looked at by themselves.
        self._single = bytes(
            code for code, plan in kinds.by_code.items() if self.totals.wants(plan.kind)
        )

    @property
    def records(self) -> int:
        """How many records there were."""
        return len(self.sequence)

    @property
    def undecided(self) -> int:
        """How many comparisons do not decide, as clocks show a time twice."""
        return sum(inspection.undecided for inspection, _ in self._parts.values())

    @property
    def ledgers(self) -> Iterator[tuple[KindPlan, Ledger, Sequence[str]]]:
        """The ledgers of the kinds, with their plans and what each field is called in rows."""
        for (name, _), (inspection, ledger) in self._parts.items():
            names = [bare(column.name) for column in inspection.plan.layout.own]
            yield self._kinds.by_code[self._kinds.code_of[name]], ledger, names

    def inspect(self, event: Run | Fragment) -> None:
        """Look at what ``lines`` yields, once enough is known of what follows it."""
        if not self._kinds.last:
            self._event(event)
            return
        self._waiting.append(event)
        while sum(one.count for one in self._waiting) - self._waiting[0].count >= self._kinds.last:
            self._event(self._waiting.popleft())

    def finish(self) -> None:
        """Check the last records; some are recognised by their place."""
        total = sum(one.count for one in self._waiting) + len(self.sequence)
        for event in self._waiting:
            self._event(event, total)

    def _event(self, event: Run | Fragment, total: int | None = None) -> None:
        if isinstance(event, Fragment):
            self._piece(event, total)
            return
        if event.separator != self._separator:
            self._main.wrongly_separated(event)
        run = event
        while run.data and run.number <= max(self._kinds.first, 1):
            run = self._first_of(run, total)
        if total is None:
            self._conforming(run)
            return
        while run.data and run.number <= total - self._kinds.last:
            place = _end_of(run, total - self._kinds.last - run.number + 1)
            before, run = split_at(run, place)
            self._conforming(before)
        while run.data:
            run = self._first_of(run, total)

    def _first_of(self, run: Run, total: int | None) -> Run:
        """Look at the first record of a run by itself; return the others."""
        first, others = split_at(run, _end_of(run, 1))
        data = first.written.removesuffix(run.separator)
        self._record(LocatedRecord(run.number, run.offset, data), total)
        return others

    def _conforming(self, run: Run) -> None:
        """Look at records that match an expression, again by halves if not all is well."""
        if not run.data:
            return
        records = run.data.split(run.separator)
        records.pop()
        run.counted = len(records)
        sequence = self._kinds.sequence(records)
        if self._single and any(code in sequence for code in self._single):
            self._around_single(run, sequence)
            return
        above = self._above.copy()
        made = self._rows.of(run, records, sequence, above)
        if made is not None and all(self._hold(one) for one in made):
            for one in made:
                for sink in self._sinks.get(one.plan.kind.name, ()):
                    sink.run(one.run)
                self.totals.rows(one)
            self._above = above
            self.sequence += sequence
        elif run.count > FEW:
            for half in halves(run):
                self._conforming(half)
        else:
            for number, offset, data in rows(run):
                self._record(LocatedRecord(number, offset, data), None)

    def _around_single(self, run: Run, sequence: bytes) -> None:
        """Look at a run in which some records are looked at by themselves."""
        rest, done = run, 0
        for index, code in enumerate(sequence):
            if code not in self._single:
                continue
            if index > done:
                before, rest = split_at(rest, _end_of(rest, index - done))
                self._conforming(before)
            rest, done = self._first_of(rest, None), index + 1
        self._conforming(rest)

    def _hold(self, made: Rows) -> bool:
        # Rows have what repeats once, as no record of a plan of its own has.
        inspection, _ = self._part(made.plan, 0)
        return inspection.holds(made.run)

    def _part(self, plan: KindPlan, count: int) -> tuple[Inspection, Ledger]:
        """Return what looks at records of a kind that have so many fields."""
        kind = plan.kind
        key = (kind.name, count if kind.repeat and kind.has_count(count) else 0)
        if key not in self._parts:
            shape = plan.shape(key[1]) if key[1] else plan.plan
            ledger = self._ledger.beside(shape.layout, shape.checks)
            self._parts[key] = Inspection(shape, ledger, (), self._main.sender), ledger
        return self._parts[key]

    # --- One record -------------------------------------------------------------------------------

    def _piece(self, piece: Fragment, total: int | None) -> None:
        """Look at one record, or at a fragment of one."""
        record = LocatedRecord(piece.number, piece.offset, piece.data)
        if (
            piece.separator in (self._separator, b"")
            and not piece.fragment
            and piece.length <= (self._kinds.cut.limit)
        ):
            self._record(record, total)
            return
        place, before_end = self._places(record, total)
        plan = self._kinds.recognise(piece.data, place, before_end)
        whole = not piece.fragment and piece.length <= self._kinds.cut.limit
        inspection = self._main
        if plan is not None:
            inspection, _ = self._part(plan, plan.count(piece.data))
        inspection.damaged(piece)
        if whole:
            self._record(record, total)
            return
        if not piece.follows:
            self.sequence.append(UNKNOWN if plan is None else self._kinds.code_of[plan.kind.name])
        self._above.lose(plan.kind.name if plan else None)
        self.totals.lose(Rule.RECORD_LENGTH if not piece.fragment else Rule.RECORD_SEPARATOR)

    def _places(self, record: LocatedRecord, total: int | None) -> tuple[int, int]:
        return record.number, 0 if total is None else record.number - total - 1

    def _record(self, record: LocatedRecord, total: int | None) -> None:
        """Look at a record that is all there."""
        plan = self._kinds.recognise(record.data, *self._places(record, total))
        if plan is None:
            self._unknown(record)
            return
        self.sequence.append(self._kinds.code_of[plan.kind.name])
        right = plan.respaced(record.data)
        wrong = None if right is None else _respaced(plan, record.data, right)
        record = record if right is None else replace(record, data=right)
        count = plan.count(record.data)
        inspection, ledger = self._part(plan, count)
        if wrong is not None:
            ledger.add(wrong, record)
        beside = self._above.beside(plan)
        if _is_miscounted(plan, record.data, count):
            ledger.add(_miscounted(plan, count, record), record)
            ledger.hide_record(Rule.FIELD_COUNT)
            fields = None
        else:
            padded = replace(record, data=plan.padded(record.data))
            if padded.data != record.data and not plan.is_closed(record.data):
                ledger.add(plan.plan.splitter.not_closed(record.data, count), record)
            fields = inspection.whole(padded, beside)
        self._above.note(plan, None if fields is None else self._named(inspection.plan, fields))
        self.totals.record(plan, record, fields, ledger)
        if fields is not None:
            self._take(plan, inspection.plan, fields, record, ledger)

    def _take(
        self,
        plan: KindPlan,
        shape: LayoutPlan,
        fields: Readable,
        record: LocatedRecord,
        ledger: Ledger,
    ) -> None:
        """Hand the rows of a record to what looks at records together."""
        repeat, sinks = plan.kind.repeat, self._sinks.get(plan.kind.name, ())
        if repeat is None:
            for sink in sinks:
                sink.record(fields, record)
            return
        own = len(shape.layout.own)
        several = plan.kind.rows(own)
        times, beside = len(several), fields[own:]
        for places in several:
            row = [*(fields[place] for place in places), *beside]
            numbers = tuple(place + 1 for place in places)
            for sink in sinks:
                sink.record(row, replace(record, numbers=numbers))
        for index, column in enumerate(shape.layout.own):
            field = fields[index]
            if column.derived is None or column.derived.way is not DerivedName.REPETITIONS:
                continue
            if field and field.value and column.type.same(field.value) != b"%d" % times:
                ledger.add(
                    Fault(
                        Rule.DERIVED,
                        f"{column.name} is not how often {repeat.name} is there",
                        found=quoted(field.value),
                        expected=column.type.spell(b"%d" % times).decode(),
                        start=field.start,
                        length=len(field.raw),
                        field=index + 1,
                        profile=(shape.layout.column_entry(index),),
                    ),
                    record,
                )

    def _named(self, shape: LayoutPlan, fields: Readable) -> dict[str, Field | None]:
        own = shape.layout.own
        return {bare(c.name): f for c, f in zip(own, fields, strict=False)}

    def _unknown(self, record: LocatedRecord) -> None:
        """Note a record that is of no kind."""
        self.sequence.append(UNKNOWN)
        self._above.lose(None)
        if record.number == 1 and self._main.plan.header.is_header(record.data):
            fault = self._main.plan.header.fault(record.data)
            if fault:
                self._ledger.add(fault, record)
                return
        layout = self._kinds.layout
        if self._main.plan.characters.all_wrong(record.data):
            self._main.only_characters(record)
            self.totals.lose(Rule.CHARACTERS)
            return
        first = layout.decoded(record.data).split(layout.dialect.field_separator)[0]
        self._ledger.add(
            Fault(
                Rule.RECORD_KINDS,
                "a record of no kind" if record.data else "an empty record",
                found=quoted(first) if record.data else "nothing between two record separators",
                expected=_expected(self._kinds),
                length=len(record.data),
                profile=(layout.entry("records"),),
            ),
            record,
        )
        self._main.only_characters(record)
        self.totals.lose(Rule.RECORD_KINDS)


def _end_of(run: Run, count: int) -> int:
    """Where the first ``count`` records of a run end."""
    place = 0
    for _ in range(count):
        place = run.written.index(run.separator, place) + len(run.separator)
    return place


def _expected(kinds: Kinds) -> str:
    """Return what a record can be, in words."""
    tags = [plan.kind.tag[1] for plan in kinds.plans if plan.kind.tag]
    counts = [_fields(plan) for plan in kinds.plans if not plan.kind.tag]
    said = [f"a record that begins with {listed(tuple(dict.fromkeys(tags)))}"] if tags else []
    if any(plan.kind.tag and plan.kind.tag[0] for plan in kinds.plans):
        said = [f"a record with the tag {listed(tuple(dict.fromkeys(tags)))}"]
    return " or ".join(
        [*said, *(f"one of {' or '.join(dict.fromkeys(counts))}" for _ in counts[:1])]
    )


def _fields(plan: KindPlan) -> str:
    """Return how many fields a record of a kind has, in words."""
    least, most, _ = plan.kind.counts
    repeat = plan.kind.repeat
    if repeat is not None:
        single = len(plan.kind.columns) - repeat.width
        return (
            f"{single} fields and {repeat.width} for each {repeat.name}, "
            f"{repeat.occurs.words} times"
        )
    return counted(least, "field") if least == most else f"{least} to {most} fields"


def _is_miscounted(plan: KindPlan, data: bytes, count: int) -> bool:
    """Return True if a record of varying length has a number of fields that none can have."""
    if plan.kind.is_plain or plan.kind.has_count(count):
        return False
    if b'"' in data and plan.layout.quoting is Quoting.NONE:
        return False
    return plan.kind.repeat is not None or not plan.plan.splitter.split(data).readable


def _respaced(plan: KindPlan, data: bytes, right: bytes) -> Fault:
    """Return that something else separates the fields of a record than in ``right``."""
    start = right.index(plan.separator)
    more = right.count(plan.separator) - 1
    many = f", and {more} more like it" if more else ""
    return Fault(
        Rule.FIELD_SEPARATOR,
        f"something other than {named(plan.separator)} separates fields",
        found=f"{named(data[start : start + 1])} after {bare(plan.kind.columns[0].name)}{many}",
        expected=named(plan.separator),
        start=start,
        length=1,
        field=1,
        profile=(plan.layout.entry("columns"),),
    )


def _miscounted(plan: KindPlan, count: int, record: LocatedRecord) -> Fault:
    return Fault(
        Rule.FIELD_COUNT,
        f"{plan.kind.name}: a number of fields that no such record has",
        found=counted(count, "field"),
        expected=_fields(plan),
        length=len(record.data),
        profile=(plan.layout.entry("columns"),),
    )
