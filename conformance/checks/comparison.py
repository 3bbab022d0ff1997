"""A QCAF beside the report that it was made from: clauses 4.7 and 4.13.

The two are read side by side. Where the bytes of one without its actions are those of the other,
as nearly always, its records are not even read. Of the others those that are alike are forgotten;
a record that stands elsewhere waits for its like. What is then left, or
differs, is in question, and only that is looked at again. So a QCAF in the order of its report
takes no more memory than a small one, and one in another order as much as the records that wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import chain, zip_longest

from msgspec import Struct, msgpack
from msgspec.structs import replace

from conformance.checks.context import Context
from conformance.checks.differences import (
    Comparison,
    Malformed,
    Tally,
    Values,
    added,
    altered,
    missing,
    nothing_in_common,
)
from conformance.checks.memory import once
from conformance.checks.side import NumberedRow, Side
from conformance.checks.slips import with_slips
from conformance.findings import CAP, Place
from conformance.model.column import Column, Role, conforming
from conformance.model.counterparts import counterparts
from conformance.model.requirement import Kind
from conformance.model.rule import Rule
from conformance.model.types.column_type import Meaning
from conformance.records import Layout, Scan
from conformance.records.row_place import place_in
from conformance.records.stretches import Stretch, apart
from conformance.records.without_actions import without_actions

#: Returns what a value is compared by.
_Same = Callable[[bytes], bytes]
#: Makes a row bytes, of which many take little memory, and a record of bytes again.
_packed = msgpack.Encoder().encode
_unpacked = msgpack.Decoder(NumberedRow).decode


@once
def comparison(context: Context) -> Comparison:
    """The comparison of the submission's QCAF with its report."""
    report, data = context.submission.quarantine.report, context.data
    assert report is not None  # noqa: S101 - asked before
    assert data is not None  # noqa: S101 - asked before
    mine, theirs = (context.profile.files[kind] for kind in (Kind.QCAF, Kind.REPORT))
    pair = _pair_of(context.layout(mine), context.layout(theirs))
    sides = (
        Side(data, pair.layouts[0], pair.names[0], pair.by[0]),
        Side(report, pair.layouts[1], pair.names[1], pair.by[1]),
    )
    bare = pair.bare if _is_clean(context.scan) else None
    return compare(*sides, apart(data, report, bare) if bare else None)


class _Pair(Struct, frozen=True):
    """A QCAF and a report, in this order, as far as the profile decides how they are compared.

    ``names`` are the columns, without those of the key, ``by`` what their values are compared by,
    those of the key first. ``bare`` takes the actions off lines, where that makes them those of
    the report.
    """

    layouts: tuple[Layout, Layout]
    names: tuple[tuple[str, ...], tuple[str, ...]]
    by: tuple[tuple[_Same | None, ...], tuple[_Same | None, ...]]
    bare: Callable[[bytes], bytes] | None


@lru_cache(maxsize=16)
def _pair_of(qcaf: Layout, report: Layout) -> _Pair:
    """Return how any QCAF and report of these layouts are compared."""
    mine, theirs = qcaf.format, report.format
    # A value computed from the rest of a file differs if the rest differs.
    both = counterparts(mine.columns, theirs.columns)
    known = {column.name: column for column in theirs.columns if column.derived is None}
    names = tuple(
        c.name for c in mine.columns
        if c.role is not Role.ACTION and c.name not in mine.key and both.get(c.name) in known
        and c.derived is None and c.role is not Role.RECIPIENT
        and not _is_fixed(c, known[both[c.name]])
    )  # fmt: skip
    columns = names, tuple(both[name] for name in names)
    layouts = qcaf, report
    one, other = (
        [layout.columns[layout.format.index(name)] for name in (*layout.format.key, *own)]
        for layout, own in zip(layouts, columns, strict=True)
    )
    by = [
        _compared_by(*pair, n < len(mine.key))
        for n, pair in enumerate(zip(one, other, strict=False))
    ]
    each_by = tuple(mine_by for mine_by, _ in by), tuple(their_by for _, their_by in by)
    return _Pair(layouts, columns, each_by, without_actions(*layouts))


def _is_clean(scan: Scan | None) -> bool:
    """Return whether the bytes of a file show no fault but in its actions."""
    counts = scan.counts if scan else {}
    return bool(counts) and sum(counts.values()) == counts.get(Rule.ACTION, 0)


def _compared_by(mine: Column, theirs: Column, in_key: bool) -> tuple[_Same | None, _Same | None]:
    """Return by what the values of a column of each file are compared, unless as they are.

    Two columns may write the same differently; in a key, so may two records.
    """
    if mine.type != theirs.type:
        return same_as(mine), same_as(theirs)
    same = same_as(mine) if in_key and mine.type.fold else None
    return same, same


def _is_fixed(mine: Column, theirs: Column) -> bool:
    """Return True if each file always has a value of its own, which says nothing of a record."""
    return mine.type.reads_as is Meaning.CONSTANT and (
        mine.type != theirs.type or not (mine.nullable or mine.type.sentinels)
    )


