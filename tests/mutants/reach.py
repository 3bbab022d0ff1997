"""Which tests reach which line of ``conformance``, and how long each takes: measured once.

As a pytest plugin (``-p tests.mutants.reach``) under coverage, it makes each test a context.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import coverage
import pytest

from tests.mutants.code import HOME

#: Tests that judge the source rather than what it does, that try mutants, or that take minutes.
UNFIT = ("project", "mutants", "bench")
#: Runs of tests at a time.
PROCESSES = 2
#: Seconds that a test may take and still be among the first.
MOMENT = 3.0
CONFIGURATION = (
    "[run]\nparallel = true\nsource_pkgs = conformance\nrelative_files = true\ndata_file = {}\n"
)


class Reach:
    """Measurements, kept in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._data = coverage.CoverageData(str(folder / "reach"))
        self._data.read()
        self.seconds: dict[str, float] = _read(folder / "seconds.json")
        self._digests: dict[str, str] = _read(folder / "digests.json")
        self._lines: dict[str, dict[int, list[str]]] = {}
        self._called: dict[str, set[int]] = {}

    def is_settled(self, file: str, line: int) -> bool:
        """Return True if neither an import nor a collection runs the function around the line."""
        function = outermost(ast.parse((HOME / file).read_bytes()), line)
        if function is None or line < function.body[0].lineno or self._has_changed(file):
            return False
        contexts = self._contexts(file)
        body = range(function.body[0].lineno, (function.end_lineno or 0) + 1)
        return not any("" in contexts.get(number, []) for number in body)

    def _contexts(self, file: str) -> dict[int, list[str]]:
        if file not in self._lines:
            self._lines[file] = self._data.contexts_by_lineno(file)
        return self._lines[file]

    def _has_changed(self, file: str) -> bool:
        return self._digests.get(file) != _digest(HOME / file)

    def tests(self, file: str, line: int, mirror: str) -> list[str]:
        """The tests that reach the line: those in the folder ``mirror`` first, the quick first.

        A line that is run by the import belongs to no test, or to the one that happened to import
        it; so does one that is run in other processes only, and where the file has changed since,
        lines are others. There, the tests that reach any function of the file come next, and then
        all of ``mirror``. What takes more than a moment comes last.
        """
        contexts, changed = self._contexts(file), self._has_changed(file)
        if file not in self._called:
            self._called[file] = _called(HOME / file)
        called = self._called[file]
        sure = line in called and not changed
        own = {t for t in contexts.get(line, []) if t in self.seconds} if sure else set()
        wide = {
            test
            for number, tests in contexts.items()
            if changed or number in called
            for test in tests
            if test in self.seconds
        }
        reached = set(own)
        if not own or "" in contexts.get(line, []):
            reached |= wide | {test for test in self.seconds if test.startswith(mirror)}

        def rank(test: str) -> tuple[bool, bool, bool, float]:
            near, seconds = test.startswith(mirror), self.seconds[test]
            slow = seconds >= MOMENT
            return slow or test not in own, slow or test not in wide, not near, seconds

        return sorted(reached, key=rank)


def outermost(tree: ast.Module, line: int) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The function in which a line is, decorators and all, or that which holds this one."""
    for node in ast.walk(tree):  # from the outside to the inside
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min(part.lineno for part in (node, *node.decorator_list))
            if first <= line <= (node.end_lineno or 0):
                return node
    return None


def _called(path: Path) -> set[int]:
    """The lines of a module that are run when a function is called, and not by the import."""
    found: set[int] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for statement in node.body:
                found |= set(range(statement.lineno, (statement.end_lineno or 0) + 1))
    return found


def measure(tree: Path, folder: Path, tests: Sequence[str] = ()) -> Reach:
    """Run the tests of ``tree`` under coverage, all of them or some again."""
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "coverage.ini"
    configuration.write_text(CONFIGURATION.format(folder / "reach"), "utf-8")
    beside = [f"tests/{path.name}" for path in sorted((tree / "tests").glob("test_*.py"))]
    folders = {path.parent.name for path in tree.glob("tests/*/test_*.py")}.difference(UNFIT)
    every = [*([f"tests/{folder}"] for folder in sorted(folders)), beside]
    chosen = [[test] for test in tests] or every
    command = [sys.executable, "-m", "coverage", "run", f"--rcfile={configuration}", "-m", "pytest"]
    options = ["-q", "-p", "no:cacheprovider", "-p", "tests.mutants.reach"]

    def run(together: Sequence[str]) -> None:
        ended = subprocess.run(
            [*command, *options, *together],
            cwd=tree,
            env={**os.environ, "PYTHONPATH": str(tree), "TADP_REACH": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode:
            failed = ended.stdout[-2000:]
            print(f"the tests do not pass as they are: {together}\n{failed}", flush=True)

    with ThreadPoolExecutor(PROCESSES) as pool:  # each by itself, so one that fails spoils no other
        list(pool.map(run, chosen))
    combined = coverage.Coverage(config_file=str(configuration))
    if tests and (folder / "reach").exists():
        combined.load()
    combined.combine([str(folder)], keep=False)
    combined.save()
    kept = bool(tests)
    known = _read(folder / "seconds.json") if kept else {}
    for part in folder.glob("seconds.*.json"):
        known |= _read(part)
        part.unlink()
    (folder / "seconds.json").write_text(json.dumps(known), "utf-8")
    digests = {p.relative_to(tree).as_posix(): _digest(p) for p in tree.glob("conformance/**/*.py")}
    digests |= _read(folder / "digests.json") if kept else {}
    (folder / "digests.json").write_text(json.dumps(digests), "utf-8")
    return Reach(folder)


def _read(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return value


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


_SECONDS: dict[str, float] = {}


def _used() -> float:
    """Seconds of the processor, by this process and those that it started, as a machine is busy."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Make the test the context of the lines that it runs."""
    current = coverage.Coverage.current()
    if current is not None:
        current.switch_context(item.nodeid)
    start, failed = _used(), item.session.testsfailed
    result: None = yield
    if item.session.testsfailed == failed:  # one that fails as it is would kill every mutant
        _SECONDS[item.nodeid] = _used() - start
    if current is not None:
        current.switch_context("")
    return result


def pytest_unconfigure() -> None:
    """Leave the durations."""
    if folder := os.environ.get("TADP_REACH"):
        text = json.dumps(_SECONDS)
        Path(folder, f"seconds.{os.getpid()}.json").write_text(text, "utf-8")
