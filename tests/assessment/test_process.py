"""Processes of an implementation: their words, what they said last, and their end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import psutil
import pytest

from conformance.assessment import process as module
from conformance.assessment.process import Process, words_of
from conformance.errors import TadpError
from tests.running import PATIENCE


@contextmanager
def running(script: str) -> Iterator[Process]:
    process = Process([sys.executable, "-c", script], 1024, {"OURS": "1"})
    try:
        yield process
    finally:
        process.end()


def test_a_command_is_split_as_a_shell_splits_it() -> None:
    assert words_of("a 'b c' \"d\" e\\ f") == ["a", "b c", "d", "e f"]


def test_on_windows_a_backslash_is_a_part_of_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "sys", SimpleNamespace(platform="win32"))
    words = words_of(r"""C:\tools\X\receiver.exe "C:\Program Files\x" 'a b' #c""")
    assert words == [r"C:\tools\X\receiver.exe", r"C:\Program Files\x", "a b", "#c"]
    with pytest.raises(TadpError, match="cannot be read as a command"):
        words_of("'a")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("", ""),
        ("print(file=sys.stderr)", ""),
        ("print('one\\n two \\n \\n', file=sys.stderr)", ": two"),
        ("sys.stderr.buffer.write(b'a\\xffb')", ": a\ufffdb"),
        ("sys.stderr.write('x' * 17000)", ": " + "x" * 200),
        ("print('this is said on standard output')", ""),
    ],
)
def test_the_last_line_of_standard_error_is_what_it_said(script: str, said: str) -> None:
    with running(f"import sys; {script}") as process:
        assert process.wait(PATIENCE) == 0
        assert process.error_suffix() == said
        assert not process.has_thrown()
        assert process.excess == ""
        assert not process.leaves_children()


@pytest.mark.parametrize(
    ("sign", "thrown"),
    [
        ("Traceback (most recent call last):", True),
        ("Exception in thread main", True),
        ("thread 'main' panicked at src/main.rs", True),
        ("Traceback", False),
        ("Exception in the file", False),
    ],
)
def test_an_exception_on_standard_error_is_distinguished_from_a_remark(
    sign: str, thrown: bool
) -> None:
    with running(f"import sys; print({sign!r}, 'x' * 9000, file=sys.stderr)") as process:
        assert process.wait(PATIENCE) == 0
        assert process.has_thrown() is thrown


def test_an_exit_code_is_waited_for_as_long_as_reported_and_no_longer() -> None:
    with running("import sys; sys.exit(len(sys.stdin.read()))") as process:
        assert process.wait(0.05) is None
        assert process.wait(0) is None
        assert process.wait(-1) is None
        process.stdin.write(b"four")
        process.stdin.close()
        assert process.wait(PATIENCE) == 4


def test_its_environment_has_what_it_is_given_and_its_mark() -> None:
    script = "import os; print(os.environ['OURS'], len(os.environ['TADP_FAMILY']))"
    with running(script) as one, running(script) as other:
        assert one.stdout.read() == other.stdout.read() == b"1 32\n"


def test_it_is_ended_with_all_its_streams() -> None:
    with running("import sys; sys.stdin.read()") as process:
        pid = process._popen.pid
        assert psutil.pid_exists(pid)
    assert not psutil.pid_exists(pid)
    assert process.stdin.closed
    assert process.stdout.closed
    assert process._popen.stderr is not None
    assert process._popen.stderr.closed
    assert process.wait(0) == -9


def test_input_for_a_process_that_has_ended_raises_no_error() -> None:
    with running("") as process:
        assert process.wait(PATIENCE) == 0
        process.stdin.write(b"too late")
    assert process.stdin.closed


def test_a_command_that_cannot_be_started_is_named() -> None:
    with pytest.raises(TadpError) as caught:
        Process(["/no/such/thing", "x"], 10)
    assert str(caught.value) == "/no/such/thing: cannot be started: No such file or directory"
    with pytest.raises(TadpError) as caught:
        Process(["/", "x"], 10)
    assert str(caught.value) == "/: cannot be started: Permission denied"
