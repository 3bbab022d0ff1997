"""``tadp`` as a program of its own: what goes before all that it imports."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import NoReturn

from conformance.deferral import defer

#: New objects before garbage is looked for: more than are made at the start, almost all of which
#: stay. With Python's own number, the check of one small file takes 5 % longer.
_BEFORE_COLLECTION = 50_000
#: The number of standard error.
_STDERR = 2
#: The command for whose start modules are deferred, and that may need several processes. Threads of
#: others, such as those that answer requests at the desk, could be two of which each is the first
#: to use a module.
_CHECK = "check"


def run() -> int:
    """Run the command that this process was started with; return its exit code."""
    with _one_line():
        _get_ready()
        from conformance.cli import main

    return main()


def tadp() -> NoReturn:
    """Run the command ``tadp``, and end the process with its exit code."""
    with _one_line():
        _get_ready()
        from conformance.cli import tadp

    tadp()


@contextmanager
def _one_line() -> Iterator[None]:
    """Say in one line that the start was interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        from signal import SIGINT

        print("tadp: interrupted", file=sys.stderr)
        raise SystemExit(128 + SIGINT) from None


def _get_ready() -> None:
    """Do what has to be done before anything else is imported."""
    if sys.stderr is None:
        _open_stderr()
    # Garbage would be looked for a dozen times during the imports.
    gc.set_threshold(_BEFORE_COLLECTION)
    words = sys.argv[1:]
    if words[:1] == [_CHECK]:
        defer()
    _begin_processes(words)


def _open_stderr() -> None:
    """Let standard error, which is closed, go nowhere.

    Else ``print`` writes to standard output in its place, and a file that is opened later gets its
    number.
    """
    nothing = os.open(os.devnull, os.O_WRONLY)
    if nothing != _STDERR:
        os.dup2(nothing, _STDERR)
        os.close(nothing)
    sys.stderr = open(_STDERR, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _begin_processes(words: Sequence[str]) -> None:
    """Start the server of processes, where a folder is checked in several.

    It has then loaded all that is needed when this process has, too.
    """
    if words[:1] != [_CHECK]:
        return
    jobs = {after for word, after in pairwise([*words, ""]) if word == "--jobs"}
    jobs |= {word.removeprefix("--jobs=") for word in words if word.startswith("--jobs=")}
    if jobs - {"1"} and any(map(os.path.isdir, words)):
        from conformance.process_server import start_server

        start_server()
