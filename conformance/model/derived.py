"""Fields whose values follow from other fields or records of the file."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

#: The basis of a checksum: the records before, or those that belong to the record.
RECORDS_BEFORE, RECORDS_BELOW = "records-before", "records-below"


class DerivedName(StrEnum):
    """The ways in which the value of a field follows from others."""

    COUNT = "count"  #: how many records of some kinds there are
    SUM = "sum"  #: the sum of a column
    DIGEST = "digest"  #: a checksum of records
    SAME = "same"  #: a field of another record
    REPETITIONS = "repetitions"  #: how often columns repeat in the record


class Derived(Struct, frozen=True):
    """How a value follows from others: ``of`` are the kinds, the column or the repetition.

    ``digest`` is a checksum by its name, ``over`` what it is made of.
    """

    way: DerivedName
    of: tuple[str, ...] = ()
    digest: str = ""
    over: str = ""


def derived(table: Mapping[str, Any]) -> Derived:
    """Return what a table of a profile describes, which fits the schema."""
    way = next(name for name in DerivedName if name in table)
    value = table[way]
    if way is DerivedName.DIGEST:
        return Derived(way, digest=value, over=table.get("over", ""))
    return Derived(way, tuple(value) if isinstance(value, list) else (value,))
