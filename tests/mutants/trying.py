"""Trying a mutant: it is written into a copy of the tree, and tests that reach it are run there.

Each try is a fork of a process that has collected the tests (``served.py``), or, where what the
mutant changes is run before there is any test, of one that has loaded what they need besides
``conformance``. Tests that start processes see the mutant as well, as the copy comes first on
their path. The checkout is not touched.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Self

import pytest

from tests.mutants.child import FORKS, end, noted, run_tests, temporary
from tests.mutants.code import HOME, CodeMutant
from tests.mutants.reach import Reach
from tests.mutants.served import NOT_FOUND, Server

COPIED = ("conformance", "docs", "examples", "fixtures", "generators", "tests")
#: Seconds of tests that are run at first, and in all: the quickest, those of the package first.
FIRST, MOST = 3.0, 20.0
#: A try may take so many times of the processor what its tests take, and so many seconds besides.
FACTOR, GRACE = 3.0, 8.0
#: And so many times that on the clock: a machine that others use may have little time for it.
WAITED = 20.0


class Outcome(StrEnum):
    """The result of trying a mutant."""

    KILLED = "killed"
    #: It ran on, and was ended: killed, and counted apart.
    TIMED_OUT = "timed out"
    SURVIVED = "survived"


@contextlib.contextmanager
def copied_tree() -> Iterator[Path]:
    """A copy of the checkout that may be spoilt."""
    with tempfile.TemporaryDirectory(prefix="tadp-mutants-") as home:
        tree = Path(home) / "tree"
        tree.mkdir()
        for name in COPIED:
            shutil.copytree(HOME / name, tree / name)
        for path in HOME.iterdir():
            if path.is_file():
                shutil.copy2(path, tree)
        yield tree


class Trial:
    """Tries mutants in the tree, by what is known of the tests."""

    def __init__(self, reach: Reach, tree: Path) -> None:
        self._reach, self._tree = reach, tree
        #: Tests that failed.
        self.killers: set[str] = set()
        self._server = Server(tree, list(reach.seconds))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def try_mutant(self, mutant: CodeMutant) -> Outcome:
        """Run the tests that reach the mutant until one fails."""
        package = "/".join(Path(mutant.file).parts[1:-1])
        # Of a module outside any package, the tests beside the folders: all would take too long.
        mirror = f"tests/{package}/" if package else "tests/test_"
        reached = self._reach.tests(mutant.file, mutant.line, mirror)
        first, reached = _within(reached, FIRST, self._reach)
        rest, _ = _within(reached, MOST, self._reach)
        with _written(mutant, self._tree):
            for tests in (first, rest):
                outcome = self._run(tests, mutant) if tests else Outcome.SURVIVED
                if outcome is not Outcome.SURVIVED:
                    return outcome
        return Outcome.SURVIVED

    def fails_as_it_is(self) -> str:
        """The first of the tests that killed a mutant which fails without any, or nothing."""
        tests = sorted(self.killers & set(self._reach.seconds))
        noted(self._tree).unlink(missing_ok=True)
        failed = tests and _outcome(self._server.run(tests, self._limit(tests), WAITED))
        return self._failed() if failed is Outcome.KILLED else ""

    def _limit(self, tests: Sequence[str]) -> float:
        return GRACE + FACTOR * sum(map(self._reach.seconds.__getitem__, tests))

    def _run(self, tests: Sequence[str], mutant: CodeMutant) -> Outcome:
        seconds, code = self._limit(tests), NOT_FOUND
        noted(self._tree).unlink(missing_ok=True)
        if self._reach.is_settled(mutant.file, mutant.line):
            code = self._server.run(tests, seconds, WAITED, mutant)
        if code == NOT_FOUND:
            code = _run_alone(tests, seconds, self._tree)
        shutil.rmtree(temporary(self._tree), ignore_errors=True)
        self.killers |= {self._failed()} - {""}
        return _outcome(code)

    def _failed(self) -> str:
        path = noted(self._tree)
        return path.read_text("utf-8") if path.exists() else ""


def _within(tests: Sequence[str], seconds: float, reach: Reach) -> tuple[list[str], list[str]]:
    """As many of the tests as take this long, but one at least; and the others."""
    spent, chosen = 0.0, []
    for number, test in enumerate(tests):
        spent += reach.seconds[test]
        if number and spent > seconds:
            break
        chosen.append(test)
    return chosen, list(tests[len(chosen) :])


@contextlib.contextmanager
def _written(mutant: CodeMutant, tree: Path) -> Iterator[None]:
    """The mutant in its place, then the original; neither is compiled to what the other left."""
    path = tree / mutant.file
    original, stat = path.read_bytes(), path.stat()
    _forget_compiled(path)
    path.write_text(mutant.source, "utf-8")
    try:
        yield
    finally:
        path.write_bytes(original)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        _forget_compiled(path)


def _forget_compiled(path: Path) -> None:
    """Remove what Python compiled of a module, and pytest, which compiles its plugins itself."""
    compiled = Path(importlib.util.cache_from_source(str(path))).parent
    for each in compiled.glob(f"{path.stem}.*.pyc"):
        each.unlink()


def _run_alone(tests: Sequence[str], seconds: float, tree: Path) -> int | None:
    child = FORKS.Process(target=run_tests, args=(tests, tree, int(seconds)))
    child.start()
    child.join(WAITED * seconds)
    code = child.exitcode
    assert child.pid is not None
    end(child.pid)
    child.join()
    return code


def _outcome(code: int | None) -> Outcome:
    if code in (None, -signal.SIGXCPU):
        return Outcome.TIMED_OUT
    # Where none of the tests is there any more, nothing has been noticed.
    passed = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    return Outcome.SURVIVED if code in passed else Outcome.KILLED