def same_as(column: Column) -> _Same:
    """Return by what values of ``column`` are compared: one that does not conform, as it is."""
    conforms, same = conforming(column), column.type.same
    return lambda value: same(value) if conforms(value) else value


def compare(
    qcaf: Side, report: Side, parts: Iterable[tuple[Stretch, Stretch]] | None = None
) -> Comparison:
    """Return the differences of ``qcaf`` from ``report``; both have columns in one order.

    ``parts`` are where they may differ, if that is known.
    """
    unread: set[int] = set()
    parts = parts or [(qcaf.whole, report.whole)]
    asked = {key: key for key in _in_question(qcaf, report, parts, unread.add)}
    there = _asked_for(report, asked, unread.add) if asked else {}
    columns = {name: Tally() for name in qcaf.names}
    result = Comparison(Tally(), Tally(), columns, len(unread), min(unread, default=0))
    if not asked:
        return result
    key_of, count, compare_values = qcaf.key_of(), 0, _altering(result, qcaf, report)
    only: list[tuple[Values, NumberedRow]] = []
    for count, record in enumerate(qcaf.records(), 1):  # noqa: B007 - how many there are
        key = key_of(record[2])
        if key not in asked:
            continue
        if key not in there:
            result.added.note(added, key, Place(qcaf.content.name, record[0], None, record[1]))
            only += [(key, record)] * (len(only) <= CAP)
            continue
        before = there[key]
        if before is not None:  # A second record for one communication is the key's fault.
            there[key] = None
            compare_values(record, _unpacked(before))
    left = sum(map(bool, there.values()))
    numbered: Iterable[tuple[Values, NumberedRow]]
    numbered = ((key, _unpacked(record)) for key, record in there.items() if record)
    if 0 < count == result.added.count:
        result = replace(
            result, apart=nothing_in_common(result.added, qcaf.content, report.content)
        )
    elif len(only) <= CAP and left <= CAP:
        few = dict(numbered)
        result = with_slips(result, only, few, (qcaf, report))
        numbered = few.items()
    for key, record in numbered:
        result.missing.note(missing, key, Place(report.content.name, record[0]))
    return result


def _asked_for(
    report: Side, asked: Mapping[Values, Values], unread: Callable[[int], object]
) -> dict[Values, bytes | None]:
    """Return the records of ``report`` whose key is asked for, as far as the keys conform."""
    key_of, is_key = report.key_of(), report.has_key()
    found: dict[Values, bytes | None] = {}
    for record in report.records():
        key = asked.get(key_of(record[2]))
        if key is None:
            continue
        if is_key(record[2]):
            found[key] = _packed(record)
        else:
            unread(record[0])
    return found


def _in_question(
    mine: Side,
    theirs: Side,
    parts: Iterable[tuple[Stretch, Stretch]],
    unread: Callable[[int], object] = lambda _: None,
) -> set[Values]:
    """The keys of all records that have no like in the other file.

    A record's like may stand anywhere. Keys that stand twice in a file are in question unless
    each of their records has its like.
    """
    here: dict[Values, bytes] = {}
    there: dict[Values, bytes] = {}
    asked: set[Values] = set()
    width, same_way = len(mine.form.key), mine.by == theirs.by
    rows = (zip_longest(mine.rows(one), theirs.rows(other, unread)) for one, other in parts)
    for my_row, their_row in chain.from_iterable(rows):
        if same_way and my_row == their_row:
            continue  # As nearly all are: they need not be made alike.
        one, other = my_row and mine.alike(my_row), their_row and theirs.alike(their_row)
        if one == other:
            continue
        for row, own, others in ((one, here, there), (other, there, here)):
            if row is None:
                continue
            key, values = row[:width], _packed(row[width:])
            like = others.pop(key, None)
            if like is None:
                own.setdefault(key, values)
            elif like != values:
                asked.add(key)
    return asked.union(here, there)


def _altering(
    result: Comparison, qcaf: Side, report: Side
) -> Callable[[NumberedRow, NumberedRow], None]:
    """Return what notes the columns of a record of the QCAF that are not what the report has.

    A value of the report without the form of its column is not what DCC wrote: nothing can be
    compared with it, and it is noted itself.
    """
    new_of, old_of, as_written = qcaf.values_of(), report.values_of(), report.written_of()
    conform = report.is_value()

    def compare_values(record: NumberedRow, before: NumberedRow) -> None:
        rows = zip(new_of(record[2]), old_of(before[2]), as_written(before[2]), strict=True)
        columns = zip(qcaf.names, report.names, conform, rows, strict=True)
        for name, theirs, conforms, (new, old, written) in columns:
            if old == new:
                continue
            if not conforms(written):
                place = (
                    Place()
                    if name in result.malformed
                    else place_in(report.content, report.layout, before, report.form.index(theirs))
                )
                result.malformed.setdefault(name, Malformed(written, place)).count += 1
                continue
            tally, place = result.altered[name], Place()
            if not tally.is_full:
                place = place_in(qcaf.content, qcaf.layout, record, qcaf.form.index(name))
            tally.note(altered, name, old, new, place)

    return compare_values
