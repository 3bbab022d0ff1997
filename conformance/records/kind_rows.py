"""The rows of records of several kinds: each record with what it has from those above it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import compress, repeat

from msgspec import Struct

from conformance.records.kind_plan import KindPlan
from conformance.records.kinds import Kinds
from conformance.records.lines import Run
from conformance.records.lines import rows as all_rows
from conformance.records.splitting import Field

#: The fields of a record by their columns; one that cannot be read is missing.
Named = Mapping[str, Field | None]


class Rows(Struct, frozen=True):
    """The rows of a kind in a run."""

    plan: KindPlan
    run: Run


class Above:
    """The records above the next one, as far as their fields are wanted below."""

    def __init__(self, kinds: Kinds, known: dict[str, Named | None] | None = None) -> None:
        self._kinds = kinds
        self._known: dict[str, Named | None] = known or {}
        self.wanted = {
            column.name.partition(".")[0] for plan in kinds.plans for column in plan.kind.inherited
        }

    def copy(self) -> Above:
        """Return another, to be changed by itself."""
        return Above(self._kinds, dict(self._known))

    def note(self, plan: KindPlan, fields: Named | None) -> None:
        """Note a record; nothing of one that cannot be read is known below it."""
        if plan.kind.name in self.wanted:
            self._known[plan.kind.name] = fields

    def lose(self, name: str | None) -> None:
        """Forget a kind, or all of the body where a record of any kind could have been."""
        for one in list(self._known):
            kind = self._kinds.by_code[self._kinds.code_of[one]].kind
            if one == name or (name is None and kind.at is None):
                self._known[one] = None

    def beside(self, plan: KindPlan) -> list[Field | None]:
        """Return the fields that a record of a kind has from those above it."""
        found: list[Field | None] = []
        for column in plan.kind.inherited:
            owner, _, name = column.name.partition(".")
            known = self._known.get(owner)
            field = known.get(name) if known else None
            found.append(Field(b"", 0, field.value) if field else None)
        return found

    def values(self, plan: KindPlan) -> list[bytes | None]:
        """Return the values of the last record of a kind, as far as they can be read."""
        known = self._known.get(plan.kind.name) or {}
        found = (known.get(column.name) for column in plan.kind.columns)
        return [field.value if field else None for field in found]

    def suffix(self, plan: KindPlan) -> bytes | None:
        """Return what follows the own fields in rows of a kind, if all of it can be read."""
        separator = plan.between
        beside = self.beside(plan)
        if any(field is None for field in beside):
            return None
        return b"".join(separator + field.value for field in beside if field)


class _Wanted(Struct, frozen=True):
    """A kind whose rows are looked at: its code, and what its records are recognised by.

    ``inherited`` are the codes of the kinds that its rows have columns of, and these by position.
    """

    code: int
    plan: KindPlan
    table: bytes
    inherited: tuple[tuple[int, int], ...]


class RowMaker:
    """Makes the rows of runs of conforming records.

    Columns of the kinds ``summed`` are added up.
    """

    def __init__(self, kinds: Kinds, summed: Collection[str]) -> None:
        self._kinds = kinds
        self._wanted = [
            _Wanted(code, plan, bytes(n == code for n in range(256)), self._inherited(plan))
            for code, plan in kinds.by_code.items()
            if plan.kind.name in summed or _is_looked_at(plan)
        ]
        self._above = sorted({kinds.code_of[name] for name in Above(kinds).wanted})

    def _inherited(self, plan: KindPlan) -> tuple[tuple[int, int], ...]:
        found = []
        for column in plan.kind.inherited:
            owner, _, name = column.name.partition(".")
            code = self._kinds.code_of[owner]
            names = [one.name for one in self._kinds.by_code[code].kind.columns]
            found.append((code, names.index(name)))
        return tuple(found)

    def of(
        self, run: Run, records: Sequence[bytes], sequence: bytes, above: Above
    ) -> list[Rows] | None:
        """Return the rows of each kind, and change ``above`` to what it is after the run.

        Nothing, where records have to be looked at one by one.
        """
        made = []
        for wanted in self._wanted:
            count, plan = sequence.count(wanted.code), wanted.plan
            if count == len(records) and plan.kind.is_plain and not wanted.inherited:
                made.append(Rows(plan, run))
            elif count:
                rows = self._rows(wanted, records, sequence, above)
                if rows is None:
                    return None
                data = run.separator.join(rows) + run.separator
                found = Run(run.offset, data, run.separator, run.number)
                chosen = sequence.translate(wanted.table)
                found.origin = partial(_origin, plan, run, records, chosen)
                found.wholes = partial(_wholes, plan, run, chosen)
                made.append(Rows(plan, found))
        for code in self._above:
            last = sequence.rfind(code)
            if last >= 0:
                plan = self._kinds.by_code[code]
                above.note(plan, _fields(plan, records[last]))
        return made

    def _rows(
        self, wanted: _Wanted, records: Sequence[bytes], sequence: bytes, above: Above
    ) -> list[bytes] | None:
        """Return the rows of a kind, or nothing if one is not as it has to be."""
        plan, code = wanted.plan, wanted.code
        if not wanted.inherited:
            found = list(compress(records, sequence.translate(wanted.table)))
            return found if plan.kind.is_plain else _several(plan, found)
        suffix: bytes | None = above.suffix(plan)
        values: dict[int, Sequence[bytes | None]] = {
            owner: above.values(self._kinds.by_code[owner]) for owner, _ in wanted.inherited
        }
        separator, plain, stale, rows = plan.between, plan.kind.is_plain, False, []
        for record, here in zip(records, sequence, strict=True):
            if here == code:
                if stale:
                    suffix, stale = _suffix(wanted, values, separator), False
                if suffix is None:
                    return None
                if plain:
                    rows.append(record + suffix)
                else:
                    several = plan.rows(record)
                    if several is None:
                        return None
                    rows += [row + suffix for row in several]
            if here in values:
                values[here] = _values(self._kinds.by_code[here], record)
                stale = True
        return rows


def _suffix(
    wanted: _Wanted, values: Mapping[int, Sequence[bytes | None]], separator: bytes
) -> bytes | None:
    """Return what follows the own fields in rows of a kind, if all of it can be read."""
    found = [values[owner][place] for owner, place in wanted.inherited]
    ends = [separator + value for value in found if value is not None]
    return b"".join(ends) if len(ends) == len(found) else None


def _several(plan: KindPlan, records: Sequence[bytes]) -> list[bytes] | None:
    """Return the rows of records that have no columns of others."""
    found = [plan.rows(one) for one in records]
    if any(rows is None for rows in found):
        return None
    return [row for rows in found if rows for row in rows]


def _values(plan: KindPlan, record: bytes) -> list[bytes]:
    """Return the values of a conforming record, of what repeats the first ones."""
    if not plan.kind.is_plain:
        record = (plan.rows(record) or [b""])[0]
    return record.split(plan.between)


def _fields(plan: KindPlan, record: bytes) -> Named:
    names = (column.name for column in plan.kind.columns)
    return {
        name: Field(value, 0, value)
        for name, value in zip(names, _values(plan, record), strict=False)
    }


def _origin(
    plan: KindPlan, run: Run, records: Sequence[bytes], chosen: bytes
) -> Iterator[tuple[int, int]]:
    """Yield the number and the offset of the record of each row."""
    for (number, offset, _), data, mine in zip(all_rows(run), records, chosen, strict=True):
        if mine:
            yield from repeat((number, offset), len(plan.rows(data) or ()))


def _wholes(plan: KindPlan, run: Run, chosen: bytes) -> Iterator[tuple[bytes, tuple[int, ...]]]:
    """Yield the record of each row, and the numbers of its fields there."""
    for (_, _, data), mine in zip(all_rows(run), chosen, strict=True):
        if mine:
            padded = plan.padded(data)
            for places in plan.kind.rows(plan.count(padded)):
                yield padded, tuple(place + 1 for place in places)


def _is_looked_at(plan: KindPlan) -> bool:
    """Return True if somebody looks at the rows of a kind, beyond its expression."""
    kind = plan.kind
    return bool(
        plan.kind.rules
        or plan.kind.key
        or kind.repeat
        or plan.layout.own_composed
        or any(
            not column.type.exact or column.derived or column.is_given for column in kind.columns
        )
    )
