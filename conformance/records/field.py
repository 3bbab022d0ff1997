"""One field, held to its column: clause 6.1 on null, 4.7(b) on actions, the profile."""

from __future__ import annotations

import re
from collections.abc import Callable

from conformance.model.column import Column, ColumnType, Role
from conformance.records import expression
from conformance.records.engine import Engine, whole
from conformance.records.fault import Fault
from conformance.records.layout import Layout
from conformance.records.rule import FIELD_RULES, Rule
from conformance.records.wording import listed, quoted

#: Words that programs write for null, in lower case.
NULL_WORDS = frozenset(b"null nil none n/a na nan \\n - -- #n/a (null) undefined '' \"\"".split())

_NUMBER = re.compile(b"0|[1-9][0-9]*")
_INSTANT = re.compile(expression.INSTANT)
_INSTANT_SHAPE = re.compile(b"[0-9]{4}(?:-[0-9]{2}){2}T[0-9]{2}(?::[0-9]{2}){2}Z")
_IDENTIFIERS = (ColumnType.EUI64, ColumnType.REQUEST_ID)
_FORMS = {
    ColumnType.EUI64: "an EUI-64: eight pairs of {digits} joined by hyphens",
    ColumnType.REQUEST_ID: "a Request ID: two EUI-64s in {digits} and a counter, with colons",
    ColumnType.INTEGER: "an integer: digits only, no sign, no leading zero",
    ColumnType.INSTANT: "a date and time that exist, as YYYY-MM-DDThh:mm:ssZ",
    ColumnType.NOTHING: "null: nothing between the separators",
}


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
        self._has_form = _form(column, engine)
        if column.type == ColumnType.TEXT:
            plain = expression.NEVER
        else:
            separator = layout.dialect.field_separator
            plain = expression.value(column, separator, expression.actions(layout))
        #: Tells of most conforming values, with or without their characters looked at, that
        #: they conform.
        self.surely_fits = re.compile(plain).fullmatch
        self._values = frozenset(value.encode() for value in column.values)
        self._action_words = layout.dialect.actions
        self._actions = frozenset(action.encode() for action in layout.dialect.actions)
        if layout.readings["action-case"] == "any-case":
            self._known_action = _in_any_case(self._actions)
        else:
            self._known_action = self._actions.__contains__
        if column.type == ColumnType.REQUEST_ID:
            self._low, self._high = size(b"0"), size(b"%d" % expression.COUNTER_MAXIMUM)
        else:
            self._low = size(b"%d" % expression.lowest(column))
            self._high = (
                size(b"%d" % column.maximum) if column.maximum is not None else (1 << 62, b"")
            )
        if column.maximum_digits is not None:
            self._high = min(self._high, size(b"9" * column.maximum_digits))

    def fits(self, value: bytes) -> bool:
        """Whether ``value`` keeps to all that the column asks."""
        return self.broken(value) is None

    def is_null(self, value: bytes) -> bool:
        """Whether ``value`` is null, or a word that the reading takes for null."""
        return not value or (self._words and self._is_word(value))

    def _is_word(self, value: bytes) -> bool:
        """Whether ``value`` is a word for null, and not a value of the column besides."""
        if value.strip(b" ").lower() not in NULL_WORDS or b'"' in value:
            return False
        if self.column.type == ColumnType.TEXT and not self.column.nullable:
            return not self._has_form(value)
        return value not in self._values

    def broken(self, value: bytes) -> Rule | None:
        """The first rule that ``value`` breaks; characters and quotes are looked at before."""
        column = self.column
        if self.is_null(value):
            missing = Rule.ACTION if column.type == ColumnType.ACTION else Rule.NULL_ALLOWED
            return None if column.nullable else missing
        if column.nullable and self._stands_for_null(value):
            return Rule.NULL_FORM
        if column.type == ColumnType.CODE:
            return None if value in self._values else Rule.LISTED_VALUE
        if column.type == ColumnType.ACTION:
            return None if self._known_action(value) else Rule.ACTION
        if not self._has_form(value):
            return Rule.FIELD_FORM
        return Rule.RANGE if self._out_of_range(value) else None

    def _stands_for_null(self, value: bytes) -> bool:
        bare = value.strip(b" ")
        return value not in self._values and (not bare or bare.lower() in NULL_WORDS)

    def _out_of_range(self, value: bytes) -> bool:
        if self.column.type not in (ColumnType.REQUEST_ID, ColumnType.INTEGER):
            return False
        return not self._low <= size(value.rpartition(b":")[2]) <= self._high

    def fault(self, rule: Rule, value: bytes, start: int) -> Fault:
        """The fault that ``value``, which begins at ``start`` of its record, breaks ``rule``."""
        message, expected = self._wording(rule, value)
        return Fault(
            rule,
            f"{self.column.name}: {message}",
            found=quoted(value) if value else "null",
            expected=expected,
            start=start,
            length=len(value),
            field=self._index + 1,
            notes=self._notes(rule, value),
            profile=() if rule in (Rule.NULL_FORM, Rule.ACTION) else (self._entry,),
        )

    def _wording(self, rule: Rule, value: bytes) -> tuple[str, str]:
        """What is wrong with ``value``, and what was expected."""
        match rule:
            case Rule.NULL_ALLOWED:
                return "the field is null", "a value"
            case Rule.NULL_FORM:
                blank = not value.strip(b" ")
                what = "spaces where the field is null" if blank else "a word stands for null"
                return what, "nothing at all between the separators"
            case Rule.ACTION:
                what = "the value is not an action" if value else "there is no action"
                known = self._action_words
                return what + _difference(value, self._actions), listed(known)
            case Rule.LISTED_VALUE:
                what = "the value is not one of those listed"
                return what + _difference(value, self._values), listed(self.column.values)
            case Rule.RANGE:
                return self._range_wording(value)
            case _:
                return self._form_wording(value)

    def _range_wording(self, value: bytes) -> tuple[str, str]:
        column = self.column
        if column.type == ColumnType.REQUEST_ID:
            limit = expression.COUNTER_MAXIMUM
            return "the counter is too large", f"a counter of at most {limit}"
        if column.maximum_digits is not None and len(value) > column.maximum_digits:
            return "the number is too long", f"at most {column.maximum_digits} digits"
        if size(value) < self._low:
            return "the number is too small", f"at least {column.minimum}"
        return "the number is too large", f"at most {column.maximum}"

    def _form_wording(self, value: bytes) -> tuple[str, str]:
        column, bare = self.column, value.strip(b" ")
        digits = "hexadecimal digits" + (" in upper case" if column.upper_case else "")
        form = _FORMS.get(column.type)
        expected = form.format(digits=digits) if form else f"text like {column.pattern}"
        if column.type == ColumnType.NOTHING:
            return "the field is not null", expected
        if bare != value and self._has_form(bare):
            return "spaces beside the value", expected
        if self._is_in_lower_case(value):
            return "the value is not in upper case", expected
        if column.type == ColumnType.INSTANT and _INSTANT_SHAPE.fullmatch(value):
            return "the date or the time does not exist", expected
        return "the value does not have the form of the column", expected

    def _is_in_lower_case(self, value: bytes) -> bool:
        return self.column.type in _IDENTIFIERS and self._has_form(value.upper())

    def _notes(self, rule: Rule, value: bytes) -> tuple[str, ...]:
        """The notes under another reading of which the value might have passed."""
        if rule == Rule.NULL_FORM and b'"' in value:
            return ("quotes",)
        if rule == Rule.NULL_FORM and value.strip(b" "):
            return ("null-form",)
        if rule == Rule.NULL_ALLOWED and self.column.role == Role.VARIANT:
            return ("general-or-particular",)
        if rule == Rule.ACTION and _in_any_case(self._actions)(value):
            return ("action-case",)
        if rule == Rule.FIELD_FORM and self._is_in_lower_case(value):
            return ("eui64-case",)
        return ()


