"""Fields that say how many records there are, what their values add up to, or their checksum."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from conformance.content import Content
from conformance.model.column import Column
from conformance.model.derived import RECORDS_BEFORE, RECORDS_BELOW, Derived, DerivedName
from conformance.model.record_kind import RecordKind
from conformance.model.rule import Rule
from conformance.model.types.column_type import Meaning
from conformance.model.types.number import exact
from conformance.records.fault import Fault
from conformance.records.kind_plan import KindPlan
from conformance.records.kind_rows import Rows
from conformance.records.kinds import UNKNOWN, Kinds
from conformance.records.ledger import Ledger, LocatedRecord
from conformance.records.sink import Readable
from conformance.records.splitting import Field
from conformance.records.structure import children, is_below
from conformance.records.wording import quoted

_WAYS = frozenset({DerivedName.COUNT, DerivedName.SUM, DerivedName.DIGEST})


class _Said(Struct, frozen=True):
    """A field that says a total, at ``place`` in its record: of the column at ``index``."""

    plan: KindPlan
    index: int
    place: int
    field: Field
    record: LocatedRecord
    ledger: Ledger
    #: Its group, of which it has totals, comes after so many others.
    group: int = 0

    @property
    def column(self) -> Column:
        """The column."""
        return self.plan.layout.columns[self.index]

    @property
    def derived(self) -> Derived:
        """The rule that it follows."""
        assert self.column.derived is not None  # noqa: S101 - no others are noted
        return self.column.derived


class Totals:
    """Collects what is added up, and the fields that say it; ``close`` compares them."""

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._said: list[_Said] = []
        self._seen: Counter[str] = Counter()
        self._lost: set[Rule] = set()
        self._sums: dict[str, Decimal | None] = {}
        #: The sums in each group, by the kind of its first record and by the column.
        self._scoped: dict[tuple[str, str], list[Decimal | None]] = {}
        #: Records whose checksum is of those that belong to them, until these end.
        self._open: list[int] = []
        self._ends: dict[int, int] = {}
        #: Kinds whose rows have a value that is added up more often than their records have it.
        self._outside: set[str] = set()
        self._sources: dict[str, list[tuple[str, int, KindPlan]]] = {}
        for plan in kinds.plans:
            for column in plan.kind.columns:
                if column.derived and column.derived.way is DerivedName.SUM:
                    self._add_source(column.derived.of[0])
                    if plan.kind.total_of is not None:
                        self._scoped[plan.kind.total_of, column.derived.of[0]] = []
        digests = {
            plan.kind.name
            for plan in kinds.plans
            for column in plan.kind.columns
            if column.derived and column.derived.over == RECORDS_BELOW
        }
        #: Kinds whose records begin a group that another record has totals of.
        self._begins = {plan.kind.parent for plan in kinds.plans if plan.kind.closes}
        #: Kinds whose records end those that belong to one with a checksum of these.
        self._ending = {
            plan.kind.name
            for plan in kinds.plans
            if any(not is_below(kinds, plan.kind, name) for name in digests)
        }

    def _add_source(self, name: str) -> None:
        if name in self._sums:
            return
        owner, _, bare = name.partition(".")
        plan = self._kinds.by_code[self._kinds.code_of[owner]]
        names = [column.name for column in plan.kind.columns]
        repeated = f"{plan.kind.repeat.name}.{bare}" if plan.kind.repeat else bare
        index = names.index(bare if bare in names else repeated)
        if plan.kind.repeat and len(plan.kind.places(index, len(names) + 1)) == 1:
            self._outside.add(owner)
        self._sums[name] = Decimal(0)
        self._sources.setdefault(owner, []).append((name, index, plan))

    @property
    def summed(self) -> Collection[str]:
        """The kinds with a column that is added up."""
        return self._sources.keys()

    def wants(self, kind: RecordKind) -> bool:
        """Return True if records of a kind are looked at one by one, for a total or at its end."""
        totals = any(c.derived is not None and c.derived.way in _WAYS for c in kind.columns)
        return totals or kind.name in {*self._ending, *self._begins, *self._outside}

    def lose(self, rule: Rule) -> None:
        """Note that a record cannot be counted, for a fault of ``rule``."""
        self._lost.add(rule)

    def rows(self, made: Rows) -> None:
        """Add up rows of conforming records."""
        for name, index, plan in self._sources.get(made.plan.kind.name, ()):
            fields = made.run.data.split(made.run.separator)[:-1]
            values = (row.split(plan.between)[index] for row in fields)
            self._add(name, index, plan, values)

    def _add(self, name: str, index: int, plan: KindPlan, values: Iterator[bytes]) -> None:
        same = plan.layout.columns[index].type.same
        try:
            self._more(name, sum(Decimal(same(v).decode()) for v in values if v))
        except (InvalidOperation, ValueError):
            self._more(name, None)  # a word is not a number

    def _more(self, name: str, value: Decimal | int | None) -> None:
        """Add a value to the sums of a column; None: it is not known."""

        def added(total: Decimal | None) -> Decimal | None:
            return None if total is None or value is None else total + value

        self._sums[name] = added(self._sums[name])
        for (_, of), totals in self._scoped.items():
            if of == name and totals:
                totals[-1] = added(totals[-1])

    def record(
        self, plan: KindPlan, record: LocatedRecord, fields: Readable | None, ledger: Ledger
    ) -> None:
        """Note one record, with its fields if they are as many as they have to be."""
        kind = plan.kind
        before = self._seen[kind.name]
        self._seen[kind.name] += 1
        self._end(kind, record.offset)
        for (owner, _), totals in self._scoped.items():
            if owner == kind.name:
                totals.append(Decimal(0))
        if fields is None:
            self._lost.add(Rule.FIELD_COUNT)
            return
        for name, index, source in self._sources.get(kind.name, ()):
            places = kind.places(index, len(fields) - len(kind.inherited))
            read = [fields[place] for place in places]
            if any(field is None for field in read):
                self._more(name, None)
            else:
                self._add(name, index, source, (f.value for f in read if f))
        for index, column in enumerate(kind.columns):
            if column.derived is None or column.derived.way not in _WAYS:
                continue
            place = kind.places(index, len(fields) - len(kind.inherited))[0]
            if field := fields[place]:
                group = self._seen[kind.parent] - 1 if kind.closes and kind.parent else before
                self._said.append(_Said(plan, index, place, field, record, ledger, group))
                if column.derived.over == RECORDS_BELOW:
                    self._open.append(len(self._said) - 1)

    def _end(self, kind: RecordKind, offset: int) -> None:
        """Note where the records end that belong to others, if one of ``kind`` ends them."""
        if kind.name not in self._ending:
            return
        for index in self._open:
            if not is_below(self._kinds, kind, self._said[index].plan.kind.name):
                self._ends[index] = offset
        self._open = [index for index in self._open if index not in self._ends]

    def close(self, content: Content, sequence: bytes) -> frozenset[Rule]:
        """Compare the fields with what they say; return what kept that from being done.

        Records of no kind do, and records that are not where they belong (see ``lose``).
        """
        if UNKNOWN in sequence or self._lost:
            return frozenset(self._lost or {Rule.RECORD_KINDS})
        counts: dict[tuple[str, ...], list[int]] = {}
        digests = _Digests(content, self._kinds.layout.dialect.record_separator)
        for index, said in enumerate(self._said):
            if not said.field.value:
                continue
            if said.derived.way is DerivedName.DIGEST:
                expected: str | None = digests.of(said, self._ends.get(index, len(content)))
            else:
                expected = self._expected(said, sequence, counts)
            if expected is not None and not _is_same(said, expected):
                said.ledger.add(_fault(said, expected), said.record)
        return frozenset()

    def _expected(
        self, said: _Said, sequence: bytes, counts: dict[tuple[str, ...], list[int]]
    ) -> str | None:
        derived, kind = said.derived, said.plan.kind
        if derived.way is DerivedName.SUM:
            scoped = self._scoped.get((kind.total_of or "", derived.of[0]))
            total = scoped[said.group] if scoped else self._sums[derived.of[0]]
            return None if total is None else f"{total:f}"
        if kind.total_of is not None:
            # In a record of the body, those that belong to it, or to the same group.
            key = kind.total_of, *derived.of
            known = counts.get(key)
            if known is None:
                known = list(children(self._kinds, sequence, kind.total_of, list(derived.of)))
                counts[key] = known
            return str(known[said.group] + derived.of.count(kind.total_of))
        return str(sum(sequence.count(self._kinds.code_of[name]) for name in derived.of))


def _is_same(said: _Said, expected: str) -> bool:
    derived, kind = said.derived, said.column.type
    if derived.way is DerivedName.DIGEST and not _is_number(said.column):
        return said.field.value.decode("latin-1").lower() == _hexadecimal(derived.digest, expected)
    try:
        return Decimal(kind.same(said.field.value).decode()) == Decimal(expected)
    except InvalidOperation:
        return False


def _is_number(column: Column) -> bool:
    return column.type.reads_as is Meaning.NUMBER


def _hexadecimal(digest: str, expected: str) -> str:
    return f"{int(expected):08x}" if digest == "crc-32" else expected


def _fault(said: _Said, expected: str) -> Fault:
    derived, kind = said.derived, said.column.type
    if _is_number(said.column):
        expected = kind.spell(exact(Decimal(expected))).decode()
    else:
        expected = _hexadecimal(derived.digest, expected)
    what = {
        DerivedName.COUNT: f"the number of records {' and '.join(derived.of)}",
        DerivedName.SUM: f"the sum of {derived.of[0] if derived.of else ''}",
        DerivedName.DIGEST: f"the {derived.digest} of the records {_OVER.get(derived.over)}",
    }[derived.way]
    return Fault(
        Rule.DERIVED,
        f"{said.column.name} is not {what}",
        found=quoted(said.field.value),
        expected=expected,
        start=said.field.start,
        length=len(said.field.raw),
        field=said.place + 1,
        profile=(said.plan.layout.column_entry(said.index),),
    )


#: In words, what a checksum is made of.
_OVER = {RECORDS_BEFORE: "before it", RECORDS_BELOW: "that belong to it"}


#: The bytes that end a record, right or wrong; nothing at the end of the file.
_SEPARATOR = re.compile(rb"\r\n|\n\r|[\r\n]|\xc2\x85|\xe2\x80[\xa8\xa9]|")
_ENDED = re.compile(rb"(?:[\r\n]|\xc2\x85|\xe2\x80[\xa8\xa9])\Z")


class _Digests:
    """Computes checksums of parts of a file; those of all before a record in one pass."""

    def __init__(self, content: Content, separator: bytes) -> None:
        self._content, self._separator = content, separator
        self._before = {name: _Running(name) for name in ("crc-32", "sha-256")}

    def of(self, said: _Said, end: int) -> str:
        """Return the checksum that a field has to say; records below it are before ``end``.

        It is asked for in the order of the records. Each record has its separator, the last too.
        """
        derived = said.derived
        if derived.over == RECORDS_BEFORE:
            running = self._before[derived.digest]
            running.take(self._content, said.record.offset)
            return running.value
        start = said.record.offset + len(said.record.data)
        # A record separator that is wrong is the fault of clause 6.1 alone.
        after = _SEPARATOR.match(self._content.slice(start, 3).head(3))
        start += after.end() if after else 0
        own = _Running(derived.digest, start)
        own.take(self._content, end)
        if start < end == len(self._content) and not self._is_ended(end):
            own.add(self._separator)
        return own.value

    def _is_ended(self, end: int) -> bool:
        tail = self._content.slice(max(0, end - 3), min(end, 3)).head(3)
        return _ENDED.search(tail) is not None


class _Running:
    """A checksum of the bytes of a file up to a place that moves on."""

    def __init__(self, name: str, start: int = 0) -> None:
        self._crc = 0 if name == "crc-32" else None
        self._sha, self._place = hashlib.sha256(), start

    def take(self, content: Content, end: int) -> None:
        """Go on to ``end``."""
        for chunk in content.slice(self._place, max(0, end - self._place)).chunks():
            self.add(chunk)
        self._place = max(self._place, end)

    def add(self, data: bytes) -> None:
        """Go on over ``data``."""
        if self._crc is None:
            self._sha.update(data)
        else:
            self._crc = zlib.crc32(data, self._crc)

    @property
    def value(self) -> str:
        """The checksum, as a number or in hexadecimal digits."""
        return self._sha.hexdigest() if self._crc is None else str(self._crc)
