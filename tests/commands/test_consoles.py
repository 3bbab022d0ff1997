"""The output of the commands, with its colours, is as it was read and recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.snapshots.consoles import Console, consoles, replayed


@pytest.mark.parametrize("console", consoles(Path(__file__).parent), ids=lambda one: one.name)
def test_a_console_shows_what_it_showed(console: Console) -> None:
    assert replayed(console).splitlines() == console.text.splitlines()
