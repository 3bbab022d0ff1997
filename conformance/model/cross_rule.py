"""The rules of a profile across the fields of a record, or across records."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

#: What the values of a type are compared by.
Order = tuple[int, bytes]


class CrossRuleName(StrEnum):
    """The kinds of rules."""

    COMPARE = "compare"  #: the values of two columns compare as the rule says
    ONE_SENDER = "one-sender"  #: every record names the sender
    ELIGIBLE_VARIANT = "eligible-variant"  #: the User Role may send the variant
    BREACH_FITS = "breach-fits"  #: the breach is of a threshold set by the right side


class Comparator(StrEnum):
    """How two values compare."""

    BELOW = "<"
    AT_MOST = "<="
    EQUAL = "="
    UNEQUAL = "!="

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

    A comparison has the left column and the right one, ``comparator``, and ``null_passes``, which
    says what becomes of a record that has no value in one of them.
    """

    id: str
    rule: CrossRuleName
    columns: tuple[str, ...]
    comparator: Comparator = Comparator.AT_MOST
    null_passes: bool = True


def cross_rule(table: Mapping[str, Any]) -> CrossRule:
    """Return the rule that a table of a profile describes, which fits the schema."""
    name = CrossRuleName(table["rule"])
    if name is not CrossRuleName.COMPARE:
        return CrossRule(table["id"], name, tuple(table["columns"]))
    return CrossRule(
        table["id"],
        name,
        (table["left"]["column"], table["right"]["column"]),
        Comparator(table["op"]),
        table.get("null", "passes") == "passes",
    )
