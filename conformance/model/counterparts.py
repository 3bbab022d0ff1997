"""Which columns of a QCAF are those of its report, if the two have other records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from conformance.model.column import Column


def counterparts(mine: Iterable[Column], theirs: Iterable[Column]) -> dict[str, str]:
    """Return which columns of rows there are in both of two files: the name in each.

    That is the same where the column is in a like record. In another record it has that record
    before it, as ``user.UserID`` and ``UserID``; of two such columns, neither is the other file's.
    """
    here, there = ([one.name for one in side if not one.tag] for side in (mine, theirs))
    both = {name: name for name in here if name in there}
    rest, left = (_alone(name for name in side if name not in both) for side in (here, there))
    return both | {name: left[bare] for bare, name in rest.items() if bare in left}


def _alone(names: Iterable[str]) -> dict[str, str]:
    """Return names by what they are without a record before them, if no other is the same."""
    found = [(name.rpartition(".")[2], name) for name in names]
    count = Counter(bare for bare, _ in found)
    return {bare: name for bare, name in found if count[bare] == 1}
