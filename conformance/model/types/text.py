"""Text that a pattern of the profile describes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from conformance.model.expression import compile_expression
from conformance.model.rule import Rule
from conformance.model.types import cell
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

    from conformance.model.types.language import Texts


def matching(pattern: str, first: str, random: Random) -> str:
    """Return text that ``pattern`` admits: ``first`` if it does, or else something made up.

    Raises:
        TadpError: nothing was found.
    """
    if first and re.fullmatch(pattern, first):
        return first
    from conformance.model.types.language import texts_of

    return texts_of(pattern).make(random)


class Text(ColumnType, frozen=True):
    """What ``pattern`` (RE2 syntax, the whole value) admits; anything where there is none."""

    name = "text"
    reads_as = Meaning.TEXT
    entries: ClassVar = {
        "pattern": {
            "description": "An expression for the whole value (RE2).",
            "type": "string",
            "minLength": 1,
        }
    }
    needs: ClassVar = {"required": ["pattern"]}
    exact = False
    widest = None

    pattern: str | None = None

    def problem(self, nullable: bool) -> str | None:
        try:
            compile_expression(self.pattern or "")
        except ValueError as error:
            return f"is no regular expression: {error}"
        return None

    @property
    def pattern_of_text(self) -> str | None:
        return self.pattern

    @property
    def shapes(self) -> tuple[str, ...]:
        return (self.pattern,) if self.pattern else ()

    def expression(self, separators: bytes) -> bytes:
        admitted = {*range(0x20, 0x7F)} - {*separators, 0x22}
        return b"[" + re.escape(bytes(sorted(admitted))) + b"]+"

    def judge(self, compile_pattern: Compile) -> Judge:
        if self.pattern is None:
            return lambda _: None
        matches = compile_pattern(self.pattern)
        return lambda value: None if matches(value.decode(errors="replace")) else Rule.FIELD_FORM

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        message = "the value does not have the form of the column"
        return Explanation(message, f"text like {self.pattern}")

    def resembles(self, text: str) -> bool:
        return bool(text) and "\n" not in text

    def description(self) -> str:
        return f"Text that fits the expression {self.pattern}"

    def from_text(self, text: str) -> cell.Text | cell.Unreadable:
        return cell.Text(text)

    def make(self, index: int, random: Random) -> str:
        return self._texts().make(random)

    @property
    def count(self) -> int:
        return self._texts().count

    def nth(self, index: int) -> str | None:
        return self._texts().nth(index)

    def _texts(self) -> Texts:
        from conformance.model.types.language import texts_of

        return texts_of(self.pattern or ".")

    def faults(self) -> Iterator[ValueFault]:
        for text in ("~", "?!", "0", "zzzzzzzz", "x" * 200):
            if not re.fullmatch(self.pattern or "", text):
                title = "text that the pattern does not admit"
                yield ValueFault(Rule.FIELD_FORM, "no-match", title, always(text.encode()))
                return
