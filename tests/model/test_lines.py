"""Each entry of a text of TOML is found in its line."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.model.lines import lines_of_json, lines_of_toml
from conformance.model.problem import nearest
from conformance.model.profile_loading import profile_text

TEXT = '''# A comment with a = 1 and [x]
title = "a # b"   # and another
"quoted key" = 'x'
dotted.inner.leaf = 3
list = [ 1,
  "two, with ] in it",  # ] here too
  { a = 1, b = [ { c = "}" } ] },
]
text = """
[not.a.table]
key = 1
"""
other = \'\'\'x
\'\'\'

[table]
date = 2025-06-01T08:30:00Z
[table.inner]
n = 1_000

[[rows]]
id = "one"
[[rows.cells]]
x = 1
[[rows.cells]]
x = 2
[[rows]]
id = "two"
[rows.more]
y = true
[[rows.cells]]
x = 3
'''
LINES = {
    ("title",): 2, ("quoted key",): 3, ("dotted",): 4, ("dotted", "inner", "leaf"): 4,
    ("list",): 5, ("list", 0): 5, ("list", 1): 6, ("list", 2): 7, ("list", 2, "a"): 7,
    ("list", 2, "b", 0, "c"): 7, ("text",): 9, ("other",): 13, ("table",): 16,
    ("table", "date"): 17, ("table", "inner"): 18, ("table", "inner", "n"): 19, ("rows",): 21,
    ("rows", 0): 21, ("rows", 0, "id"): 22, ("rows", 0, "cells", 0, "x"): 24,
    ("rows", 0, "cells", 1, "x"): 26, ("rows", 1): 27, ("rows", 1, "id"): 28,
    ("rows", 1, "more", "y"): 30, ("rows", 1, "cells", 0, "x"): 32,
}  # fmt: skip


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths of all that a document has."""
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [path, *(found for step, one in inner for found in paths(one, (*path, step)))]


def test_each_entry_is_found_in_its_line() -> None:
    found = lines_of_toml(TEXT)
    assert {path: found[path] for path in LINES} == LINES


@pytest.mark.parametrize(
    "text",
    [TEXT, profile_text("reference"),
     (Path(__file__).parents[1] / "profiles" / "apart.toml").read_text("utf-8")],
)  # fmt: skip
def test_there_is_a_line_for_each_entry_and_for_no_other(text: str) -> None:
    assert set(lines_of_toml(text)) == set(paths(tomllib.loads(text))) - {()}


def test_a_missing_entry_has_the_line_of_the_table_that_it_would_be_in() -> None:
    found = lines_of_toml(TEXT)
    assert nearest(found, ("rows", 1, "cells", 0, "z")) == 31
    assert nearest(found, ("rows", 1, "missing")) == 27
    assert nearest(found, ("missing",)) is None


def test_lines_end_as_windows_writes_them() -> None:
    assert lines_of_toml(TEXT.replace("\n", "\r\n")) == lines_of_toml(TEXT)


JSON = """{
  "a": 1, "b.c": "# } no, \\" not",
  "list": [
    1, "two",
    {"x": [[], {}], "empty": ""},
    [null,
     true]
  ]}
"""
JSON_LINES = {
    ("a",): 2, ("b.c",): 2, ("list",): 3, ("list", 0): 4, ("list", 1): 4, ("list", 2): 5,
    ("list", 2, "x"): 5, ("list", 2, "x", 0): 5, ("list", 2, "x", 1): 5, ("list", 2, "empty"): 5,
    ("list", 3): 6, ("list", 3, 0): 6, ("list", 3, 1): 7,
}  # fmt: skip


def test_each_entry_of_json_is_found_in_its_line() -> None:
    assert lines_of_json(JSON) == JSON_LINES
    assert {*JSON_LINES} == {*paths(json.loads(JSON))} - {()}
    assert lines_of_json("[" * 5000 + "]" * 5000) == {}
    assert lines_of_json(' "x" ') == {}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text('ab."#\\]}'), inner),
        max_leaves=12,
    )
)
def test_there_is_a_line_for_each_entry_of_any_json(value: Any) -> None:
    for indent in (None, 1):
        found = lines_of_json(json.dumps(value, indent=indent, ensure_ascii=False))
        assert {*found} == {*paths(value)} - {()}
