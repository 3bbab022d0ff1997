"""Observations on one column of files, however long: a bounded part of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct, field
from msgspec.structs import replace

#: Different values, and different shapes of values, that are kept; beyond, it is known that there
#: are more.
VALUES, SHAPES = 2000, 40
#: Different words that can be in the place of values; where there are more, they are the values.
WORDS = 3
_WORD = re.compile(rb"[A-Za-z][A-Za-z /-]*")
#: A number as some type of numbers could write it.
_NUMBER = re.compile(rb"( *)(-?)([0-9]+)(?:\.([0-9]+))?")
#: Digits of numbers whose size is looked at.
_COUNTED = 100
_DIGIT = bytes.maketrans(b"0123456789", b"9" * 10)


class Numbers(Struct):
    """The properties that values have in common, if all are numbers."""

    negative: bool = False
    #: A number of two digits or more begins with 0.
    zeros: bool = False
    spaces: bool = False
    widths: set[int] = field(default_factory=set)
    #: Digits before the point at most, and after it.
    whole: int = 0
    fractions: set[int] = field(default_factory=set)
    #: The least and the greatest, without what is after the point.
    low: int = 0
    high: int = 0

    def take(self, value: bytes) -> bool:
        """Return False if ``value`` is not a number."""
        found = _NUMBER.fullmatch(value)
        if found is None:
            return False
        space, sign, whole, fraction = found.groups()
        self.spaces |= bool(space)
        self.negative |= bool(sign)
        self.zeros |= len(whole) > 1 and whole.startswith(b"0")
        self.widths.add(len(value))
        self.whole = max(self.whole, len(whole))
        if len(whole) <= _COUNTED:
            number = int(sign + whole)
            self.low = min(self.low, number) if self.fractions else number
            self.high = max(self.high, number) if self.fractions else number
        self.fractions.add(len(fraction or b""))
        return True

    def joined(self, other: Numbers) -> Numbers:
        """Return what these and ``other`` numbers have in common."""
        return Numbers(
            self.negative or other.negative,
            self.zeros or other.zeros,
            self.spaces or other.spaces,
            self.widths | other.widths,
            max(self.whole, other.whole),
            self.fractions | other.fractions,
            min(self.low, other.low),
            max(self.high, other.high),
        )


class Seen(Struct):
    """The values of one column: how many, the first different ones, and what all have in common."""

    count: int = 0
    nulls: int = 0
    #: The first different values that are not null, in the order of their bytes within a part.
    some: dict[bytes, None] = field(default_factory=dict)
    more: bool = False  #: there are other values
    words: dict[bytes, None] = field(default_factory=dict)  #: what may be in the place of values
    shapes: set[bytes] = field(default_factory=set)  #: with 9 for each digit
    numbers: Numbers | None = field(default_factory=Numbers)  #: None: not all are numbers
    shortest: int = 0  #: in characters
    longest: int = 0

    def take(self, values: Iterable[bytes], count: int, nulls: int) -> None:
        """Take the different ``values`` of ``count`` further records."""
        self.count += count
        self.nulls += nulls
        for value in sorted(values):
            if value and value not in self.some and value not in self.words:
                if len(self.words) <= WORDS and _WORD.fullmatch(value):
                    self.words[value] = None
                else:
                    self._value(value)

    @property
    def whole(self) -> Seen:
        """The same, with words among the values."""
        if not self.words:
            return self
        found = replace(self, words={}, some=dict(self.some), shapes=set(self.shapes))
        for word in self.words:
            found._value(word)
        return found

    def _value(self, value: bytes) -> None:
        if len(self.some) < VALUES:
            self.some[value] = None
        else:
            self.more = True
        if len(self.shapes) <= SHAPES:
            self.shapes.add(value.translate(_DIGIT))
        if self.numbers is not None and not self.numbers.take(value):
            self.numbers = None
        length = len(value.decode("utf-8", "replace"))
        self.shortest = min(self.shortest or length, length)
        self.longest = max(self.longest, length)

    def joined(self, other: Seen) -> Seen:
        """Return this with the values of a column of another file, which has the same."""
        some = sorted({**self.some, **other.some})
        words = {word: None for word in (*self.words, *other.words) if word not in some}
        numbers = None
        if self.numbers is not None and other.numbers is not None:
            numbers = self.numbers.joined(other.numbers)
        return replace(
            self,
            some=dict.fromkeys(some[:VALUES]),
            words=words,
            more=self.more or other.more or len(some) > VALUES,
            shapes=self.shapes | other.shapes,
            numbers=numbers,
            shortest=min(filter(None, (self.shortest, other.shortest)), default=0),
            longest=max(self.longest, other.longest),
        )

    @property
    def values(self) -> tuple[bytes, ...]:
        """The values that are kept."""
        return (*self.some, *self.words)

    @property
    def summary(self) -> str:
        """The observations, in words."""
        different = f"more than {VALUES:,}" if self.more else f"{len(self.values):,}"
        one = not self.more and len(self.values) == 1
        nulls = f", {self.nulls:,} of them null" if self.nulls else ""
        return f"{self.count:,} seen{nulls}; {different} different value{'s' * (not one)}"
