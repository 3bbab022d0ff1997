"""What has become of one source: its entry in the report, or the trouble with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """The outcome for one source; made of JSON values only, so that it can travel and be kept.

    ``submission`` is what the raw report says of it. Where that is missing, ``trouble`` says why
    it could not be read. ``facts`` are what looking at the whole folder needs to know of it once
    the files themselves are out of sight; they are not part of the report.
    """

    source: str
    submission: dict[str, Any] | None
    trouble: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
