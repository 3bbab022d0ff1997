"""A folder of small files to check, and runs of ``tadp`` in a process that may be spoilt."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.checks.situation import ADT
from tests.running import PATIENCE, interruptible, without_clock

AT = "2025-06-01T10:00:00Z"
SABOTAGE = Path(__file__).parent / "sabotage"


def folder_of(parent: Path, count: int) -> Path:
    """A folder with ``count`` lone ADT Files, every third of them with CRLF."""
    folder = parent / "files"
    folder.mkdir()
    for number in range(count):
        data = ADT.replace(b"\n", b"\r\n") if number % 3 == 2 else ADT
        (folder / f"{number:03}-adt.csv").write_bytes(data)
    return folder


def environment(sabotage: str | None) -> dict[str, str]:
    """The environment to start a process with; ``sabotage`` as in ``sabotage/``."""
    if not sabotage:
        return dict(os.environ)
    paths = filter(None, (str(SABOTAGE), os.environ.get("PYTHONPATH")))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "SABOTAGE": sabotage}


def start(*words: object, sabotage: str | None = None) -> subprocess.Popen[bytes]:
    """Start ``tadp check`` in a process of its own."""
    # -P: what is installed, here as in the workers, and not what is in the working folder.
    with interruptible():
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "conformance", "check", "--at", AT, *map(str, words)],
            env=environment(sabotage),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )


def ran(*words: object, sabotage: str | None = None) -> tuple[int, bytes, str]:
    """Return the exit code, standard output and standard error of ``tadp check``."""
    process = start(*words, sabotage=sabotage)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, without_clock(out), err.decode()


def log_of(flag: Path) -> list[str]:
    """The files that a spoilt run checked, by name."""
    return Path(f"{flag}.log").read_text().split()


def eventually(happens: Callable[[], object]) -> bool:
    """Return True if it happens within the time allowed."""
    end = time.monotonic() + PATIENCE
    while not happens():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
