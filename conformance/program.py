"""``tadp`` as a program of its own: what goes before all that it imports."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import NoReturn

from conformance.deferral import defer

#: New objects before garbage is looked for: more than are made at the start, almost all of which
#: stay. With Python's own number, the check of one small file takes 5 % longer.
_BEFORE_COLLECTION = 50_000
#: The command for whose start modules are deferred, and that may need several processes. Threads of
#: others, such as those that answer requests at the desk, could be two of which each is the first
#: to use a module.
_CHECK = "check"


def run() -> int:
    """Run the command that this process was started with; return its exit code."""
    _get_ready()
    from conformance.cli import main

    return main()


def tadp() -> NoReturn:
    """Run the command ``tadp``, and end the process with its exit code."""
    _get_ready()
    from conformance.cli import tadp

    tadp()


def _get_ready() -> None:
    """Do what has to be done before anything else is imported."""
    # Garbage would be looked for a dozen times during the imports.
    gc.set_threshold(_BEFORE_COLLECTION)
    words = sys.argv[1:]
    if words[:1] == [_CHECK]:
        defer()
    _begin_processes(words)


def _begin_processes(words: Sequence[str]) -> None:
    """Start the server of processes, where a folder is checked in several.

    It has then loaded all that is needed when this process has, too. What goes wrong is reported
    where the server is used.
    """
    if words[:1] != [_CHECK]:
        return
    jobs = {after for word, after in pairwise([*words, ""]) if word == "--jobs"}
    jobs |= {word.removeprefix("--jobs=") for word in words if word.startswith("--jobs=")}
    if jobs - {"1"} and any(map(os.path.isdir, words)):
        from conformance.process_server import start_server

        with suppress(OSError):
            start_server()
