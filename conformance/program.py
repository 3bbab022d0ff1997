"""``tadp`` as a program of its own: what goes before all that it imports."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

from conformance.deferral import defer

#: New objects before garbage is looked for: more than are made at the start, almost all of which
#: stay. With Python's own number, the check of one small file takes 5 % longer.
_BEFORE_COLLECTION = 50_000
#: The command for whose start modules are deferred. Threads of others, such as those that answer
#: requests at the desk, could be two of which each is the first to use a module.
_BY_ONE_THREAD = "check"


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
    if sys.argv[1:2] == [_BY_ONE_THREAD]:
        defer()
