"""What has become of one source: its entry in the report, or the trouble with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.submission.evidence import Submission


@dataclass(frozen=True, slots=True)
class Item:
    """A source to be checked, and its place among all that are.

    ``known`` is the fingerprint that it had when it was checked before, if it was.
    """

    index: int
    source: str
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """The outcome for one source; made of JSON values only, so that it can travel and be kept.

    ``submission`` is what the raw report says of it. Where that is missing, ``trouble`` says why
    it could not be read. ``facts`` are what looking at the whole folder needs to know of it once
    the files themselves are out of sight; they are not part of the report. ``fingerprint`` stands
    for everything that was read.
    """

    source: str
    submission: dict[str, Any] | None
    trouble: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    fingerprint: str | None = None


#: What comes back for an item: its index and its entry, or nothing if it is as it was known.
Answer = tuple[int, Entry | None]


def fingerprint_of(submission: Submission) -> str:
    """Stands for all that the outcome for ``submission`` rests on, the setting apart.

    The bytes of every file that is read have their part in it. The time of its last change has
    none: bytes that are the same are the same, and others may share a time.

    Raises:
        SubmissionError: a file cannot be read.
    """
    read = [[c.name, len(c), c.digest("sha256").hex()] for c in submission.inputs]
    seen = [submission.kind.value, submission.area.live_names, read]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()
