"""The profile as a receiver reads it: a file of TOML that extends others, and its readings."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

Table = dict[str, Any]

#: The readings of the notes that are taken where a profile names no other.
READINGS = {
    "subject-line": "name",
    "incident-and-request-id": "title",
    "name-form": "lenient",
    "email-contingency": "guidance",
    "final-line-feed": "either",
    "quotes": "data",
    "character-set": "ascii",
    "byte-order-mark": "refused",
    "null-form": "commas-only",
    "action-case": "exact",
    "eui64-case": "any",
    "qcaf-completeness": "exact",
    "qcaf-other-fields": "unchanged",
    "warning-above-adt": "refused",
    "duplicate-rules": "refused",
    "hours-counted-to": "sending",
    "exactly-120-hours": "within",
    "late-release": "not-asked",
    "request-for-user-set-qcaf": "every-qcaf",
    "planned-outage": "any-outage",
    "no-upload-right": "statement",
    "certificate-time": "sending",
    "order-of-checks": "all",
    "empty-file": "refused",
    "general-or-particular": "null-is-general",
    "file-per-role": "any",
    "certificate-validity": "valid",
    "whose-aro": "sender",
    "users-without-ssi": "ssi",
    "where-relevant": "advised",
    "record-sign": "absent",
    "update-then-assign": "in-order",
    "party-or-user-id": "user-id",
    "change-over": "email-only",
    "live-folder": "in-production",
}


def load(path: str) -> Table:
    """Return the profile at ``path``, with what it extends, and a reading of every note."""
    whole = _extended(Path(path))
    whole["readings"] = READINGS | whole.get("readings", {})
    return whole


def _extended(path: Path) -> Table:
    own = dict(_parsed(path.read_text("utf-8")))
    parent = own.pop("extends", None)
    if parent is None:
        return own
    # Another file by its path, or a profile that is shipped by its name.
    there = parent if parent.endswith(".toml") else f"{parent}.toml"
    return _merged(_extended(path.parent / there), own)


@lru_cache(maxsize=8)
def _parsed(text: str) -> Table:
    return tomllib.loads(text)


def _merged(below: Mapping[str, Any], own: Mapping[str, Any]) -> Table:
    both = dict(below)
    for name, value in own.items():
        there = both.get(name)
        both[name] = _merged(there, value) if isinstance(there, dict) else value
    return both
