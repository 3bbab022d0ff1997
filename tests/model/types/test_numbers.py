"""Expressions for numbers admit exactly those within limits, and their order is that of numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest

from conformance.model.types.number import exact, filled, numerals, order_of
from conformance.model.types.registry import type_of

RANDOM = Random(16)  # noqa: S311 - reproducible, not secret


def test_an_expression_admits_the_numbers_between_two_limits() -> None:
    for _ in range(60):
        digits = RANDOM.randrange(3)
        ends = sorted(Decimal(RANDOM.randrange(-2500, 2500)).scaleb(-2) for _ in range(2))
        low, high = (None if RANDOM.randrange(4) == 0 else one for one in ends)
        admits = re.compile(numerals(low, high, digits, b".")).fullmatch
        for units in range(-26 * 10**digits, 26 * 10**digits):
            number = Decimal(units).scaleb(-digits)
            text = f"{number:.{digits}f}".encode()
            fits = (low is None or low <= number) and (high is None or number <= high)
            assert bool(admits(text)) is fits, (low, high, text)
        assert not admits(b"-0" + (b"." + b"0" * digits if digits else b""))


def test_an_expression_admits_the_numbers_that_are_filled_up() -> None:
    for _ in range(60):
        low, high = sorted(RANDOM.randrange(-999, 1500) for _ in range(2))
        for pad in "0 ":
            admits = re.compile(filled(low, high, 4, pad)).fullmatch
            for number in range(-999, 1600):
                text = f"{number:04}" if pad == "0" else f"{number:4}"
                assert bool(admits(text.encode())) is (low <= number <= high), (low, high, text)


@pytest.mark.parametrize(("pad", "filled_with"), [("0", "zeros"), (" ", "spaces")])
def test_the_description_of_a_number_says_with_what_it_is_filled_up(
    pad: str, filled_with: str
) -> None:
    known = type_of({"type": "integer", "width": 5, "pad": pad}, {})
    assert known.description() == (
        f"A whole number: 5 characters, filled up with {filled_with} at the left, no sign."
    )


def test_the_order_is_that_of_the_numbers() -> None:
    numbers = sorted({Decimal(RANDOM.randrange(-(10**n), 10**n)).scaleb(-2)
                      for n in range(1, 7) for _ in range(60)})  # fmt: skip
    for less, more in pairwise(numbers):
        assert order_of(exact(less)) < order_of(exact(more)), (less, more)
    assert {Decimal(exact(one).decode()) for one in numbers} == {*numbers}
