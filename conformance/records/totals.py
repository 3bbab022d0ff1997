"""Fields that say how many records there are, what their values add up to, or their checksum."""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from conformance.content import Content
from conformance.model.column import Column
from conformance.model.derived import Derived, DerivedName
from conformance.model.record_kind import RecordKind
from conformance.model.rule import Rule
from conformance.model.types.column_type import Meaning
from conformance.model.types.number import exact
from conformance.records.fault import Fault
from conformance.records.kind_plan import KindPlan
from conformance.records.kind_rows import Rows
from conformance.records.kinds import UNKNOWN, Kinds
from conformance.records.ledger import Ledger, Record
from conformance.records.sink import Readable
from conformance.records.splitting import Field
from conformance.records.structure import children
from conformance.records.wording import quoted

_WAYS = frozenset({DerivedName.COUNT, DerivedName.SUM, DerivedName.DIGEST})


class _Said(Struct, frozen=True):
    """A field that says a total, at ``place`` in its record: of the column at ``index``."""

    plan: KindPlan
    index: int
    place: int
    field: Field
    record: Record
    ledger: Ledger
    #: The record is one of so many of its kind before it.
    before: int = 0

    @property
    def column(self) -> Column:
        """The column."""
        return self.plan.layout.columns[self.index]

    @property
    def derived(self) -> Derived:
        """What it follows from."""
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
        self._sources: dict[str, list[tuple[str, int, KindPlan]]] = {}
        for plan in kinds.plans:
            for column in plan.kind.columns:
                if column.derived and column.derived.way is DerivedName.SUM:
                    self._add_source(column.derived.of[0])

    def _add_source(self, name: str) -> None:
        owner, _, bare = name.partition(".")
        plan = self._kinds.by_code[self._kinds.code_of[owner]]
        names = [column.name for column in plan.kind.columns]
        repeated = f"{plan.kind.repeat.name}.{bare}" if plan.kind.repeat else bare
        index = names.index(bare if bare in names else repeated)
        self._sums[name] = Decimal(0)
        self._sources.setdefault(owner, []).append((name, index, plan))

    def wants(self, kind: RecordKind) -> bool:
        """Return True if records of a kind have a field that is compared with a total."""
        return any(c.derived is not None and c.derived.way in _WAYS for c in kind.columns)

    def lose(self, rule: Rule) -> None:
        """Note that a record cannot be counted, for a fault of ``rule``."""
        self._lost.add(rule)

    def rows(self, made: Rows) -> None:
        """Add up rows of conforming records."""
        for name, index, plan in self._sources.get(made.plan.kind.name, ()):
            fields = made.run.data.split(made.run.separator)[:-1]
            values = (row.split(plan.separator)[index] for row in fields)
            self._add(name, index, plan, values)

    def _add(self, name: str, index: int, plan: KindPlan, values: Iterator[bytes]) -> None:
        total, same = self._sums[name], plan.layout.columns[index].type.same
        if total is None:
            return
        try:
            total += sum(Decimal(same(v).decode()) for v in values if v)
        except (InvalidOperation, ValueError):
            self._sums[name] = None  # a word is no number
            return
        self._sums[name] = total

    def record(
        self, plan: KindPlan, record: Record, fields: Readable | None, ledger: Ledger
    ) -> None:
        """Note one record, with its fields if they are as many as they have to be."""
        kind = plan.kind
        before = self._seen[kind.name]
        self._seen[kind.name] += 1
        if fields is None:
            self._lost.add(Rule.FIELD_COUNT)
            return
        for name, index, source in self._sources.get(kind.name, ()):
            places = kind.places(index, len(fields) - len(kind.inherited))
            read = [fields[place] for place in places]
            if any(field is None for field in read):
                self._sums[name] = None
            else:
                self._add(name, index, source, (f.value for f in read if f))
        for index, column in enumerate(kind.columns):
            if column.derived is None or column.derived.way not in _WAYS:
                continue
            place = kind.places(index, len(fields) - len(kind.inherited))[0]
            if field := fields[place]:
                self._said.append(_Said(plan, index, place, field, record, ledger, before))

    def close(self, content: Content, sequence: bytes) -> frozenset[Rule]:
        """Compare the fields with what they say; return what kept that from being done.

        Records of no kind do, and records that are not where they belong (see ``lose``).
        """
        if UNKNOWN in sequence or self._lost:
            return frozenset(self._lost or {Rule.RECORD_KINDS})
        counts: dict[str, list[int]] = {}
        for said in self._said:
            if not said.field.value:
                continue
            expected = self._expected(said, content, sequence, counts)
            if expected is not None and not _is_same(said, expected):
                said.ledger.add(_fault(said, expected), said.record)
        return frozenset()

    def _expected(
        self, said: _Said, content: Content, sequence: bytes, counts: dict[str, list[int]]
    ) -> str | None:
        derived, kind = said.derived, said.plan.kind
        if derived.way is DerivedName.DIGEST:
            return _DIGESTS[derived.digest](content.slice(0, said.record.offset))
        if derived.way is DerivedName.SUM:
            total = self._sums[derived.of[0]]
            return None if total is None else f"{total:f}"
        if kind.at is None:
            # In a record of the body, those that belong to it.
            known = counts.get(said.column.name)
            if known is None:
                known = list(children(self._kinds, sequence, kind.name, list(derived.of)))
                counts[said.column.name] = known
            return str(known[said.before])
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
        DerivedName.DIGEST: f"the {derived.digest} of the records before it",
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


def _crc(content: Content) -> str:
    found = 0
    for chunk in content.chunks():
        found = zlib.crc32(chunk, found)
    return str(found)


def _sha256(content: Content) -> str:
    found = hashlib.sha256()
    for chunk in content.chunks():
        found.update(chunk)
    return found.hexdigest()


_DIGESTS: Mapping[str, Callable[[Content], str]] = {"crc-32": _crc, "sha-256": _sha256}
