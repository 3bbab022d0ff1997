"""Instants as CMS writes them."""

from __future__ import annotations

from datetime import UTC, datetime

from conformance.signature.ber import GENERALIZED_TIME, UTC_TIME


def read_time(tag: int, value: bytes) -> datetime | None:
    """A UTCTime or GeneralizedTime in the form of DER, or None if it is none."""
    try:
        text = value.decode("ascii")
        if tag == UTC_TIME:
            # RFC 5280: 50 to 99 are of the twentieth century.
            text = ("19" if text[:2] >= "50" else "20") + text
        elif tag != GENERALIZED_TIME:
            return None
        if len(text) != 15 or not text[:14].isdigit() or text[14] != "Z":
            return None
        return datetime.fromisoformat(f"{text[:8]}T{text[8:14]}").replace(tzinfo=UTC)
    except ValueError:
        return None
