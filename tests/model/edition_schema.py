"""The records in the schema of edition files: ``python -m tests.model.edition_schema``.

They are those of the model, whose schemas have them first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.model.schema import schema_of

SCHEMA = Path(__file__).parents[2] / "conformance" / "schemas" / "edition-file.schema.json"
#: Entries that a requirement of an edition file lacks: its edition is the file's.
_OF_THE_FILE = ("editions", "edition")


def schema() -> dict[str, Any]:
    """Return the schema with the records that the schemas of the model have."""
    table: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    clause = schema_of("clause")
    override, requirement = clause["$defs"]["override"], clause["$defs"]["requirement"]
    excluded = clause["properties"]["excluded"]["items"]
    gap = schema_of("editions")["properties"]["not_covered"]["items"]
    table["$defs"] = {
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
        "note": _without(schema_of("notes")["properties"]["note"]["items"], "strictest", "reads"),
        "not_covered": _without(gap, "editions"),
    }
    return table


def _without(record: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {
        **record,
        "required": [name for name in record["required"] if name not in names],
        "properties": {k: v for k, v in record["properties"].items() if k not in names},
    }


if __name__ == "__main__":
    SCHEMA.write_text(json.dumps(schema(), indent=2) + "\n", "utf-8")
