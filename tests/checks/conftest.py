"""What the checks say in a test is what was committed: see ``said.py``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.checks import said
from tests.checks.situation import CHECKED


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """Hold what was checked in the test, or keep it."""
    CHECKED.clear()
    done: None = yield
    if said.is_kept(pyfuncitem) and CHECKED:
        plugins = pyfuncitem.config.pluginmanager.get_plugins()
        writers = [one for one in plugins if type(one).__name__ == said.Writer.__name__]
        take = writers[0].take if writers else said.hold
        take(pyfuncitem, list(CHECKED))
    return done
