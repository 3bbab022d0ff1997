"""When a watched folder is looked at again."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.desk.waking import Waker

#: Seconds that no test waits for, on any machine.
LONG = 600.0


def test_the_time_passes() -> None:
    begun = time.monotonic()
    Waker(Path()).wait(0.01)
    assert time.monotonic() - begun >= 0.01


def test_a_change_ends_the_wait(tmp_path: Path) -> None:
    pytest.importorskip("watchfiles")
    waker = Waker(tmp_path)
    # Again and again, as no one knows when the system begins to listen.
    files = (tmp_path / str(number) for number in range(10**6))
    change = _Repeated(lambda: next(files).touch())
    change.start()
    begun = time.monotonic()
    waker.wait(LONG)
    change.stop()
    assert time.monotonic() - begun < LONG


class _Repeated:
    def __init__(self, act: Any) -> None:
        self._act = act
        self._on = True

    def start(self) -> None:
        if self._on:
            self._act()
            timer = Timer(0.05, self.start)
            timer.daemon = True
            timer.start()

    def stop(self) -> None:
        self._on = False


def test_it_listens_to_the_folder_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def watch(root: Path, **_: Any) -> Iterator[set[str]]:
        made.append(root)
        while True:
            yield {"a change"}

    monkeypatch.setitem(sys.modules, "watchfiles", SimpleNamespace(watch=watch))
    root = tmp_path / "in"
    waker = Waker(root)
    waker.wait(0.01)
    assert made == [], "there is no folder, and the time passes"
    root.mkdir()
    waker.wait(LONG), waker.wait(LONG)
    assert len(made) == 1
    root.rename(tmp_path / "aside")
    root.mkdir()
    waker.wait(LONG)
    assert len(made) == 2


def test_without_watchfiles_or_where_it_fails_the_time_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> Iterator[Any]:
        raise OSError("no space left on device")

    begun = time.monotonic()
    monkeypatch.setitem(sys.modules, "watchfiles", SimpleNamespace(watch=fails))
    Waker(tmp_path).wait(0.01)
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    Waker(tmp_path).wait(0.01)
    assert time.monotonic() - begun >= 0.02
