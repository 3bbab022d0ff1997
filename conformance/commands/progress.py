"""Progress bars on standard error, where that is a terminal and the work is long."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.findings import Progress

if TYPE_CHECKING:
    from threading import Event

    from rich.progress import Progress as Bar

    from conformance.assessment.assessing import Announce

#: Bytes of one file, and things of which there are several, from which on there is a bar.
LONG, MANY = 32 << 20, 50
#: Seconds after which what is not counted has a bar.
SOON = 2.0


@contextmanager
def over_bytes(size: int, times: int = 1) -> Iterator[Progress | None]:
    """A bar for a file of ``size`` that is read several ``times``; none for a small one."""
    if size < LONG or not _is_shown():
        yield None
        return
    with bar(size * times, "bytes") as advance:
        yield advance


@contextmanager
def over_things(total: int, what: str, least: int = MANY) -> Iterator[Progress]:
    """A bar for ``total`` things called ``what``, from the ``least`` number on."""
    if total < least or not _is_shown():
        yield lambda _: None
        return
    with bar(total, what) as advance:
        yield advance


@contextmanager
def bar(total: int, what: str) -> Iterator[Progress]:
    """A progress bar on standard error for ``total`` things called ``what``."""
    with progress(what) as announce:
        yield announce(total)


@contextmanager
def progress(what: str) -> Iterator[Announce]:
    """A bar with a count, also where no end is known."""
    if not _is_shown():
        yield lambda _: lambda _: None
        return
    with _bar("{task.completed:,.0f} {task.fields[of]}") as bar:

        def announce(total: int | None) -> Callable[[int], None]:
            of = "so far" if total is None else f"of {total:,}"
            task = bar.add_task(what, total=total, of=of)
            return lambda count: bar.advance(task, count)

        yield announce


@contextmanager
def working(what: str) -> Iterator[None]:
    """A bar that moves, after two seconds, while something is done that is not counted.

    Nothing else may be shown meanwhile.
    """
    if not _is_shown():
        yield
        return
    from threading import Event, Thread

    ended = Event()
    thread = Thread(target=_move, args=(what, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _move(what: str, ended: Event) -> None:
    if not ended.wait(SOON):
        with _bar("") as bar:
            bar.add_task(what, total=None)
            ended.wait()


def _is_shown() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _bar(count: str) -> Bar:
    """Return a bar that shows a ``count``, and is erased at its end."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn(count))
    return Bar(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True)
