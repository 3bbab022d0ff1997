"""Work that a thread does ahead of those who wait for it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from itertools import count

import pytest

from conformance.ahead import ahead, begin


def test_the_result_of_what_was_begun_comes_to_each_who_asks() -> None:
    going_on = threading.Event()
    result = begin(lambda: going_on.wait(60))
    going_on.set()
    assert (result(), result()) == (True, True)


def test_what_was_begun_and_failed_fails_where_it_is_wanted() -> None:
    result = begin(lambda: int("x"))
    with pytest.raises(ValueError, match="invalid literal"):
        result()


@pytest.mark.parametrize("length", [0, 1, 3, 4, 5, 1000])
def test_all_items_come_in_order(length: int) -> None:
    items = [None, *range(length - 1)] if length else []
    assert list(ahead(iter(items))) == items


def test_an_error_comes_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise KeyError("x")

    made = ahead(items())
    assert next(made) == 1
    with pytest.raises(KeyError):
        next(made)


def test_items_are_made_while_others_are_used_but_not_many() -> None:
    made: list[int] = []
    enough = threading.Event()

    def items() -> Iterator[int]:
        for number in count():
            made.append(number)
            if number == 3:
                enough.set()
            yield number

    given = ahead(items())
    assert next(given) == 0
    assert enough.wait(60)
    assert len(made) < 10
    given.close()


def test_nothing_is_left_behind_by_who_stops_early() -> None:
    turn, before = sys.getswitchinterval(), set(threading.enumerate())
    given = ahead(count())
    assert next(given) == 0
    given.close()
    assert sys.getswitchinterval() == turn
    for thread in set(threading.enumerate()) - before:
        thread.join(60)
        assert not thread.is_alive()
