"""The actions of clause 4.7(b): what is to become of a quarantined communication."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Self

from msgspec.structs import replace

from conformance.model.expression import alternatives
from conformance.model.rule import Rule
from conformance.model.types import choice
from conformance.model.types.column_type import (
    ColumnType,
    Compile,
    Explanation,
    Judge,
    Meaning,
    ValueFault,
    always,
)

if TYPE_CHECKING:
    from random import Random


class Action(ColumnType, frozen=True):
    """One of the actions; ``words`` are those of the clause, in any case if a note is read so."""

    name = "action"
    reads_as = Meaning.ACTION
    null_rule = Rule.ACTION
    rules = (Rule.ACTION,)

    words: tuple[str, ...] = ("Release", "Delete")
    exact_case: bool = True

    def as_read(self, readings: Mapping[str, str], actions: tuple[str, ...]) -> Self:
        exact = readings.get("action-case") != "any-case"
        return replace(self, words=actions, exact_case=exact)

    @property
    def choices(self) -> tuple[str, ...]:
        return self.words

    def expression(self, separators: bytes) -> bytes:
        written = re.escape if self.exact_case else choice.any_case
        return alternatives(map(written, choice.plain(self.words, separators)))

    @property
    def widest(self) -> int:
        return choice.longest(self.words)

    def judge(self, compile_pattern: Compile) -> Judge:
        known = choice.encoded(self.words)
        knows = known.__contains__ if self.exact_case else choice.in_any_case(known)
        return lambda value: None if knows(value) else Rule.ACTION

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        known = choice.encoded(self.words)
        message = "the value is not an action" if value else "there is no action"
        notes = ("action-case",) if choice.in_any_case(known)(value) else ()
        message += choice.difference(value, known)
        return Explanation(message, choice.listed(self.words), notes)

    def resembles(self, text: str) -> bool:
        return text.isalpha()

    def description(self) -> str:
        return f"{' or '.join(self.words)}."

    def make(self, index: int, random: Random) -> str:
        return random.choice(self.words)

    def faults(self) -> Iterator[ValueFault]:
        rule = Rule.ACTION
        yield ValueFault(rule, "null", "no action", always(b""))
        yield ValueFault(rule, "lower-case", "an action in lower case", bytes.lower)
        yield ValueFault(rule, "upper-case", "an action in upper case", bytes.upper)
        yield ValueFault(rule, "other-word", "another word", always(b"Hold"))
        yield ValueFault(rule, "letter", "a letter for the action", lambda v: v[:1])
        yield ValueFault(rule, "trailing-space", "a space after the action", lambda v: v + b" ")
