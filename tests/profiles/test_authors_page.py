"""The page for authors of profiles: each example is taken, and the tables are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance.commands.common import catalogue
from conformance.model.column import Role
from conformance.model.cross_rule import CrossRuleName
from conformance.model.types.registry import TYPES
from conformance.profiles.checking import examine

PAGE = (Path(__file__).parents[2] / "docs" / "profile.md").read_text("utf-8")
HEAD, *EXAMPLES = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", ["", *EXAMPLES])
def test_each_example_is_a_profile(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(HEAD + text, "utf-8")
    found = examine(str(path), catalogue())
    assert list(map(str, found.refused)) == []


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("type", set(TYPES)),
        ("role", {role.value for role in Role} - {"other"}),
        ("rule", {rule.value for rule in CrossRuleName}),
    ],
)
def test_the_tables_have_all_that_there_is(heading: str, known: set[str]) -> None:
    table = re.search(rf"^\| {heading} \|.*\n\|---.*\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert table is not None
    first = [line.split("|")[1] for line in table[1].splitlines()]
    assert {name for cell in first for name in re.findall(r"`([^`]+)`", cell)} == known


@pytest.mark.parametrize("name", TYPES)
def test_the_table_of_types_has_each_entry(name: str) -> None:
    (row,) = re.findall(rf"^\| `{name}` \|(.*)$", PAGE, re.MULTILINE)[:1]
    assert all(f"`{entry}`" in row or f"`{entry} =" in row for entry in TYPES[name].entries)
