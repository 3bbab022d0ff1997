"""Every process that a command has started is found and ended."""

from __future__ import annotations

import secrets
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import psutil
import pytest

from conformance.assessment import process_tree as module
from conformance.assessment.process_tree import MARK, ProcessTree

#: A shell that starts a sleeper in some way, prints its number, and waits for its input to end.
SCRIPT = "{} sh -c 'echo $$ > {}; exec sleep 600' </dev/null >/dev/null 2>&1 & cat"
WAYS = ["", "setsid", "env -i PATH=/usr/bin:/bin setsid"]


class Started:
    """A shell, its process tree, and the sleeper that it has started."""

    def __init__(self, way: str, file: Path) -> None:
        # Tests that run beside this one must not take it for theirs.
        mark = secrets.token_hex(16)
        self.shell = subprocess.Popen(
            ["sh", "-c", SCRIPT.format(way, file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={MARK: mark, "PATH": "/usr/bin:/bin"},
            start_new_session=True,
        )
        while not (file.exists() and file.read_text().endswith("\n")):
            time.sleep(0.01)
        self.sleeper = psutil.Process(int(file.read_text()))
        self.tree = ProcessTree(self.shell.pid, mark, 64)

    def leave(self) -> None:
        """End the shell, and leave the sleeper an orphan."""
        self.shell.communicate()


@pytest.fixture(params=WAYS)
def started(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Started]:
    one = Started(request.param, tmp_path / "pid")
    yield one
    one.leave()
    if one.sleeper.is_running():
        one.sleeper.kill()


def is_over(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_process_that_was_seen_is_known_as_an_orphan_too_and_is_ended(started: Started) -> None:
    assert started.tree.lives()
    started.leave()
    assert started.tree.lives()
    started.tree.end()
    assert is_over(started.sleeper)
    assert not started.tree.lives()


@pytest.mark.parametrize("way", WAYS[:2])
def test_an_orphan_is_found_that_was_never_seen(way: str, tmp_path: Path) -> None:
    started = Started(way, tmp_path / "pid")
    started.leave()
    assert started.tree.lives()
    started.tree.end()
    assert is_over(started.sleeper)


def test_one_that_has_ended_meanwhile_does_not_keep_the_others_from_being_ended() -> None:
    ended: list[str] = []

    def gone() -> None:
        raise psutil.NoSuchProcess(1)

    processes = [SimpleNamespace(kill=gone), SimpleNamespace(kill=lambda: ended.append("other"))]
    module._kill(cast("list[psutil.Process]", processes))
    assert ended == ["other"]


def test_no_one_else_is_harmed(started: Started) -> None:
    other = ProcessTree(started.shell.pid + (1 << 22), "another mark", 64)
    assert not other.lives()
    other.end()
    assert not is_over(started.sleeper)


def test_without_groups_the_mark_and_the_parents_have_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.delattr(module.os, "killpg")
    monkeypatch.delattr(module.os, "getpgid")
    started = Started("", tmp_path / "pid")
    assert started.tree.lives()
    started.tree.end()
    started.leave()
    # Without groups they are killed one by one: a shell whose child is killed first may say so
    # (128 + 9) before it is killed itself.
    assert started.shell.returncode in (-9, 128 + 9)
    assert is_over(started.sleeper)


@dataclass(frozen=True)
class Numbered:
    """A process as far as it is recognised by its number."""

    pid: int


def test_a_number_that_was_a_parents_before_makes_no_family(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # 30 was started by an earlier process 20, 40 by the one there is.
    table = [(10, 5.0, 1), (20, 6.0, 10), (30, 4.0, 20), (40, 6.0, 20), (50, 7.0, 30)]
    seen = [module._Seen(Numbered(pid), at, parent, pid, "") for pid, at, parent in table]
    monkeypatch.setattr(module, "_look", lambda: seen)
    tree = ProcessTree(10, "mark", 64)
    assert tree.lives()
    assert {process.pid for process in tree._known} == {10, 20, 40}
