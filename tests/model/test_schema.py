"""What a schema, or TOML itself, does not allow is told on one line."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from conformance.errors import ModelError
from conformance.model.loading import MAXIMUM_DOTS, parse_toml
from conformance.model.schema import printable, problem, validator


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


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "a...fg"),
        ("abcdefgh", 7, "ab...gh"),
        ("a\tb\u2028c\x7f", 10, "a b c "),
        ("\u00e9\u20ac", 10, "\u00e9\u20ac"),
        ("", 3, ""),
    ],
)
def test_what_is_printed_has_a_width(text: str, width: int, shown: str) -> None:
    assert printable(text, width) == shown


def test_the_first_thing_that_is_not_allowed_is_told_with_its_path() -> None:
    table = {"edition": [{"id": "a", "title": "t", "summary": "s"}, {"id": "b", "title": 1}]}
    found = problem("editions", table)
    assert found is not None
    assert found.path[:2] == ("edition", 1)
    assert str(found) == f"{'.'.join(map(str, found.path))}: {found.message}"
    assert problem("editions", {"edition": table["edition"][:1]}) is None
    found = problem("editions", {})
    assert (found and str(found)) == '"edition" is a required property'


def test_dates_are_held_to_their_format() -> None:
    edition = {"id": "a", "title": "t", "summary": "s", "in_force": "2023-02-29"}
    found = problem("editions", {"edition": [edition]})
    assert found is not None
    assert found.path == ("edition", 0, "in_force")
    assert problem("editions", {"edition": [{**edition, "in_force": "2024-02-29"}]}) is None


def test_a_validator_is_made_once() -> None:
    assert validator("editions") is validator("editions")


def test_values_that_no_json_is_are_told_on_one_line() -> None:
    for value in ({"edition": {1, 2}}, {"edition": date(2025, 6, 2)}, {1: 2}):
        found = problem("editions", value)
        assert found is not None
        assert found.path == ()
        assert found.message not in ("", "None")
        assert "\n" not in found.message
