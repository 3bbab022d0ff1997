"""Both engines: the same ends of runs, the same texts, the same word on what is not a pattern."""

from __future__ import annotations

import re

import pytest

from conformance.errors import ModelError
from conformance.records.engine import Engine, run_end, search, whole


@pytest.mark.parametrize("engine", Engine)
def test_a_run_ends_before_the_first_record_that_does_not_match(engine: Engine) -> None:
    end = run_end(b"a+", engine, b"\n")
    assert end(b"a\naa\nb\na\n", 0, 9) == 5
    assert end(b"a\naa\nb\na\n", 2, 9) == 5
    assert end(b"a\naa\nb\na\n", 2, 4) == 2
    assert end(b"a\naa\nb\na\n", 5, 9) == 5
    assert end(b"a\naa\nb\n", 0, 4) == 2
    assert end(b"b\n", 0, 2) == 0
    assert end(b"", 0, 0) == 0


@pytest.mark.parametrize("engine", Engine)
def test_a_byte_is_a_character_of_a_record(engine: Engine) -> None:
    end = run_end(b"(?:a|\\xe9)+", engine, b"\n")
    assert end(b"a\naa\nb\n", 0, 7) == 5
    assert end(b"a\naa\nb\n", 2, 7) == 5
    assert end(b"a\naa\nb\n", 0, 4) == 2
    assert end(b"b\n", 0, 2) == 0
    assert end(b"\xe9\n\xc3\n", 0, 4) == 2


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize(
    ("pattern", "taken", "refused"),
    [
        ("a|ab|\u00e9+", ("ab", "\u00e9\u00e9"), ("abc", "xab", "ab\n")),
        ("[a-z\u00e9]+", ("ab", "\u00e9"), ("ab1", "", "a\n")),
    ],
)
def test_a_pattern_is_for_the_whole_text(
    engine: Engine, pattern: str, taken: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    takes = whole(pattern, engine)
    assert [takes(text) for text in taken] == [True] * len(taken)
    assert [takes(text) for text in refused] == [False] * len(refused)


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize("pattern", ["(", "broken("])
def test_a_broken_pattern_is_named_and_nothing_else_is_said(
    engine: Engine, pattern: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ModelError) as caught:
        whole(pattern, engine)
    assert caught.value.where == pattern
    assert re.fullmatch(r"not a regular expression: [a-z][a-z ,0-9():]+", caught.value.what)
    with pytest.raises(ModelError, match="not a regular expression") as raised:
        search(pattern)
    assert pattern in str(raised.value)
    assert capfd.readouterr() == ("", "")


def test_a_search_that_is_not_one_is_reported_in_short() -> None:
    assert search("b+").search("abb") is not None
    assert search("b+").search("a") is None
    with pytest.raises(ModelError) as caught:
        search("(" * 100)
    assert caught.value.where == "(" * 80
    assert caught.value.what.startswith("not a regular expression: ")
    assert not caught.value.what.endswith("None")
