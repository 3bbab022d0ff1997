"""The result of one source: its entry in the report, or the problem with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from msgspec import Struct, ValidationError, convert

from conformance.submission.evidence import Submission

#: The digest that identifies the bytes of a file that was read.
DIGEST = "sha256"


class Item(Struct, frozen=True):
    """A source to be checked, and its place among all that are.

    ``known`` is the fingerprint that it had when it was checked before, if it was.
    """

    index: int
    source: str
    known: str | None = None


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """The outcome for one source; made of JSON values only, so that it can travel and be kept.

    ``submission`` is what the raw report says of it. Where that is missing, ``trouble`` says why
    it could not be read; else, which file of its evidence is of the wrong kind. ``fingerprint``
    is that of everything that was read. ``others`` are further submissions of the same source, such
    as those attached to one email message, and ``passed_over`` what came with them: a name, why
    it was not looked at, and whether it is only to be noted.
    """

    source: str
    submission: dict[str, Any] | None
    trouble: str | None = None
    fingerprint: str | None = None
    others: Sequence[dict[str, Any]] = ()
    passed_over: Sequence[tuple[str, str, bool]] = ()


def entry_in(value: object) -> Entry | None:
    """Return the entry in a ``value`` of JSON, or nothing where it has not the form of one."""
    from conformance.model.schema import allows

    try:
        entry = convert(value, Entry)
    except ValidationError:
        return None
    there = [one for one in (entry.submission, *entry.others) if one is not None]
    return entry if all(allows("report", one, "submission") for one in there) else None


#: The result for an item: its index and its entry, or nothing if it is as it was known.
Answer = tuple[int, Entry | None]


def fingerprint_of(submissions: Sequence[Submission]) -> str | None:
    """Stands for all that the outcome for ``submissions`` rests on, the setting apart.

    They are those of one source, and were read from the same files.

    Nothing does for a whole area, which is looked at again each time.

    The bytes of every file that is read have their part in it. The time of its last change has
    none: bytes that are the same are the same, and others may share a time.

    Raises:
        SubmissionError: a file cannot be read.
    """
    if any(one.survey is not None for one in submissions):
        return None
    read = [[c.name, len(c), c.digest(DIGEST).hex()] for c in submissions[0].inputs]
    seen = [*(one.kind.value for one in submissions), read]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()
