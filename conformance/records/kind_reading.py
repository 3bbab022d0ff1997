"""The rows of a file of several kinds of records, whether or not they conform."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from conformance.records.kind_plan import KindPlan
from conformance.records.kind_rows import Above, Named
from conformance.records.kinds import Kinds
from conformance.records.ledger import LocatedRecord
from conformance.records.lines import Fragment, Run, rows
from conformance.records.splitting import Field

#: A record, or nothing where there is one that cannot be read; and its number.
_Read = tuple[int, LocatedRecord | None]


def read_rows(
    kinds: Kinds, events: Iterable[Run | Fragment], unread: Callable[[int], object]
) -> Iterator[tuple[int, int, list[bytes]]]:
    """Yield ``(record number, offset, fields)`` of each row of what is counted and compared.

    A row has the fields of its record, and those that it has from the records above. ``unread`` is
    called with the number of each record that cannot be read, and may have had rows.
    """
    above, unit = Above(kinds), kinds.layout.format.unit
    for place, (number, record) in _placed(kinds, events):
        plan = kinds.recognise(record.data, number, place) if record else None
        fields = (
            _fields(plan, plan.respaced(record.data) or record.data) if plan and record else None
        )
        if plan is None or record is None or fields is None:
            above.lose(plan.kind.name if plan else None)
            if plan is None or plan.kind.name == unit:
                unread(number)
            continue
        above.note(plan, _named(plan, fields))
        if plan.kind.name != unit:
            continue
        beside = above.beside(plan)
        if any(field is None for field in beside):
            unread(number)
            continue
        ends = [field.value for field in beside if field]
        for row in _rows(plan, fields):
            yield number, record.offset, [*row, *ends]


def _placed(kinds: Kinds, events: Iterable[Run | Fragment]) -> Iterator[tuple[int, _Read]]:
    """Yield each record, and where it is from the end if its kind may depend on that."""
    waiting: deque[_Read] = deque()
    for one in _records(kinds, events):
        waiting.append(one)
        if len(waiting) > kinds.last:
            yield 0, waiting.popleft()
    for place, one in enumerate(waiting, -len(waiting)):
        yield place, one


def _records(kinds: Kinds, events: Iterable[Run | Fragment]) -> Iterator[_Read]:
    for event in events:
        if isinstance(event, Run):
            for number, offset, data in rows(event):
                yield number, LocatedRecord(number, offset, data)
        elif event.fragment or event.length > kinds.cut.limit:
            if not event.follows:
                yield event.number, None
        else:
            yield event.number, LocatedRecord(event.number, event.offset, event.data)


def _fields(plan: KindPlan, data: bytes) -> list[bytes] | None:
    """Return the fields of a record, with null for those that it leaves out; if it can be read."""
    if plan.kind.is_plain or b'"' in data:
        split = plan.shape(plan.count(data)).splitter.split(plan.padded(data))
        return [field.value for field in split.fields] if split.readable else None
    bare = plan.layout.bare(plan.padded(data))
    fields = plan.layout.decoded(bare).split(plan.separator)
    return fields if plan.kind.has_count(len(fields)) else None


def _rows(plan: KindPlan, fields: list[bytes]) -> Iterator[list[bytes]]:
    if plan.kind.repeat is None:
        yield fields
        return
    for places in plan.kind.rows(len(fields)):
        yield [fields[place] for place in places]


def _named(plan: KindPlan, fields: list[bytes]) -> Named:
    """Return the fields of a record by their columns, except for those that repeat."""
    row = next(_rows(plan, fields), fields)
    names = (column.name for column in plan.kind.columns)
    return {name: Field(value, 0, value) for name, value in zip(names, row, strict=False)}
