"""The rules of an ADT File (clause 6.3), each under the key that the profile gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from conformance.content import Content
from conformance.errors import ModelError
from conformance.records import Layout, read_records
from conformance.records.engine import DEFAULT
from conformance.records.plan import LayoutPlan

#: The separator of fields that are kept together. No field has it: it ends every record.
_JOINT = b"\n"

#: A field: nothing if it is null.
Value = bytes | None


class Rule(Struct, frozen=True):
    """One rule: the record that it is in, counted from 1, its key and its other fields."""

    record: int
    key: tuple[Value, ...]
    values: tuple[Value, ...]


class RuleTable(Struct, frozen=True):
    """The rules of one file, by key and in the order of the file.

    ``key`` and ``values`` name the columns of each. Of rules with the same key, the last is
    in the table, and ``repeated`` holds them all. ``records`` were read.

    Keys and rules are kept as bytes, so that several hundred thousand of them take little memory.
    """

    key: tuple[str, ...]
    values: tuple[str, ...]
    records: int
    rows: dict[bytes, bytes]
    repeated: dict[bytes, list[bytes]]

    def rule(self, key: bytes) -> Rule:
        """The rule with this key."""
        return _rule(key, self.rows[key])

    def repetitions(self) -> Iterator[tuple[Rule, ...]]:
        """The rules that share a key, together."""
        for key, rows in self.repeated.items():
            yield tuple(_rule(key, row) for row in rows)


def read_rules(content: Content, layout: Layout) -> RuleTable:
    """The rules of the ADT File that ``content`` is; records that cannot be read are left out.

    Values are compared as the readings of the profile have it: with ``eui64-case`` read as
    ``any``, in upper case; with ``null-form`` read as ``words``, a word for null is null.

    Raises:
        ModelError: the profile gives the ADT File no key, so that no rule is known again.
        SubmissionError: the content cannot be read.
    """
    names = [column.name for column in layout.columns]
    key = layout.format.key
    if not key:
        raise ModelError("has no key, so rules cannot be matched", where=layout.entry("key"))
    # Records around the rules are not part of them, nor are values computed from the file.
    asked = {names[index] for index in layout.format.asked}
    heads = {c.name for c in layout.format.around}
    values = tuple(n for n in names if n not in key and n in asked and n not in heads)
    key_places = [names.index(name) for name in key]
    value_places = [names.index(name) for name in values]
    normalise = _normaliser(layout)
    rows: dict[bytes, bytes] = {}
    repeated: dict[bytes, list[bytes]] = {}
    records, last = 0, None
    for number, _, fields in read_records(content, layout):
        normalise(fields)
        # A record has several rules where columns of it repeat.
        records += number != last
        last = number
        name = _JOINT.join([fields[p] for p in key_places])
        row = _JOINT.join([b"%d" % number, *[fields[p] for p in value_places]])
        if name in rows:
            repeated.setdefault(name, [rows[name]]).append(row)
        rows[name] = row
    return RuleTable(key, values, records, rows, repeated)


def _rule(key: bytes, row: bytes) -> Rule:
    number, *values = row.split(_JOINT)
    return Rule(int(number), _values(key.split(_JOINT)), _values(values))


def _values(fields: Sequence[bytes]) -> tuple[Value, ...]:
    return tuple(one or None for one in fields)


def _normaliser(layout: Layout) -> Callable[[list[bytes]], None]:
    """Return a function that puts fields, in place, into the form in which they are compared."""
    folds = [(i, fold) for i, c in enumerate(layout.columns) if (fold := c.type.fold)]
    words = layout.readings["null-form"] == "words"
    checks = LayoutPlan(layout, DEFAULT).checks if words else []

    def normalise(fields: list[bytes]) -> None:
        for place, fold in folds:
            fields[place] = fold(fields[place])
        for place, check in enumerate(checks):
            if check.column.nullable and check.is_null(fields[place]):
                fields[place] = b""

    return normalise
