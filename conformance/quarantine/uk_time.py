"""Moments as the Users' clocks show them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from conformance.model.types.clock import Zone

_UK = Zone("Europe/London")
#: The name of the clocks' time, by its difference from UTC.
_NAMES = {timedelta(): "GMT", timedelta(hours=1): "BST"}


def uk_time(moment: datetime) -> str:
    """Return ``2025-06-04 11:00 BST``, or UTC at the very ends of the calendar."""
    utc = moment.astimezone(UTC)
    try:
        local = _UK.local(utc)
    except OverflowError:
        return utc_time(moment)
    name = _NAMES.get(local - utc.replace(tzinfo=None), "UK")
    return f"{local:%Y-%m-%d %H:%M} {name}"


def utc_time(moment: datetime) -> str:
    """Return ``2025-06-04 10:00 UTC``."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
