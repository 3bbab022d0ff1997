"""Running ``tadp`` as a process of its own, with bounds, and measuring what it takes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: Bytes of address space that a child may have; what it maps but does not touch counts too.
MEMORY = 1 << 30
#: Seconds of processor time after which a child is ended: a guard, and no measure.
GUARD = 600


#: Runs a command and reports what it used. A process is said to have had at least the memory of the
#: one that started it, which must therefore be a small one.
_MEASURE = """
import os, sys
number, *command = sys.argv[1:]
os.set_inheritable(int(number), False)
process = os.posix_spawn(command[0], command, os.environ)
_, status, used = os.wait4(process, 0)
seconds = used.ru_utime + used.ru_stime
with open(int(number), "w") as report:
    print(os.waitstatus_to_exitcode(status), seconds, used.ru_maxrss, file=report)
"""


@dataclass(frozen=True)
class Left:
    """The result of a process: its exit code, its output, and the time and memory it used."""

    code: int
    out: str
    err: str
    seconds: float  #: of processor time
    peak: int  #: bytes of memory that it had at most

    @property
    def trouble(self) -> str:
        """The one line of a command that could not be carried out."""
        assert self.code == 2, f"exit {self.code}: {self.err}{self.out[:500]}"
        (line,) = self.err.splitlines()
        assert line.startswith("tadp: ")
        return line.removeprefix("tadp: ")


def tadp(*words: object, cwd: Path | None = None, memory: int = MEMORY) -> Left:
    """Run ``tadp`` with ``words``; standard output and error go to files, as they may be long."""
    command = [sys.executable, "-m", "conformance", *map(str, words)]
    return left(command, cwd=cwd, memory=memory)


def left(
    command: list[str],
    *,
    cwd: Path | None = None,
    memory: int = MEMORY,
    extra: Mapping[str, str] | None = None,
) -> Left:
    """Run ``command`` to its end, within bounds."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (GUARD, GUARD))

    reported, number = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _MEASURE, str(number), *command],
        cwd=cwd,
        env={**os.environ, **(extra or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=[number],
        preexec_fn=bound,  # noqa: PLW1509 - nothing here has threads
    )
    os.close(number)
    out, err = process.communicate()
    with os.fdopen(reported, encoding="ascii") as told_by:
        code, seconds, peak = told_by.read().split()
    return Left(
        int(code),
        out.decode("utf-8", "replace"),
        err.decode("utf-8", "replace"),
        float(seconds),
        int(peak) << 10,  # kilobytes on Linux
    )
