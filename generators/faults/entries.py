"""Setting entries of a draft's manifest, for the faults in the record of events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from conformance.submission.moments import format_moment
from generators.draft import Draft
from generators.faults.fault import DraftChange, Faulty, edit_manifest
from generators.references import reference

Path = tuple[str | int, ...]
SMSR: Path = ("references", "smsr")
INCIDENT: Path = ("references", "incident")


def set_entries(*edits: tuple[Path, Any]) -> Callable[[Draft], Faulty]:
    """A fault that sets entries of the manifest; a value may be made from the draft."""

    def apply(draft: Draft) -> Faulty:
        changes: list[DraftChange] = []
        for path, value in edits:
            draft, change = edit_manifest(draft, path, value(draft) if callable(value) else value)
            changes.append(change)
        return Faulty(draft, tuple(changes))

    return apply


def entry(draft: Draft, *path: str | int) -> Any:
    """The entry of the manifest at ``path``."""
    table: Any = draft.manifest
    for step in path:
        table = table[step]
    return table


def other_reference(draft: Draft, path: Path) -> str:
    """Return the number of another SMSR, or of another Incident, than the draft's."""
    shapes = draft.profile.references
    known = draft.manifest["references"]
    own = {one["number"] for one in known.values() if one}
    return reference(shapes.smsr if path == SMSR else shapes.incident, -1, own)


def shifted(path: Path, by: timedelta) -> Callable[[Draft], str]:
    """A moment of the manifest, so much later; made when the fault is."""
    return lambda draft: format_moment(datetime.fromisoformat(entry(draft, *path)) + by)


def zoned(path: Path, zone: timezone) -> Callable[[Draft], str]:
    """The same moment of the manifest by the clock of ``zone``."""
    return lambda draft: format_moment(datetime.fromisoformat(entry(draft, *path)), zone)


SECOND = timedelta(seconds=1)
