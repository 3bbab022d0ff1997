"""The rules of a profile across the fields of a record, or across records."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from conformance.model.condition import Condition, condition
from conformance.model.rule import Rule
from conformance.model.types.given import Given

#: What the values of a type are compared by.
Order = tuple[int, bytes]


class CrossRuleName(StrEnum):
    """The kinds of rules."""

    COMPARE = "compare"  #: the values of two columns compare as the rule says
    ONE_SENDER = "one-sender"  #: every record names the sender
    ELIGIBLE_VARIANT = "eligible-variant"  #: the User Role may send the variant
    BREACH_FITS = "breach-fits"  #: the breach is of a threshold set by the right side
    REQUIRE = "require"  #: columns have a value where a condition holds
    FORBID = "forbid"  #: columns are null where a condition holds
    ONE_OF = "one-of"  #: a column has one of some values where a condition holds

    @property
    def laid_at(self) -> Rule:
        """The rule that a record breaks which does not keep a rule of this kind."""
        conditional = (CrossRuleName.REQUIRE, CrossRuleName.FORBID, CrossRuleName.ONE_OF)
        return Rule.PROFILE_RULES if self in conditional else Rule(self.value)


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
        """Whether one value is to be less than the other, or at most that."""
        return self in (Comparator.BELOW, Comparator.AT_MOST)

    @property
    def holds(self) -> Callable[[Order, Order], bool]:
        """The function that compares."""
        return _HOLDS[self]


_HOLDS: Mapping[Comparator, Callable[[Order, Order], bool]] = {
    Comparator.BELOW: operator.lt,
    Comparator.AT_MOST: operator.le,
    Comparator.EQUAL: operator.eq,
    Comparator.UNEQUAL: operator.ne,
}


class CrossRule(Struct, frozen=True):
    """A rule, by the ``id`` that the profile gives it, and the columns that it looks at.

    A comparison has the left column, and the right one unless it is with ``value``; ``comparator``;
    and ``null_passes``, which says what becomes of a record that has no value in one of them.
    ``values``, as they are read, are those of which ``one-of`` wants one. It holds for records
    where all of ``when`` do.
    """

    id: str
    rule: CrossRuleName
    columns: tuple[str, ...]
    comparator: Comparator = Comparator.AT_MOST
    null_passes: bool = True
    values: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    value: Given | None = None

    @property
    def against(self) -> str:
        """What a comparison is with, in words: a column, or a value."""
        return self.columns[-1] if self.value is None else self.value.text

    @property
    def looks_at(self) -> tuple[str, ...]:
        """Every column that decides whether a record keeps the rule, each once."""
        return tuple(dict.fromkeys((*self.columns, *(one.column for one in self.when))))

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
        case _:
            return CrossRule(table["id"], name, tuple(table["columns"]), when=when)
