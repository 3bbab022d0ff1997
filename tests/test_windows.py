"""Behaviour that differs on Windows, as far as it can be tested on other systems."""

from __future__ import annotations

import errno
import os
import runpy
import signal
import sys
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from conformance import cli, staging
from conformance.desk import carrying, sole
from conformance.desk.operation import OPERATIONS
from conformance.errors import SubmissionError, TadpError
from conformance.submission import paths


@pytest.mark.parametrize("name", ["C:real.csv", "real.csv:stream", "a/nul:"])
def test_on_windows_a_colon_leaves_the_submission(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"real")
    assert paths.inside(tmp_path, name, "submission.json").read(9) == b"real"
    monkeypatch.setattr(paths, "sys", SimpleNamespace(platform="win32"))
    with pytest.raises(SubmissionError, match="is not a path that every system reads alike"):
        paths.inside(tmp_path, name, "submission.json")


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let another program have each file open for as many tries as the list has, on Windows."""
    tries: list[int] = []
    replace = Path.replace

    def refused(part: Path, path: Path) -> Path:
        if tries:
            tries.pop()
            raise PermissionError(errno.EACCES, "Access is denied", str(part), None, str(path))
        return replace(part, path)

    monkeypatch.setattr(Path, "replace", refused)
    monkeypatch.setattr(staging, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(staging.time, "sleep", lambda _: None)
    return tries


def test_on_windows_a_file_that_is_looked_at_for_a_moment_is_replaced_after_that(
    held: list[int], tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    held += [1, 1, 1]
    with staging.staged(path) as new:
        new.part.write_text("new")
        new.keep()
    assert (path.read_text(), [*tmp_path.iterdir()]) == ("new", [path])
    held += [1]
    staging.write_among(tmp_path, {"report.html": b"newer"})
    assert path.read_text() == "newer"


def test_on_windows_a_file_that_is_open_elsewhere_is_named_with_what_to_do(
    held: list[int], tmp_path: Path
) -> None:
    path = tmp_path / "report.csv"
    path.write_text("old")
    held += [1] * 100
    with pytest.raises(PermissionError) as caught, staging.staged(path) as new:
        new.keep()
    assert (caught.value.filename, path.read_text()) == (str(path), "old")
    assert caught.value.strerror == (
        "Access is denied: it may be open in another program, such as Excel; close it there"
    )


def test_on_other_systems_a_refusal_is_final(
    held: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "sys", SimpleNamespace(platform="linux"))
    held += [1]
    with pytest.raises(PermissionError), staging.staged(tmp_path / "a") as new:
        new.keep()
    assert held == []


def test_closing_its_console_on_windows_ends_a_command_as_a_request_to_end_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handlers: dict[int, object] = {}
    monkeypatch.setattr(signal, "SIGBREAK", 21, raising=False)
    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    monkeypatch.setattr("sys.argv", ["tadp", "explain", "6.1-3"])
    assert cli.main() == 0
    assert handlers == {signal.SIGTERM: cli._leave, 21: cli._leave}


@pytest.mark.parametrize("error", [None, errno.EACCES])
def test_on_windows_a_journal_is_locked_far_behind_its_lines(
    error: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked: list[tuple[int, ...]] = []

    def locking(number: int, *rest: int) -> None:
        locked.append((os.lseek(number, 0, os.SEEK_CUR), *rest))
        if error is not None:
            raise OSError(error, "Permission denied")

    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(LK_NBLCK=2, locking=locking))
    with monkeypatch.context() as windows:
        windows.setattr(sys, "platform", "win32")
        there = runpy.run_path(sole.__file__)
    refused = pytest.raises(TadpError, match="is the journal of another watch")
    with nullcontext() if error is None else refused, there["sole_use"](tmp_path / "journal"):
        (tmp_path / "journal").write_bytes(b"a line")
    assert locked == [(0x7FFF_FFFE, 2, 1)]


@pytest.mark.parametrize("separator", ["/", "\\"])
def test_a_message_of_a_desk_command_leaves_out_the_folders_of_a_request(separator: str) -> None:
    line = "tadp: wrote ../out/adt.csv, see ../apart/2/register.csv".replace("/", separator)
    said = carrying._note(line, OPERATIONS["make-adt"])
    assert said == "wrote adt.csv, see 2/register.csv".replace("/", separator)


def test_commands_of_the_desk_speak_utf_8_whatever_the_console_does() -> None:
    assert carrying._PROGRAM[1:4] == ("-I", "-X", "utf8")
