"""What has become of one source: its entry in the report, or the trouble with it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from msgspec import Struct

from conformance.submission.evidence import Submission

#: What the bytes of a file that was read are known by.
DIGEST = "sha256"


class Item(Struct, frozen=True):
    """A source to be checked, and its place among all that are.

    ``known`` is the fingerprint that it had when it was checked before, if it was.
    """

    index: int
    source: str
    known: str | None = None


class Entry(Struct, frozen=True):
    """The outcome for one source; made of JSON values only, so that it can travel and be kept.

    ``submission`` is what the raw report says of it. Where that is missing, ``trouble`` says why
    it could not be read. ``fingerprint`` stands for everything that was read.
    """

    source: str
    submission: dict[str, Any] | None
    trouble: str | None = None
    fingerprint: str | None = None


#: What comes back for an item: its index and its entry, or nothing if it is as it was known.
Answer = tuple[int, Entry | None]


def fingerprint_of(submission: Submission) -> str | None:
    """Stands for all that the outcome for ``submission`` rests on, the setting apart.

    Nothing does for a whole area, which is looked at anew each time.

    The bytes of every file that is read have their part in it. The time of its last change has
    none: bytes that are the same are the same, and others may share a time.

    Raises:
        SubmissionError: a file cannot be read.
    """
    if submission.survey is not None:
        return None
    read = [[c.name, len(c), c.digest(DIGEST).hex()] for c in submission.inputs]
    seen = [submission.kind.value, read]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()
