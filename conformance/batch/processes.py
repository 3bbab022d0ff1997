"""Checking in processes of our own, which may end in the middle of it.

`concurrent.futures` has such processes too, but waits for ever where one is killed while it writes
its answer. Here each has a pipe that no other process writes to, so that its end is seen.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import warnings
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from multiprocessing.connection import Connection, wait
from typing import Any

from conformance.batch.entry import Answer, Entry, Item
from conformance.batch.gathering import Sharing
from conformance.batch.job import CheckJob
from conformance.batch.loss import WorkerLostError, lost_entry
from conformance.batch.worker import WorkerFaultError, check_items
from conformance.errors import TadpError
from conformance.process_server import no_modules_of_the_current_folder, start_server

#: Sources in a piece, at most. What its entries share travels once; with more, the last piece would
#: come later, and more would be done again where a process is lost.
PIECE = 64
#: Processes that may be lost before it is given up.
MOST_LOSSES = 20
#: Processes that Windows can wait for at once are 63.
_MOST_ON_WINDOWS = 60

Piece = list[Item]
#: The result of a piece: answers, the error raised, or nothing if its process was lost.
Found = list[Answer] | Exception | None


def in_processes(items: Sequence[Item], job: CheckJob, jobs: int) -> Generator[Answer, None, None]:
    """Check ``items`` in ``jobs`` processes; the answers as they come, one for each item.

    If a process is killed, or runs out of memory, what it had is checked again when all else is
    done, each alone, so that it is known which one cannot be: that one gets an entry with trouble.

    Raises:
        TadpError: processes are killed again and again, or cannot carry out the job.
        WorkerFaultError: a fault of ours.
    """
    jobs = min(jobs, len(items), _MOST_ON_WINDOWS if sys.platform == "win32" else jobs)
    suspects: list[Item] = []
    losses = 0
    for alone in (False, True):
        pieces = [[item] for item in suspects] if alone else _pieces(items, jobs)
        with closing(_through(pieces, job, 1 if alone else jobs)) as answered:
            for piece, found in answered:
                losses += found is None
                if losses > MOST_LOSSES:
                    raise WorkerLostError(piece)
                if isinstance(found, list):
                    yield from found
                elif not (found is None or isinstance(found, MemoryError)):
                    raise found
                elif alone:
                    yield piece[0].index, _killer(piece[0], found)
                else:
                    suspects += piece


def _pieces(items: Sequence[Item], jobs: int) -> Iterator[Piece]:
    """Yield ``items`` in order, and fewer at a time towards the end, so that all end together."""
    start = 0
    while start < len(items):
        size = max(1, min(PIECE, (len(items) - start) // (2 * jobs)))
        yield list(items[start : start + size])
        start += size


def _killer(item: Item, error: MemoryError | None) -> Entry:
    if error is not None:
        return lost_entry(item, error)
    trouble = "the process that checked it was killed, and again when it checked nothing else"
    return Entry(item.source, None, f"{item.source}: {trouble} (is there enough memory?)")


def _through(
    pieces: Iterable[Piece], job: CheckJob, jobs: int
) -> Generator[tuple[Piece, Found], None, None]:
    """Yield each piece with what has become of it; a process that was lost is replaced.

    All processes are ended at once if something is raised.
    """
    waiting = deque(pieces)
    idle: list[_Process] = []
    busy: list[_Process] = []
    sharing = Sharing()
    try:
        while waiting or busy:
            while waiting and len(busy) < jobs:
                process = idle.pop() if idle else _Process(job)
                busy.append(process)
                process.give(waiting.popleft())
            ready = wait([process.pipe for process in busy])
            for process in [process for process in busy if process.pipe in ready]:
                piece = process.piece
                data = process.answer()
                if data is None:
                    busy.remove(process)
                    process.end()
                    yield piece, None
                    continue
                # It goes on while we look at its answer.
                if waiting:
                    process.give(waiting.popleft())
                else:
                    busy.remove(process)
                    idle.append(process)
                found: Found = pickle.loads(data)  # noqa: S301 - from a process of ours
                if isinstance(found, list):
                    sharing.entries(entry for _, entry in found)
                yield piece, found
    except BaseException:
        for process in busy:
            process.kill()
        raise
    finally:
        _end_all([*idle, *busy])


class _Process:
    """A process that checks one piece after the other, and the pipe to it."""

    def __init__(self, job: CheckJob) -> None:
        context: Any = _context()
        self.piece: Piece
        self.pipe: Connection
        self.pipe, theirs = context.Pipe()
        with no_modules_of_the_current_folder():
            self._process = context.Process(target=_serve, args=(theirs, job), daemon=True)
            self._process.start()
        # Else its own end of the pipe would stay open when it is no more.
        theirs.close()

    def give(self, piece: Piece) -> None:
        """Give it ``piece``, when it has nothing to do."""
        self.piece = piece
        # If it is no more, there is no answer.
        with suppress(OSError):
            self.pipe.send(piece)

    def answer(self) -> bytes | None:
        """Wait for what it answers; nothing if it has ended before."""
        try:
            return self.pipe.recv_bytes()
        except (EOFError, OSError):
            return None

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        """Let it end when it has nothing to do, and wait for that."""
        self.pipe.close()
        self._process.join()


def _end_all(processes: Sequence[_Process]) -> None:
    """Let all of them end at the same time."""
    for process in processes:
        process.pipe.close()
    for process in processes:
        process.end()


def _serve(pipe: Connection, job: CheckJob) -> None:
    """Answer each piece that comes through ``pipe``, in a new process, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, OSError):
        while True:
            piece = pipe.recv()
            found: Found
            try:
                found = check_items(piece, job)
            except (TadpError, WorkerFaultError, OSError, MemoryError) as error:
                found = error
            pipe.send_bytes(pickle.dumps(found))


def _context() -> multiprocessing.context.BaseContext:
    """Processes that have nothing of this one, which may have threads, but start quickly."""
    return multiprocessing.get_context("forkserver" if start_server() else "spawn")


def _end_with_parent() -> None:
    """End this process as soon as the one that started it is no more, whatever it is doing."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
