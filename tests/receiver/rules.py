"""The profile as a receiver reads it: a file of TOML that extends others, and its readings."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

Table = dict[str, Any]


def load(path: str) -> Table:
    """Return the profile at ``path``, with what it extends, and the readings of notes."""
    whole = _extended(Path(path))
    # A note that is not named is read by its default, which is never asked for by name.
    whole["readings"] = defaultdict(str, whole["readings"])
    return whole


def _extended(path: Path) -> Table:
    own = dict(_parsed(path.read_bytes().decode()))
    parent = own.pop("extends", None)
    if parent is None:
        return own
    # Another file by its path, or a profile that is shipped by its name.
    there = parent if parent.endswith(".toml") else f"{parent}.toml"
    return _merged(_extended(path.parent / there), own)


@cache
def _parsed(text: str) -> Table:
    return tomllib.loads(text)


def _merged(below: Mapping[str, Any], own: Mapping[str, Any]) -> Table:
    both = dict(below)
    for name, value in own.items():
        there = both.get(name)
        both[name] = _merged(there, value) if isinstance(there, dict) else value
    return both
