"""The server of processes, from which those that check are forked in a moment.

It loads what they need while this process is still loading the same, so it is started first: this
module imports nothing that takes a while, and the rest of ``conformance.batch`` does.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager

#: The module that the server loads, with all that its processes need.
PRELOADED = "conformance.preloaded"


def start_server() -> bool:
    """Start the server, unless it is there, and wait for nothing; return False if there is none.

    Then each process begins from nothing. So it is on a system without such servers, and where the
    path of the temporary folder is too long for the name of a socket in it.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return False
    from multiprocessing import forkserver

    forkserver.set_forkserver_preload(["__main__", PRELOADED])
    try:
        with no_modules_of_the_current_folder(), _silent():
            forkserver.ensure_running()
    except OSError:
        return False
    return True


@contextmanager
def no_modules_of_the_current_folder() -> Iterator[None]:
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
    """Start new processes without standard error: what goes wrong in one is reported by this one.

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
