"""What is read and refused in a test is what was committed: see ``said.py``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from conformance.errors import TadpError
from tests.submission.said import BOOK, SEEN, keeps, said

_MADE = TadpError.__init__


def _recorded(self: TadpError, *words: Any, **more: Any) -> None:
    _MADE(self, *words, **more)
    SEEN.append(f"{type(self).__name__}: {self}")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """Hold what was read and refused in the test."""
    SEEN.clear()
    with mock.patch.object(TadpError, "__init__", _recorded):
        done: None = yield
    if keeps(pyfuncitem):
        BOOK.hold(pyfuncitem, said(str(pyfuncitem.funcargs.get("tmp_path", ""))))
    return done
