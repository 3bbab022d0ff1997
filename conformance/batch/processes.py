"""Checking in processes of our own, which may end in the middle of it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

from conformance.batch.entry import Answer, Entry, Item
from conformance.batch.executing import Lane, WorkerLostError, answers
from conformance.batch.order import Order

#: Sources in a piece, at most. What its entries share travels once; with more, the last piece would
#: come later, and more would be done again where a process is lost.
PIECE = 32
#: What the server of processes loads once for all that it starts.
PRELOADED = (
    "conformance.batch.worker",
    "conformance.signature.cms_opening",
    "conformance.signature.signing_certificate",
    "cryptography.x509",
)
#: Seconds in which an executor has noticed that its processes were ended.
_PATIENCE = 1.0
#: Processes that may be lost before it is given up.
MOST_LOSSES = 20


def make_ready() -> None:
    """Have the server of processes, if there is one here, load what they need in the meantime."""
    if _has_server():
        from multiprocessing import forkserver

        forkserver.set_forkserver_preload(["__main__", *PRELOADED])
        with _no_modules_of_the_current_folder(), _silent():
            forkserver.ensure_running()


def in_processes(items: Sequence[Item], order: Order, jobs: int) -> Generator[Answer, None, None]:
    """Check ``items`` in ``jobs`` processes; the answers as they come, one for each item.

    If a process is killed, or runs out of memory, all that were under way are checked again,
    each alone, so that it is known which one cannot be: that one gets an entry with trouble.

    Raises:
        TadpError: processes are killed again and again, or cannot carry out the order.
        WorkerFaultError: a fault of ours.
    """
    left = {item.index: item for item in items}
    suspects: list[Item] = []
    losses = 0
    while left:
        alone = bool(suspects)
        try:
            with closing(_through(suspects or list(left.values()), order, jobs, alone)) as answered:
                for index, entry in answered:
                    del left[index]
                    yield index, entry
            suspects = []
        except WorkerLostError as lost:
            losses += 1
            if losses > MOST_LOSSES:
                raise
            if alone and lost.items:
                (item,) = lost.items
                del left[item.index]
                yield item.index, _killer(item)
            suspects = [i for i in (suspects or lost.items) if i.index in left]


def _killer(item: Item) -> Entry:
    trouble = "the process that checked it was killed, and again when it checked nothing else"
    return Entry(item.source, None, f"{item.source}: {trouble} (is there enough memory?)")


def _through(
    items: Sequence[Item], order: Order, jobs: int, alone: bool
) -> Generator[Answer, None, None]:
    """The answers of a new pool of processes; with ``alone``, only one item is ever under way."""
    jobs = 1 if alone else min(jobs, len(items))
    piece = 1 if alone else max(1, min(PIECE, len(items) // (4 * jobs)))
    make_ready()
    with _no_modules_of_the_current_folder(), _pool(jobs) as executor:
        # One piece waits for each process, so that none is idle.
        lane = Lane(executor, piece, 1 if alone else 2 * jobs, cancels=True)
        yield from answers(items, order, lane)


@contextmanager
def _pool(jobs: int) -> Iterator[Executor]:
    """An executor of ``jobs`` processes, which are ended at once if something is raised."""
    others = set(multiprocessing.active_children())
    executor: Any = ProcessPoolExecutor(jobs, mp_context=_context(), initializer=_begin)
    try:
        yield executor
    except BaseException:
        manager = executor._executor_manager_thread
        ends = executor._result_queue._writer, executor._call_queue._reader
        executor.shutdown(wait=False, cancel_futures=True)
        for child in set(multiprocessing.active_children()) - others:
            child.terminate()
        if manager is not None and manager.is_alive():  # an interrupt may come before it is
            manager.join(_PATIENCE)
            # Of a message that was cut off it awaits the rest, which we ourselves could still
            # write; so that must no longer be so.
            if manager.is_alive():
                for end in ends:
                    end.close()
        raise
    executor.shutdown()


@contextmanager
def _no_modules_of_the_current_folder() -> Iterator[None]:
    """Keep new processes, which Python starts with ``-c``, from importing what they find there.

    It may well be a folder of submissions, and nothing in those is ever executed.
    """
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


@contextmanager
def _silent() -> Iterator[None]:
    """Start new processes without standard error: what goes wrong in one is told by this one.

    Else an interrupt, which all processes of a terminal get, would show where each of them was.
    """
    try:
        ours = os.dup(2)
    except OSError:  # there is none
        yield
        return
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 2)
        os.close(nothing)
        yield
    finally:
        os.dup2(ours, 2)
        os.close(ours)


def _context() -> multiprocessing.context.BaseContext:
    """Processes that have nothing of this one, which may have threads, but start quickly."""
    return multiprocessing.get_context("forkserver" if _has_server() else "spawn")


def _has_server() -> bool:
    return "forkserver" in multiprocessing.get_all_start_methods()


def _begin() -> None:
    """Make a new process end when its parent says so or is no more, and not before."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
