"""Each type of column takes, reads and refuses the values that are listed by hand."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from conformance.model.types.given import as_read, python_pattern
from conformance.model.types.registry import TYPES, type_of

COLUMNS = tomllib.loads(Path(__file__).with_name("by_hand.toml").read_text("utf-8"))["column"]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda one: str(one["entries"]))
def test_values_that_are_listed_by_hand(column: dict[str, Any]) -> None:
    kind = type_of({"name": "A", **column["entries"]}, {})
    assert kind.problem(nullable=False) is None
    judge, matches = kind.judge(python_pattern), re.compile(kind.expression(b",")).fullmatch
    for value, meant in column["read"].items():
        assert judge(value.encode()) is None, value
        assert matches(value.encode()), value
        assert as_read(kind, value.encode()) == meant
    for value, rule in column["wrong"].items():
        assert judge(value.encode()) == rule, value
        assert not (kind.exact and matches(value.encode())), value


def test_each_type_and_each_entry_is_listed() -> None:
    listed = {(one["entries"]["type"], entry) for one in COLUMNS for entry in one["entries"]}
    for name, known in TYPES.items():
        if name == "nothing":
            continue
        entries = {"type", *known.entries} - {"values_from"}
        assert {(name, entry) for entry in entries} <= listed
