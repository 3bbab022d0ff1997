"""The types of columns in the schema of profiles: ``python -m tests.model.column_schema``.

The list in the file is for people and their editors; what is executed takes it from the registry.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from conformance.model.types.registry import with_types

SCHEMA = Path(__file__).parents[2] / "conformance" / "schemas" / "profile.schema.json"


def schema() -> dict[str, Any]:
    """Return the schema with the list of types that the registry has."""
    return with_types(json.loads(SCHEMA.read_text("utf-8")))


if __name__ == "__main__":
    SCHEMA.write_text(json.dumps(schema(), indent=2) + "\n", "utf-8")
