"""Records put in order, however many: in memory, or in files of as many as fit in it."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import total_ordering
from heapq import merge
from itertools import chain, islice
from math import inf
from typing import IO, Any, TypeVar

from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.records.engine import DEFAULT
from conformance.records.layout import Layout
from conformance.records.plan import plan_of
from conformance.records.where import Where

Row = TypeVar("Row")
#: Rows that are sorted in memory.
_SORTED = 50_000


def sorted_rows(
    rows: Iterable[list[bytes]], rank: Callable[[list[bytes]], tuple[Any, ...]], most: int = _SORTED
) -> Iterator[list[bytes]]:
    """Yield ``rows`` in the order of their ranks, as ``in_places`` has them if they are few.

    Memory is for ``most`` rows. Of more, those that no rule is about come last.
    """
    given = iter(rows)
    chunk, following = list(islice(given, most)), next(given, None)
    if following is None:
        yield from in_places(chunk, rank)
        return
    given = chain((following,), given)
    with ExitStack() as files:
        parts: list[IO[bytes]] = []
        while chunk:
            part = files.enter_context(tempfile.TemporaryFile())
            part.writelines(_packed(row) for row in sorted(chunk, key=rank))
            part.seek(0)
            parts.append(part)
            chunk = list(islice(given, most))
        yield from merge(*(map(_unpacked, part) for part in parts), key=rank)


def in_places(rows: Sequence[Row], rank: Callable[[Row], tuple[Any, ...]]) -> list[Row]:
    """Return ``rows`` with those of each rule sorted among the places that they have.

    A rank begins with the number of the rule. Rows that are in order stay where they are.
    """
    found, places = list(rows), defaultdict[int, list[int]](list)
    for place, row in enumerate(rows):
        places[rank(row)[0]].append(place)
    for taken in places.values():
        for place, row in zip(taken, sorted((rows[one] for one in taken), key=rank), strict=True):
            found[place] = row
    return found


def _packed(row: Sequence[bytes]) -> bytes:
    """Return values on a line of their own, whatever is in them."""
    return json.dumps([value.decode("latin-1") for value in row]).encode() + b"\n"


def _unpacked(line: bytes) -> list[bytes]:
    return [value.encode("latin-1") for value in json.loads(line)]


#: Gives records what they are compared by.
Ranking = Callable[[Sequence[bytes]], tuple[Any, ...]]


@total_ordering
class Downwards:
    """Compares the other way round."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Downwards) and bool(self.value == other.value)

    def __lt__(self, other: Downwards) -> bool:
        return bool(other.value < self.value)

    def __hash__(self) -> int:
        return hash(self.value)


class Rank:
    """Gives records what they are compared by, where a profile has rules ``sorted``.

    The number of the rule is first; that of records that no rule is about is the last. No rule is
    about a record in which one of the values that it looks at does not conform.
    """

    def __init__(self, layout: Layout) -> None:
        self._types = [column.type for column in layout.columns]
        self._checks = plan_of(layout, DEFAULT).checks
        self._rules = [
            (rule, layout.positions(rule), layout.looked_at(rule), Where(layout, rule))
            for rule in layout.rules_of(CrossRuleName.SORTED)
        ]

    def of(self, values: Sequence[bytes]) -> tuple[Any, ...]:
        """Return what a record is compared by."""
        for number, (rule, places, looked_at, where) in enumerate(self._rules):
            read = self._read(values, looked_at)
            if read is not None and where.holds(read):
                return (number, *self._keys(rule, places, read))
        return (len(self._rules),)

    def _read(self, values: Sequence[bytes], places: Sequence[int]) -> Sequence[bytes] | None:
        """Return the values with those at ``places`` as they are read, if these conform."""
        found = list(values)
        for place in places:
            check = self._checks[place]
            if not check.fits(found[place]):
                return None
            if check.is_null(found[place]):
                found[place] = b""
        return found

    def _keys(
        self, rule: CrossRule, places: Sequence[int], values: Sequence[bytes]
    ) -> Iterator[Any]:
        for key, place in zip(rule.by, places, strict=True):
            value = values[place]
            order: Any = (0, value)
            if not key.as_bytes:
                order = self._types[place].order(value) if value else (-inf, b"")
            yield Downwards(order) if key.descending else order


def ranks(layout: Layout) -> Ranking | None:
    """Return what gives records what they are compared by, if the profile wants them sorted."""
    return Rank(layout).of if layout.rules_of(CrossRuleName.SORTED) else None
