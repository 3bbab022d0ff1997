"""Work that a thread does ahead of those who wait for it: reading, digesting, matching.

Such work lets other threads run while it is done.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from queue import Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")

#: Items that wait to be used, at most.
_WAITING = 4
#: Seconds after which a thread that is back from such work gets its turn. Python's own 5 ms is as
#: long as a block takes to be used.
_TURN = 0.0001


def ahead(items: Iterator[T]) -> Generator[T]:
    """Yield ``items``, which are made while those before them are used.

    What the making raises is raised here. When the caller closes this, the making ends with the
    item that it is at, and is waited for: the process must not end within a match of RE2.
    """
    ready: Queue[tuple[T, ...] | BaseException | None] = Queue(_WAITING)
    made: tuple[T, ...] | BaseException | None = ()
    stopped = Event()

    def make() -> None:
        end: BaseException | None = None
        try:
            for item in items:
                if stopped.is_set():
                    return
                ready.put((item,))
        except BaseException as error:
            end = error
        finally:
            ready.put(end)

    turn = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    # It ends with the process, so that who interrupts it need not wait for it.
    Thread(target=make, daemon=True).start()
    try:
        while isinstance(made := ready.get(), tuple):
            yield made[0]
    finally:
        stopped.set()
        while isinstance(made, tuple):
            made = ready.get()
        sys.setswitchinterval(turn)
    if made is not None:
        raise made
