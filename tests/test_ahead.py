"""Work that a thread does ahead of those who wait for it."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from conformance.ahead import ahead
from tests.running import PATIENCE


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
    assert enough.wait(PATIENCE)
    assert len(made) < 10
    given.close()


class Interrupted(queue.Queue[Any]):
    """A queue whose reader is interrupted when it waits for the first time."""

    waits = 0

    def get(self, *_: Any) -> Any:
        self.waits += 1
        if self.waits == 1:
            raise KeyboardInterrupt
        return super().get()


def test_an_interrupt_comes_when_the_making_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    def items() -> Iterator[int]:
        try:
            yield from count()
        finally:
            ended.set()

    monkeypatch.setattr("conformance.ahead.Queue", Interrupted)
    turn, given = sys.getswitchinterval(), ahead(items())
    with pytest.raises(KeyboardInterrupt):
        next(given)
    assert ended.wait(PATIENCE)
    assert sys.getswitchinterval() == turn


IMPATIENT = """
import signal, sys, time
from conformance.ahead import ahead

def items():
    yield 1
    time.sleep(600)

def interrupt(*_):
    raise KeyboardInterrupt

given = ahead(items())
next(given)
signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, 0.2, 0.2)
try:
    next(given)
except KeyboardInterrupt:
    signal.setitimer(signal.ITIMER_REAL, 0)
    sys.exit(5)
"""


def test_who_interrupts_it_twice_waits_for_nothing() -> None:
    ended = subprocess.run([sys.executable, "-c", IMPATIENT], timeout=PATIENCE, check=False)
    assert ended.returncode == 5


def test_nothing_is_left_behind_by_who_stops_early() -> None:
    turn, before = sys.getswitchinterval(), set(threading.enumerate())
    given = ahead(count())
    assert next(given) == 0
    given.close()
    assert sys.getswitchinterval() == turn
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE)
        assert not thread.is_alive()
