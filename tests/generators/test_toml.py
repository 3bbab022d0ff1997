"""A profile's table as TOML is read as the same table again."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.strategies import ground
from generators.toml import toml_of
from tests.profiles.apart import APART
from tests.profiles.stated import everything
from tests.sampling import examples

texts = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
plain = texts | st.booleans() | st.integers(-(1 << 63), (1 << 63) - 1)
flat = st.dictionaries(keys, plain | st.lists(plain, max_size=3), max_size=3)
tables = st.dictionaries(
    keys,
    plain
    | st.lists(texts, max_size=3)
    | st.lists(flat, max_size=3)
    | st.dictionaries(keys, flat | plain, max_size=3),
    max_size=4,
)


@settings(derandomize=True, database=None, max_examples=examples(200))
@given(tables)
def test_a_table_is_read_as_it_was_written(table: dict[str, Any]) -> None:
    assert tomli.loads(toml_of(table)) == table


@pytest.mark.parametrize("name", ["reference", APART])
def test_a_profile_is_read_as_it_was_written(name: str) -> None:
    table = dict(ground(name).profile.raw)
    assert tomllib.loads(toml_of(table)) == table


def test_every_entry_that_a_profile_can_have_is_written() -> None:
    assert tomllib.loads(toml_of(everything())) == everything()
