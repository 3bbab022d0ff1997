"""Trying a mutant: it is written into a copy of the tree, and tests that reach it are run there.

Each try is a fork of a server that has loaded what the tests need besides ``conformance``, so
most take about a second. Tests that start processes see the mutant as well, as the copy comes
first on their path. The checkout is not touched.
"""

from __future__ import annotations

import contextlib
import importlib.util
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path

import pytest

from tests.mutants.code import HOME, CodeMutant
from tests.mutants.reach import Reach

#: Loaded before the fork.
LOADED = [
    "tests.mutants.trying", "cryptography.x509",
    "cryptography.hazmat.primitives.asymmetric.rsa", "cryptography.hazmat.primitives.serialization",
    "hypothesis.strategies", "jinja2", "jsonschema", "jsonschema_rs", "openpyxl", "psutil", "re2",
    "rich.progress", "xml.dom.minidom",
]  # fmt: skip
COPIED = ("conformance", "docs", "examples", "fixtures", "generators", "tests")
#: Seconds of tests that are run at first, and in all: the quickest, those of the package first.
FIRST, MOST = 3.0, 20.0
#: A try may take this many times what its tests take, and this long besides.
FACTOR, GRACE = 4.0, 15.0
MEMORY = 4 << 30


FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(LOADED)


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


def try_mutant(mutant: CodeMutant, reach: Reach, tree: Path) -> Outcome:
    """Run the tests that reach the mutant until one fails."""
    package = "/".join(Path(mutant.file).parts[1:-1])
    # Of a module outside any package, the tests beside the folders: all would take too long.
    mirror = f"tests/{package}/" if package else "tests/test_"
    reached = reach.tests(mutant.file, mutant.line, mirror)
    first, reached = _within(reached, FIRST, reach)
    rest, _ = _within(reached, MOST, reach)
    with _written(mutant, tree):
        for tests in (first, rest):
            outcome = _run(tests, reach, tree) if tests else Outcome.SURVIVED
            if outcome is not Outcome.SURVIVED:
                return outcome
    return Outcome.SURVIVED


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


def _run(tests: Sequence[str], reach: Reach, tree: Path) -> Outcome:
    seconds = sum(map(reach.seconds.__getitem__, tests))
    child = FORKS.Process(target=_in_child, args=(tests, tree))
    child.start()
    child.join(GRACE + FACTOR * seconds)
    code = child.exitcode
    assert child.pid is not None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)  # and all that it has left
    child.join()
    if code is None:
        return Outcome.TIMED_OUT
    # Where none of the tests is there any more, nothing has been noticed.
    passed = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    return Outcome.SURVIVED if code in passed else Outcome.KILLED


def _in_child(tests: Sequence[str], tree: Path) -> None:
    os.setsid()
    # The hard limit stays, for a browser takes more of addresses alone.
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, most))
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    for name in list(sys.modules):
        if name.split(".")[0] in ("tests", "conformance", "generators"):
            del sys.modules[name]
    sys.path.insert(0, str(tree))
    os.environ["PYTHONPATH"] = str(tree)
    os.chdir(tree)
    files = list(dict.fromkeys(test.split("::")[0] for test in tests))
    options = [
        "--rootdir",
        str(tree),
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "--basetemp",
        str(tree.parent / "tmp"),
    ]
    options += ["-W", "ignore:Module already imported"]  # what was loaded before the fork
    sys.exit(pytest.main([*options, *files], plugins=[_Chosen(tests)]))


class _Chosen:
    """Runs these tests alone, in this order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._order = {test: number for number, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self._order),
            key=lambda item: self._order[item.nodeid],
        )