def size(number: bytes) -> tuple[int, bytes]:
    """What numbers without leading zeros are compared by, however long they are."""
    return len(number), number


def _in_any_case(known: frozenset[bytes]) -> Callable[[bytes], bool]:
    folded = {code.lower() for code in known}
    return lambda value: value.lower() in folded


def _difference(value: bytes, known: frozenset[bytes]) -> str:
    """In what little ``value`` differs from one of ``known``, if it does."""
    bare = value.strip(b" ")
    if bare in known:
        return "; only the spaces beside it are wrong"
    if _in_any_case(known)(bare):
        return "; only upper and lower case differ" if bare == value else "; case and spaces differ"
    return ""


def _form(column: Column, engine: Engine) -> Callable[[bytes], bool]:
    """What tells whether a value has the form of ``column``, whatever its size."""
    party = expression.eui64(column.upper_case)
    match column.type:
        case ColumnType.TEXT if column.pattern is not None:
            matches = whole(column.pattern, engine)
            return lambda value: matches(value.decode(errors="replace"))
        case ColumnType.EUI64:
            form = re.compile(party)
        case ColumnType.REQUEST_ID:
            form = re.compile(party + b":" + party + b":(?:" + _NUMBER.pattern + b")")
        case ColumnType.INTEGER:
            form = _NUMBER
        case ColumnType.INSTANT:
            form = _INSTANT
        case _:
            form = re.compile(b"" if column.type == ColumnType.NOTHING else b"(?s:.*)")
    return lambda value: form.fullmatch(value) is not None


def _rules(column: Column) -> tuple[Rule, ...]:
    held = {Rule.RECORD_SIGN, Rule.CHARACTERS, Rule.QUOTING}
    if column.nullable:
        held.add(Rule.NULL_FORM)
    elif column.type != ColumnType.ACTION:
        held.add(Rule.NULL_ALLOWED)
    held.add(_OWN_RULES.get(column.type, Rule.FIELD_FORM))
    bounds = (column.minimum, column.maximum, column.maximum_digits)
    bounded = column.type == ColumnType.INTEGER and any(b is not None for b in bounds)
    if bounded or column.type == ColumnType.REQUEST_ID:
        held.add(Rule.RANGE)
    return tuple(rule for rule in FIELD_RULES if rule in held)


_OWN_RULES = {ColumnType.ACTION: Rule.ACTION, ColumnType.CODE: Rule.LISTED_VALUE}
