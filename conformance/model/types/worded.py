"""Words in the place of values, such as UNLIMITED: a type with a few words beside its values."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Self

from msgspec.structs import replace

from conformance.model.expression import alternatives
from conformance.model.rule import Rule
from conformance.model.types.cell import Text, Tidied, Unreadable
from conformance.model.types.choice import difference, encoded, listed, plain
from conformance.model.types.column_type import (
    ColumnType,
    Compile,
    Explanation,
    Judge,
    Meaning,
    Number,
)
from conformance.model.types.given import Given, given, python_pattern
from conformance.model.types.number import BEYOND
from conformance.model.types.value_fault import ValueFault, always
from conformance.model.types.word import INFINITY, Word, problem_of

if TYPE_CHECKING:
    from random import Random

#: The value of a word that means infinity.
_INFINITE = INFINITY.encode()
#: Of so many records, one has a word, where values are made up.
_SELDOM = 4


class Worded(ColumnType, frozen=True, dict=True):
    """The type ``inner``, whose columns can have ``words`` too."""

    inner: ColumnType
    words: tuple[Word, ...]

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def reads_as(self) -> Meaning:
        return self.inner.reads_as

    @property
    def null_rule(self) -> Rule:
        return self.inner.null_rule

    @property
    def exact(self) -> bool:
        return self.inner.exact

    # --- Words ------------------------------------------------------------------------------------

    @cached_property
    def _meant(self) -> Mapping[bytes, bytes | None]:
        """Return the value of ``inner`` for each word, as the column writes it, and more."""
        found: dict[bytes, bytes | None] = {}
        for one in self.words:
            if isinstance(one.means, Given):
                found[one.written] = given(self.inner, one.means)
            else:
                found[one.written] = _INFINITE if one.means == INFINITY else None
        return found

    @cached_property
    def _infinite(self) -> tuple[bytes, ...]:
        """The words for infinity."""
        return tuple(word for word, meant in self._meant.items() if meant == _INFINITE)

    def _value(self, value: bytes) -> bytes | None:
        """Return the value of ``inner`` that ``value`` is or means, if there is one."""
        if value not in self._meant:
            return value
        meant = self._meant[value]
        return None if meant == _INFINITE else meant

    @property
    def sentinels(self) -> Mapping[str, bool]:
        return {one.text: one.means is not None for one in self.words}

    def problem(self, nullable: bool) -> str | None:
        trouble = self.inner.problem(nullable)
        return trouble or problem_of(self.words, self.inner, nullable)

    # --- In a profile -----------------------------------------------------------------------------

    def as_read(self, readings: Mapping[str, str], actions: tuple[str, ...]) -> Self:
        read = self.inner.as_read(readings, actions)
        return self if read is self.inner else replace(self, inner=read)

    @property
    def choices(self) -> tuple[str, ...]:
        return (*self.inner.choices, *self.sentinels) if self.inner.choices else ()

    @property
    def pattern_of_text(self) -> str | None:
        return self.inner.pattern_of_text

    def admits_any_of(self, characters: str) -> bool:
        return self.inner.admits_any_of(characters) or any(
            {*word} <= {*characters} for word in self.sentinels
        )

    def among(self, allowed: Collection[str]) -> Self:
        kept = tuple(one for one in self.words if one.text in allowed)
        return replace(self, inner=self.inner.among(allowed), words=kept)

    @property
    def shapes(self) -> tuple[str, ...]:
        return self.inner.shapes

    # --- In a file --------------------------------------------------------------------------------

    def with_characters(self, beyond: str) -> Self:
        return replace(self, inner=self.inner.with_characters(beyond))

    def enclosed(self, separators: bytes) -> bytes:
        words = map(re.escape, plain(self.sentinels, separators))
        return alternatives((self.inner.enclosed(separators), *words))

    def expression(self, separators: bytes) -> bytes:
        words = map(re.escape, plain(self.sentinels, separators))
        return alternatives((self.inner.expression(separators), *words))

    @property
    def widest(self) -> int | None:
        widest = self.inner.widest
        return None if widest is None else max(widest, *map(len, self.sentinels), 0)

    @property
    def narrowest(self) -> int:
        return min((self.inner.narrowest, *map(len, self.sentinels)))

    @property
    def bounds(self) -> tuple[Number, Number] | None:
        bounds = self.inner.bounds if all(self.sentinels.values()) else None
        return (bounds[0], float("inf")) if bounds and self._infinite else bounds

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.inner.rules

    def judge(self, compile_pattern: Compile) -> Judge:
        judge, words = self.inner.judge(compile_pattern), self._meant
        return lambda value: None if value in words else judge(value)

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        why, words = self.inner.explain(rule, value), encoded(self.sentinels)
        message = why.message + (difference(value, words) if value else "")
        return replace(
            why, message=message, expected=f"{why.expected}, or {listed(tuple(self.sentinels))}"
        )

    def resembles(self, text: str) -> bool:
        return text in self.sentinels or self.inner.resembles(text)

    # --- Read -------------------------------------------------------------------------------------

    @property
    def order(self) -> Callable[[bytes], tuple[int, bytes]]:
        order, known = self.inner.order, {word: self._order(word) for word in self._meant}
        return lambda value: known[value] if value in known else order(value)

    def _order(self, word: bytes) -> tuple[int, bytes]:
        value = self._value(word)
        if value is not None:
            return self.inner.order(value)
        return BEYOND if word in self._infinite else (BEYOND[0] + 1, word)

    def orders(self, value: bytes) -> tuple[tuple[int, bytes], ...]:
        meant = self._value(value)
        return (self._order(value),) if meant is None else self.inner.orders(meant)

    @property
    def fold(self) -> Callable[[bytes], bytes] | None:
        fold = self.inner.fold
        shared = {}
        for word in self._meant:
            value = self._value(word)
            first = self._infinite[0] if word in self._infinite else word
            shared[word] = first if value is None else fold(value) if fold else value
        if fold is None and all(word == first for word, first in shared.items()):
            return None
        rest = fold or (lambda value: value)
        return lambda value: shared[value] if value in shared else rest(value)

    def same(self, value: bytes) -> bytes:
        if value in self._infinite:
            return _INFINITE
        meant = self._value(value)
        return value if meant is None else self.inner.same(meant)

    def spell(self, value: bytes) -> bytes:
        if value == _INFINITE and self._infinite:
            return self._infinite[0]
        return value if value in self._meant else self.inner.spell(value)

    def party(self, value: bytes) -> bytes:
        meant = self._value(value)
        return value if meant is None else self.inner.party(meant)

    @property
    def after_party(self) -> bytes:
        return self.inner.after_party

    def leading(self, data: bytes) -> bytes | None:
        return self.inner.leading(data)

    def of_sender(self, party: bytes) -> bytes:
        return self.inner.of_sender(party)

    def moments(self, value: bytes) -> tuple[datetime, datetime] | None:
        meant = self._value(value)
        return None if meant is None else self.inner.moments(meant)

    @property
    def clocks(self) -> str | None:
        return self.inner.clocks

    def action(self, value: bytes) -> str | None:
        meant = self._value(value)
        return None if meant is None else self.inner.action(meant)

    # --- In a sheet -------------------------------------------------------------------------------

    def description(self) -> str:
        said = "; or ".join(one.in_words for one in self.words)
        return f"{self.inner.description().rstrip('.')}. Or {said}."

    @property
    def cell_limits(self) -> tuple[int, int] | None:
        limits = self.inner.cell_limits
        if self.inner.is_number:
            # The cell has a text now, whose length is limited.
            limits = None if self.inner.widest is None else (1, self.inner.widest)
        if limits is None:
            return None
        lengths = [*map(len, self.sentinels)]
        return min(limits[0], *lengths), max(limits[1], *lengths)

    @property
    def cell_width(self) -> int | None:
        return self.inner.cell_width

    def in_sheet(self, value: str) -> str:
        return value if value in self.sentinels else self.inner.in_sheet(value)

    def from_text(self, text: str) -> Text | Unreadable:
        bare = text.strip()
        if bare in self.sentinels:
            return Text(bare, None if bare == text else Tidied.SPACES)
        return self.inner.from_text(text)

    def from_number(self, value: float, text: str) -> Text | Unreadable:
        return Text(text) if text in self.sentinels else self.inner.from_number(value, text)

    def from_moment(self, value: datetime) -> Text | Unreadable:
        return self.inner.from_moment(value)

    # --- Made up ----------------------------------------------------------------------------------

    def make(self, index: int, random: Random) -> str:
        turn, seldom = divmod(index, _SELDOM)
        if seldom == 1:
            return self.words[turn % len(self.words)].text
        return self.inner.make(index, random)

    def of_party(self, party: str) -> str | None:
        return self.inner.of_party(party)

    def renamed(self, value: bytes, party: str) -> bytes:
        return value if value in self._meant else self.inner.renamed(value, party)

    def of_request(self, party: str, target: str, counter: int) -> str | None:
        return self.inner.of_request(party, target, counter)

    @property
    def count(self) -> int:
        return self.inner.count + len(self.sentinels)

    def nth(self, index: int) -> str | None:
        few = len(self.sentinels)
        return self.words[index].text if index < few else self.inner.nth(index - few)

    def of_action(self, action: str) -> str | None:
        return self.inner.of_action(action)

    def of_moment(self, moment: datetime, turn: int = 0) -> str | None:
        return self.inner.of_moment(moment, turn)

    def near(self, low: int, high: int, random: Random) -> str | None:
        if random.randrange(_SELDOM) == 0:
            return random.choice(self.words).text
        return self.inner.near(low, high, random)

    def highest(self, value: bytes) -> bytes | None:
        return self.inner.highest(value)

    def downwards(self) -> Iterator[str]:
        return self.inner.downwards()

    def beside(self, value: bytes) -> Iterator[bytes]:
        if value != _INFINITE and value not in self._meant:
            yield from self.inner.beside(value)
        yield from self._infinite

    def other(self, value: str) -> str | None:
        return self._example if value in self.sentinels else self.inner.other(value)

    @cached_property
    def _example(self) -> str:
        """A value that is not a word."""
        from random import Random

        return self.inner.nth(0) or self.inner.make(0, Random(0))  # noqa: S311 - not secret

    def faults(self) -> Iterator[ValueFault]:
        for fault in self.inner.faults():
            yield replace(fault, change=self._on_a_value(fault.change))
        judge = self.judge(python_pattern)
        for number, word in enumerate(self.words, 1):
            which = "word" if number == 1 else f"word-{number}"
            for name, title, wrong in word.near():
                rule = judge(wrong.encode())
                if rule is not None:
                    yield ValueFault(rule, f"{which}-{name}", title, always(wrong.encode()))

    def _on_a_value(self, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
        """Return the change, which is one of a value, for fields that may have a word."""
        return lambda v: change(self._example.encode() if v in self._meant else v)
