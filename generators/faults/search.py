"""Values of one record that break one rule of a profile alone, searched for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, combinations, islice, product

from conformance.model.column import Column, Role, carried
from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.model.requirement import Kind, SetBy
from conformance.model.types.given import conforming_value, given
from conformance.records.found import Row
from generators.draft import Draft
from generators.faults.fault import Faulty
from generators.faults.rows import changed, has_room, rows
from generators.faults.together import broken_by, with_record
from generators.settling import conforms, unmet

#: What a value may be changed to without a word on it in another requirement.
_FREE = frozenset({Role.OTHER, Role.EVENT, Role.PERIOD, Role.WARNING, Role.THRESHOLD})
#: Values of a type that are tried.
_TRIED = 12
#: Records, each with other values, that are tried for one rule and number of changes.
_SEARCHED = 4000
#: Values that are changed in one record at most.
_CHANGES = 4

#: Values by the positions of their columns.
Edits = dict[int, bytes]
#: A record, other values of it, and all that it then has.
_Tried = tuple[Row, Edits, tuple[bytes, ...]]


def breaking(draft: Draft, rule: CrossRule, *targets: int) -> Callable[[Draft], Faulty] | None:
    """Return what changes the fewest values of a record, or adds one, to break ``rule`` alone.

    One of these values at least is in ``targets``, columns that the rule is about; what is wrong
    is at the first of them.
    """
    there = rows(draft)
    search = _Search(draft, rule, there)
    for row, edits, _ in _unmet_alone(search, targets, there[::-1], adding=False):
        if set(broken_by(draft, _after(there, row, edits))) == {rule.id}:
            return changed(row, edits, targets[0])
    if draft.kind is Kind.ADT and has_room(draft):
        found = _unmet_alone(search, targets, there[-1:], adding=True)
        for _, _, fields in islice(found, _TRIED):
            if added := with_record(draft, fields, [rule.id]):
                return added
    return None


class _Search:
    """The rows of a draft, in which ``rule`` is to be broken."""

    def __init__(self, draft: Draft, rule: CrossRule, there: Sequence[Row]) -> None:
        self.draft, self.rule, self.there = draft, rule, there
        rows_at = Counter(spot for row in there for spot in set(row.spots))
        #: Where several rows have the same field, of a record above them.
        self.shared = {spot for spot, number in rows_at.items() if number > 1}


def _unmet_alone(
    search: _Search, targets: Sequence[int], some: Sequence[Row], *, adding: bool
) -> Iterator[_Tried]:
    """Yield values that make records like ``some`` not keep the rule, few changes first."""
    rule, form = search.rule, search.draft.format
    guards = [form.index(one.column) for one in rule.when]
    places = list(dict.fromkeys((*targets, *guards, *_beside(search.draft, rule))))
    choices = [_Choices(search, row, adding=adding) for row in some]
    for count in range(1, _CHANGES + 1):
        tried = chain.from_iterable(one.tried(places, count) for one in choices)
        for row, edits, fields in islice(tried, _SEARCHED):
            if not edits.keys().isdisjoint(targets) and [one.id for one in unmet(form, fields)] == [
                rule.id
            ]:
                yield row, edits, fields


def _beside(draft: Draft, rule: CrossRule) -> Iterator[int]:
    """Yield the columns of the other rules that look at a column of ``rule``."""
    mine = set(rule.looks_at)
    for other in draft.format.rules:
        if not other.rule.is_across_records and not mine.isdisjoint(other.looks_at):
            yield from map(draft.format.index, other.looks_at)


class _Choices:
    """Other values for the columns of ``row``, or of a record like it that is added."""

    def __init__(self, search: _Search, row: Row, *, adding: bool) -> None:
        self._search, self._row = search, row
        self._found: dict[int, list[bytes]] = {}
        form = search.draft.format
        # The last rule is not in the file in force, from which nothing may be left out.
        free = search.draft.kind is Kind.ADT and row.index == search.there[-1].index
        keys = [form.index(name) for name in form.key]
        self._kept = {k for k in keys if not adding and (not free or row.spots[k] in search.shared)}

    def tried(self, places: Sequence[int], count: int) -> Iterator[_Tried]:
        """Yield the record with other values for ``count`` of the columns at ``places``."""
        before = self._row.fields
        for some in combinations(places, count):
            for values in product(*map(self._of, some)):
                edits = dict(zip(some, values, strict=True))
                yield self._row, edits, tuple(edits.get(i, v) for i, v in enumerate(before))

    def _of(self, place: int) -> list[bytes]:
        if place in self._kept:
            return []
        if place not in self._found:
            values = dict.fromkeys(_values(self._search, place, self._row))
            self._found[place] = [one for one in values if one != self._row.fields[place]]
        return self._found[place]


def _after(there: Sequence[Row], row: Row, edits: Edits) -> list[tuple[bytes, ...]]:
    """Return the values of all rows once one has others; rows may share a record above them."""
    return [
        tuple(
            edits[place] if place in edits and row.spots[place] == one.spots[place] else value
            for place, value in enumerate(one.fields)
        )
        for one in there
    ]


def _values(search: _Search, place: int, row: Row) -> Iterator[bytes]:
    """Yield what a column can have in a record without another fault."""
    draft, rule = search.draft, search.rule
    column = draft.format.columns[place]
    if column.is_given or column.derived is not None:
        return
    if column.nullable:
        yield b""
    if column.role in _FREE or (column.role is Role.ACTION and draft.set_by is not SetBy.DCC):
        found = (column.type.nth(index) for index in range(min(_TRIED, column.type.count)))
        wanted = [text.encode() for text in found if text]
        for one in rule.when:
            if one.column == column.name:
                wanted += filter(
                    None, (conforming_value(column.type, value) for value in one.among)
                )
        wanted += _compared(draft, rule, place, row)
        yield from (value for value in wanted if _allowed(column, value))
    elif column.role is Role.BREACH and not _has_setter(draft):
        yield from (value.encode() for value in column.type.choices)
    elif column.role in (Role.VARIANT, Role.BREACH):
        # What another record has goes with this one's sender.
        yield from dict.fromkeys(one.fields[place] for one in search.there if one.fields[place])
    if column.role is Role.VARIANT:
        yield from islice(_sendable(draft, column, row), _TRIED)


def _sendable(draft: Draft, column: Column, row: Row) -> Iterator[bytes]:
    """Yield the Service Reference Variants that the User Role of a record may send."""
    place = draft.format.index_of_role(Role.USER_ROLE)
    role = "" if place is None else row.fields[place].decode()
    for variant in column.type.choices:
        if role in draft.ground.catalogue.eligible.get(variant, ()):
            yield variant.encode()


def _compared(draft: Draft, rule: CrossRule, place: int, row: Row) -> Iterator[bytes]:
    """Yield values around those that ``rule`` compares a column with."""
    form = draft.format
    column = form.columns[place]
    if rule.rule is not CrossRuleName.COMPARE or column.name not in rule.columns:
        return
    if rule.value is not None:
        edges = [(given(column.type, rule.value) or b"", column)]
    else:
        others = [form.index(name) for name in rule.columns if name != column.name]
        edges = [(row.fields[other], form.columns[other]) for other in others]
    for value, source in edges:
        if conforms(source.type, value):
            yield carried(value, source, column)
            yield from column.type.beside(source.type.same(value))
    # A word may mean more than any value.
    yield from (word.encode() for word in column.type.sentinels)


def _has_setter(draft: Draft) -> bool:
    """Return True if a rule says whose threshold may be exceeded in the file or its report."""
    files = draft.profile.files
    return any(files[kind].rules_of(CrossRuleName.BREACH_FITS) for kind in (Kind.REPORT, Kind.QCAF))


def _allowed(column: Column, value: bytes) -> bool:
    return conforms(column.type, value) and b"," not in value and b'"' not in value
