"""The actions of clause 4.7(b): what is to become of a quarantined communication."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from msgspec.structs import replace

from conformance.model.expression import alternatives
from conformance.model.rule import Rule
from conformance.model.types import choice
from conformance.model.types.choice import VALUE, VALUE_WANTED
from conformance.model.types.column_type import ColumnType, Compile, Explanation, Judge, Meaning
from conformance.model.types.value_fault import ValueFault, always

if TYPE_CHECKING:
    from random import Random


#: A code of the profile: printable, and nothing that a field could not have.
CODE = {"type": "string", "pattern": VALUE, "x-wanted": VALUE_WANTED}
#: Words for actions that there are not.
_OTHERS = (b"Hold", b"Wait", b"Keep")


class Action(ColumnType, frozen=True):
    """One of the actions, as ``codes`` write them, or else in the words of the clause.

    ``words`` are those of the clause. By a reading of note action-case, case does not matter.
    """

    name = "action"
    reads_as = Meaning.ACTION
    entries: ClassVar = {
        "codes": {
            "type": "object",
            "description": "What the file writes for each action of clause 4.7(b); the action "
            "itself, where it is not said.",
            "additionalProperties": False,
            "required": ["Release", "Delete"],
            "properties": {
                "Release": {"description": "What is written for Release.", **CODE},
                "Delete": {"description": "What is written for Delete.", **CODE},
            },
        }
    }
    null_rule = Rule.ACTION
    rules = (Rule.ACTION,)

    codes: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ("Release", "Delete")
    exact_case: bool = True

    def configured(
        self, entries: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]]
    ) -> Action:
        return Action(tuple(entries.get("codes", {}).items()))

    def problem(self, nullable: bool) -> str | None:
        if len({code.lower() for code in self.choices}) < len(self.words):
            return "two actions have the same code, or codes that differ in case alone"
        for action, code in self.codes:
            if any(code.lower() == word.lower() for word in self.words if word != action):
                return f"the code for {action} is {code}, the clause's word for the other action"
        return None

    def as_read(self, readings: Mapping[str, str], actions: tuple[str, ...]) -> Self:
        exact = readings.get("action-case") != "any-case"
        return replace(self, words=actions, exact_case=exact)

    @property
    def choices(self) -> tuple[str, ...]:
        codes = dict(self.codes)
        return tuple(codes.get(word, word) for word in self.words)

    def action(self, value: bytes) -> str | None:
        text = value.decode("latin-1")
        for word, code in zip(self.words, self.choices, strict=True):
            if text == code or (not self.exact_case and text.lower() == code.lower()):
                return word
        return None

    @property
    def order(self) -> Callable[[bytes], tuple[int, bytes]]:
        return lambda value: (0, (self.action(value) or "").encode())

    def of_action(self, action: str) -> str | None:
        return dict(self.codes).get(action, action) if action in self.words else None

    def expression(self, separators: bytes) -> bytes:
        written = re.escape if self.exact_case else choice.any_case
        return alternatives(map(written, choice.plain(self.choices, separators)))

    @property
    def widest(self) -> int:
        return choice.longest(self.choices)

    @property
    def narrowest(self) -> int:
        return min(map(len, self.choices))

    def judge(self, compile_pattern: Compile) -> Judge:
        known = choice.encoded(self.choices)
        knows = known.__contains__ if self.exact_case else choice.in_any_case(known)
        return lambda value: None if knows(value) else Rule.ACTION

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        known = choice.encoded(self.choices)
        message = "the value is not an action" if value else "there is no action"
        notes = ("action-case",) if choice.in_any_case(known)(value) else ()
        message += choice.difference(value, known)
        return Explanation(message, choice.listed(self.choices), notes)

    def resembles(self, text: str) -> bool:
        return text.isalpha()

    def description(self) -> str:
        return f"{' or '.join(self.choices)}."

    def make(self, index: int, random: Random) -> str:
        return random.choice(self.choices)

    @property
    def count(self) -> int:
        return len(self.choices)

    def nth(self, index: int) -> str | None:
        return self.choices[index]

    def faults(self) -> Iterator[ValueFault]:
        rule, known = Rule.ACTION, choice.encoded(self.choices)
        alike = choice.in_any_case(known)
        yield ValueFault(rule, "null", "no action", always(b""))
        for name, change in (("lower", bytes.lower), ("upper", bytes.upper)):
            if self.exact_case and all(change(code) not in known for code in known):
                yield ValueFault(rule, f"{name}-case", f"an action in {name} case", change)
        other = next(word for word in _OTHERS if not alike(word))
        yield ValueFault(rule, "other-word", "another word", always(other))
        if not any(alike(code[:1]) for code in known):
            yield ValueFault(rule, "letter", "a letter for the action", lambda v: v[:1])
        yield ValueFault(rule, "trailing-space", "a space after the action", lambda v: v + b" ")
