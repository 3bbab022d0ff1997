"""The rules that the bytes of a CSV file are checked against, and which of them hides which."""

from __future__ import annotations

from enum import StrEnum


class Rule(StrEnum):
    """One rule of clause 6.1, or of the profile's clauses 6.3 to 6.5.

    One fault breaks one rule: what a wrong separator does to the fields after it is laid at
    the separator.
    """

    FIELD_SEPARATOR = "field-separator"  #: 6.1: a comma separates fields
    RECORD_SEPARATOR = "record-separator"  #: 6.1: a line feed separates records
    NULL_FORM = "null-form"  #: 6.1: null is written as consecutive commas
    RECORD_SIGN = "record-sign-absent"  #: 6.1: U+25B2 is not used
    CHARACTERS = "characters"
    BYTE_ORDER_MARK = "byte-order-mark"
    HEADER = "header-absent"
    QUOTING = "quoting-absent"
    MINIMUM_RECORDS = "minimum-records"
    MAXIMUM_RECORDS = "maximum-records"
    RECORD_LENGTH = "record-length"
    RECORD_KINDS = "record-kinds"  #: of the kinds that there are, where and as often as they may be
    FIELD_COUNT = "field-count"
    FIELD_FORM = "field-form"
    NULL_ALLOWED = "null-allowed"
    RANGE = "range"
    LISTED_VALUE = "listed-value"
    ACTION = "action-values"  #: 4.7(b), 4.13(b): Release or Delete
    COMPARE = "compare"
    ONE_SENDER = "one-sender"
    ELIGIBLE_VARIANT = "eligible-variant"
    BREACH_FITS = "breach-fits"
    PROFILE_RULES = "profile-rules"  #: other rules of a profile across the fields of a record
    DERIVED = "derived-values"  #: values that follow from others, or from the submission
    UNIQUE_KEY = "unique-key"


#: The rules about one field, in the order in which they are checked.
FIELD_RULES = (
    Rule.RECORD_SIGN,
    Rule.CHARACTERS,
    Rule.QUOTING,
    Rule.NULL_FORM,
    Rule.NULL_ALLOWED,
    Rule.ACTION,
    Rule.FIELD_FORM,
    Rule.LISTED_VALUE,
    Rule.RANGE,
)

#: The rules across the fields of a record, or across records.
CROSS_RULES = (
    Rule.COMPARE,
    Rule.ONE_SENDER,
    Rule.ELIGIBLE_VARIANT,
    Rule.BREACH_FITS,
    Rule.PROFILE_RULES,
    Rule.DERIVED,
    Rule.UNIQUE_KEY,
)

_COUNTING = frozenset({Rule.FIELD_SEPARATOR, Rule.FIELD_COUNT})
_CHARACTERS = frozenset({Rule.RECORD_SIGN, Rule.CHARACTERS})

#: Rules hidden by a fault that makes a whole record unreadable, besides those about fields.
HIDDEN_WITH_A_RECORD = {
    Rule.RECORD_LENGTH: _COUNTING | _CHARACTERS,
    Rule.RECORD_SEPARATOR: _COUNTING,
    Rule.RECORD_SIGN: _COUNTING,
    Rule.CHARACTERS: _COUNTING,
    Rule.QUOTING: _COUNTING,
    Rule.FIELD_COUNT: frozenset[Rule](),
    Rule.RECORD_KINDS: _COUNTING,
    Rule.FIELD_SEPARATOR: frozenset({Rule.FIELD_COUNT}),
}
