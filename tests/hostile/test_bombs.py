"""Inputs made to exhaust their reader: a clear word, in bounded memory and little time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.bombs import BOMBS, FULL
from tests.hostile.child import tadp
from tests.sampling import one_in

#: Bytes of memory that any input may take, the interpreter and its libraries included. A file
#: itself takes none; what is read whole is bounded.
MOST = 400 << 20
#: Seconds of processor time: a hang, even on a slow machine.
HANG = 300.0


def put(name: str, folder: Path, size: int) -> None:
    words, said = BOMBS[name](folder, size)
    left = tadp(*words)
    assert left.code in (0, 1, 2), f"exit {left.code}: {left.err[:500]}"
    assert said in " ".join((left.out + left.err).split())  # as it is wrapped
    assert "Traceback" not in left.err
    assert "out of memory" not in left.err
    assert left.peak < MOST, f"{left.peak >> 20} MiB"
    assert left.seconds < HANG
    print(f"{name}: {left.seconds:.2f} s, {left.peak >> 20} MiB")


@pytest.mark.parametrize("name", one_in(2, sorted(BOMBS)))
def test_small_ones(name: str, tmp_path: Path) -> None:
    put(name, tmp_path, 1)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(BOMBS))
def test_large_ones(name: str, tmp_path: Path) -> None:
    put(name, tmp_path, FULL)
