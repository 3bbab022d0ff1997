"""Text that a pattern of the profile describes, or its length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from conformance.model.expression import compile_expression
from conformance.model.rule import Rule
from conformance.model.types import cell
from conformance.model.types.column_type import ColumnType, Compile, Explanation, Judge, Meaning
from conformance.model.types.value_fault import ValueFault, always

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
    from conformance.model.types.language import plainest

    return plainest(pattern).make(random)


class Text(ColumnType, frozen=True):
    """Text that ``pattern`` (RE2 syntax, the whole value) admits; any text if there is none.

    Lengths are in characters. They stay outside the expression for a record: engines count no
    further than to 1,000, and slowly.
    """

    name = "text"
    reads_as = Meaning.TEXT
    entries: ClassVar = {
        "pattern": {
            "type": "string",
            "minLength": 1,
            "description": "An expression for the whole value (RE2).",
        },
        "minimum_length": {
            "type": "integer",
            "minimum": 2,
            "description": "The characters that a value has at least.",
        },
        "maximum_length": {
            "type": "integer",
            "minimum": 1,
            "description": "The characters that a value has at most.",
        },
    }
    exact = False
    widest = None

    pattern: str | None = None
    minimum_length: int | None = None
    maximum_length: int | None = None
    #: Bytes that are characters beside those of ASCII, as a class of an expression has them.
    beyond: str = ""

    def with_characters(self, beyond: str) -> Text:
        return replace(self, beyond=beyond)

    def problem(self, nullable: bool) -> str | None:
        least, most = self.lengths
        if self == Text():
            return "has neither a pattern nor a length, so that anything would be text"
        if most is not None and least > most:
            return f"minimum_length {least} is above maximum_length {most}"
        try:
            compile_expression(self.pattern or "")
        except ValueError as error:
            return f"is not a regular expression: {error}"
        return None

    @property
    def lengths(self) -> tuple[int, int | None]:
        """The characters that a value has at least and, where that is limited, at most."""
        return self.minimum_length or 1, self.maximum_length

    @property
    def pattern_of_text(self) -> str | None:
        return self.pattern

    def admits_any_of(self, characters: str) -> bool:
        from conformance.model.types.language import admitted

        return admitted(self.pattern or self._any, characters, self.lengths) is not None

    @property
    def _any(self) -> str:
        """A pattern for values where none is given."""
        least, most = self.lengths
        return f".{{{least},{'' if most is None else most}}}"

    @property
    def narrowest(self) -> int:
        return self.lengths[0]

    @property
    def shapes(self) -> tuple[str, ...]:
        return (self.pattern,) if self.pattern else ()

    def expression(self, separators: bytes) -> bytes:
        return self._among(separators) + b"+"

    def enclosed(self, separators: bytes) -> bytes:
        return b"(?:" + self._among(b"") + b'|"")+'

    def _among(self, but: bytes) -> bytes:
        """An expression for one character that is neither a quote nor one of some others."""
        admitted = {*range(0x20, 0x7F)} - {*but, 0x22}
        return b"[" + re.escape(bytes(sorted(admitted))) + self.beyond.encode() + b"]"

    def judge(self, compile_pattern: Compile) -> Judge:
        matches = compile_pattern(self.pattern) if self.pattern else lambda _: True
        if self.lengths == (1, None):
            return lambda value: None if matches(_text(value)) else Rule.FIELD_FORM

        def broken(value: bytes) -> Rule | None:
            text = _text(value)
            return None if not self._misfit(text) and matches(text) else Rule.FIELD_FORM

        return broken

    def _misfit(self, text: str) -> str | None:
        """Return how the length of ``text`` is wrong, if it is."""
        least, most = self.lengths
        if most is not None and len(text) > most:
            return "long"
        return "short" if len(text) < least else None

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        text = _text(value)
        misfit = self._misfit(text)
        if misfit:
            bound = "at most" if misfit == "long" else "at least"
            limit = self.maximum_length if misfit == "long" else self.minimum_length
            message = f"the text has {len(text)} characters, which is too {misfit}"
            return Explanation(message, f"{bound} {limit} characters")
        message = "the value does not have the form of the column"
        return Explanation(message, f"text like {self.pattern}")

    def resembles(self, text: str) -> bool:
        return bool(text) and "\n" not in text

    @property
    def cell_limits(self) -> tuple[int, int] | None:
        return None if self.maximum_length is None else (self.lengths[0], self.maximum_length)

    def description(self) -> str:
        fits = f" that fits the expression {self.pattern}" if self.pattern else ""
        least, most = self.lengths
        size = f"at least {least} characters" if least > 1 else ""
        if most is not None:
            size = f"{least} to {most} characters" if least < most else f"{most} characters"
        return f"Text{f' of {size}' if size else ''}{fits}"

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
        from conformance.model.types.language import plainest

        return plainest(self.pattern or self._any, (self.minimum_length or 0, self.maximum_length))

    def faults(self) -> Iterator[ValueFault]:
        form, most = Rule.FIELD_FORM, self.maximum_length
        for text in ("~", "?!", "0", "zzzzzzzz", "x" * 200) if self.pattern else ():
            if not re.fullmatch(self.pattern or "", text):
                title = "text that the pattern does not admit"
                yield ValueFault(form, "no-match", title, always(text.encode()))
                break
        if most is not None:
            yield ValueFault(
                form,
                "too-long",
                f"{most + 1} characters",
                lambda v: (v or b"x").ljust(most + 1, v[-1:] or b"x"),
            )
        if self.minimum_length:
            least = self.minimum_length - 1
            yield ValueFault(form, "too-short", f"{least} characters", lambda v: v[:least])


def _text(value: bytes) -> str:
    return value.decode(errors="replace")
