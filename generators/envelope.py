"""The records of a file that are not counted: headers, trailers and what else it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec.structs import replace

from conformance.model.column import carried
from conformance.model.profile import FileFormat
from conformance.model.record_kind import RecordKind
from generators.record_keys import count_keys
from generators.records import records
from generators.values import Subjectmatter

#: More records than a file has of a kind that is not counted.
_MANY = 1_000_000


class Envelope:
    """Makes the records of one file that its rows do not say, each kind from the same seed.

    Those that the file ``like`` has as well have the same values.
    """

    def __init__(
        self, form: FileFormat, about: Subjectmatter, seed: int, like: Envelope | None = None
    ) -> None:
        self._form, self._about, self._seed, self._like = form, about, seed, like
        self._made: dict[str, Iterator[list[str]]] = {}

    def of(self, kind: RecordKind) -> Sequence[Sequence[bytes]]:
        """Return the values of the next records of a kind, where some belong."""
        return [self._one(kind) for _ in range(max(kind.occurs.minimum, 1))]

    def _one(self, kind: RecordKind) -> list[bytes]:
        repeat = kind.repeat
        times = 1 if repeat is None else max(repeat.occurs.minimum, 1)
        if kind.name not in self._made:
            form = self._rows(kind)
            count = min(_MANY, count_keys(form, self._about, form.key)) if form.key else _MANY
            self._made[kind.name] = records(form, self._about, count, self._seed)
        rows = list(islice(self._made[kind.name], times))
        values = rows[0][: len(kind.columns)]
        if repeat is not None:
            first, last = repeat.first, repeat.first + repeat.width
            repeated = [text for row in rows for text in row[first:last]]
            values = [*values[:first], *repeated, *values[last:]]
        made = [text.encode() for text in values]
        return self._as_there(kind, made) if self._like is not None else made

    def _as_there(self, kind: RecordKind, made: list[bytes]) -> list[bytes]:
        """Return a record with the values that the other file has of it."""
        assert self._like is not None  # noqa: S101 - asked before
        other = next((one for one in self._like.kinds if one.name == kind.name), None)
        if other is None or not other.is_plain or not kind.is_plain:
            return made
        there = self._like._one(other)
        said = {c.name: (c, v) for c, v in zip(other.columns, there, strict=True)}
        return [
            carried(said[c.name][1], said[c.name][0], c) if c.name in said else value
            for c, value in zip(kind.columns, made, strict=True)
        ]

    @property
    def kinds(self) -> tuple[RecordKind, ...]:
        """The kinds of records of the file."""
        return self._form.kinds

    def _rows(self, kind: RecordKind) -> FileFormat:
        """Return the form by which records of a kind are made: as if they were a file."""
        names = {column.name for column in kind.columns}
        rules = tuple(rule for rule in kind.rules if names.issuperset(rule.looks_at))
        return replace(
            self._form.rows_of(kind),
            columns=kind.columns,
            key=kind.key if names.issuperset(kind.key) else (),
            rules=rules,
            inherited=0,
            minimum_records=0,
            maximum_records=None,
        )
