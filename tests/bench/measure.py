"""A process, measured from outside: wall time, processor time and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: The top of the checkout, where the peers are found as modules.
TOP = Path(__file__).parents[2]


@dataclass(frozen=True)
class Measured:
    """Seconds, those of the processor, MiB of peak memory, the last line and the exit code."""

    seconds: float
    cpu: float
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
    cpu = used.ru_utime + used.ru_stime
    return Measured(seconds, cpu, used.ru_maxrss / 1024, lines[-1].strip(), process.returncode)


def tadp(*words: object) -> list[str]:
    """The command ``tadp`` with ``words``."""
    return [str(Path(sys.executable).with_name("tadp")), *map(str, words)]


def in_turn(commands: Mapping[str, list[str]], repeats: int) -> dict[str, list[Measured]]:
    """Each command so many times, one after the other.

    Raises:
        SystemExit: a command could not be carried out, so that its time shows nothing.
    """
    found: dict[str, list[Measured]] = {name: [] for name in commands}
    for number in range(repeats):
        for name, words in commands.items():
            sys.stderr.write(f"  {number + 1}/{repeats} {name}\n")
            measured = measure(words)
            if measured.code not in (0, 1):
                raise SystemExit(f"{name} ended with {measured.code}: {measured.said}")
            found[name].append(measured)
    return found
