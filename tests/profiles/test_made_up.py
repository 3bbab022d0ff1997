"""Profiles made up at random have every entry of the schema, but for those that say why not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from conformance.home import HOME
from conformance.model.types.registry import TYPES
from generators.profiles import NOT_MADE_UP, Table
from generators.strategies import ground
from tests.profiles.made_up import made_up

SCHEMA = json.loads(Path(HOME, "schemas", "profile.schema.json").read_text("utf-8"))
#: Profiles that are drawn and not loaded.
COUNT = 75
#: The columns that repeat in a record; they are as those of a file of one kind.
_REPEATED = "files.*.records.*.columns.*.columns.*"


def inside(schema: Any) -> Any:
    return SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def of_value(schema: Any, value: Any) -> Any:
    """Return the schema of a value, or that alternative of it whose type the value has."""
    known = {"string": str, "array": list, "object": dict, "integer": int}
    found = inside(schema)
    typed = [one for one in found.get("oneOf", ()) if "type" in one]
    fitting = [one for one in typed if isinstance(value, known[one["type"]])]
    return fitting[0] if fitting else found


def possible(schema: Any, path: str = "") -> Iterator[str]:
    """Yield every entry of the schema, and every value of those that have a few."""
    schema = inside(schema)
    schema = inside(schema["then"]) if "$ref" in schema.get("then", ()) else schema
    yield from (f"{path} = {value}" for value in schema.get("enum", ()))
    for one in schema.get("oneOf", ()):
        yield from possible(one, path)
    if schema.get("type") == "boolean":
        yield from (f"{path} = {value}" for value in ("True", "False"))
    if "items" in schema:
        yield f"{path}.*"
    if "items" in schema and f"{path}.*" != _REPEATED:
        yield from possible(schema["items"], f"{path}.*")
    types = TYPES if schema is SCHEMA["$defs"]["column"] else {}
    own_to_types = {key for known in types.values() for key in known.entries}
    for key, inner in schema.get("properties", {}).items():
        if key not in own_to_types:
            yield from entry(key, inner, path)
    for name, known in types.items():
        for key, own in known.entries.items():
            yield from entry(key, own, f"{path}({name})")
    if isinstance(schema.get("additionalProperties"), Mapping):
        yield f"{path}.*"
        yield from possible(schema["additionalProperties"], f"{path}.*")


def entry(key: str, schema: Any, path: str) -> Iterator[str]:
    # The three files have the same entries, but not every entry is for each.
    within = "files.*" if path == "files" else f"{path}.{key}".removeprefix(".")
    yield within
    yield from possible(schema, within)


def stated(value: Any, schema: Any, path: str = "") -> Iterator[str]:
    """Yield the entries that a table has, as ``possible`` calls them."""
    schema = of_value(schema, value)
    if "enum" in schema or schema.get("type") == "boolean":
        yield f"{path} = {value}"
    elif isinstance(value, list):
        for one in value:
            yield f"{path}.*"
            yield from stated(one, schema["items"], f"{path}.*")
    elif isinstance(value, Mapping):
        is_column = schema is SCHEMA["$defs"]["column"]
        own = TYPES[value["type"]].entries if is_column else {}
        for key, inner in value.items():
            common = schema.get("properties", {}).get(key)
            if key in own:
                within, of = f"{path}({value['type']}).{key}", own[key]
            elif common is not None:
                within, of = f"{path}.{key}".removeprefix("."), common
            else:
                within, of = f"{path}.*", schema["additionalProperties"]
            within = "files.*" if path == "files" else within
            yield within
            yield from stated(inner, of, within)


def tables() -> list[Table]:
    return [made_up(number) for number in range(COUNT)]


def test_every_entry_of_the_schema_is_made_up_or_listed_with_the_reason() -> None:
    made = {one for table in tables() for one in stated(table, SCHEMA)}
    there = {*possible(SCHEMA)}
    listed = {one for one in NOT_MADE_UP if not one.startswith("readings.")}
    assert sorted(there - made) == sorted(listed)
    assert made <= there


def test_every_note_that_decides_has_a_reading_and_only_listed_ones_are_never_chosen() -> None:
    chosen = {one for table in tables() for one in table["readings"].items()}
    notes = {note.id: note for note in ground().catalogue.notes.values() if note.decides}
    assert {note for note, _ in chosen} == {*notes}
    there = {f"readings.{n} = {one.id}" for n, note in notes.items() for one in note.readings}
    assert {one for one in NOT_MADE_UP if one.startswith("readings.")} <= there
    assert not {f"readings.{note} = {reading}" for note, reading in chosen} & {*NOT_MADE_UP}
