"""All that one command has started: found wherever it has gone, measured, and ended.

A process can leave the group that it was started in (``setsid``), and outlive its parent. What it
keeps is the environment that it was started with, so each command is given a mark in it, which
its descendants inherit. What belongs to a command is recognised by the group, the mark and the
parents, and is remembered once seen. What cannot be found: a process that drops all three between
two looks, one of another user, and one that a service has started which was running before. Windows
has no such groups: there the mark and the parents have to do.
"""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress

import psutil
from msgspec import Struct

#: The variable that holds the mark.
MARK = "TADP_FAMILY"
#: Seconds between two looks at all processes, at least, and how much longer than a look it is.
_TICK, _REST = 0.1, 10
#: How often what will not end is ended again.
_ROUNDS = 50
_MIB = 1 << 20


class _Seen(Struct, frozen=True):
    """A process that runs, and what shows whose it is."""

    process: psutil.Process
    started: float
    parent: int
    group: int
    mark: str


class ProcessTree:
    """The processes of one command, whose first, ``leader``, leads a group of its own.

    While it is watched, it is ended as soon as its processes hold more than ``limit`` MiB of
    memory together: not what they have reserved, and pages that they share counted for each.
    """

    def __init__(self, leader: int, mark: str, limit: int) -> None:
        self._leader = leader
        self._mark = mark
        self._limit = limit
        self._known: set[psutil.Process] = set()
        self._exceeded = False

    @property
    def excess(self) -> str:
        """Return that it was ended for the memory it used, in words; empty if it was not."""
        return f"used more than {self._limit:,} MiB of memory" if self._exceeded else ""

    def lives(self) -> bool:
        """Return True if any process of it runs."""
        return bool(self._among(_look()))

    def measure(self, seen: list[_Seen]) -> None:
        """End it if those of its processes that were ``seen`` use more than they may."""
        members = self._among(seen)
        if sum(map(_resident, members)) > self._limit * _MIB:
            self._exceeded = True
            _kill(members)

    def end(self) -> None:
        """End every process of it, and what those start meanwhile."""
        if sys.platform != "win32":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._leader, signal.SIGKILL)
        for _ in range(_ROUNDS):
            members = self._among(_look())
            if not members:
                return
            _kill(members)
            time.sleep(0.01)

    def _among(self, seen: list[_Seen]) -> set[psutil.Process]:
        found = {
            s.process
            for s in seen
            if s.mark == self._mark or s.group == self._leader or s.process in self._known
        }
        while True:
            parents = {s.process.pid: s.started for s in seen if s.process in found}
            # On Windows an orphan keeps the number of its parent, which another process may get.
            begotten = {
                s.process for s in seen if parents.get(s.parent, math.inf) <= s.started
            } - found
            if not begotten:
                self._known |= found
                return found
            found |= begotten


def _look() -> list[_Seen]:
    """Every process that runs; what has ended and was not waited for does not."""
    return list(_running())


def _running() -> Iterator[_Seen]:
    for pid in psutil.pids():
        try:
            process = psutil.Process(pid)
            with process.oneshot():
                if process.status() != psutil.STATUS_ZOMBIE:
                    parent, mark = process.ppid(), _mark_of(process)
                    yield _Seen(process, process.create_time(), parent, _group_of(pid), mark)
        except (psutil.Error, OSError):
            # It has ended meanwhile, or is none of ours.
            continue


def _group_of(pid: int) -> int:
    """Return the group of a process; on Windows each is taken for one by itself."""
    if sys.platform != "win32":
        return os.getpgid(pid)
    else:  # noqa: RET505 - without it mypy takes the rest for unreachable on Windows
        return pid


def _mark_of(process: psutil.Process) -> str:
    try:
        return process.environ().get(MARK, "")
    except (psutil.Error, OSError):
        return ""


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _kill(processes: Iterable[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.Error):
            process.kill()


class Watch:
    """Ends process trees that use more memory than they may; one thread looks at all of them."""

    def __init__(self) -> None:
        self._trees: set[ProcessTree] = set()
        self._lock = threading.Lock()
        self._running = False

    def add(self, tree: ProcessTree) -> None:
        """Watch a process tree from now on."""
        with self._lock:
            self._trees.add(tree)
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, daemon=True).start()

    def remove(self, tree: ProcessTree) -> None:
        """Watch it no more."""
        with self._lock:
            self._trees.discard(tree)

    def _run(self) -> None:
        rest = _TICK
        while True:
            time.sleep(rest)
            with self._lock:
                trees = list(self._trees)
                if not trees:
                    self._running = False
                    return
            began = time.monotonic()
            seen = _look()
            for tree in trees:
                tree.measure(seen)
            # On a machine with many processes, a look takes its time.
            rest = max(_TICK, _REST * (time.monotonic() - began))


#: The one watch of this process.
WATCH = Watch()
