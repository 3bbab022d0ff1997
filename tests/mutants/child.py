"""Running tests of the copied tree in a process of their own, which is forked with much loaded."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

#: Loaded before the fork.
LOADED = [
    "tests.mutants.trying", "cryptography.x509",
    "cryptography.hazmat.primitives.asymmetric.rsa", "cryptography.hazmat.primitives.serialization",
    "hypothesis.strategies", "jinja2", "jsonschema", "jsonschema_rs", "openpyxl", "psutil", "re2",
    "rich.progress", "xml.dom.minidom",
]  # fmt: skip
MEMORY = 4 << 30
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(LOADED)


def run_tests(tests: Sequence[str], tree: Path, seconds: int) -> None:
    """Run these tests in this order until one fails, as a process that ends with pytest's code."""
    prepare(tree)
    limit(tree, seconds)
    sys.exit(pytest.main(arguments(tests, tree), plugins=[Chosen(tests), Noted(tree)]))


def arguments(tests: Sequence[str], tree: Path) -> list[str]:
    """The words for pytest to collect the files of the tests."""
    options = ["--rootdir", str(tree), "-x", "-q", "-p", "no:cacheprovider"]
    options += ["--basetemp", str(tree.parent / "tmp")]
    options += ["-W", "ignore:Module already imported"]  # what was loaded before the fork
    return [*options, *dict.fromkeys(test.split("::")[0] for test in tests)]


def prepare(tree: Path) -> None:
    """Make this process one that has only the tree, and says nothing."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    for name in list(sys.modules):
        if name.split(".")[0] in ("tests", "conformance", "generators"):
            del sys.modules[name]
    sys.path.insert(0, str(tree))
    os.environ["PYTHONPATH"] = str(tree)
    os.chdir(tree)


def limit(tree: Path, seconds: int) -> None:
    """Let this process and its children use so much, so that it ends even if no one stops it."""
    os.setsid()
    # The hard limit stays, for a browser takes more of addresses alone.
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, most))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    # Data that one mutant makes for all tests of a run (tests/shared.py) is not for the next.
    os.environ.pop("TADP_TESTS_SHARED", None)
    os.environ["TMPDIR"] = tempfile.tempdir = str(temporary(tree))
    temporary(tree).mkdir(exist_ok=True)


def temporary(tree: Path) -> Path:
    """The folder for what a try leaves, which goes after it."""
    return tree.parent / "left"


def end(child: int) -> None:
    """End a process that was limited, and all that it has left."""
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)


class Chosen:
    """Runs these tests alone, in this order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._order = {test: number for number, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out the others."""
        items[:] = sorted(
            (item for item in items if item.nodeid in self._order),
            key=lambda item: self._order[item.nodeid],
        )


class Noted:
    """Notes which test failed."""

    def __init__(self, tree: Path) -> None:
        self._path = noted(tree)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write its name down."""
        if report.failed:
            self._path.write_text(report.nodeid, "utf-8")


def noted(tree: Path) -> Path:
    """Where the name of the test that failed is."""
    return tree.parent / "failed"
