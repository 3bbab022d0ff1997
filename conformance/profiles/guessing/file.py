"""One file of a profile that is guessed: its columns, its key and its characters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from conformance.model.column import Role
from conformance.model.requirement import Kind
from conformance.model.types.column_type import Meaning
from conformance.model.types.registry import TYPES
from conformance.profiles.guessing.values import Guess

#: What columns mean that identify a record, and what values mean that never do.
_IDENTIFYING = {
    Kind.ADT: (Role.USER_ID, Role.USER_ROLE, Role.VARIANT, Role.PERIOD),
    Kind.REPORT: (Role.REQUEST_ID,),
    Kind.QCAF: (Role.REQUEST_ID,),
}
_APART = (Meaning.NULL, Meaning.CONSTANT)
#: The length of a record, in bytes, that is taken at least.
_LENGTH = 1024
_MOST = 65536


class ColumnGuess(Struct):
    """A column, what it could be, and which of that it is taken to be."""

    name: str
    guesses: Sequence[Guess]
    role: Role = Role.OTHER
    nullable: bool = False
    taken: int = 0

    @property
    def guess(self) -> Guess:
        """The guess."""
        return self.guesses[self.taken]

    @property
    def entries(self) -> dict[str, Any]:
        """Its table in a profile."""
        found: dict[str, Any] = {"name": self.name, "type": self.guess.entries["type"]}
        if self.role is not Role.OTHER:
            found["role"] = self.role.value
        found |= self.guess.entries
        nullable = self.nullable or TYPES[found["type"]].always_null
        return found | ({"nullable": True} if nullable else {})

    @property
    def meaning(self) -> Meaning:
        """The meaning of its values."""
        return TYPES[self.guess.entries["type"]].reads_as


class KindGuess(Struct, frozen=True):
    """A kind of records: its place, and its columns; None: it has those of the file.

    ``why`` says what it is guessed from.
    """

    name: str
    why: str
    at: int | None = None
    columns: Sequence[ColumnGuess] | None = None


class FileGuess(Struct):
    """A file: ``source`` is what it is guessed from, ``rows`` the first records of samples.

    ``kinds`` are those of its records where there are several, in the order of the file; the
    ``columns`` are of those that have the data.
    """

    kind: Kind
    source: str
    columns: list[ColumnGuess]
    rows: Sequence[Sequence[bytes]] = ()
    #: Further entries, each with what it is guessed from.
    entries: Mapping[str, tuple[Any, str]] = field(default_factory=dict)
    key: list[str] = field(default_factory=list)
    key_why: str = ""
    notes: Sequence[str] = ()
    kinds: Sequence[KindGuess] = ()

    def column(self, name: str) -> ColumnGuess | None:
        """Return the column of that name, if there is one."""
        return next((one for one in self.columns if one.name == name), None)

    def candidates(self) -> list[str]:
        """Return the columns that a key can have, the most likely first."""
        able = [
            one for one in self.columns
            if one.meaning not in _APART and one.role is not Role.ACTION
        ]  # fmt: skip
        likely = [one.name for one in able if one.role in _IDENTIFYING[self.kind]]
        return [*likely, *(one.name for one in able if one.name not in likely)]

    @property
    def likely(self) -> int:
        """How many of the candidates are likely ones."""
        return sum(one.role in _IDENTIFYING[self.kind] for one in self.columns)

    def identifies(self, names: Sequence[str]) -> bool:
        """Return True if no two of the first records have the same values of ``names``."""
        places = [i for i, one in enumerate(self.columns) if one.name in names]
        seen = {tuple(row[place] for place in places) for row in self.rows}
        return len(seen) == len(self.rows)


def key_of(files: Sequence[FileGuess], least: int = 0) -> list[str]:
    """Return a key for files that have to have the same, of ``least`` columns or more.

    Nothing, if no columns identify the records of all of them.
    """
    first, *others = files
    names = [
        one for one in first.candidates()
        if all(one in other.candidates() for other in others)
    ]  # fmt: skip
    start = max(least, first.likely, 1)
    for count in range(start, len(names) + 1):
        if all(file.identifies(names[:count]) for file in files):
            return sorted(names[:count], key=[one.name for one in first.columns].index)
    return []


def record_bytes(longest: int) -> int:
    """Return the length of records, in bytes, that is taken where the longest has ``longest``."""
    size = _LENGTH
    while size < 2 * longest and size < _MOST:
        size *= 2
    return size
