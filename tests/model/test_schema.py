"""Entries that a schema, or TOML itself, does not allow are reported on one line."""

from __future__ import annotations

from datetime import date
from typing import Any
from unittest.mock import patch

import pytest

from conformance.errors import ModelError
from conformance.model.json_text import parse_json
from conformance.model.loading import MAXIMUM_DOTS, parse_toml
from conformance.model.problem import ENOUGH, Problem, printable
from conformance.model.schema import problems, validator


def nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"edition": "\ud800"}, "has half a character, which is not text"),
        ({"edition": nested(300)}, "is nested too deeply"),
        ({"edition": date(2025, 6, 2)}, "has a value that no entry can have"),
        ([], "a list cannot be used here"),
    ],
)  # fmt: skip
def test_invalid_json_is_reported(value: Any, message: str) -> None:
    (found,) = problems("submission", value)
    assert (found.path, found.what) == ((), message)


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
def test_a_printed_text_is_shortened_to_its_width(text: str, width: int, shown: str) -> None:
    assert printable(text, width) == shown


def test_an_entry_that_is_not_allowed_is_reported_with_its_path() -> None:
    table = {"edition": [{"id": "a", "title": "t", "summary": "s"}, {"id": "b", "title": 1}]}
    assert problems("editions", {"edition": table["edition"][:1]}) == []
    found = problems("editions", table)
    assert [one.line(table) for one in found] == [
        "edition.b.summary: is missing (write text in quotes)",
        "edition.b.title: 1 cannot be used here (write text in quotes)",
    ]
    assert problems("editions", {}) == [
        Problem(("edition",), "is missing", "write a list in brackets")
    ]


def test_dates_are_compared_with_their_format() -> None:
    edition = {"id": "a", "title": "t", "summary": "s", "in_force": "2023-02-29"}
    (found,) = problems("editions", {"edition": [edition]})
    assert found.path == ("edition", 0, "in_force")
    assert problems("editions", {"edition": [{**edition, "in_force": "2024-02-29"}]}) == []


def test_a_validator_is_made_once() -> None:
    assert validator("editions") is validator("editions")


def test_values_that_no_json_has_are_reported() -> None:
    for value in ({"edition": {1, 2}}, {"edition": date(2025, 6, 2)}, {1: 2}):
        assert problems("editions", value) == [Problem((), "has a value that no entry can have")]


def test_of_very_many_errors_the_first_are_worded() -> None:
    """However many entries one error is about, as near names of each take a while."""
    many = {f"entry{number}": 1 for number in range(100_000)}
    for value in (many, {**many, "delivery": many}):
        *first, last = problems("submission", value)
        assert len(first) == ENOUGH
        assert last == Problem((), "has more errors than are listed", "fix these first")


def test_the_last_of_very_many_errors_is_not_followed_by_that_there_are_more() -> None:
    many = {f"entry{number}": 1 for number in range(ENOUGH - 2)}
    found = problems("submission", many)
    assert len(found) <= ENOUGH
    assert all(one.path for one in found)


def test_a_name_that_is_twice_among_very_many_is_found_in_one_pass() -> None:
    pairs = ",".join(f'"n{number}": 1' for number in range(100_000))
    with pytest.raises(ValueError, match='has "n99999" twice in one object'):
        parse_json(f'{{{pairs}, "n99999": 2}}'.encode())


def test_the_item_of_a_list_that_is_twice_is_named() -> None:
    containers = ["cms-detached", "cms-attached", "smime", "cms-attached"]
    found = problems("profile", {"signature": {"containers": containers}})
    assert '"cms-attached" is listed twice' in [one.what for one in found]


@pytest.mark.parametrize("name", ["7", "007", "+7", "0", "00"])
def test_an_entry_whose_name_is_a_number_is_named_as_it_is_written(name: str) -> None:
    found = problems("profile", {"breaches": {"x": "user", name: 5}})
    assert ("breaches", name) in {one.path for one in found}


def test_an_entry_below_an_empty_name_is_named() -> None:
    found = problems("report", {"catalogue": {"": {"2.1-1": {"actor": "x"}}}})
    assert ("catalogue", "", "2.1-1", "actor") in {one.path for one in found}


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"profile": "own", "title": "Own", "version": "1"},
        {"profile": "own", "title": 1, "delivery": {"metods": {}}, "trust": {"anchors": "a.pem"}},
        {"fils": {}, "signature": {"containers": ["none"]}, "assumptions": [{"entry": "trust"}]},
    ],
)
def test_of_a_profile_without_files_the_small_schema_says_what_the_whole_says(table: Any) -> None:
    found = problems("profile", table)
    with patch("conformance.model.schema.validator", lambda name, **_: validator(name)):
        assert problems("profile", table) == found
