"""A process, measured from outside: wall time and peak memory."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

#: The top of the checkout, where the peers are found as modules.
TOP = Path(__file__).parents[2]


@dataclass(frozen=True)
class Measured:
    """Seconds of wall time, MiB of peak memory, the last line that was said and the exit code."""

    seconds: float
    mebibytes: float
    said: str
    code: int


def measure(words: list[str]) -> Measured:
    """Run a command to its end, and measure it."""
    started = time.perf_counter()
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=TOP
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    lines = said.strip().splitlines() or [f"exit code {process.returncode}"]
    return Measured(seconds, used.ru_maxrss / 1024, lines[-1].strip(), process.returncode)
