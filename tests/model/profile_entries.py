"""The table of all entries in ``docs/profile.md``: ``python -m tests.model.profile_entries``.

It is made of the descriptions in the schema, which say of each entry what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from conformance.model.schema import schema_of
from conformance.model.types.registry import TYPES

PAGE = Path(__file__).parents[2] / "docs" / "profile.md"
HEADING = "## Every entry\n"
_HEAD = """
What each entry is, as the schema says it; `*` is a name of your own, or for each of a list.

| entry | what it is | values |
|---|---|---|
"""
#: Entries that are the same in each of the three files are listed once.
_ONE_OF_THREE = ("files.report", "files.qcaf")
#: Columns of a kind of record are as those of a file of one kind; what repeats has more.
_AS_COLUMNS = "files.*.records.*.columns.*"


def entries(schema: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the path of each entry of a profile, and its schema."""
    whole = schema_of("profile")
    if "$ref" in schema:
        target = whole["$defs"][schema["$ref"].rsplit("/", 1)[1]]
        schema = {**target, **schema}
    if path:
        yield path, schema
    if path in (*_ONE_OF_THREE, f"{_AS_COLUMNS}.columns.*"):
        return
    schema = whole["$defs"]["group"] if path == _AS_COLUMNS else schema
    inner = "files.*" if path == "files.adt" else path
    # Of several ways to write an entry, the longest has entries of its own.
    ways = [one for one in schema.get("oneOf", ()) if "type" in one]
    longest = ways[-1] if ways else schema
    below = {f"{inner}.{name}": one for name, one in longest.get("properties", {}).items()}
    for one in (schema.get("additionalProperties"), schema.get("items")):
        if isinstance(one, Mapping) and {"properties", "$ref", "description"} & one.keys():
            below[f"{path}.*"] = one
    if path == "files.*.columns.*":
        own = [(name, entry) for name, known in TYPES.items() for entry in known.entries]
        # Those of types are each listed with the type.
        for _, entry in own:
            below.pop(f"{inner}.{entry}", None)
        below |= {f"{path}.{e} ({name})": TYPES[name].entries[e] for name, e in own}
    for longer, one in below.items():
        if isinstance(one, Mapping):
            yield from entries(one, longer.removeprefix("."))


def table() -> str:
    """Return the section of the page."""
    rows = (_row(path, one) for path, one in entries(schema_of("profile")) if "description" in one)
    return HEADING + _HEAD + "".join(rows)


def _row(path: str, schema: Mapping[str, Any]) -> str:
    values = schema.get("items", schema).get("enum", ())
    listed = ", ".join(f"`{value}`" for value in values)
    return f"| `{path}` | {schema['description']} | {listed} |\n"


def page() -> str:
    """Return the page with the section as the schema has it, at its end."""
    return PAGE.read_text("utf-8").split(HEADING)[0] + table()


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
