"""The rules of columns, as the peers read them; light, so that nothing of ours slows them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ColumnRule:
    """The rule of a field: one of ``values``, or else whatever ``pattern`` matches whole."""

    name: str
    pattern: str
    values: tuple[str, ...]
    unique: bool


def read_rules(path: str) -> list[ColumnRule]:
    """Return the rules that ``write_rules`` wrote."""
    return [
        ColumnRule(r["name"], r["pattern"], tuple(r["values"]), r["unique"])
        for r in json.loads(Path(path).read_text("utf-8"))
    ]
