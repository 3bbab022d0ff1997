"""The time and memory of a process are measured, not those of its parent."""

from __future__ import annotations

import sys

from tests.hostile.child import left

SIZE = 300 << 20


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_the_memory_is_that_of_the_process_and_not_of_its_starter() -> None:
    here = bytearray(b"x") * SIZE
    assert left(python("pass")).peak < SIZE
    assert left(python(f"bytearray(b'x') * {SIZE}")).peak > SIZE
    assert len(here) == SIZE


def test_the_output_and_the_exit_code_of_a_process_come_back() -> None:
    ended = left(python("import sys; print('out'); sys.exit('err')"))
    assert (ended.code, ended.out, ended.err) == (1, "out\n", "err\n")
    assert 0 < ended.seconds < 60


def test_a_process_that_is_killed_says_by_what() -> None:
    assert left(python("import os; os.kill(os.getpid(), 9)")).code == -9
