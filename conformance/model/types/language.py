"""The texts that a pattern admits, to make some up or to count them.

Unless other characters are named, those are used that any field can have.
"""

from __future__ import annotations

import importlib
import re
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from conformance.errors import TadpError

if TYPE_CHECKING:
    from random import Random

#: Characters that a file of any kind may have in a field, without quotes around it.
PLAIN = "".join(chr(c) for c in range(0x20, 0x7F) if chr(c) not in ',"')
#: Characters that a field has in quotes alone, where the file may have them.
_QUOTED = ',"'
#: Characters of Latin-1 beyond ASCII.
LATIN = "".join(map(chr, range(0xA1, 0x100)))
#: Some that are of neither, so that an expression may ask for these.
_OTHERS = "\u20ac\u4e2d"
#: Repetitions more than the least of them, and where each is of the same text.
_MORE, _LONG = 20, 1000
#: More than that are not counted.
ENOUGH = 10**18
_CLASSES = {
    "CATEGORY_DIGIT": "[0-9]",
    "CATEGORY_NOT_DIGIT": "[^0-9]",
    "CATEGORY_SPACE": "[ ]",
    "CATEGORY_NOT_SPACE": "[^ ]",
    "CATEGORY_WORD": "[0-9A-Za-z_]",
    "CATEGORY_NOT_WORD": "[^0-9A-Za-z_]",
}


class Language(Struct, frozen=True):
    """A part of a pattern, as the texts that it admits.

    ``count`` is how many there are, each way to make one counted; at most ``ENOUGH``.
    """

    count: int

    @abstractmethod
    def nth(self, index: int) -> str:
        """Return the text number ``index`` (from 0), short ones first."""

    @abstractmethod
    def make(self, random: Random) -> str:
        """Return any of the texts, no length likelier than another."""

    @property
    @abstractmethod
    def shortest(self) -> int:
        """The characters that each of the texts has at least."""

    @abstractmethod
    def by_length(self, most: int) -> Mapping[int, Language]:
        """Return the texts of each length, up to ``most`` characters."""


class _Characters(Language, frozen=True):
    among: str

    @property
    def shortest(self) -> int:
        return 1

    def by_length(self, most: int) -> Mapping[int, Language]:
        return {1: self} if self.count and most else {}

    def nth(self, index: int) -> str:
        return self.among[index]

    def make(self, random: Random) -> str:
        return random.choice(self.among)


class _Sequence(Language, frozen=True):
    parts: tuple[Language, ...]

    def nth(self, index: int) -> str:
        found: list[str] = []
        for part in reversed(self.parts):
            index, here = divmod(index, part.count)
            found.append(part.nth(here))
        return "".join(reversed(found))

    def make(self, random: Random) -> str:
        return "".join(part.make(random) for part in self.parts)

    @property
    def shortest(self) -> int:
        # Mostly the same part, many times.
        parts = {id(part): part for part in self.parts}
        counts = Counter(map(id, self.parts))
        return sum(parts[known].shortest * times for known, times in counts.items())

    def by_length(self, most: int) -> Mapping[int, Language]:
        if not self.parts:
            return {0: self}
        if self.shortest > most:
            return {}
        if all(isinstance(part, _Characters) for part in self.parts):
            return {len(self.parts): self} if self.count else {}
        # In halves, so that a thousand parts are ten deep.
        half = len(self.parts) // 2
        first, second = (_sequence(one) for one in (self.parts[:half], self.parts[half:]))
        rest = second.by_length(most)
        return _merged(
            (mine + theirs, _sequence((one, other)))
            for mine, one in first.by_length(most).items()
            for theirs, other in rest.items()
            if mine + theirs <= most
        )


class _Choice(Language, frozen=True):
    options: tuple[Language, ...]

    def nth(self, index: int) -> str:
        for option in self.options:
            if index < option.count:
                return option.nth(index)
            index -= option.count
        raise IndexError(index)

    def make(self, random: Random) -> str:
        # A choice without text (a letter that no field could have) is left out.
        return random.choice([one for one in self.options if one.count]).make(random)

    @property
    def shortest(self) -> int:
        return min((one.shortest for one in self.options), default=0)

    def by_length(self, most: int) -> Mapping[int, Language]:
        return _merged(pair for one in self.options for pair in one.by_length(most).items())


def _characters(among: str) -> Language:
    return _Characters(len(among), among)


def _sequence(parts: tuple[Language, ...]) -> Language:
    if len(parts) == 1:
        return parts[0]
    return _Sequence(min(prod(part.count for part in parts), ENOUGH), parts)


def _merged(found: Iterable[tuple[int, Language]]) -> Mapping[int, Language]:
    ways: dict[int, list[Language]] = {}
    for length, one in found:
        ways.setdefault(length, []).append(one)
    return {length: _choice(tuple(options)) for length, options in ways.items()}


def _choice(options: tuple[Language, ...]) -> Language:
    return _Choice(min(sum(option.count for option in options), ENOUGH), options)


