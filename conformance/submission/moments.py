"""Dates and times as RFC 3339 writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from conformance.errors import TadpError

_FORM = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def parse_moment(text: str, where: str) -> datetime:
    """The moment that ``text`` names, in UTC; a date alone is its midnight, UTC.

    Raises:
        TadpError: it names none.
    """
    try:
        if _DAY.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
        if _FORM.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise TadpError(
        f"{text[:40]!r} is no date and time", where=where, remedy="write 2025-06-01T09:30:00Z"
    )


def now() -> datetime:
    """The time, in UTC and to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def format_moment(moment: datetime, zone: tzinfo = UTC) -> str:
    """``moment`` in ``zone``, to the second, or with its fraction if it has one."""
    return moment.astimezone(zone).isoformat(timespec="auto").replace("+00:00", "Z")
