"""The values that the model knows are those that its schemas admit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from importlib.resources import files
from typing import Any

import pytest

from conformance.model import requirement
from conformance.model.column import ColumnType, Role


@pytest.mark.parametrize(
    ("schema", "name", "values"),
    [
        ("profile", "type", ColumnType),
        ("profile", "role", Role),
        ("clause", "actor", requirement.Actor),
        ("clause", "strength", requirement.Strength),
        ("clause", "basis", requirement.Basis),
        ("clause", "phase", requirement.Phase),
        ("clause", "testable", requirement.Testable),
        ("clause", "subject", requirement.Subject),
        ("clause", "kinds", requirement.Kind),
        ("clause", "set_by", requirement.SetBy),
    ],
)
def test_a_schema_admits_what_the_model_knows(
    schema: str, name: str, values: type[StrEnum]
) -> None:
    text = (files("conformance") / "schemas" / f"{schema}.schema.json").read_text("utf-8")
    admitted = list(_enumerations(json.loads(text), name))
    assert admitted
    assert all(one == {str(value) for value in values} for one in admitted)


def _enumerations(schema: Any, name: str) -> Iterator[set[str]]:
    """What each property called ``name``, or each item of it, may be."""
    if isinstance(schema, dict):
        entry = schema.get("properties", {}).get(name, {})
        found = entry.get("enum") or entry.get("items", {}).get("enum")
        if found:
            yield set(found)
        for inner in schema.values():
            yield from _enumerations(inner, name)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _enumerations(inner, name)
