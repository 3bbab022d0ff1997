"""Running ``tadp`` inside the test, as the command line would."""

from __future__ import annotations

import io
import json
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from conformance.checks.registry import MODULES
from conformance.cli import main

#: Seconds in which whatever ends does so, also on a machine that is busy with other work.
PATIENCE = 900
#: When everything that the tests run is run, as reports have it.
RUN_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Ran:
    """The result of a command: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """Standard output as JSON."""
        assert self.code in (0, 1), f"exit {self.code}: {self.err}"
        value: dict[str, Any] = json.loads(self.out)
        return value

    @property
    def submission(self) -> dict[str, Any]:
        """The one submission of the report."""
        (one,) = self.report["submissions"]
        value: dict[str, Any] = one
        return value

    @property
    def verdict(self) -> str:
        return str(self.submission["verdict"])

    @property
    def roots(self) -> set[str]:
        """The requirements that fail by themselves."""
        return {
            r["id"]
            for r in self.submission["requirements"]
            if r["status"] == "failed" and r["count"] > 0
        }

    def requirement(self, identifier: str) -> dict[str, Any]:
        (one,) = (r for r in self.submission["requirements"] if r["id"] == identifier)
        value: dict[str, Any] = one
        return value

    def status(self, identifier: str) -> str:
        return str(self.requirement(identifier)["status"])

    def finding(self, identifier: str) -> dict[str, Any]:
        """The first finding of a requirement."""
        value: dict[str, Any] = self.requirement(identifier)["findings"][0]
        return value

    @property
    def trouble(self) -> str:
        """The one line of a command that could not be carried out."""
        assert self.code == 2, f"exit {self.code}: {self.err}{self.out[:500]}"
        (line,) = self.err.splitlines()
        assert line.startswith("tadp: ")
        assert line.isprintable()
        return line.removeprefix("tadp: ")


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def run(*words: object, stdin: bytes | None = None, terminal: bool = False) -> Ran:
    """Run ``tadp`` with ``words``, written out; ``stdin`` is what standard input holds."""
    out, err = Terminal() if terminal else io.StringIO(), io.StringIO()
    with _stdin(stdin), redirect_stdout(out), redirect_stderr(err):
        try:
            code = main([str(word) for word in words])
        except SystemExit as stop:  # as --help and --version end
            code = int(stop.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())


#: The time of the run, and the digest over that, in a raw report.
_CLOCK = re.compile(rb'(?<="run_at": ")[^"]*|(?<="digest": {\n  "sha256": ")[^"]*')


def without_clock(report: bytes) -> bytes:
    """Return a raw report without the time of its run, and without the digest over that."""
    return _CLOCK.sub(b"", report)


def check(*words: object, stdin: bytes | None = None) -> Ran:
    """Run ``tadp check --format json`` with ``words``."""
    return run("check", "--format", "json", *words, stdin=stdin)


@contextmanager
def _stdin(data: bytes | None) -> Iterator[None]:
    before = sys.stdin
    if data is not None:
        sys.stdin = io.TextIOWrapper(io.BytesIO(data))
    try:
        yield
    finally:
        sys.stdin = before


@contextmanager
def interruptible() -> Iterator[None]:
    """Let what is started meanwhile end at an interrupt.

    A shell has what it runs in the background, such as ``nohup pytest &``, ignore interrupts, and
    so would all that the tests start.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def load_checks() -> None:
    """Load every check: pytester forgets what its runs import, and each is registered once."""
    for module in MODULES:
        import_module(module)
