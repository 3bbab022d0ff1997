"""One field, checked against its column: clause 6.1 on null, 4.7(b) on actions, the profile."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

from conformance.model.column import Column, Role
from conformance.model.expression import NEVER
from conformance.model.rule import FIELD_RULES, Rule
from conformance.model.types.choice import NULL_WORDS
from conformance.model.types.column_type import Explanation, Judge
from conformance.records import expression
from conformance.records.engine import Engine, whole
from conformance.records.fault import Fault
from conformance.records.layout import Layout
from conformance.records.wording import quoted


class FieldCheck:
    """Holds values to one column, at ``index`` from 0.

    ``rules`` are those that look at a field of the column, in the order in which they do.
    """

    def __init__(self, layout: Layout, index: int, engine: Engine) -> None:
        self.column = column = layout.columns[index]
        self.rules = _rules(column)
        self._index = index
        self._entry = layout.column_entry(index)
        self._words = layout.readings["null-form"] == "words"
        #: Which of its values are in quotation marks.
        self.quoting = layout.quoting_of(index)
        self._quotes = layout.grounds("quotes")[0]
        self._engine = engine
        self._layout = layout
        if not column.type.exact:
            _ = self._judge  # it is used for every value; a broken pattern is reported at once

    @cached_property
    def surely_fits(self) -> Callable[[bytes], object]:
        """Matches most conforming values, with or without their characters looked at.

        Compiled only when a record is taken apart.
        """
        exact = self.column.type.exact
        plain = expression.field(self._layout, self._index, self.column) if exact else NEVER
        return re.compile(plain).fullmatch

    @cached_property
    def _judge(self) -> Judge:
        """Made for the first value that does not surely fit: most files have none."""
        return self.column.type.judge(lambda pattern: whole(pattern, self._engine))

    def fits(self, value: bytes) -> bool:
        """Return True if ``value`` meets all conditions of the column."""
        return self.broken(value) is None

    def is_null(self, value: bytes) -> bool:
        """Return True if ``value`` is null, or a word or spaces that the reading takes for null."""
        return not value or (self._words and self._is_word(value))

    def _is_word(self, value: bytes) -> bool:
        """Return True if ``value`` is a word for null or spaces, and not a value of the column."""
        bare = value.strip(b" ").lower()
        if (bare and bare not in NULL_WORDS) or b'"' in value:
            return False
        return not self._is_value(value)

    def _is_value(self, word: bytes) -> bool:
        """Return True if a word for null is a value: in a free text only if it cannot be a null."""
        return self._judge(word) is None and (self.column.type.exact or not self.column.nullable)

    def broken(self, value: bytes) -> Rule | None:
        """The first rule that ``value`` breaks; characters and quotes are looked at before."""
        column = self.column
        if self.is_null(value):
            return None if column.nullable else column.type.null_rule
        if column.nullable and self._means_null(value):
            return Rule.NULL_FORM
        return self._judge(value)

    def _means_null(self, value: bytes) -> bool:
        bare = value.strip(b" ")
        return (not bare or bare.lower() in NULL_WORDS) and not self._is_value(value)

    def fault(self, rule: Rule, value: bytes, start: int) -> Fault:
        """The fault that ``value``, which begins at ``start`` of its record, breaks ``rule``."""
        why = self._explained(rule, value)
        return Fault(
            rule,
            f"{self.column.name}: {why.message}",
            found=quoted(value) if value else "null",
            expected=why.expected,
            start=start,
            length=len(value),
            field=self._index + 1,
            notes=why.notes,
            profile=(self._entry,),
        )

    def _explained(self, rule: Rule, value: bytes) -> Explanation:
        """Return what is wrong with ``value``, what was expected, and the notes that bear on it."""
        bare = value.strip(b" ")
        match rule:
            case Rule.NULL_ALLOWED:
                general = self.column.role == Role.VARIANT
                about: tuple[str, ...] = ("general-or-particular",) if general else ()
                return Explanation("the field is null", "a value", about)
            case Rule.NULL_FORM:
                what = "a word in place of a null" if bare else "spaces in place of a null"
                notes = self._quotes if b'"' in value else ("null-form",)
                return Explanation(what, "nothing at all between the separators", notes)
            case Rule.FIELD_FORM if bare != value and self._judge(bare) is not Rule.FIELD_FORM:
                expected = self.column.type.explain(rule, value).expected
                return Explanation("spaces beside the value", expected)
            case _:
                return self.column.type.explain(rule, value)


def _rules(column: Column) -> tuple[Rule, ...]:
    held = {Rule.RECORD_SIGN, Rule.CHARACTERS, Rule.QUOTING, *column.type.rules}
    held.add(Rule.NULL_FORM if column.nullable else column.type.null_rule)
    return tuple(rule for rule in FIELD_RULES if rule in held)
