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


@dataclass(frozen=True)
class Left:
    """What a process left: its exit code, what it wrote, and what it took."""

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

    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **(extra or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=bound,  # noqa: PLW1509 - nothing here has threads
    )
    assert process.stdout is not None
    assert process.stderr is not None
    out, err = process.stdout.read(), process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    process.stderr.close()
    # Kilobytes on Linux.
    return Left(
        process.returncode,
        out.decode("utf-8", "replace"),
        err.decode("utf-8", "replace"),
        used.ru_utime + used.ru_stime,
        used.ru_maxrss << 10,
    )
