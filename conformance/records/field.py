"""One field, held to its column: clause 6.1 on null, 4.7(b) on actions, the profile."""

from __future__ import annotations

import re
from collections.abc import Callable

from conformance.model.column import Column, ColumnType
from conformance.records import expression
from conformance.records.engine import Engine, whole
from conformance.records.fault import Fault
from conformance.records.layout import Layout
from conformance.records.rule import FIELD_RULES, Rule
from conformance.records.wording import listed, quoted

#: Words that programs write for null, in lower case.
NULL_WORDS = frozenset(
    b"null nil none n/a na nan \\n - -- #n/a (null) undefined '' \"\"".split()
)

_NUMBER = re.compile(b"0|[1-9][0-9]*")
_INSTANT = re.compile(expression.INSTANT)
_INSTANT_SHAPE = re.compile(b"[0-9]{4}(?:-[0-9]{2}){2}T[0-9]{2}(?::[0-9]{2}){2}Z")
_FORMS = {
    ColumnType.EUI64: "an EUI-64: eight pairs of {case} joined by hyphens",
    ColumnType.REQUEST_ID: "a Request ID: two EUI-64s in {case} and a counter, joined by colons",
    ColumnType.INTEGER: "an integer: digits only, no sign, no leading zero",
    ColumnType.INSTANT: "a date and time that exist, as YYYY-MM-DDThh:mm:ssZ",
    ColumnType.NOTHING: "null: nothing between the commas",
}


class FieldCheck:
    """Holds values to one column, at ``index`` from 0."""

    def __init__(self, layout: Layout, index: int, engine: Engine) -> None:
        self.column = column = layout.columns[index]
        self._number = index + 1
        self._profile = (layout.column_entry(index),)
        self._words = layout.readings["null-form"] == "words"
        self._admits: Callable[[bytes], bool] = self._form_of(column, engine)
        self._values = {value.encode() for value in column.values}
        self._actions = layout.dialect.actions
        self._exact = layout.readings["action-case"] == "exact"
        self.rules = _rules(column)

    def _form_of(self, column: Column, engine: Engine) -> Callable[[bytes], bool]:
        if column.type == ColumnType.TEXT:
            if column.pattern is None:
                return lambda value: True
            matches = whole(column.pattern, engine)
            return lambda value: matches(value.decode(errors="replace"))
        party = expression.eui64(column.upper_case)
        form = {
            ColumnType.EUI64: re.compile(party),
            ColumnType.REQUEST_ID: re.compile(party + b":" + party + b":(?:" + _NUMBER.pattern + b")"),
            ColumnType.INTEGER: _NUMBER,
            ColumnType.INSTANT: _INSTANT,
        }.get(column.type)
        return (lambda value: form.fullmatch(value) is not None) if form else lambda value: False

    def fits(self, value: bytes) -> bool:
        """Whether ``value`` keeps to all that the column asks."""
        return self.judge(value, 0) is None

    def is_null(self, value: bytes) -> bool:
        """Whether ``value`` is null, or a word that the reading takes for null."""
        return not value or (self._words and self.column.nullable and self._is_word(value))

    def _is_word(self, value: bytes) -> bool:
        return (
            value.strip(b" ").lower() in NULL_WORDS
            and value not in self._values
            and value != b'""'
        )

    def judge(self, value: bytes, start: int) -> Fault | None:
        """The first rule that ``value`` breaks; it begins at ``start`` of its record.

        The characters of the value, and quotes, are looked at before.
        """
        column = self.column
        if self.is_null(value):
            if column.nullable:
                return None
            return self._missing(start)
        if column.nullable and value not in self._values:
            blank = not value.strip(b" ")
            if blank or value.strip(b" ").lower() in NULL_WORDS:
                return self._null_form(value, start, blank)
        match column.type:
            case ColumnType.CODE:
                return self._code(value, start)
            case ColumnType.ACTION:
                return self._action(value, start)
            case _:
                if not self._admits(value):
                    return self._form(value, start)
                return self._range(value, start)

    def _fault(self, rule: Rule, message: str, value: bytes, start: int, expected: str) -> Fault:
        return Fault(
            rule,
            f"{self.column.name}: {message}",
            found=quoted(value) if value else "null",
            expected=expected,
            start=start,
            length=len(value),
            field=self._number,
            notes=self._notes(rule, value),
            profile=() if rule in (Rule.NULL_FORM, Rule.ACTION) else self._profile,
        )

    def _notes(self, rule: Rule, value: bytes) -> tuple[str, ...]:
        """The notes under another reading of which the value might have passed."""
        if rule == Rule.NULL_FORM:
            return ("quotes",) if b'"' in value else ("null-form",) if value.strip(b" ") else ()
        if rule == Rule.ACTION and value.lower() in {a.lower().encode() for a in self._actions}:
            return ("action-case",)
        if rule == Rule.FIELD_FORM and self.column.upper_case and self._differs_in_case(value):
            return ("eui64-case",)
        return ()

    def _differs_in_case(self, value: bytes) -> bool:
        identifiers = (ColumnType.EUI64, ColumnType.REQUEST_ID)
        return self.column.type in identifiers and self._admits(value.upper())

    def _missing(self, start: int) -> Fault:
        if self.column.type == ColumnType.ACTION:
            return self._fault(Rule.ACTION, "there is no action", b"", start, listed(self._actions))
        return self._fault(Rule.NULL_ALLOWED, "the field is null", b"", start, "a value")

    def _null_form(self, value: bytes, start: int, blank: bool) -> Fault:
        message = "spaces where the field is null" if blank else "a word stands for null"
        return self._fault(
            Rule.NULL_FORM, message, value, start, "nothing at all between the separators"
        )

    def _code(self, value: bytes, start: int) -> Fault | None:
        if value in self._values:
            return None
        return self._fault(
            Rule.LISTED_VALUE,
            "the value is not one of those listed" + _difference(value, self.column.values),
            value,
            start,
            listed(self.column.values),
        )

    def _action(self, value: bytes, start: int) -> Fault | None:
        known = {action.encode() for action in self._actions}
        if value in known or not self._exact and value.lower() in {a.lower() for a in known}:
            return None
        message = "the value is not an action" + _difference(value, self._actions)
        return self._fault(Rule.ACTION, message, value, start, listed(self._actions))

    def _form(self, value: bytes, start: int) -> Fault:
        column = self.column
        case = "hexadecimal digits in upper case" if column.upper_case else "hexadecimal digits"
        expected = _FORMS.get(column.type, f"text like {column.pattern}").format(case=case)
        if value != value.strip(b" ") and self._admits(value.strip(b" ")):
            message = "spaces beside the value"
        elif self._differs_in_case(value):
            message = "the value is not in upper case"
        elif column.type == ColumnType.INSTANT and _INSTANT_SHAPE.fullmatch(value):
            message = "the date or the time does not exist"
        elif column.type == ColumnType.NOTHING:
            message = "the field is not null"
        else:
            message = "the value does not have the form of the column"
        return self._fault(Rule.FIELD_FORM, message, value, start, expected)

    def _range(self, value: bytes, start: int) -> Fault | None:
        column = self.column
        if column.type == ColumnType.REQUEST_ID:
            counter = value.rpartition(b":")[2]
            if size(counter) <= size(b"%d" % expression.COUNTER_MAXIMUM):
                return None
            expected = f"a counter of at most {expression.COUNTER_MAXIMUM}"
            return self._fault(Rule.RANGE, "the counter is too large", value, start, expected)
        if column.type != ColumnType.INTEGER:
            return None
        if column.maximum_digits is not None and len(value) > column.maximum_digits:
            expected = f"at most {column.maximum_digits} digits"
            return self._fault(Rule.RANGE, "the number is too long", value, start, expected)
        low, high = column.minimum or 0, column.maximum
        if size(value) < size(b"%d" % low):
            return self._fault(Rule.RANGE, "the number is too small", value, start, f"at least {low}")
        if high is not None and size(value) > size(b"%d" % high):
            return self._fault(Rule.RANGE, "the number is too large", value, start, f"at most {high}")
        return None


