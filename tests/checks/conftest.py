"""Everything that a check says in a test is in the recorded words: see ``tests/snapshots``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.checks.situation import CHECKED
from tests.snapshots.words import assert_recorded, lines_of_check


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call() -> Iterator[None]:
    """Compare what was checked in the test."""
    CHECKED.clear()
    done: None = yield
    assert_recorded(line for checked in CHECKED for line in lines_of_check(checked))
    return done
