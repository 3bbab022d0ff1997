"""Limits that a type knows of its values: the rules that they can break, the width of a cell."""

from __future__ import annotations

from datetime import timedelta

from conformance.model.rule import Rule
from conformance.model.types.date import Date
from conformance.model.types.instant import Instant
from conformance.model.types.integer import Integer
from conformance.model.types.text import Text


def test_only_an_integer_with_a_limit_can_be_out_of_range() -> None:
    assert Integer().rules == (Rule.FIELD_FORM,)
    for bounded in (Integer(minimum=1), Integer(maximum=9), Integer(maximum_digits=2)):
        assert bounded.rules == (Rule.FIELD_FORM, Rule.RANGE)


def test_a_cell_of_integers_is_limited_by_their_values_or_by_their_digits() -> None:
    assert Integer().cell_limits is None
    assert Integer(maximum_digits=3).cell_limits == (0, 999)
    assert Integer(maximum_digits=20).cell_limits == (1, 20)


def test_a_text_of_another_length_is_too_short_or_too_long() -> None:
    kind = Text(pattern=".*", minimum_length=3, maximum_length=5)
    for value, wrong, limit in ((b"ab", "short", "at least 3"), (b"abcdef", "long", "at most 5")):
        said = kind.explain(Rule.FIELD_FORM, value)
        assert said.message == f"the text has {len(value)} characters, which is too {wrong}"
        assert said.expected == f"{limit} characters"


def test_values_next_to_one_another_differ_by_a_day_or_by_what_is_written() -> None:
    assert Date().step == timedelta(days=1)
    assert Instant().step == timedelta(seconds=1)
