"""A file of several kinds of records looked at: what each record shows, and all together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from conformance.content import Content
from conformance.findings import CAP, Finding
from conformance.model.cross_rule import CrossRuleName
from conformance.model.record_kind import RecordKind
from conformance.model.rule import Rule
from conformance.records.completeness import CompleteSink
from conformance.records.distinct import Distinct
from conformance.records.duplicates import HashSink, LocatingSink
from conformance.records.fault import Fault
from conformance.records.keys import FirstSeen, Key
from conformance.records.kind_inspection import KindInspection, Sinks
from conformance.records.kind_plan import KindPlan, bare
from conformance.records.kinds import UNKNOWN, Kinds
from conformance.records.ledger import Ledger, LocatedRecord, Scan
from conformance.records.lines import Fragment, Run, rows
from conformance.records.sorting import SortingSink
from conformance.records.structure import Misplaced, misplaced

#: Gives the records of the file once more.
Again = Callable[[], Iterable[Run | Fragment]]


class _KindLocatingSink(LocatingSink):
    """Shows rows that repeat; what they have from other records is not read a second time."""

    def _is_at(self, key: Key, offset: int) -> bool:  # noqa: ARG002 - 64 bits of it are the same
        return True


class KindScan:
    """Looks at what ``lines`` yields of a file of several kinds; ``close`` has what was found."""

    def __init__(self, content: Content, kinds: Kinds, ledger: Ledger) -> None:
        self._content, self._kinds, self._ledger = content, kinds, ledger
        self._aside: list[tuple[KindPlan, Ledger]] = []
        self._hashes: list[tuple[KindPlan, HashSink]] = []
        self._together: list[SortingSink | CompleteSink] = []
        sinks = {plan.kind.name: (*self._sinks_of(plan),) for plan in kinds.plans}
        self._inspection = KindInspection(kinds, ledger, {k: v for k, v in sinks.items() if v})

    def _sinks_of(self, plan: KindPlan) -> Iterator[HashSink | SortingSink | CompleteSink]:
        ledger, rules_of = self._beside(plan), plan.layout.rules_of
        for distinct in plan.plan.distinct:
            self._hashes.append((plan, HashSink(distinct)))
            yield self._hashes[-1][1]
        for rule in rules_of(CrossRuleName.SORTED):
            self._together.append(SortingSink(plan.plan, rule, ledger))
            yield self._together[-1]
        for rule in rules_of(CrossRuleName.COMPLETE):
            self._together.append(CompleteSink(self._content, plan.plan, rule, ledger))
            yield self._together[-1]

    def _beside(self, plan: KindPlan) -> Ledger:
        ledger = self._ledger.beside(plan.layout, plan.plan.checks)
        self._aside.append((plan, ledger))
        return ledger

    @property
    def header(self) -> int:
        """How many records are before the body."""
        return sum(self._count(k) for k in self._kinds.layout.format.kinds if k.at and k.at > 0)

    @property
    def records(self) -> int:
        """Return how many records there are, except for those after the body."""
        ends = (k for k in self._kinds.layout.format.kinds if k.at and k.at < 0)
        return self._inspection.records - sum(map(self._count, ends))

    def _count(self, kind: RecordKind) -> int:
        return self._inspection.sequence.count(self._kinds.code_of[kind.name])

    def inspect(self, event: Run | Fragment) -> None:
        """Look at what ``lines`` yields."""
        self._inspection.inspect(event)

    def finish(self) -> None:
        """Look at what was put off until the end of the file was known."""
        self._inspection.finish()

    def close(self, again: Again) -> Scan:
        """Return all that was found; ``again`` gives the records once more."""
        inspection = self._inspection
        sequence = bytes(inspection.sequence)
        empty = not sequence
        if self._structure(sequence, again, empty=empty):
            inspection.totals.lose(Rule.RECORD_KINDS)
        hiding = inspection.totals.close(self._content, sequence)
        self._learn()
        for sink in self._together:
            sink.close()
        self._duplicates(again)
        return self._merged(hiding)

    def _learn(self) -> None:
        """Let what looks at records together know which of them cannot be read."""
        unknown = self._ledger.has(Rule.RECORD_KINDS)
        for plan, ledger in self._aside:
            names = {column.name: place for place, column in enumerate(plan.layout.columns)}
            if unknown:
                # A record of no kind, or in another place, may be any.
                ledger.learn_all(len(names))
            for other, there, fields in self._inspection.ledgers:
                before = "" if other is plan else f"{other.kind.name}."
                columns = enumerate(before + field for field in fields)
                ledger.learn(there, {i: names[name] for i, name in columns if name in names})

    def _structure(self, sequence: bytes, again: Again, *, empty: bool) -> bool:
        """Note the records that are not where they belong, too few or too many, if any are."""
        if empty and self._kinds.layout.format.minimum_records:
            return False
        found: list[Misplaced] = list(misplaced(self._kinds, sequence))
        if not found:
            return False
        self._ledger.count(Rule.RECORD_KINDS, max(0, len(found) - CAP))
        shown = found[:CAP]
        records = _records({one.number for one in shown}, again)
        layout = self._kinds.layout
        for one in shown:
            record = records.get(one.number)
            fault = Fault(
                Rule.RECORD_KINDS,
                one.message,
                one.found,
                one.expected,
                length=len(record.data) if record else 0,
                profile=(layout.entry(one.entry),),
            )
            if record is None:
                self._ledger.add_to_file(fault)
            else:
                self._ledger.add(fault, record)
        return True

    def _duplicates(self, again: Again) -> None:
        """Look for the rows that repeat what another had, if hashes say so."""
        found = [(p, sink.distinct, *sink.repeated()) for p, sink in self._hashes]
        locating: dict[str, list[LocatingSink]] = {}
        for plan, distinct, count, repeated in found:
            if count:
                ledger = self._beside(plan)
                ledger.count(distinct.laid_at, count)
                locating.setdefault(plan.kind.name, []).append(
                    self._locating(plan, ledger, distinct, FirstSeen(repeated))
                )
        if not locating:
            return
        kinds = self._kinds
        aside = self._ledger.beside(kinds.layout, kinds.rows.checks)
        sinks: Sinks = locating
        inspection = KindInspection(kinds, aside, sinks)
        for event in again():
            if all(one.full for several in locating.values() for one in several):
                return
            inspection.inspect(event)
        inspection.finish()

    def _locating(
        self, plan: KindPlan, ledger: Ledger, distinct: Distinct, seen: FirstSeen
    ) -> LocatingSink:
        return _KindLocatingSink(self._content, plan.plan, ledger, distinct, seen)

    def _merged(self, hiding: frozenset[Rule]) -> Scan:
        """Return what all ledgers have, as if it were one."""
        inspection, form = self._inspection, self._kinds.layout.format
        main = self._ledger.close(inspection.records, inspection.undecided)
        parts = [(p, one.close(0)) for p, one, _ in inspection.ledgers]
        parts += [(p, one.close(0)) for p, one in self._aside]
        scans = [main, *(scan for _, scan in parts)]
        unread: dict[str, frozenset[Rule]] = {}
        nulls = set()
        for plan, scan in parts:
            name = plan.kind.name
            for column, rules in scan.columns_unread.items():
                key = f"{name}.{bare(column)}"
                unread[key] = unread.get(key, main.unread) | rules
            nulls |= {bare(column) for column in scan.nulls if name == form.unit}
        hidden = {
            rule: frozenset[Rule]().union(*(scan.hidden[rule] for scan in scans)) for rule in Rule
        }
        hidden[Rule.DERIVED] |= hiding
        for rule, column in self._from_above():
            hidden[rule] |= unread.get(column, main.unread)
        own = {column.name for column in form.own}
        return Scan(
            inspection.records,
            {rule: _first(scan.faults[rule] for scan in scans) for rule in Rule},
            _sum(scan.counts for scan in scans),
            hidden,
            frozenset[Rule]().union(*(scan.unread for scan in scans)),
            {
                c.name: unread.get(
                    f"{form.unit}.{c.name}" if c.name in own else c.name, main.unread
                )
                for c in form.columns
            },
            frozenset(nulls),
            main.undecided,
            tuple(one for scan in scans for one in scan.left_open),
            inspection.records - self._units,
        )

    @property
    def _units(self) -> int:
        """How many records are of the kind that is counted, or may be: they are of none."""
        unit = self._kinds.layout.format.unit.partition(".")[0]
        sequence = self._inspection.sequence
        return sequence.count(self._kinds.code_of[unit]) + sequence.count(UNKNOWN)

    def _from_above(self) -> Iterator[tuple[Rule, str]]:
        """Yield the rules that look at a column of another record, and that column."""
        for plan in self._kinds.plans:
            names = {column.name for column in plan.kind.inherited}
            for name in names.intersection(plan.kind.key):
                yield Rule.UNIQUE_KEY, name
            for rule in plan.kind.rules:
                for name in names.intersection(rule.looks_at):
                    yield rule.rule.laid_at, name
            for column in plan.kind.columns:
                for name in names.intersection(column.derived.of if column.derived else ()):
                    yield Rule.DERIVED, name


def _first(several: Iterable[tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """Return the first findings of several lists, in the order of their records."""
    found = [one for findings in several for one in findings]
    found.sort(
        key=lambda one: (one.place.record or 0, one.place.field or 0) if one.place else (0, 0)
    )
    return tuple(islice(found, CAP))


def _sum(several: Iterable[Mapping[Rule, int]]) -> dict[Rule, int]:
    total = Counter[Rule]()
    for counts in several:
        total.update(counts)
    return {rule: total[rule] for rule in Rule}


def _records(numbers: set[int], again: Again) -> dict[int, LocatedRecord]:
    """Return the records with these numbers."""
    found: dict[int, LocatedRecord] = {}
    last = max(numbers)
    for event in again():
        if event.number > last:
            break
        if isinstance(event, Fragment):
            if event.number in numbers and not event.follows:
                found[event.number] = LocatedRecord(event.number, event.offset, event.data)
        elif any(event.number <= n < event.number + event.count for n in numbers):
            for number, offset, data in rows(event):
                if number in numbers:
                    found[number] = LocatedRecord(number, offset, data)
    return found
