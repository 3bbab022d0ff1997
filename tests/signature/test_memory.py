"""Values made from bytes are cached, within bounds."""

from __future__ import annotations

from conformance.signature.memory import LARGEST, MOST, cached


def _counting() -> tuple[list[tuple[bytes, ...]], object]:
    """Return a list of the calls, and a cached function."""
    asked: list[tuple[bytes, ...]] = []

    @cached
    def joined(*data: bytes) -> bytes:
        """All of it."""
        asked.append(data)
        return b"".join(data)

    assert (joined.__name__, joined.__doc__) == ("joined", "All of it.")
    return asked, joined


def test_the_same_is_made_once() -> None:
    asked, joined = _counting()
    assert callable(joined)
    for _ in range(3):
        assert joined(b"a", b"b") == b"ab"
        assert joined(b"ab") == b"ab"
    assert asked == [(b"a", b"b"), (b"ab",)]


def test_values_above_the_limit_are_not_cached() -> None:
    asked, joined = _counting()
    assert callable(joined)
    assert LARGEST == 8 * 1024
    half = bytes(LARGEST // 2)
    for _ in range(2):
        assert joined(half, half) == bytes(LARGEST)
    assert len(asked) == 1
    for _ in range(2):
        assert joined(half, half, b"x") == bytes(LARGEST) + b"x"
    assert len(asked) == 3


def test_so_many_are_remembered() -> None:
    asked, joined = _counting()
    assert callable(joined)
    assert MOST == 512
    for number in (*range(MOST), 0):
        joined(b"%d" % number)
    assert len(asked) == MOST
    joined(b"one more")
    joined(b"0")
    assert len(asked) == MOST + 1
    joined(b"1")  # which had not been asked for the longest time
    assert len(asked) == MOST + 2
