"""Progress bars on standard error, where that is a terminal and the work is long."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.findings import Progress

if TYPE_CHECKING:
    from conformance.assessment.assessing import Announce

#: Bytes of one file, and things of which there are several, from which on there is a bar.
LONG, MANY = 32 << 20, 50


@contextmanager
def over_bytes(size: int, times: int = 1) -> Iterator[Progress | None]:
    """A bar for a file of ``size`` that is read several ``times``; none for a small one."""
    if size < LONG or not sys.stderr.isatty():
        yield None
        return
    with bar(size * times, "bytes") as advance:
        yield advance


@contextmanager
def over_things(total: int, what: str, least: int = MANY) -> Iterator[Progress]:
    """A bar for ``total`` things called ``what``, from the ``least`` number on."""
    if total < least or not sys.stderr.isatty():
        yield lambda _: None
        return
    with bar(total, what) as advance:
        yield advance


@contextmanager
def bar(total: int, what: str) -> Iterator[Progress]:
    """A progress bar on standard error for ``total`` things called ``what``."""
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.advance(task, count)


@contextmanager
def progress(what: str) -> Iterator[Announce]:
    """A bar with a count, also where no end is known."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda _: lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    count = TextColumn("{task.completed:,.0f} {task.fields[of]}")
    columns = (TextColumn("{task.description}"), BarColumn(), count, TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:

        def announce(total: int | None) -> Callable[[int], None]:
            of = "so far" if total is None else f"of {total:,}"
            task = bar.add_task(what, total=total, of=of)
            return lambda count: bar.advance(task, count)

        yield announce
