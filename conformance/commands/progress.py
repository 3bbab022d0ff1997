"""Progress on standard error, where that is a terminal and the work takes a while."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from conformance.findings import Progress

if TYPE_CHECKING:
    from threading import Event

    from conformance.assessment.assessing import Announce

#: Seconds after which work has a bar, and after which the bar is drawn again.
SOON, _AGAIN = 2.0, 0.1
#: Columns of a bar. A line that fits in a narrow window, with the ^C of an interrupt, can be erased
#: even after a wide one was made narrow.
_WIDTH = 16


class _Work(Struct):
    """Work under way: how much of it is done, of how much; ``counted`` once that is known."""

    what: str
    counted: bool = False
    total: int | None = None
    done: int = 0
    began: float = field(default_factory=monotonic)

    @property
    def count(self) -> str:
        """How much is done, in a few words; nothing where it is not counted."""
        if not self.counted:
            return ""
        of = "so far" if self.total is None else f"of {self.total:,}"
        return f"{self.done:,} {of}"

    @property
    def shown(self) -> dict[str, Any]:
        """What a bar has; one without a total moves, as while more is done than was counted."""
        counted = self.total is not None and self.done < self.total
        return {
            "total": self.total if counted else None,
            "completed": self.done,
            "what": self.what,
            "count": self.count,
            "elapsed": timedelta(seconds=int(monotonic() - self.began)),
        }


@contextmanager
def over_bytes(size: int, times: int = 1) -> Iterator[Progress | None]:
    """A bar for a file of ``size`` that is read several ``times``; none for an empty one."""
    if not size or not _is_shown():
        yield None
        return
    with bar(size * times, "bytes") as advance:
        yield advance


@contextmanager
def over_things(total: int, what: str, least: int = 2) -> Iterator[Progress]:
    """A bar for ``total`` things called ``what``; with fewer than ``least`` there is none."""
    if total < least or not _is_shown():
        yield lambda _: None
        return
    with bar(total, what) as advance:
        yield advance


@contextmanager
def bar(total: int, what: str) -> Iterator[Progress]:
    """A bar for ``total`` things called ``what``."""
    with progress(what) as announce:
        yield announce(total)


@contextmanager
def progress(what: str) -> Iterator[Announce]:
    """A bar with a count, also where no end is known; none before something is announced."""
    work = _Work(what)

    def announce(total: int | None) -> Callable[[int], None]:
        work.total, work.done, work.counted = total, 0, True
        return advance

    def advance(count: int) -> None:
        work.done += count

    with _shown(work, lambda: work.counted):
        yield announce


@contextmanager
def working(what: str) -> Iterator[None]:
    """A bar that moves while something is done that is not counted.

    Nothing else may be shown meanwhile.
    """
    with _shown(_Work(what), lambda: True):
        yield


@contextmanager
def _shown(work: _Work, begun: Callable[[], bool]) -> Iterator[None]:
    """Show ``work`` from two seconds on, once it has ``begun``."""
    if not _is_shown():
        yield
        return
    from threading import Event, Thread

    ended = Event()
    thread = Thread(target=_draw, args=(work, begun, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _draw(work: _Work, begun: Callable[[], bool], ended: Event) -> None:
    """Draw a bar, and erase it at the end."""
    wait = SOON
    while not ended.wait(wait):
        if begun():
            break
        wait = _AGAIN
    else:
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    texts = [TextColumn(f"{{task.fields[{name}]}}") for name in ("what", "count", "elapsed")]
    console = Console(stderr=True)
    # What is written to standard output meanwhile stays there.
    with Bar(
        texts[0],
        BarColumn(_WIDTH),
        *texts[1:],
        console=console,
        transient=True,
        redirect_stdout=False,
    ) as bar:
        task = bar.add_task("", **work.shown)
        while not ended.wait(_AGAIN):
            bar.update(task, **work.shown)


def _is_shown() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
