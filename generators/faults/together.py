"""Faults of rules across records: ``unique``, ``sorted`` and ``complete`` of a profile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain, pairwise

from msgspec import Struct
from msgspec.structs import replace

from conformance.findings import Place
from conformance.model.column import Column, Role, carried
from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.model.profile import FileFormat
from conformance.model.requirement import Kind
from conformance.records.found import Row, rewritten, rows_in
from generators.draft import Draft, Ground, layout_of
from generators.faults.fault import DraftChange, Faulty, Variant, edit_bytes, edit_file
from generators.faults.rows import in_report, place_of, rows
from generators.settling import key_of, unmet
from generators.teller import REPORT
from generators.together import About, Eligible, Groups, Together, ordered

#: The values of a record.
_Row = tuple[bytes, ...]
#: Other values of a column that are tried.
_TRIED = 12
#: Records that are known at once.
_KNOWN = 20_000


class _Changed(Struct, frozen=True):
    """The records of a file after a change, and where what is wrong is found.

    ``replaced`` are records that are others now, or left out, with what they were.
    """

    rows: tuple[_Row, ...]
    record: int | None = None
    column: int | None = None
    replaced: tuple[tuple[_Row, _Row | None], ...] = ()


def across_records(draft: Draft, rule: CrossRule) -> Iterator[Variant]:
    """Yield the ways in which records can break one rule alone that is about several of them."""
    found = _Ways(draft, rule)
    match rule.rule:
        case CrossRuleName.UNIQUE:
            ways = found.repeated()
        case CrossRuleName.SORTED:
            ways = found.unsorted()
        case _:
            ways = found.incomplete()
    for name, title, candidates in ways:
        one = next((c for c in candidates if broken_by(draft, c.rows) == [rule.id]), None)
        if one is not None:
            yield f"{rule.id}-{name}", f"{title}{rule.condition}", _apply(one)


def broken_by(draft: Draft, found: Sequence[_Row]) -> list[str]:
    """Return the rules that records break, by their ids, as far as they are of the profile."""
    return _judge(draft.ground, draft.kind).broken_by(found)


class _Judge:
    """Judges records of a form, most of which are the same again and again."""

    def __init__(self, form: FileFormat, eligible: Eligible) -> None:
        self._form, self._together = form, Together(form, eligible)
        self._known: dict[_Row, tuple[tuple[str, ...], list[str], tuple[bytes, ...]]] = {}

    def broken_by(self, found: Sequence[_Row]) -> list[str]:
        """Return the rules that records break, by their ids."""
        form, known = self._form, [self._of(row) for row in found]
        return [
            *(one.id for one in self._together.unmet(texts for texts, _, _ in known)),
            *(one for _, unkept, _ in known for one in unkept),
            *(["key"] if form.key and len({key for *_, key in known}) < len(known) else []),
            *(["minimum"] if len(found) < form.minimum_records else []),
        ]

    def _of(self, row: _Row) -> tuple[tuple[str, ...], list[str], tuple[bytes, ...]]:
        known = self._known.get(row)
        if known is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            unkept = [one.id for one in unmet(self._form, row)]
            texts = tuple(value.decode() for value in row)
            known = self._known[row] = texts, unkept, key_of(self._form, row)
        return known


@lru_cache(maxsize=4)
def _judge(ground: Ground, kind: Kind) -> _Judge:
    return _Judge(ground.profile.files[kind], ground.catalogue.eligible)


def in_order(form: FileFormat, found: Sequence[_Row]) -> tuple[_Row, ...]:
    """Return records in the order that the rules of a file ask for."""
    moved = ordered(form, [[value.decode() for value in row] for row in found])
    return tuple(tuple(text.encode() for text in row) for row in moved)


class _Ways:
    """The ways to break ``rule`` in ``draft``: candidates; not all of them break it alone."""

    def __init__(self, draft: Draft, rule: CrossRule) -> None:
        self._draft, self._rule, self._form = draft, rule, draft.format
        self._rows = tuple(row.fields for row in rows(draft))
        self._about = About(draft.format, rule)
        texts = [[value.decode() for value in row] for row in self._rows]
        self._texts = texts
        #: The records that the rule is about.
        self._places = [i for i, text in enumerate(texts) if self._about.holds(text)]
        # The first half is in the file in force, from which nothing may be left out.
        first = len(texts) // 2 if draft.kind is Kind.ADT else 0
        self._free = [place for place in range(len(texts) - 1, -1, -1) if place >= first]

    def repeated(self) -> Iterator[tuple[str, str, Iterator[_Changed]]]:
        names = " and ".join(self._rule.columns)
        yield "first-again", f"{names} of the first record again", self._repeats(self._places[:1])
        later = self._places[-2:0:-1]
        yield "later-again", f"{names} of another record again", self._repeats(later)

    def _repeats(self, sources: Sequence[int]) -> Iterator[_Changed]:
        places = [*self._about.places, *self._about.guards]
        for source in sources:
            for target in self._free:
                if target == source:
                    continue
                row = list(self._rows[target])
                for place in places:
                    row[place] = self._rows[source][place]
                yield from self._with(target, tuple(row), self._about.places[0], (source,))

    def _with(
        self, target: int, row: _Row, column: int, others: Sequence[int] = ()
    ) -> Iterator[_Changed]:
        """Yield the file with another record at ``target``, there or where it is in order.

        What is wrong is found at the last of it and ``others``.
        """
        changed = [*self._rows[:target], row, *self._rows[target + 1 :]]
        replaced = ((self._rows[target], row),)
        found = max((target, *others))
        yield _Changed(tuple(changed), found, column, replaced)
        moved = in_order(self._form, changed)
        last = max(moved.index(changed[one]) for one in (target, *others))
        yield _Changed(moved, last, column, replaced)

    def unsorted(self) -> Iterator[tuple[str, str, Iterator[_Changed]]]:
        pairs = list(pairwise(self._places))
        yield "last-two", "the last two records the other way round", self._swaps(pairs[::-1])
        yield "first-two", "the first two records the other way round", self._swaps(pairs)
        for number, key in enumerate(self._rule.by[1:], 1):
            before = self._about.places[:number]
            same = [
                (one, other) for one, other in pairs
                if self._about.same(self._texts[one], before)
                == self._about.same(self._texts[other], before)
            ]  # fmt: skip
            title = f"two records the other way round that differ in {key.column} first"
            yield f"{key.column}", title, self._swaps(same)
        yield "otherwise", "sorted by bytes for values, or values for bytes", self._otherwise()

    def _swaps(self, pairs: Sequence[tuple[int, int]]) -> Iterator[_Changed]:
        for one, other in pairs:
            changed = list(self._rows)
            changed[one], changed[other] = changed[other], changed[one]
            yield self._found_unsorted(changed)

    def _otherwise(self) -> Iterator[_Changed]:
        by = tuple(replace(key, as_bytes=not key.as_bytes) for key in self._rule.by)
        about = About(self._form, replace(self._rule, by=by))
        changed = list(self._rows)
        moved = sorted(self._places, key=lambda place: about.rank(self._texts[place]))
        for place, source in zip(self._places, moved, strict=True):
            changed[place] = self._rows[source]
        yield self._found_unsorted(changed)

    def _found_unsorted(self, changed: Sequence[_Row]) -> _Changed:
        """Return the changed file, with the first record that is out of order."""
        for one, other in pairwise(self._places):
            ranks = [
                self._about.rank([value.decode() for value in changed[place]])
                for place in (one, other)
            ]
            if ranks[1] < ranks[0]:
                levels = zip(self._about.places, *ranks, strict=True)
                column = next(place for place, mine, theirs in levels if mine != theirs)
                return _Changed(tuple(changed), other, column)
        return _Changed(tuple(changed))

    def incomplete(self) -> Iterator[tuple[str, str, Iterator[_Changed]]]:
        column = self._rule.columns[0]
        yield "last-missing", f"no record for one value of {column}", self._missing()
        if self._about.places[1:]:
            title = f"a record with another {self._rule.columns[1]}, and none beside it"
            yield "added-alone", title, self._alone()

    def _missing(self) -> Iterator[_Changed]:
        """Yield the file without one of the records that are wanted: another value, or gone."""
        place, *others = self._about.places
        about_it = frozenset(self._places)
        for target in self._free:
            if target not in about_it or not self._is_wanted(self._texts[target]):
                continue
            first = self._first_of(self._texts[target], others, without=target)
            for value in self._values(place):
                row = (*self._rows[target][:place], value, *self._rows[target][place + 1 :])
                for one in self._with(target, row, others[0] if others else place):
                    yield self._at_first(one, self._texts[target], others)
            changed = (*self._rows[:target], *self._rows[target + 1 :])
            gone = ((self._rows[target], None),)
            if first is not None:
                yield self._at_first(
                    _Changed(changed, first, None, gone), self._texts[target], others
                )

    def _is_wanted(self, row: Sequence[str]) -> bool:
        """Return True if the rule wants a record with what this one has."""
        return self._about.read(row, self._about.places[0]) in self._groups.wanted(row)

    @cached_property
    def _groups(self) -> Groups:
        return Groups(self._form, self._rule, self._draft.ground.catalogue.eligible)

    def _first_of(self, like: Sequence[str], others: Sequence[int], *, without: int) -> int | None:
        """Return another record with the same values in ``others`` as ``like``."""
        same = self._about.same(like, others)
        return next(
            (
                place for place in self._places
                if place != without and self._about.same(self._texts[place], others) == same
            ),
            None,
        )  # fmt: skip

    def _at_first(self, one: _Changed, like: Sequence[str], others: Sequence[int]) -> _Changed:
        """Return a change with its place: the first record of the combination that lacks one."""
        if not others:
            return replace(one, record=None, column=None)
        same = self._about.same(like, others)
        for number, row in enumerate(one.rows):
            text = [value.decode() for value in row]
            if self._about.holds(text) and self._about.same(text, others) == same:
                return replace(one, record=number, column=others[0])
        return one

    def _values(self, place: int) -> Iterator[bytes]:
        """Yield values that a column may have instead."""
        column = self._form.columns[place]
        found = (column.type.nth(index) for index in range(min(_TRIED, column.type.count)))
        null = [b""] if column.nullable else []
        yield from chain(dict.fromkeys(row[place] for row in self._rows), null)
        yield from (text.encode() for text in found if text and _is_free(column))

    def _alone(self) -> Iterator[_Changed]:
        """Yield the file with a record more, with values of ``for_each`` that no other has."""
        if self._draft.kind is Kind.QCAF:
            return
        others = self._about.places[1:]
        there = {self._about.same(self._texts[place], others) for place in self._places}
        for source in reversed(self._places):
            for place in others:
                for value in self._values(place):
                    row = (*self._rows[source][:place], value, *self._rows[source][place + 1 :])
                    text = [one.decode() for one in row]
                    if self._about.same(text, others) in there:
                        continue
                    for moved in ((*self._rows, row), in_order(self._form, (*self._rows, row))):
                        yield self._at_first(_Changed(moved), text, others)


def _is_free(column: Column) -> bool:
    """Return True if no other requirement says what the column may have."""
    return column.role in (Role.OTHER, Role.EVENT, Role.PERIOD, Role.WARNING, Role.THRESHOLD)


def _apply(one: _Changed) -> Callable[[Draft], Faulty]:
    def apply(draft: Draft) -> Faulty:
        before = draft.csv or b""
        after = rewritten(draft.layout, before, one.rows)
        changed, recorded = edit_bytes(draft, *_difference(before, after))
        changes = [recorded]
        for old, new in one.replaced if draft.kind is Kind.QCAF and REPORT in draft.files else ():
            found = in_report(changed, old)
            if found is not None:
                changed, recorded = _reported(changed, found, old, new)
                changes.append(recorded)
        if one.record is None:
            return Faulty(changed, tuple(changes))
        row = rows(changed)[one.record]
        if one.column is None:
            return Faulty(changed, tuple(changes), Place(record=row.number))
        return Faulty(changed, tuple(changes), place_of(row, one.column))

    return apply


def _difference(before: bytes, after: bytes) -> tuple[int, int, bytes]:
    """Return the part of ``before`` in which the two differ, and what is there instead."""
    least = min(len(before), len(after))
    start = next((i for i in range(least) if before[i] != after[i]), least)
    most = least - start
    end = next((i for i in range(most) if before[-1 - i] != after[-1 - i]), most)
    return start, len(before) - end - start, after[start : len(after) - end]


def _reported(draft: Draft, there: Row, old: _Row, new: _Row | None) -> tuple[Draft, DraftChange]:
    """Return the draft with a record of the report as its own, which was ``old``, is now."""
    layout, form = layout_of(draft.profile, Kind.REPORT), draft.format
    before = draft.files[REPORT]
    found = [row.fields for row in rows_in(layout, before)]
    if new is None:
        found.pop(there.index)
    else:
        mine = {column.name: place for place, column in enumerate(form.columns)}
        changed = {name: place for name, place in mine.items() if new[place] != old[place]}
        found[there.index] = tuple(
            carried(new[changed[column.name]], form.columns[changed[column.name]], column)
            if column.name in changed
            else value
            for column, value in zip(layout.format.columns, there.fields, strict=True)
        )
    return edit_file(draft, REPORT, *_difference(before, rewritten(layout, before, found)))


def keeps_rules(draft: Draft, row: Row, values: Mapping[int, bytes]) -> bool:
    """Return True if key and rules are kept, except for those of senders, roles and breaches."""
    fields = tuple(values.get(place, value) for place, value in enumerate(row.fields))
    others = [fields if one.number == row.number else one.fields for one in rows(draft)]
    return not broken_by(draft, others)


def breaks_alone(draft: Draft, row: Row, fields: Sequence[bytes], rule: CrossRule) -> bool:
    """Return True if ``rule`` alone is broken once ``row`` has other ``fields``."""
    if [one.id for one in unmet(draft.format, fields)] != [rule.id]:
        return False
    if not any(one.rule.is_across_records for one in draft.format.rules):
        return True
    others = [tuple(fields) if one.index == row.index else one.fields for one in rows(draft)]
    return broken_by(draft, others) == [rule.id]


def with_record(
    draft: Draft, fields: Sequence[bytes], broken: Sequence[str], fixed: Collection[str] = ()
) -> Callable[[Draft], Faulty] | None:
    """Return what adds a record with ``fields``, where it is in order, and breaks ``broken`` alone.

    Columns that a rule wants to be unique may have other values, except for ``fixed`` and the key.
    """
    form, there = draft.format, tuple(row.fields for row in rows(draft))
    free = {
        form.index(name) for rule in form.rules_of(CrossRuleName.UNIQUE) for name in rule.columns
        if name not in (*form.key, *fixed) and _is_free(form.columns[form.index(name)])
    }  # fmt: skip
    for step in range(_TRIED):
        row = tuple(
            _another(form.columns[place], value, step) if place in free and step else value
            for place, value in enumerate(fields)
        )
        for found in ((*there, row), in_order(form, (*there, row))):
            if broken_by(draft, found) == broken:
                last = max(number for number, one in enumerate(found) if one == row)
                if broken:
                    same = (key_of(form, one) for one in found)
                    last = max(n for n, one in enumerate(same) if one == key_of(form, row))
                return _apply(_Changed(found, last))
    return None


def _another(column: Column, value: bytes, step: int) -> bytes:
    """Return another value of a column, for each ``step`` another."""
    beside = column.type.other(value.decode()) if value else None
    found = beside if step == 1 else column.type.nth(column.type.count // _TRIED * (step - 1))
    return (found or value.decode()).encode()
