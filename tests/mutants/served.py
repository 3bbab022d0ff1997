"""A process that has collected all tests with the code as it is, and forks for each mutant.

In the fork, the function that is changed gets the code of the mutant. That is the same as
if the tests had been collected with the mutant, provided that neither an import nor a collection
runs the function: nothing can have kept what it returned (``Reach.is_settled``).
"""

from __future__ import annotations

import ast
import gc
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from inspect import CO_OPTIMIZED
from multiprocessing.connection import Connection
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from tests.mutants.child import FORKS, Noted, arguments, end, limit, prepare
from tests.mutants.code import CodeMutant
from tests.mutants.reach import outermost

#: The exit code of a fork that does not find the function.
NOT_FOUND = 99


class Server:
    """The process, seen from here."""

    def __init__(self, tree: Path, tests: Sequence[str]) -> None:
        self._tree = tree
        self._requests, theirs = FORKS.Pipe()
        self._process = FORKS.Process(target=_serve, args=(theirs, tree, tests))
        self._process.start()
        theirs.close()
        # It has collected the tests, before any mutant is in the tree.
        if gone := self._requests.recv():
            self.close()
            raise SystemExit(f"{gone[0]} is not there any more: --measure its folder again")

    def run(
        self, tests: Sequence[str], seconds: float, waited: float, mutant: CodeMutant | None = None
    ) -> int | None:
        """Return the exit code of the tests, or None if they take ``waited`` times ``seconds``."""
        change = mutant and (str(self._tree / mutant.file), mutant.source, mutant.line)
        self._requests.send((tests, seconds, change))
        child = self._requests.recv()
        in_time = self._requests.poll(waited * seconds)
        end(child)
        code: int = self._requests.recv()
        return code if in_time else None

    def close(self) -> None:
        """End the process."""
        self._requests.close()
        self._process.join()


def _serve(requests: Connection, tree: Path, tests: Sequence[str]) -> None:
    prepare(tree)
    own = os.getpid()
    code = pytest.main(arguments(tests, tree), plugins=[_Forking(requests, tree, tests)])
    if os.getpid() != own:
        os._exit(code)  # what is to be done at the end of the server is not to be done here


class _Forking:
    """As a plugin: instead of running the tests, it forks, and lets pytest run some there."""

    def __init__(self, requests: Connection, tree: Path, tests: Sequence[str]) -> None:
        self._requests, self._tree, self._tests = requests, tree, tests

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Return True, as all is done, when no more requests come; and None in a fork."""
        assert not session.testsfailed, "the tests cannot be collected"
        assert threading.active_count() == 1, "a fork would wait for threads that it does not have"
        items = {item.nodeid: item for item in session.items}
        gc.unfreeze()  # what is frozen is not found
        functions = [found for found in gc.get_objects() if isinstance(found, FunctionType)]
        gc.freeze()
        # A parameter may be a path, which is another one in this tree.
        there = {item.partition("[")[0] for item in items}
        self._requests.send([test for test in self._tests if test.partition("[")[0] not in there])
        while True:
            try:
                tests, seconds, change = self._requests.recv()
            except EOFError:
                return True
            child = os.fork()
            if not child:
                break
            self._requests.send(child)
            self._requests.send(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        self._requests.close()
        limit(self._tree, int(seconds))
        if change and not _swap(functions, *change):
            os._exit(NOT_FOUND)
        session.config.pluginmanager.register(Noted(self._tree))
        session.items[:] = [items[test] for test in tests if test in items]
        session.testscollected = len(session.items)
        return None


def _swap(functions: Sequence[FunctionType], path: str, source: str, line: int) -> bool:
    """Give the function around the line its code in the source; return False if there is none.

    Where the module is not loaded, there is nothing to do: the mutant is in the file.
    """
    function = outermost(ast.parse(source), line)
    if function is None:
        return False
    first = min(part.lineno for part in (function, *function.decorator_list))
    (code,) = [
        code
        for code in _codes(compile(source, path, "exec", dont_inherit=True))
        if (code.co_name, code.co_firstlineno) == (function.name, first)
        and code.co_flags & CO_OPTIMIZED
    ]
    here = (path, function.name, first)
    live = [
        found
        for found in functions
        if (c := found.__code__) and (c.co_filename, c.co_name, c.co_firstlineno) == here
    ]
    if any(found.__code__.co_freevars != code.co_freevars for found in live):
        return False
    for found in live:
        found.__code__ = code
    loaded = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return bool(live) or path not in loaded


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)
