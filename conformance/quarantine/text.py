"""Deadlines, for a person at a terminal: what has expired first, then the soonest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from conformance.phrases import beyond, counted
from conformance.report.lines import wrapped
from conformance.report.style import Style

_WIDTH = 100
_TITLES = {
    "expired": ("red", "they can no longer be released (UG1.2-2)"),
    "due": ("yellow", "the soonest first"),
    "unknown": ("red", "when they are due is not known"),
}
_SET_BY = {"user": "User", "dcc": "DCC"}
#: The word for one line of a file of each form.
_PLACES = {"report": "record", "alerts": "line"}

Table = Mapping[str, Any]


def text_of(document: Table, style: Style) -> Iterator[str]:
    """The lines, from the JSON document."""
    yield headline(document, style)
    for state in _TITLES:
        if any(group["state"] == state for group in document["groups"]):
            yield ""
            yield from _section(document, state, style)
            yield from _places(document, style) if state == "unknown" else ()
    yield ""
    yield from _remarks(document, style)


def headline(document: Table, style: Style) -> str:
    """The counts on one line."""
    summary = document["summary"]
    counts = [
        style(f"{summary[name]:,} {name}", "bold", colour)
        for name, (colour, _) in _TITLES.items()
        if summary[name]
    ]
    what = counted(summary["communications"], "quarantined communication")
    at = datetime.fromisoformat(document["at"])
    return f"At {_moment(at.isoformat(), _local(at))}: {what}, {', '.join(counts)}"


def _local(moment: datetime) -> str | None:
    try:
        return moment.astimezone().isoformat()
    except (OverflowError, ValueError, OSError):
        return None


def _section(document: Table, state: str, style: Style) -> Iterator[str]:
    groups = [group for group in document["groups"] if group["state"] == state]
    colour, meaning = _TITLES[state]
    count = sum(group["count"] for group in groups)
    yield style(f"{state.upper()} {count:,}", "bold", colour) + f": {meaning}"
    heads = ("first due", "left", "count", "set by", "breach", "type")
    rows = [
        (
            _moment(group["due"], group["due_local"]) if group["due"] else "-",
            left_of(document["at"], group["due"]),
            f"{group['count']:,}",
            f"{_SET_BY[group['set_by']]}, {group['clause']}" if group["set_by"] else "not known",
            group["breach"] or "not known",
            group["variant"] or "not known",
        )
        for group in groups
    ]
    widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    yield "  " + style(_columns(heads, widths), "dim")
    for row in rows:
        yield "  " + _columns(row, widths)


def _columns(row: tuple[str, ...], widths: list[int]) -> str:
    cells = (
        f"{cell:>{width}}" if place in (1, 2) else f"{cell:<{width}}"
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()


def _moment(text: str, local: str | None) -> str:
    """``2025-06-01 09:30:00Z (10:30 BST)``; nothing in brackets where the clocks show UTC."""
    utc = datetime.fromisoformat(text)
    shown = f"{text[:10]} {text[11:19]}Z"
    if local is None or datetime.fromisoformat(local).utcoffset() == utc.utcoffset():
        return shown
    there = datetime.fromisoformat(local)
    day = "" if there.date() == utc.date() else f"{local[:10]} "
    return f"{shown} ({day}{local[11:16]}{local[-6:]})"


def left_of(at: str, due: str | None) -> str:
    """How long it is from one moment to the other, in whole minutes."""
    if due is None:
        return "-"
    left = datetime.fromisoformat(due) - datetime.fromisoformat(at)
    minutes = abs(left) // timedelta(minutes=1)
    ago = " ago" if left < timedelta() else ""
    return f"{minutes // 60:,} h {minutes % 60:02} min{ago}"


def _places(document: Table, style: Style) -> Iterator[str]:
    """Where the communications without a time stand, as far as they are shown."""
    forms = {one["path"]: one["form"] for one in document["inputs"]}
    for one in document["unknown"]:
        place = f"{one['file']}, {_PLACES[forms[one['file']]]} {one['number']:,}"
        yield f"    {place}: {one['request_id'] or 'no Request ID'}: {one['reason']}"
    unread = sum(source["unread"] for source in document["inputs"])
    if more := beyond(document["summary"]["unknown"] - unread, len(document["unknown"])):
        yield style(f"    {more}", "dim")
    for source in document["inputs"]:
        if source["unread"]:
            what = counted(source["unread"], "record")
            yield f"    {source['path']}: {what} cannot be read, the first for this:"
            yield f"      {source['troubles'][0]}" if source["troubles"] else "      not known"


def _remarks(document: Table, style: Style) -> Iterator[str]:
    """Yield what else to consider, and what the result depends on."""
    summary = document["summary"]
    warning = style("WARNING", "bold", "red")
    for trouble in document["not_read"]:
        yield f"{warning}  not read to the end: {trouble}"
    if summary["beyond_within"]:
        hours = counted(document["within_hours"], "hour")
        yield f"{summary['beyond_within']:,} more fall due later than in {hours}."
    if summary["quarantined_later"]:
        yield f"{warning}  {summary['quarantined_later']:,} are quarantined later than this moment."
    if summary["repeated"]:
        count = summary["repeated"]
        yield f"{counted(count, 'time')} a Request ID came again; each time is counted."
    others = sum(source["other_messages"] for source in document["inputs"])
    if others:
        yield f"{counted(others, 'message')} of other kinds, passed over."
    limit = document["limit"]
    yield from _dim(f"The {limit['hours']} hours are counted from the quarantine (UG1.2-1).", style)
    for note in limit["notes"]:
        text = f"Note {note['id']}, read as {note['reading']}: {note['text']}"
        yield from _dim(text, style)
    for entry in document["profile"]["unverified"]:
        if entry["entry"] == "alerts":
            text = f"Profile, alerts, unconfirmed: {entry['reason']}"
            yield from _dim(text, style)
    names = ", ".join(entry["entry"] for entry in document["profile"]["unverified"])
    if names:
        profile = document["profile"]["name"]
        yield from _dim(f"Unconfirmed in profile {profile}: {names}.", style)


def _dim(text: str, style: Style) -> Iterator[str]:
    for line in wrapped(text):
        yield style(line, "dim")
