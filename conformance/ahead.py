"""Work that a thread does ahead of those who wait for it: reading, digesting, matching.

Such work lets other threads run while it is done.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from queue import Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")

#: Items that wait to be used, at most.
_WAITING = 4
#: Seconds after which a thread that is back from such work gets its turn. Python's own 5 ms is as
#: long as a block takes to be used.
_TURN = 0.0001


def begin(work: Callable[[], T]) -> Callable[[], T]:
    """Start ``work``; what is given back waits for its result, or raises what it raised.

    It ends with the process, so that nobody who interrupts it waits for it.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:
            outcome.set_exception(error)

    Thread(target=run, daemon=True).start()
    return outcome.result


def ahead(items: Iterator[T]) -> Generator[T]:
    """Yield ``items``, which are made while those before them are used.

    What the making raises is raised here. When the caller closes this, the making ends with the
    item that it is at, and is waited for: the process must not end within a match of RE2.
    """
    ready: Queue[tuple[T] | None] = Queue(_WAITING)
    stopped = Event()

    def make() -> None:
        try:
            for item in items:
                if stopped.is_set():
                    return
                ready.put((item,))
        finally:
            ready.put(None)

    turn = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    made = begin(make)
    making = True
    try:
        while (item := ready.get()) is not None:
            yield item[0]
        making = False
    finally:
        stopped.set()
        while making:
            making = ready.get() is not None
        sys.setswitchinterval(turn)
    made()
