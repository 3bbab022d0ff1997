"""Keys that occur twice, found with eight bytes of memory for each record.

The first pass keeps a hash of every key; hashes that occur once are keys that occur once. Only
if some hash occurs twice does a second pass look for the records, and compare the keys.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

Key = bytes | tuple[bytes, ...]

#: 64 bits of a key; that two keys agree in them is unlikely, and noticed.
digest: Callable[[Key], int] = hash

_BUCKETS = 256
#: Hashes after which they are spread.
_UNSPREAD = 1 << 12
#: Hashes for which a set is affordable.
_FEW = 1 << 16


class KeyHashes:
    """The hashes of the keys seen, spread over buckets so that few are sorted at a time.

    The first few are not: most files are small.
    """

    def __init__(self) -> None:
        self._first = array("q")
        self._buckets: list[array[int]] = []
        self._append: list[Callable[[int], None]] = []

    def extend(self, keys: Iterable[Key]) -> None:
        """Note ``keys``."""
        if len(self._first) < _UNSPREAD:
            self._first.extend(map(digest, keys))
            return
        self._spread()
        append = self._append
        for hashed in map(digest, keys):
            append[hashed & 255](hashed)

    def _spread(self) -> None:
        if not self._buckets:
            self._buckets = [array("q") for _ in range(_BUCKETS)]
            self._append = [bucket.append for bucket in self._buckets]
            for hashed in self._first:
                self._append[hashed & 255](hashed)

    def unlike(self, other: KeyHashes) -> Iterator[int]:
        """Yield the hashes of the keys that one of the two has more often than the other."""
        self._spread()
        other._spread()
        for mine, theirs in zip(self._buckets, other._buckets, strict=True):
            own, others = set(mine), set(theirs)
            if (len(own), len(others)) == (len(mine), len(theirs)):
                yield from own ^ others
            else:
                counts, their_counts = Counter(mine), Counter(theirs)
                yield from (one for one in own | others if counts[one] != their_counts[one])

    def repeated(self) -> tuple[int, array[int]]:
        """How many keys were there before, by their hashes; and those hashes, sorted."""
        count = 0
        found: list[int] = []
        for bucket in self._buckets or [self._first]:
            distinct = len(set(bucket))
            if distinct < len(bucket):
                count += len(bucket) - distinct
                found.extend(hashed for hashed, times in Counter(bucket).items() if times > 1)
        return count, array("q", sorted(found))


class FirstSeen:
    """Where each of some keys was first seen: a record number and its offset."""

    def __init__(self, repeated: array[int]) -> None:
        self._repeated = repeated
        self._few = frozenset(repeated) if len(repeated) <= _FEW else None
        self._numbers = array("q", bytes(8 * len(repeated)))
        self._offsets = array("q", bytes(8 * len(repeated)))

    def knows_none_of(self, keys: Iterable[Key]) -> bool:
        """Return True if none of ``keys`` is among those to be found; in doubt, False."""
        return self._few is not None and self._few.isdisjoint(map(digest, keys))

    def before(self, key: Key, number: int, offset: int) -> tuple[int, int] | None:
        """The record that may have had ``key`` before; if there is none, note this one."""
        hashed = digest(key)
        place = bisect_left(self._repeated, hashed)
        if place == len(self._repeated) or self._repeated[place] != hashed:
            return None
        if self._numbers[place]:
            return self._numbers[place], self._offsets[place]
        self._numbers[place], self._offsets[place] = number, offset
        return None
