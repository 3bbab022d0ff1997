"""What the checks say in a test is what was committed: see ``said.py``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.checks.said import BOOK, exempted, said
from tests.checks.situation import CHECKED


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """Hold what was checked in the test."""
    CHECKED.clear()
    done: None = yield
    if BOOK.keeps(pyfuncitem):
        BOOK.hold(pyfuncitem, said(CHECKED), exempted(CHECKED))
    return done
