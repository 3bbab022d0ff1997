"""What a schema, or TOML itself, does not allow is told on one line."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from conformance.errors import ModelError
from conformance.model.loading import MAXIMUM_DOTS, parse_toml
from conformance.model.schema import printable, problem


def nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"edition": "\ud800"}, "has half a character, which is no text"),
        ({"edition": nested(300)}, "is nested too deeply"),
        ({"edition": date(2025, 6, 2)}, "date"),
        ([], "[] is not of type \"object\""),
    ],
)  # fmt: skip
def test_what_is_no_json_is_told(value: Any, message: str) -> None:
    found = problem("submission", value)
    assert found is not None
    assert found.path == ()
    assert message in str(found)


def test_a_line_of_toml_has_so_many_dots_and_no_more() -> None:
    key = ".".join("a" * (MAXIMUM_DOTS + 1))
    assert parse_toml(f"# {'.' * MAXIMUM_DOTS}\n#.\nx = 1".encode(), "x.toml") == {"x": 1}
    with pytest.raises(ModelError) as raised:
        parse_toml(f"y = 1\n{key}.a = 1\n".encode(), "x.toml")
    assert str(raised.value) == "x.toml: has more than 400 dots in one line"


def test_a_long_message_is_cut_in_the_middle() -> None:
    assert printable("a\n\x1b[31mb") == "a  [31mb"
    assert printable("x" * 200) == "x" * 200
    assert printable("a" * 150 + "b" * 51) == "a" * 98 + "..." + "a" * 48 + "b" * 51
    assert printable("abcdefgh", 6) == "a...gh"
