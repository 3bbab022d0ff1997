"""A profile that states every entry that the schema knows, made from the schema alone."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from conformance.home import HOME
from conformance.model.types.registry import TYPES

_SCHEMA = json.loads(Path(HOME, "schemas", "profile.schema.json").read_text("utf-8"))
#: A step of a path to an entry: a key, or the place in a list.
Leaf = tuple[tuple[str | int, ...], Any]


class Sampler:
    """Makes values that fit a schema, no text or number twice where it has the choice."""

    def __init__(self) -> None:
        self._numbers = itertools.count(101)

    def of(self, schema: Any) -> Any:
        if "$ref" in schema:
            schema = _SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
        if "oneOf" in schema and "properties" not in schema:
            # The longest way to write it.
            schema = schema["oneOf"][-1]
        if "enum" in schema:
            return schema["enum"][0]
        match schema.get("type"):
            case "boolean":
                return True
            case "integer" | "number" | [_, "integer" | "number"]:
                return max(next(self._numbers), schema.get("minimum", 0))
            case "string":
                return self._text(schema.get("pattern", "^.+$"))
            case "array":
                return self._list(schema)
            case "object":
                return self._table(schema)
        raise AssertionError(f"a schema of no known sort: {schema}")

    def _text(self, pattern: str) -> str:
        number = next(self._numbers)
        word = f"Made-up{number}"
        for one in (
            word, word.lower(), f"2.{number}", f"2025-01-{number % 28 + 1:02}", f"{word}:{{eui64}}",
            "YYYY-MM-DD", f"70-00-00-00-00-00-{number >> 8:02X}-{number & 255:02X}",
        ):  # fmt: skip
            if re.search(pattern, one):
                return one
        raise AssertionError(f"no text fits {pattern}")

    def _list(self, schema: Mapping[str, Any]) -> list[Any]:
        items = schema["items"]
        if items.get("$ref") == "#/$defs/column":
            return [self._column(name) for name in TYPES]
        if "else" in items:  # columns, or columns that repeat
            kinds = [self._column(name) for name in [*TYPES][-2:]]
            return [self.of(items["then"]), *kinds]
        if "enum" in items:
            return list(items["enum"])
        return [self.of(items), self.of(items)]

    def _table(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        made = {key: self.of(inner) for key, inner in schema.get("properties", {}).items()}
        if isinstance(schema.get("additionalProperties"), Mapping):
            made[f"made{next(self._numbers)}"] = self.of(schema["additionalProperties"])
        return made

    def _column(self, name: str) -> dict[str, Any]:
        """Return a column of the type called ``name``, with all that it can have."""
        properties = _SCHEMA["$defs"]["column"]["properties"]
        own = {key: self.of(one) for key, one in TYPES[name].entries.items()}
        of_types = {entry for known in TYPES.values() for entry in known.entries}
        common = {key: self.of(one) for key, one in properties.items() if key not in of_types}
        return {**common, "type": name, **own}


def everything() -> dict[str, Any]:
    """Return the table of such a profile."""
    made: dict[str, Any] = Sampler().of(_SCHEMA)
    del made["extends"]  # Merged in, it is an entry no more.
    return made


def leaves(value: Any, *path: str | int) -> Iterator[Leaf]:
    """Yield the path and the value of whatever is not a table, nor a list of them."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, *path, key)
    elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        for number, inner in enumerate(value):
            yield from leaves(inner, *path, number)
    else:
        yield path, value


def keys_of_schema(schema: Any = None) -> set[str]:
    """Return every key that the schema gives an entry."""
    schema = _SCHEMA if schema is None else schema
    found: set[str] = set()
    if isinstance(schema, Mapping):
        for key, inner in schema.items():
            if key == "properties" and isinstance(inner, Mapping):
                found |= set(inner)
            found |= keys_of_schema(inner)
    elif isinstance(schema, list):
        for inner in schema:
            found |= keys_of_schema(inner)
    return found
