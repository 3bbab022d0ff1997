"""Actions of implementations before an answer, or instead of one, through any adapter."""

from __future__ import annotations

import os
import subprocess
import sys
import time

_SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
_LEFT: list[subprocess.Popen[bytes]] = []


def hangs() -> None:
    time.sleep(600)


def answers_slowly() -> None:
    time.sleep(8)


def crashes() -> None:
    print("out of cheese", file=sys.stderr)
    sys.exit(70)


def aborts() -> None:
    os.abort()


def throws() -> None:
    raise ValueError("odd")


def endless_output() -> None:
    while True:
        sys.stdout.write("{" * 65536)


def leaks_memory() -> None:
    # A bound, so that no machine suffers where no limit holds; and time to be seen.
    held = []
    for _ in range(64):
        held.append(b"x" * (16 << 20))
        time.sleep(0.02)
    time.sleep(10)


def leaks_memory_in_a_child() -> None:
    script = "import sys, time; held = b'x' * (1 << 30); time.sleep(10)"
    subprocess.run([sys.executable, "-c", script], check=False)


def leaves_children() -> None:
    # One will do, however often it is asked.
    if not _LEFT:
        _LEFT.append(subprocess.Popen(_SLEEPER))


def leaves_daemons() -> None:
    # An orphan, in a session of its own.
    script = f"setsid {' '.join(map(repr, _SLEEPER))} </dev/null >/dev/null 2>&1 &"
    subprocess.run(["sh", "-c", script], check=True)


ACTS = {
    act.__name__: act
    for act in (
        hangs, answers_slowly, crashes, aborts, throws, endless_output, leaks_memory,
        leaks_memory_in_a_child, leaves_children, leaves_daemons,
    )
}  # fmt: skip
