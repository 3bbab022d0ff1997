"""The header with what a command printed beside an answer that is a file, such as warnings."""

from __future__ import annotations

import json
from collections.abc import Sequence

#: The header: an array of JSON, in ASCII, with a line in each string.
NOTES = "Tadp-Notes"
#: Characters of one line, and of all: programs take headers of some thousands.
_LONGEST, _MOST = 1000, 4000


def in_header(notes: Sequence[str]) -> str:
    """Return the value of the header; it says how many lines had no room in it."""
    kept: list[str] = []
    for note in notes:
        cut = note if len(note) <= _LONGEST else f"{note[: _LONGEST - 4]} ..."
        if len(json.dumps([*kept, cut])) > _MOST:
            break
        kept.append(cut)
    left = len(notes) - len(kept)
    return json.dumps([*kept, f"and {left} more, which the command prints"] if left else kept)
