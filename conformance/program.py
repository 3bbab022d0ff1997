"""``tadp`` as a program of its own: what goes before all that it imports, and its end."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

#: New objects before garbage is looked for: more than are made at the start, almost all of which
#: stay. With Python's own number, the check of one small file takes 5 % longer.
_BEFORE_COLLECTION = 50_000


def run() -> int:
    """Run the command that this process was started with; return its exit code."""
    gc.set_threshold(_BEFORE_COLLECTION)
    # Not before: a fifth of the start is the import of it.
    from conformance.cli import main

    return main()


def tadp() -> NoReturn:
    """Run the command ``tadp``, and end the process with its exit code.

    It ends at once: all that is left is to clear away every object of the process, which takes half
    as long as Python takes to start, and the system clears them away together. Our threads are
    daemons, which end with the process in any case. ``python -m conformance`` ends as programs of
    Python do, for those who look into it with a profiler.
    """
    code = run()
    from conformance.cli import let_go

    for stream in (sys.stdout, sys.stderr):
        let_go(stream)
    os._exit(code)