class Texts(Struct, frozen=True):
    """The texts of a whole pattern: none is empty, and each fits it."""

    pattern: str
    language: Language

    def make(self, random: Random) -> str:
        """Return any of them, and of spaces alone only if no other was found.

        A cell of spaces is an empty one in a sheet.

        Raises:
            TadpError: none was found.
        """
        drawn = (self.language.make(random) for _ in range(100 if self.language.count else 0))
        fits = re.compile(self.pattern).fullmatch
        blank = None
        for text in filter(None, drawn):
            if fits(text):
                if text.strip():
                    return text
                blank = text
        return blank or self.first()

    def first(self) -> str:
        """Return the first of them; see ``make``."""
        found = next(self.all(1000), None)
        if found is None:
            raise TadpError(
                f"no text was found that fits {self.pattern!r}",
                remedy="write the pattern in simpler terms",
            )
        return found

    def all(self, tries: int | None = None) -> Iterator[str]:
        """Return them, short ones first, from at most ``tries``."""
        count = self.count if tries is None else min(self.count, tries)
        return (text for text in map(self.nth, range(count)) if text is not None)

    @property
    def count(self) -> int:
        """How many there are at most; some may be counted more than once."""
        return self.language.count - self._empty

    @property
    def _empty(self) -> bool:
        """Return True if the first of all is the empty text."""
        return self.language.count > 0 and not self.language.nth(0)

    def nth(self, index: int) -> str | None:
        """Return the text number ``index``, if it is one that fits and is not empty."""
        text = self.language.nth(index + self._empty)
        return text if text and re.fullmatch(self.pattern, text) else None


def admitted(
    pattern: str, characters: str, lengths: tuple[int, int | None] = (0, None)
) -> str | None:
    """Return a text of ``characters`` that ``pattern`` admits, if one was found."""
    try:
        return texts_of(pattern, characters, lengths).first()
    except TadpError:
        return None


def beyond_ascii(pattern: str) -> str:
    """Return characters beyond ASCII: those of ``pattern``, those of Latin-1 and some others."""
    return LATIN + "".join(sorted({*_OTHERS, *(one for one in pattern if one > "\xff")}))


def plainest(pattern: str, lengths: tuple[int, int | None] = (0, None)) -> Texts:
    """Return the texts that ``pattern`` admits: of plain characters, unless none has these alone.

    Raises:
        TadpError: the pattern has something that texts cannot be made for.
    """
    texts = texts_of(pattern, PLAIN, lengths)
    every = beyond_ascii(pattern)
    for more in (_QUOTED, LATIN, LATIN + _QUOTED, every, every + _QUOTED):
        if not texts.language.count:
            texts = texts_of(pattern, PLAIN + more, lengths)
    return texts


@lru_cache(maxsize=128)
def texts_of(
    pattern: str, characters: str = PLAIN, lengths: tuple[int, int | None] = (0, None)
) -> Texts:
    """Return the texts of ``characters`` that ``pattern`` admits, from one length to another.

    Raises:
        TadpError: the pattern has something that texts cannot be made for.
    """
    parser: Any = importlib.import_module("re._parser")  # The parser behind ``re``.
    least, most = lengths
    try:
        found = _Reading(characters, max(_MORE, least)).sequence(parser.parse(pattern))
    except (re.error, KeyError) as error:
        raise TadpError(
            f"no text can be made that fits {pattern!r}",
            remedy="write the pattern in simpler terms",
        ) from error
    if lengths != (0, None):
        longest = least + _LONG if most is None else min(most, least + _LONG)
        known = sorted(found.by_length(longest).items())
        found = _choice(tuple(one for length, one in known if length >= least))
    return Texts(pattern, found)


class _Reading(Struct, frozen=True):
    """Reads what ``re`` parsed, with the characters that may be used.

    ``more`` are the repetitions beyond the least of them, where any number is admitted.
    """

    characters: str
    more: int

    def sequence(self, parsed: Iterable[Any]) -> Language:
        return _sequence(tuple(self._part(str(code), value) for code, value in parsed))

    def _part(self, code: str, value: Any) -> Language:
        found: Language
        match code:
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                found = _characters("".join(c for c in self.characters if _is_in(c, code, value)))
            case "BRANCH":
                found = _choice(tuple(map(self.sequence, value[1])))
            case "SUBPATTERN":
                found = self.sequence(value[-1])
            case "ATOMIC_GROUP":
                found = self.sequence(value)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, part = int(value[0]), int(value[1]), self.sequence(value[2])
                most = min(most, least + (self.more if part.count > 1 else max(self.more, _LONG)))
                found = _choice(tuple(_sequence((part,) * n) for n in range(least, most + 1)))
            case "AT":
                found = _sequence(())
            case _:
                raise KeyError(code)
        return found


def _is_in(character: str, code: str, value: Any) -> bool:
    """Return True if ``character`` is one of those that a part of a pattern matches."""
    match code:
        case "ANY":
            return True
        case "LITERAL":
            return character == chr(value)
        case "NOT_LITERAL":
            return character != chr(value)
        case "RANGE":
            return bool(value[0] <= ord(character) <= value[1])
        case "CATEGORY":
            return re.fullmatch(_CLASSES[str(value)], character) is not None
        case "IN":
            negated = str(value[0][0]) == "NEGATE"
            return negated is not any(_is_in(character, str(c), v) for c, v in value[negated:])
    raise KeyError(code)
