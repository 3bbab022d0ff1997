"""The rules of a profile across the fields of a record, or across records."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.condition import Condition, condition
from conformance.model.rule import Rule
from conformance.model.types.given import Given, as_read

if TYPE_CHECKING:
    from conformance.model.column import Column

#: The key that values of a type are compared by.
CheckJob = tuple[int, bytes]


class CrossRuleName(StrEnum):
    """The kinds of rules."""

    COMPARE = "compare"  #: the values of two columns compare as the rule says
    ONE_SENDER = "one-sender"  #: every record names the sender
    ELIGIBLE_VARIANT = "eligible-variant"  #: the User Role may send the variant
    BREACH_FITS = "breach-fits"  #: the breach is of a threshold set by the right side
    REQUIRE = "require"  #: columns have a value where a condition holds
    FORBID = "forbid"  #: columns are null where a condition holds
    ONE_OF = "one-of"  #: a column has one of some values where a condition holds
    UNIQUE = "unique"  #: the values of some columns together do not repeat
    SORTED = "sorted"  #: records come in the order of some columns
    COMPLETE = "complete"  #: each of some values of a column has a record

    @property
    def is_across_records(self) -> bool:
        """Return True if other records decide whether a record keeps a rule of this kind."""
        return self in (CrossRuleName.UNIQUE, CrossRuleName.SORTED, CrossRuleName.COMPLETE)

    @property
    def laid_at(self) -> Rule:
        """The rule that a record breaks which does not keep a rule of this kind."""
        conditional = (CrossRuleName.REQUIRE, CrossRuleName.FORBID, CrossRuleName.ONE_OF)
        own = self not in conditional and not self.is_across_records
        return Rule(self.value) if own else Rule.PROFILE_RULES


#: What is compared.
_SIDES = ("left", "right")


class Comparator(StrEnum):
    """How two values compare."""

    BELOW = "<"
    AT_MOST = "<="
    EQUAL = "="
    UNEQUAL = "!="

    @property
    def is_of_order(self) -> bool:
        """Return True if one value has to be less than the other, or at most that."""
        return self in (Comparator.BELOW, Comparator.AT_MOST)

    @property
    def holds(self) -> Callable[[CheckJob, CheckJob], bool]:
        """The function that compares."""
        return _HOLDS[self]


_HOLDS: Mapping[Comparator, Callable[[CheckJob, CheckJob], bool]] = {
    Comparator.BELOW: operator.lt,
    Comparator.AT_MOST: operator.le,
    Comparator.EQUAL: operator.eq,
    Comparator.UNEQUAL: operator.ne,
}


class SortKey(Struct, frozen=True):
    """A column that records are sorted by, where those before it in the list do not decide.

    Null comes before any value, or after all if the order is ``descending``.
    """

    column: str
    descending: bool = False
    as_bytes: bool = False  #: by the bytes of the value, rather than by what is read


class CrossRule(Struct, frozen=True):
    """A rule, by the ``id`` that the profile gives it, and the columns that it looks at.

    A comparison has the left column, and the right one unless it is with ``value``; ``comparator``;
    and ``null_passes``, which says what becomes of a record that has no value in one of them.
    ``values``, as they are read, are those of which ``one-of`` wants one, or of which ``complete``
    wants a record each: none says all that the column has. It wants them of its first column for
    each combination of values that the others have, and only those that may be sent in the User
    Role which is in the column ``eligible_for``. Records are sorted ``by`` columns. A rule holds
    for records where all of ``when`` do: others are not looked at.
    """

    id: str
    rule: CrossRuleName
    columns: tuple[str, ...]
    comparator: Comparator = Comparator.AT_MOST
    null_passes: bool = True
    values: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    value: Given | None = None
    by: tuple[SortKey, ...] = ()
    eligible_for: str | None = None

    @property
    def against(self) -> str:
        """The other side of a comparison, in words: a column, or a value."""
        return self.columns[-1] if self.value is None else self.value.text

    @property
    def for_each(self) -> tuple[str, ...]:
        """The columns for each combination of whose values ``complete`` wants records."""
        return self.columns[1:]

    def wanted(self, column: Column) -> tuple[str, ...]:
        """Return the values of ``column``, as they are read, that have a record each."""
        kind = column.type
        return self.values or tuple(
            dict.fromkeys(as_read(kind, value.encode()) for value in kind.choices)
        )

    @property
    def looks_at(self) -> tuple[str, ...]:
        """Every column that decides whether a record keeps the rule, each once."""
        return tuple(dict.fromkeys((*self.columns, *(one.column for one in self.when))))

    def renamed(self, names: Mapping[str, str]) -> CrossRule:
        """Return the rule for a file in which its columns have other ``names``."""
        return replace(
            self,
            columns=tuple(names[name] for name in self.columns),
            when=tuple(replace(one, column=names[one.column]) for one in self.when),
            by=tuple(replace(one, column=names[one.column]) for one in self.by),
            eligible_for=None if self.eligible_for is None else names[self.eligible_for],
        )

    @property
    def condition(self) -> str:
        """When it holds, after its sentence: ``" where ..."``, or nothing."""
        return f" where {' and '.join(one.words for one in self.when)}" if self.when else ""


def cross_rule(table: Mapping[str, Any]) -> CrossRule:
    """Return the rule that a table of a profile describes, which fits the schema."""
    name, when = CrossRuleName(table["rule"]), tuple(map(condition, table.get("when", ())))
    match name:
        case CrossRuleName.COMPARE:
            return CrossRule(
                table["id"],
                name,
                tuple(table[side]["column"] for side in _SIDES if "column" in table[side]),
                Comparator(table["op"]),
                table.get("null", "passes") == "passes",
                when=when,
                value=Given(table["right"]["value"]) if "value" in table["right"] else None,
            )
        case CrossRuleName.ONE_OF:
            values = tuple(map(str, table["values"]))
            return CrossRule(table["id"], name, (table["column"],), values=values, when=when)
        case CrossRuleName.SORTED:
            by = tuple(map(_sort_key, table["by"]))
            return CrossRule(table["id"], name, tuple(k.column for k in by), when=when, by=by)
        case CrossRuleName.COMPLETE:
            return CrossRule(
                table["id"],
                name,
                (table["column"], *table.get("for_each", ())),
                values=tuple(map(str, table.get("values", ()))),
                when=when,
                eligible_for=table.get("eligible_for"),
            )
        case _:
            return CrossRule(table["id"], name, tuple(table["columns"]), when=when)


def _sort_key(table: Mapping[str, Any]) -> SortKey:
    descending = table.get("order") == "descending"
    return SortKey(table["column"], descending, table.get("as") == "bytes")
