"""The plan for one kind of record, made before any byte is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec.structs import replace

from conformance.model.column import Column
from conformance.model.composed import Composed
from conformance.model.cross_rule import CrossRule
from conformance.model.dialect import Quoting
from conformance.model.record_kind import RecordKind
from conformance.records import expression
from conformance.records.engine import Engine
from conformance.records.layout import Layout
from conformance.records.plan import LayoutPlan, plan_of
from conformance.records.splitting import OTHERS

#: The number of a repetition, in what its columns are called then.
_NUMBER = re.compile(r"\[[0-9]+\]")


def bare(name: str) -> str:
    """Return what a column is called, whichever repetition it is in."""
    return _NUMBER.sub("", name)


class KindPlan:
    """A kind of record: ``plan`` is that of its rows, in which what repeats is there once."""

    def __init__(self, kind: RecordKind, layout: Layout, engine: Engine) -> None:
        self.kind = kind
        self._engine = engine
        self.layout = _layout_of(layout, kind)
        self.plan = plan_of(self.layout, engine)
        self.separator = layout.dialect.field_separator
        #: The text between the values of a record in a plain run.
        self.between = layout.between
        #: The text after the last field of a record.
        self._end = self.separator if layout.closed else b""
        #: The plan of a record with so many fields.
        self.shape = lru_cache(maxsize=64)(self._shape)

    def _shape(self, count: int) -> LayoutPlan:
        kind, repeat = self.kind, self.kind.repeat
        if repeat is None or not kind.has_count(count):
            return self.plan
        times = (count - (len(kind.columns) - repeat.width)) // repeat.width
        first, last = repeat.first, repeat.first + repeat.width
        group = kind.columns[first:last]
        numbered = range(1, times + 1)
        columns = (
            *kind.columns[:first],
            *(_numbered(column, number) for number in numbered for column in group),
            *kind.columns[last:],
            *kind.inherited,
        )
        names = {column.name for column in group}
        rules = []
        for rule in kind.rules:
            if rule.rule.is_across_records:
                continue  # about rows, not about a record
            if names & set(rule.looks_at):
                rules += [_rule_of(rule, names, number) for number in numbered]
            else:
                rules.append(rule)
        form = replace(
            self.layout.format,
            columns=columns,
            rules=tuple(rules),
            key=(),
            composed=tuple(self._composed(count)),
        )
        return LayoutPlan(_with_form(self.layout, form), self._engine)

    def _composed(self, count: int) -> Iterator[Composed]:
        """Yield the values in several columns of a record with ``count`` fields of its own."""
        for one in self.layout.own_composed:
            found = [self.kind.places(place, count) for place in one.places]
            for number in range(max(map(len, found)) if all(found) else 0):
                places = tuple(several[min(number, len(several) - 1)] for several in found)
                yield replace(one, places=places)

    def padded(self, data: bytes) -> bytes:
        """Return a record with the fields that it leaves out as null."""
        if self.kind.optional_from is None:
            return data
        bare = self.layout.bare(data)
        padded = self._padded(bare, self.count(data), self.separator)
        return data if padded is bare else padded + self._end

    def _padded(self, bare: bytes, count: int, separator: bytes) -> bytes:
        """Return what ``padded`` does, of a record of ``count`` fields and nothing behind them."""
        if self.kind.optional_from is None:
            return bare
        missing = len(self.kind.columns) - count
        whole = 0 < missing <= len(self.kind.columns) - self.kind.counts[0]
        return bare + separator * missing if whole else bare

    def is_closed(self, data: bytes) -> bool:
        """Return True if a record has after its last field what the layout wants there."""
        return data.endswith(self._end)

    def count(self, data: bytes) -> int:
        """Return how many fields a record has, as it is written."""
        if b'"' in data and self.layout.quoting is not Quoting.NONE:
            return len(self.plan.splitter.fields(data))
        return self.layout.bare(data).count(self.separator) + 1

    def respaced(self, data: bytes) -> bytes | None:
        """Return a record of varying length with the right separators, if all of it has another.

        Where the number of fields is known, the splitter finds other separators.
        """
        if self.kind.tag is None or self.kind.is_plain or self.separator in data:
            return None
        place, tag = self.kind.tag
        for other in OTHERS:
            right = data.replace(other, self.separator)
            fields = self.layout.bare(right).split(self.separator)
            if self.kind.has_count(len(fields)) and fields[place] == tag.encode() and right != data:
                return right
        return None

    def expression(self) -> bytes:
        """Return an expression for a conforming record, without its separator."""
        return self._fields() + re.escape(self._end)

    def _fields(self) -> bytes:
        """Return an expression for the fields of a conforming record."""
        kind, joint = self.kind, re.escape(self.separator)
        values = expression.values(self.layout)
        if kind.optional_from is not None:
            tail = b""
            for value in reversed(values[kind.optional_from :]):
                tail = b"(?:" + joint + value + tail + b")?"
            return joint.join(values[: kind.optional_from]) + tail
        if kind.repeat is None:
            return joint.join(values)
        first, last = kind.repeat.first, kind.repeat.first + kind.repeat.width
        group = joint.join(values[first:last])
        # How often is counted afterwards: RE2 refuses great numbers.
        more = b"*" if first == 0 or not kind.repeat.occurs.minimum else b"+"
        found = joint.join(values[:first])
        if first == 0:
            found = group
        found += b"(?:" + joint + group + b")" + more
        return joint.join((found, *values[last:]))

    def rows(self, data: bytes) -> list[bytes] | None:
        """Return the rows of a conforming record; nothing if it repeats too often, or not enough.

        Neither it nor they have a separator after the last field.
        A field that counts repetitions is compared with their number.
        """
        repeat = self.kind.repeat
        if repeat is None:
            return [self._padded(data, data.count(self.between) + 1, self.between)]
        fields = data.split(self.between)
        single = len(self.kind.columns) - repeat.width
        times = (len(fields) - single) // repeat.width
        if not repeat.occurs.admits(times):
            return None
        head, join = fields[: repeat.first], self.between.join
        last = repeat.first + times * repeat.width
        for index, column in enumerate(self.kind.columns):
            if column.derived and column.derived.way == "repetitions":
                place = index if index < repeat.first else index + (times - 1) * repeat.width
                if fields[place] and column.type.same(fields[place]) != b"%d" % times:
                    return None
        starts = range(repeat.first, last, repeat.width)
        return [join([*head, *fields[s : s + repeat.width], *fields[last:]]) for s in starts]


def _layout_of(layout: Layout, kind: RecordKind) -> Layout:
    return _with_form(layout, layout.format.rows_of(kind))


def _with_form(layout: Layout, form: object) -> Layout:
    return replace(layout, format=form, columns=(), joined=layout.between)


def _numbered(column: Column, number: int) -> Column:
    """Return a column that repeats, as it is called in one of the repetitions."""
    group, _, name = column.name.partition(".")
    return replace(column, name=f"{group}[{number}].{name}")


def _rule_of(rule: CrossRule, names: set[str], number: int) -> CrossRule:
    """Return a rule as it is about the columns of one of the repetitions."""

    def called(name: str) -> str:
        return name.replace(".", f"[{number}].", 1) if name in names else name

    return replace(
        rule,
        columns=tuple(map(called, rule.columns)),
        when=tuple(replace(one, column=called(one.column)) for one in rule.when),
    )