def size(number: bytes) -> tuple[int, bytes]:
    """What numbers without leading zeros are compared by, however long they are."""
    return len(number), number


def _difference(value: bytes, known: tuple[str, ...]) -> str:
    """In what little ``value`` differs from one of ``known``, if it does."""
    bare = value.strip(b" ")
    codes = {code.encode() for code in known}
    if bare in codes:
        return "; only the spaces beside it are wrong"
    if bare.lower() in {code.lower() for code in codes}:
        return "; only upper and lower case differ" if bare == value else "; case and spaces differ"
    return ""


def _rules(column: Column) -> tuple[Rule, ...]:
    """The rules that look at a field of ``column``, in the order in which they do."""
    bounded = column.minimum, column.maximum, column.maximum_digits
    held = {Rule.RECORD_SIGN, Rule.CHARACTERS, Rule.QUOTING}
    if column.nullable:
        held.add(Rule.NULL_FORM)
    elif column.type != ColumnType.ACTION:
        held.add(Rule.NULL_ALLOWED)
    match column.type:
        case ColumnType.ACTION:
            held.add(Rule.ACTION)
        case ColumnType.CODE:
            held.add(Rule.LISTED_VALUE)
        case _:
            held.add(Rule.FIELD_FORM)
    if column.type == ColumnType.REQUEST_ID or (
        column.type == ColumnType.INTEGER and any(b is not None for b in bounded)
    ):
        held.add(Rule.RANGE)
    return tuple(rule for rule in FIELD_RULES if rule in held)
