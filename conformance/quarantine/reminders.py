"""Deadlines as events with reminders for a calendar (iCalendar, RFC 5545)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from conformance.errors import TadpError
from conformance.phrases import beyond, counted
from conformance.quarantine.uk_time import uk_time, utc_time
from conformance.version import __version__

#: How long before the end a person is reminded.
_BEFORE = (timedelta(days=1), timedelta(hours=2))
#: An entry in a calendar ends with the hours.
_SHOWN = timedelta(hours=1)
#: Groups that the text of one event names.
_NAMED = 20

Table = Mapping[str, Any]


def calendar_of(document: Table) -> str:
    """Return a calendar with an event for each hour in which something falls due.

    What has expired needs no reminder, and what has no time can have none.

    Raises:
        TadpError: the extra ``reminders`` is not installed.
    """
    try:
        from icalendar import Calendar
    except ImportError:
        raise TadpError(
            "reminders need the package icalendar",
            remedy="pip install 'tadp-conformance[reminders]'",
        ) from None
    calendar = Calendar()
    calendar.add("prodid", f"-//tadp-conformance//{__version__}//EN")
    calendar.add("version", "2.0")
    at = datetime.fromisoformat(document["at"])
    hours: dict[str, list[Table]] = {}
    for group in document["groups"]:
        if group["state"] == "due":
            hours.setdefault(group["due"][:13], []).append(group)
    for groups in hours.values():
        calendar.add_component(_event(groups, at))
    return str(calendar.to_ical().decode())


def _event(groups: list[Table], at: datetime) -> Any:
    from icalendar import Event

    due = min(datetime.fromisoformat(group["due"]) for group in groups)
    count = sum(group["count"] for group in groups)
    what = f"{counted(count, 'quarantined communication')}"
    title = f"Send the QCAF for {what} by {uk_time(due)} ({utc_time(due)})"
    event = Event()
    # The same report makes the same events, so that a calendar updates them.
    known = "\n".join(f"{g['due']} {g['breach']} {g['variant']}" for g in groups)
    event.add("uid", f"{hashlib.sha256(known.encode()).hexdigest()[:32]}@tadp-conformance")
    event.add("dtstamp", at)
    event.add("dtstart", due - _SHOWN)
    event.add("dtend", due)
    event.add("summary", title)
    event.add("description", "\n".join(_lines(groups)))
    for before in _BEFORE:
        event.add_component(_alarm(title, before))
    return event


def _alarm(title: str, before: timedelta) -> Any:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -before, parameters={"RELATED": "END"})
    return alarm


def _lines(groups: Iterable[Table]) -> list[str]:
    lines = [
        f"{group['count']:,} of type {group['variant'] or 'not known'}, "
        f"{group['breach'] or 'breach not known'}, due "
        f"{uk_time(datetime.fromisoformat(group['due']))}"
        + (f" (clause {group['clause']})" if group["clause"] else "")
        for group in groups
    ]
    return [*lines[:_NAMED], *filter(None, [beyond(len(lines), _NAMED)])]
