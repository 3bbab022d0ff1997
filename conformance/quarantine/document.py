"""The list of what is due when, as JSON (``deadline.schema.json``) and as CSV rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from conformance.checks.context import Setting
from conformance.quarantine.communication import NoticeForm
from conformance.quarantine.schedule import Group, Schedule, Undated
from conformance.quarantine.source import Source
from conformance.records.time_limit import NOTES
from conformance.report.visible import visible_text
from conformance.submission.moments import format_moment
from conformance.version import __version__

#: Version of the document's form; names may be added within it, and never change meaning.
VERSION = 1
_COLUMNS = (
    "state", "due", "last_due", "due_local", "hours_left", "count", "variant", "breach", "set_by",
    "clause",
)  # fmt: skip


class Deadlines(Struct, frozen=True):
    """A schedule that is filled, from ``sources``, in ``setting``; what could not be read."""

    schedule: Schedule
    sources: Sequence[Source]
    setting: Setting
    not_read: Sequence[str] = ()

    @property
    def unread(self) -> int:
        """Records that are there and could not be read."""
        return sum(source.unread for source in self.sources)

    @property
    def unknown(self) -> int:
        """Communications whose due time is not known."""
        return self.schedule.undated + self.unread


def document_of(found: Deadlines) -> dict[str, Any]:
    """The JSON document."""
    schedule, profile = found.schedule, found.setting.profile
    return {
        "deadline": VERSION,
        "tool": {"name": "tadp-conformance", "version": __version__},
        "profile": {
            "name": profile.name,
            "version": visible_text(profile.version),
            "sha256": profile.digest,
            "unverified": list(_unverified(found)),
        },
        "at": format_moment(schedule.at),
        "within_hours": None if schedule.within is None else schedule.within // timedelta(hours=1),
        "limit": {"hours": schedule.limit.hours, "notes": list(notes_of(found.setting))},
        "inputs": [
            {
                "path": visible_text(source.content.name),
                "sha256": source.content.digest("sha256").hex(),
                "bytes": len(source.content),
                "form": source.form.value,
                "communications": source.count,
                "unread": source.unread,
                "other_messages": source.others,
                "troubles": [visible_text(trouble) for trouble in source.troubles],
            }
            for source in found.sources
        ],
        "not_read": [visible_text(trouble) for trouble in found.not_read],
        "summary": {
            "communications": schedule.total + found.unread,
            "expired": schedule.expired,
            "due": schedule.due,
            "unknown": found.unknown,
            "beyond_within": schedule.beyond,
            "quarantined_later": schedule.ahead,
            "repeated": schedule.repeated,
        },
        "groups": [*(_group(found, one) for one in schedule.groups()), *_unknown(found)],
        "unknown": [_undated(one) for one in schedule.shown],
        "complete": True,
    }


def csv_of(document: dict[str, Any]) -> str:
    """The groups of the document as CSV with a header, in UTF-8 and with LF."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: group[name] for name in _COLUMNS} for group in document["groups"])
    return buffer.getvalue()


def notes_of(setting: Setting) -> Iterator[dict[str, Any]]:
    """The readings by which the hours are counted."""
    for name in NOTES:
        note, reading = setting.catalogue.notes[name], setting.profile.readings[name]
        text = next(r.text for r in note.readings if r.id == reading)
        yield {
            "id": name, "title": note.title, "reading": reading, "text": text,
            "default": reading == note.default,
        }  # fmt: skip


def _unverified(found: Deadlines) -> Iterator[dict[str, str]]:
    """The entries of the profile that bear on the result and are unconfirmed."""
    forms = {source.form for source in found.sources}
    bearing = ["breaches", "delivery.hours"]
    bearing += ["files.report"] if NoticeForm.REPORT in forms else []
    bearing += ["alerts"] if NoticeForm.ALERTS in forms else []
    for one in found.setting.profile.unverified_in(*bearing):
        yield {"entry": one.entry, "reason": visible_text(one.reason, 4000)}


def _group(found: Deadlines, group: Group) -> dict[str, Any]:
    schedule = found.schedule
    due = schedule.ends(group.first)
    return {
        "state": "expired" if group.expired else "due",
        "due": format_moment(due),
        "last_due": format_moment(schedule.ends(group.last)),
        "due_local": _local(due),
        # Not "-0.0", where it was due a moment ago.
        "hours_left": round((due - schedule.at).total_seconds() / 3600, 2) + 0.0,
        "count": group.count,
        **_kind(found, group.breach, group.variant),
    }


def _kind(found: Deadlines, breach: str | None, variant: str | None) -> dict[str, Any]:
    set_by = found.setting.profile.breaches.get(breach) if breach else None
    return {
        "variant": variant,
        "breach": breach,
        "set_by": set_by and set_by.value,
        "clause": set_by and set_by.clause,
    }


def _unknown(found: Deadlines) -> Iterator[dict[str, Any]]:
    """The groups without a time, the largest first; at last the records that cannot be read."""
    blank = dict.fromkeys(("due", "last_due", "due_local", "hours_left"))
    for (breach, variant), count in found.schedule.unknown.most_common():
        kind = _kind(found, breach, variant)
        yield {"state": "unknown", **blank, "count": count, **kind}
    if found.unread:
        yield {"state": "unknown", **blank, "count": found.unread, **_kind(found, None, None)}


def _undated(one: Undated) -> dict[str, Any]:
    communication = one.communication
    request = communication.request_id
    return {
        "file": visible_text(one.file),
        "number": communication.number,
        "request_id": visible_text(request, 200) if request else None,
        "variant": communication.variant,
        "breach": communication.breach,
        "reason": visible_text(communication.reason or "its hours end after the year 9999"),
    }


def _local(moment: datetime) -> str | None:
    """``moment`` in the time zone of this machine, unless it is too far away for that."""
    try:
        return moment.astimezone().isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        return None
