"""Fixtures that several tests of commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from conformance.commands import progress


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str, int]]:
    """The bars that are shown on a terminal: how much of what, and how much was done."""
    shown: list[tuple[int, str, int]] = []

    @contextmanager
    def fake(total: int, what: str) -> Iterator[Callable[[int], None]]:
        counts: list[int] = []
        yield counts.append
        shown.append((total, what, sum(counts)))

    monkeypatch.setattr(progress, "bar", fake)
    return shown
