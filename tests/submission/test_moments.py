"""Dates and times as RFC 3339 writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.errors import TadpError
from conformance.submission.moments import format_moment, parse_moment

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-06-01T12:00:00Z", NOON),
        ("2025-06-01t12:00:00z", NOON),
        ("2025-06-01 12:00:00+00:00", NOON),
        ("2025-06-01T12:00Z", NOON),
        ("2025-06-01T12:30:00+00:30", NOON),
        ("2025-05-31T23:00:00-13:00", NOON),
        ("2025-06-01", NOON.replace(hour=0)),
        ("2025-06-01T12:00:00.25Z", NOON.replace(microsecond=250000)),
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC)),
    ],
)
def test_what_names_a_moment(text: str, moment: datetime) -> None:
    read = parse_moment(text, "here")
    assert read == moment
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "2025-06-01T12:00:00", "2025-6-1", "2025-02-29", "2025-06-01T24:00:01Z",
        "2025-06-01T12:00:60Z", "2025-13-01", "2025-06-01T12:00:00+25:00", "20250601T120000Z",
        "2025-W22-7", "2025-06-01T12:00:00Z ", "2025-06-01T12:00:00Z\n", "\u0662025-06-01",
        "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00", "2025-06-01T12:00:00,5Z",
        "2025-06-01T12:00:00.1234567Z",
    ],
)  # fmt: skip
def test_what_names_none_is_told_in_one_line(text: str) -> None:
    with pytest.raises(TadpError) as caught:
        parse_moment(text, "--at")
    assert str(caught.value) == (f"--at: {text!r} is no date and time (write 2025-06-01T09:30:00Z)")


def test_a_long_text_is_cut_in_the_message() -> None:
    with pytest.raises(TadpError) as caught:
        parse_moment("x" * 500, "--at")
    assert len(str(caught.value)) < 120


@given(
    st.datetimes(
        min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29),
        timezones=st.builds(
            timezone, st.integers(-1439, 1439).map(lambda m: timedelta(minutes=m))
        ),
    )
)  # fmt: skip
def test_a_moment_written_is_the_moment_read(moment: datetime) -> None:
    text = format_moment(moment)
    assert text.endswith("Z")
    assert parse_moment(text, "here") == moment
    assert parse_moment(moment.isoformat(), "here") == moment
