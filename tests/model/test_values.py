"""The values that the model knows are those that its schemas admit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from importlib.resources import files
from typing import Any

import pytest
from msgspec.structs import asdict

from conformance.model import requirement
from conformance.model.column import Column, Role
from conformance.model.cross_rule import Comparator, CrossRuleName
from conformance.model.profile import CharacterSet, KeyAlgorithm
from conformance.model.signature_record import RecordRole
from conformance.model.types.column_type import ColumnType
from conformance.model.types.registry import TYPES
from conformance.model.types.text import Text
from tests.model import column_schema


@pytest.mark.parametrize(
    ("schema", "name", "values"),
    [
        ("profile", "rule", CrossRuleName),
        ("profile", "characters", CharacterSet),
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


def test_the_schema_admits_the_roles_of_columns_of_files_and_of_signature_records() -> None:
    admitted = _enumerations(json.loads(column_schema.SCHEMA.read_text("utf-8")), "role")
    # A value in several columns is a moment or a Request ID.
    composed = frozenset({Role.QUARANTINED_AT, Role.CREATED_AT, Role.REQUEST_ID, Role.OTHER})
    assert {frozenset(one) for one in admitted} == {
        frozenset(Role), frozenset(RecordRole), composed
    }  # fmt: skip


def test_the_schema_admits_the_comparators() -> None:
    schema = json.loads(column_schema.SCHEMA.read_text("utf-8"))
    assert schema["$defs"]["rule"]["properties"]["op"]["enum"] == list(Comparator)


def test_the_schema_in_the_file_lists_the_types_that_are_registered() -> None:
    # python -m tests.model.column_schema writes it.
    assert json.loads(column_schema.SCHEMA.read_text("utf-8")) == column_schema.schema()


@pytest.mark.parametrize("known", TYPES.values(), ids=TYPES)
def test_the_entries_of_a_type_are_its_fields(known: ColumnType) -> None:
    own = set(known.__struct_fields__) - _NOT_IN_A_PROFILE
    assert set(known.entries) - {"values_from"} == own


@pytest.mark.parametrize("known", TYPES.values(), ids=TYPES)
def test_a_type_that_is_registered_is_whole(known: ColumnType) -> None:
    parts = {name: getattr(type(known), name) for name in dir(known)}
    assert [n for n, part in parts.items() if getattr(part, "__isabstractmethod__", False)] == []


#: Fields that readings of notes and the characters of a file set, not entries of a column.
_NOT_IN_A_PROFILE = {"words", "exact_case", "beyond"}


def _enumerations(schema: Any, name: str) -> Iterator[set[str]]:
    """Return the values allowed for each property called ``name``, or for its items."""
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


def test_a_column_and_a_key_algorithm_have_these_defaults() -> None:
    assert asdict(Column("C", Text())) == {
        "name": "C", "type": Text(), "role": Role.OTHER, "nullable": False, "tag": False,
        "derived": None, "equals": None, "entry": "",
    }  # fmt: skip
    assert asdict(KeyAlgorithm("rsa", ("sha256",))) == {
        "key": "rsa", "digests": ("sha256",), "curve": None, "minimum_bits": None,
    }  # fmt: skip


def test_a_requirement_has_these_defaults() -> None:
    given = ("6.1-1", "6.1", "s", *"abcdef", frozenset(), (), "e", "h", "6.1", None)
    made = requirement.Requirement(*given)  # type: ignore[arg-type]
    reported = dict(zip(requirement.Requirement.__struct_fields__, given, strict=False))
    assert asdict(made) == {
        **{name: reported.get(name) for name in requirement.Requirement.__struct_fields__},
        "checks": (), "parameters": {}, "derived_from": (), "rejects": (), "set_by": None,
        "notes": (), "overrides": {},
    }  # fmt: skip
    assert made.in_edition("any") is made
