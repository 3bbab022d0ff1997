"""The headings of a sheet, matched with the columns of a profile by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from msgspec import Struct

from conformance.preparation.refusal import RefusedError, Trouble
from conformance.preparation.sheet import Row, Sheet, Value, is_blank
from conformance.records.header import bare

#: Characters of a heading that are shown.
_SHOWN = 60
#: Rows from the first on in which headings are looked for.
_LOOKED = 20


class Headings(Struct, frozen=True):
    """Where in a sheet each wanted column is, from 0; and what else is in the sheet."""

    row: int
    positions: tuple[int, ...]
    others: tuple[tuple[int, str], ...]


def key_of(value: Value) -> str:
    """A heading without case, spaces and what joins words; nothing if it is not text."""
    return bare(value.encode(errors="replace")) if isinstance(value, str) else ""


def likeness(values: Sequence[Value], names: Sequence[str]) -> int:
    """How many of ``names`` are among ``values``."""
    keys = {key_of(value) for value in values}
    return sum(key_of(name) in keys for name in names)


def likest(rows: Iterable[Row], names: Sequence[str]) -> Row | None:
    """Return which of the first rows has most of ``names``, which a title may be above."""
    first = list(islice(rows, _LOOKED))
    return max(first, key=lambda row: likeness(row.values, names), default=None)


def require_on_top(sheet: Sheet, row: Row, names: Sequence[str]) -> None:
    """Refuse a sheet with titles above the headings; ``row`` is the first of the titles.

    Raises:
        RefusedError: a row below has more of ``names``.
    """
    known = likeness(row.values, names)
    below = likest(sheet.rows(), names) if known < len(names) else None
    if below is not None and likeness(below.values, names) > known:
        raise RefusedError(sheet.name, (_above(sheet, row, below),), 1)


def match(sheet: Sheet, row: Row, names: Sequence[str]) -> Headings:
    """Find each of ``names`` in ``row``, in any order, whatever the case and the spaces.

    Raises:
        RefusedError: some are not there, or twice.
    """
    if not likeness(row.values, names):
        none = _missing(sheet, row, ", ".join(names), "the first row has no headings")
        raise RefusedError(sheet.name, (none,), 1)
    keys = [key_of(value) for value in row.values]
    troubles = []
    positions = []
    for name in names:
        found = [i for i, value in enumerate(row.values) if value == name]
        found = found or [i for i, key in enumerate(keys) if key == key_of(name)]
        if len(found) == 1:
            positions += found
        elif found:
            twice = Trouble(
                sheet.place(row.number, found[1]),
                f"the heading {name} is there twice",
                found=name,
                expected=f"{name} once; it is in {sheet.place(row.number, found[0])} too",
                fix="Remove one of the two columns, or give the one to be left out another name.",
            )
            troubles.append(twice)
        else:
            troubles.append(_missing(sheet, row, name, f"there is no heading {name}"))
    if troubles:
        raise RefusedError(sheet.name, tuple(troubles), len(troubles))
    rest = [(i, v) for i, v in enumerate(row.values) if i not in positions and not is_blank(v)]
    others = tuple((i, str(value)[:_SHOWN]) for i, value in rest)
    return Headings(row.number, tuple(positions), others)


def _above(sheet: Sheet, row: Row, below: Row) -> Trouble:
    """Return that there are titles above the headings."""
    return Trouble(
        sheet.place(row.number, None),
        f"the headings are in row {below.number}, not in the first row",
        found=_seen(row),
        expected=_seen(below),
        fix="Remove the rows above the headings.",
    )


def _seen(row: Row) -> str:
    return ", ".join(str(v).strip()[:_SHOWN] for v in row.values[:12] if not is_blank(v))


def _missing(sheet: Sheet, row: Row, names: str, message: str) -> Trouble:
    return Trouble(
        sheet.place(row.number, None),
        message,
        found=_seen(row),
        expected=names,
        fix="The first row has the headings, in any order. `tadp template` writes a sheet that "
        "has them.",
    )
