"""Every refusal of a test is in the recorded words: see ``tests/snapshots``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from conformance.errors import TadpError
from tests.snapshots.words import Line, assert_recorded, masked

_MADE = TadpError.__init__
#: Words of Python, which differ from version to version.
_OTHERS = re.compile(r"(?s)(?<=is not JSON: ).*|(?<=as an email message: ).*")

#: Tests of what Python's own reader makes of a message, and of what not every user may read.
_VARYING = ("test_a_malformed", "test_parts_within", "test_a_manifest_that_may_not_be_read")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """Compare what was refused in the test, unless its input differs in each run.

    Tests of an area assert the words themselves.
    """
    if pyfuncitem.path.parent != Path(__file__).parent:
        return (yield)
    home = str(pyfuncitem.funcargs.get("tmp_path", "no folder"))
    refused: list[Line] = []

    def recorded(self: TadpError, *words: Any, **more: Any) -> None:
        _MADE(self, *words, **more)
        text = _OTHERS.sub("...", str(self).replace(home, "here").removeprefix("here/"))
        refused.append((type(self).__name__, masked(text)))

    with mock.patch.object(TadpError, "__init__", recorded):
        done: None = yield
    if not (hasattr(pyfuncitem.obj, "hypothesis") or pyfuncitem.name.startswith(_VARYING)):
        assert_recorded(refused)
    return done
