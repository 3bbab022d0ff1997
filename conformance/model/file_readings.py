"""Readings of notes for one file, and the entries of a file that leave a note nothing to decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


class Settlement(Struct, frozen=True):
    """The note that an entry of a file settles, and the reading that each value comes to."""

    note: str
    readings: Mapping[str, str]


#: The entries of a file that settle a note for it.
SETTLING: Mapping[str, Settlement] = {
    "final_separator": Settlement(
        "final-line-feed", {"either": "either", "required": "terminator", "refused": "separator"}
    ),
    "quoting": Settlement(
        "quotes",
        {"none": "data", "allowed": "rfc4180", "text": "rfc4180", "all": "rfc4180"},
    ),
}


def readings_of(table: Mapping[str, Any]) -> dict[str, str]:
    """Return the readings for the file of ``table``: those that it states, or that entries give."""
    found = dict(table.get("readings", {}))
    for entry, settled in SETTLING.items():
        if entry in table:
            found[settled.note] = settled.readings[table[entry]]
    return found


def settled_in(table: Mapping[str, Any]) -> dict[str, str]:
    """Return the notes that entries of a file settle, each with the name of the entry."""
    return {settled.note: entry for entry, settled in SETTLING.items() if entry in table}
