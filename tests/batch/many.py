"""A folder of small files to check, and runs of ``tadp`` in a process that may be spoilt."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.checks.situation import ADT

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


def start(*words: object, sabotage: str | None = None) -> subprocess.Popen[bytes]:
    """Start ``tadp check`` in a process of its own; ``sabotage`` as in ``sabotage/``."""
    env = dict(os.environ)
    if sabotage:
        env |= {"PYTHONPATH": str(SABOTAGE), "SABOTAGE": sabotage}
    return subprocess.Popen(
        [sys.executable, "-m", "conformance", "check", "--at", AT, *map(str, words)],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def ran(*words: object, sabotage: str | None = None) -> tuple[int, bytes, str]:
    """The exit code, standard output and standard error of ``tadp check``."""
    process = start(*words, sabotage=sabotage)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err.decode()


def log_of(flag: Path) -> list[str]:
    """The files that a spoilt run checked, by name."""
    return Path(f"{flag}.log").read_text().split()
