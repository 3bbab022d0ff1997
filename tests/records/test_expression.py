"""Expressions, compared with the rules that they replace."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.model.column import Column
from conformance.model.expression import between
from conformance.model.types.action import Action
from conformance.model.types.choice import plain
from conformance.model.types.code import Code
from conformance.model.types.eui64 import Eui64
from conformance.model.types.instant import INSTANT, Instant
from conformance.model.types.integer import Integer
from conformance.model.types.nothing import Nothing
from conformance.model.types.request_id import COUNTER_MAXIMUM, RequestId
from conformance.model.types.text import Text
from conformance.records import expression


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_between_is_exact(low: int, high: int) -> None:
    match = re.compile(between(low, high)).fullmatch
    near = {
        n for edge in (low, high, 0, 9, 10, 99, 100, 999, 1000) for n in range(edge - 12, edge + 12)
    }
    for number in near:
        assert bool(match(str(number).encode())) == (low <= number <= high and number >= 0)
    for text in (b"", b"00", b"0" + str(low).encode(), b"+1", str(high).encode() + b"\n"):
        assert not match(text)


@given(st.integers(0, 2**64), st.integers(0, 2**64), st.integers(0, 2**65))
def test_between_of_large_numbers(low: int, high: int, number: int) -> None:
    match = re.compile(between(low, high)).fullmatch
    for n in (number, low, high, low + 1, high - 1, low - 1, high + 1):
        if n >= 0:
            assert bool(match(str(n).encode())) == (low <= n <= high)


@pytest.mark.parametrize("minimum", [None, 0, 5, 9, 10, 37, 100])
@pytest.mark.parametrize("maximum", [None, 9, 120, 744])
@pytest.mark.parametrize("digits", [None, 1, 2, 3])
def test_integers_are_those_that_the_column_admits(
    minimum: int | None, maximum: int | None, digits: int | None
) -> None:
    column = Integer(minimum=minimum, maximum=maximum, maximum_digits=digits)
    admitted = re.compile(column.expression(b",")).fullmatch
    for number in range(1100):
        low, high = number >= (minimum or 0), maximum is None or number <= maximum
        fits = low and high and (digits is None or len(str(number)) <= digits)
        assert bool(admitted(b"%d" % number)) is fits, number
        assert not admitted(b"0%d" % number)


def test_the_counter_of_a_request() -> None:
    match = re.compile(between(0, COUNTER_MAXIMUM)).fullmatch
    assert match(b"18446744073709551615")
    assert match(b"9999999999999999999")
    assert match(b"18446744073709551609")
    assert not match(b"18446744073709551616")
    assert not match(b"18446744080000000000")


def test_instants_are_those_of_the_calendar() -> None:
    match = re.compile(INSTANT).fullmatch
    day = datetime(1, 1, 1, 23, 59, 59, tzinfo=UTC)
    for year in (1, 4, 100, 400, 1900, *range(1990, 2031), 2100, 2400, 9900, 9996, 9999):
        day = day.replace(year=year, month=1, day=1)
        known = {
            (day + timedelta(n)).strftime("%m-%d")
            for n in range(365 + (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)))
        }
        found = {
            f"{month:02}-{d:02}"
            for month in range(14)
            for d in range(33)
            if match(f"{year:04}-{month:02}-{d:02}T00:00:00Z".encode())
        }
        assert found == known, year
    assert not match(b"0000-01-01T00:00:00Z")


def test_times_are_those_of_a_day() -> None:
    match = re.compile(INSTANT).fullmatch
    found = [
        (h, m)
        for h in range(100)
        for m in range(100)
        if match(f"2025-01-01T{h:02}:{m:02}:{m:02}Z".encode())
    ]
    assert found == [(h, m) for h in range(24) for m in range(60)]


@pytest.mark.parametrize(
    ("column", "width"),
    [
        (Column("C", Eui64()), 23),
        (Column("C", RequestId()), 68),
        (Column("C", Integer()), None),
        (Column("C", Integer(maximum=744)), 3),
        (Column("C", Integer(maximum_digits=20)), 20),
        (Column("C", Instant()), 20),
        (Column("C", Code(values=("a", "abc"))), 3),
        (Column("C", Code()), 0),
        (Column("C", Text()), None),
        (Column("C", Action()), 7),
        (Column("C", Nothing()), 0),
    ],
)
def test_the_longest_value(column: Column, width: int | None) -> None:
    assert column.type.widest == width


def test_values_that_may_be_misread_are_left_to_a_closer_look() -> None:
    values = ("a", "", " ", "b,c", 'd"e', "f\n", "\u00e9", "g h")
    assert plain(values, b",") == [b"a", b"g h"]
    nothing = re.compile(expression.value(Column("C", Code(values=("",))), b","))
    assert not nothing.fullmatch(b"")
