"""The kinds of records of a file of clauses 6.3 to 6.5, as a profile gives them."""

from __future__ import annotations

from msgspec import Struct

from conformance.model.column import Column, Role
from conformance.model.composed import Composed
from conformance.model.cross_rule import CrossRule


class Occurs(Struct, frozen=True):
    """How many there are, at least and at most; ``maximum`` None: any number."""

    minimum: int = 0
    maximum: int | None = None

    @classmethod
    def of(cls, entry: list[int] | None) -> Occurs:
        """Return what an entry of a profile says: the fewest, and perhaps the most."""
        return cls(*entry) if entry else cls()

    @property
    def once(self) -> bool:
        """Return True if there is always exactly one."""
        return self.minimum == self.maximum == 1

    def admits(self, count: int) -> bool:
        """Return True if there may be ``count``."""
        return self.minimum <= count and (self.maximum is None or count <= self.maximum)

    @property
    def words(self) -> str:
        """The numbers in words."""
        if self.maximum is None:
            return f"{self.minimum:,} or more"
        if self.maximum == self.minimum:
            return f"{self.minimum:,}"
        return f"{self.minimum:,} to {self.maximum:,}"


class Repeat(Struct, frozen=True):
    """Columns of a record that repeat together: ``width`` of them, from position ``first`` on."""

    name: str
    first: int
    width: int
    occurs: Occurs = Occurs(1)


class RecordKind(Struct, frozen=True):
    """A kind of record: its columns, and where and how often it occurs.

    ``columns`` has those of a repetition once, each called after it (``Band.Hours``). ``inherited``
    are columns of the records that it belongs to, its parents and the header (``user.UserID``):
    behind ``columns``, they make its rows. ``key`` and ``rules`` name columns of rows.
    ``at`` counts from the start of the file, or with a minus from its end; a kind without it is of
    the body. ``closes``: it is the last of the records that belong to its parent.
    ``optional_from``: the position of the first column that a record can leave out, with all
    behind it. ``composed`` are values that its rows have in several columns.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    rules: tuple[CrossRule, ...] = ()
    at: int | None = None
    occurs: Occurs = Occurs()
    parent: str | None = None
    closes: bool = False
    repeat: Repeat | None = None
    optional_from: int | None = None
    inherited: tuple[Column, ...] = ()
    composed: tuple[Composed, ...] = ()

    @property
    def tag(self) -> tuple[int, str] | None:
        """The position of the column by which the kind is recognised, and its value."""
        found = ((i, c.type.choices[0]) for i, c in enumerate(self.columns) if c.tag)
        return next(found, None)

    @property
    def counts(self) -> tuple[int, int | None, int]:
        """How many fields a record has: the fewest, the most, and the steps between them."""
        width = len(self.columns)
        if self.repeat is not None:
            single, occurs = width - self.repeat.width, self.repeat.occurs
            most = None if occurs.maximum is None else single + occurs.maximum * self.repeat.width
            return single + occurs.minimum * self.repeat.width, most, self.repeat.width
        return (width if self.optional_from is None else self.optional_from), width, 1

    def places(self, index: int, count: int) -> range:
        """Return where the fields of a column are in a record with ``count`` fields.

        There is one, unless the column repeats.
        """
        repeat, more = self.repeat, count - len(self.columns)
        if repeat is None or index < repeat.first:
            return range(index, index + 1)
        if index < repeat.first + repeat.width:
            return range(index, repeat.first + repeat.width + more, repeat.width)
        return range(index + more, index + more + 1)

    def rows(self, count: int) -> list[list[int]]:
        """Return where the fields of each row are of a record with ``count`` fields."""
        places = [self.places(index, count) for index in range(len(self.columns))]
        times = 1
        if self.repeat is not None:
            times = len(places[self.repeat.first])
        return [[p[min(n, len(p) - 1)] for p in places] for n in range(times)]

    def has_count(self, count: int) -> bool:
        """Return True if a record can have ``count`` fields."""
        least, most, step = self.counts
        return least <= count and (most is None or count <= most) and not (count - least) % step

    def has_role(self, role: Role) -> bool:
        """Return True if a column of its own has the role, or a value composed of such columns."""
        wholes = (one for one in self.composed if one.index < len(self.columns))
        return role in {*(one.role for one in self.columns), *(one.role for one in wholes)}

    @property
    def total_of(self) -> str | None:
        """The kind of record whose group its totals are of; None, if they are of the file."""
        if self.at is not None:
            return None
        return self.parent if self.closes else self.name

    @property
    def is_plain(self) -> bool:
        """Return True if each record has the same columns."""
        return self.repeat is None and self.optional_from is None
