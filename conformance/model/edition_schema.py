"""The records in the schema of edition files: those of the model, whose schemas have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Entries that a requirement of an edition file lacks: its edition is the file's.
_OF_THE_FILE = ("editions", "edition")


def with_records(
    schema: dict[str, Any],
    clause: Mapping[str, Any],
    editions: Mapping[str, Any],
    notes: Mapping[str, Any],
) -> dict[str, Any]:
    """Fill the records of three schemas of the model into that of edition files, in place."""
    override, requirement = clause["$defs"]["override"], clause["$defs"]["requirement"]
    excluded = clause["properties"]["excluded"]["items"]
    gap = editions["properties"]["not_covered"]["items"]
    schema["$defs"] = {
        "example": clause["$defs"]["example"],
        "word": {
            **override,
            "required": ["id"],
            "minProperties": 2,
            "properties": {"id": requirement["properties"]["id"], **override["properties"]},
        },
        "requirement": _without(requirement, *_OF_THE_FILE),
        "excluded": {
            **excluded,
            "required": ["clause", *excluded["required"]],
            "properties": {"clause": {"type": "string"}, **excluded["properties"]},
        },
        # No check depends on a note of an edition file.
        "note": _without(notes["properties"]["note"]["items"], "strictest", "reads"),
        "not_covered": _without(gap, "editions"),
    }
    return schema


def _without(record: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {
        **record,
        "required": [name for name in record["required"] if name not in names],
        "properties": {k: v for k, v in record["properties"].items() if k not in names},
    }
