"""Spoils the check of one source, in every process that has this folder on its path.

``SABOTAGE`` is ``WHAT NAME FLAG``: the source called ``NAME`` is spoilt, and the process that met
it writes its id into the file ``FLAG`` first. Every source that is checked is a line of
``FLAG.log``.
"""

import multiprocessing
import os
import signal
import time
import warnings
from multiprocessing.connection import Connection
from pathlib import Path

from conformance.batch import worker

_what, _name, _flag = os.environ["SABOTAGE"].split()
_check = worker.check_source


def _spoilt(item, *rest):
    with Path(f"{_flag}.log").open("a") as log:
        log.write(Path(item.source).name + "\n")
    if Path(item.source).name == _name:
        before = Path(_flag).exists()
        Path(_flag).write_text(str(os.getpid()))
        if _what == "killed" or (_what == "killed-once" and not before):
            os.kill(os.getpid(), signal.SIGKILL)
        elif _what == "run-killed":
            os.kill(_run(), signal.SIGKILL)
            time.sleep(300)
        elif _what in ("half-answered", "half-answering"):
            Connection._send = _send_half
        elif _what == "slow":
            time.sleep(300)
        elif _what == "faulty":
            raise KeyError("spoilt")
        elif _what == "warning":
            warnings.warn("spoilt", stacklevel=1)
        elif _what == "out-of-memory":
            raise MemoryError
    return _check(item, *rest)


def _send_half(connection, data):
    """Write half of an answer, and then end, or only stop; a file appears when it has."""
    os.write(connection.fileno(), bytes(data)[: len(data) // 2])
    Path(f"{_flag}.half").touch()
    if _what == "half-answered":
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(300)


def _run() -> int:
    parent = multiprocessing.parent_process()
    return os.getpid() if parent is None or parent.pid is None else parent.pid


worker.check_source = _spoilt
