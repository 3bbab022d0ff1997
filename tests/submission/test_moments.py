"""Dates and times as RFC 3339 writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.errors import TadpError
from conformance.submission.moments import format_moment, parse_moment, require_zone

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
        ("2025-06-01T13:00+01:00", NOON),
        ("2025-06-01T13:00:00+0100", NOON),
        ("2025-06-01T13:00:00+01", NOON),
        ("2025-06-01 13:00:00 +01:00", NOON),
        ("2025-06-01T12:00:00,5Z", NOON.replace(microsecond=500000)),
        ("2025-06-01T12:00:00.1234567Z", NOON.replace(microsecond=123456)),
        ("2025-06-01T12:00:00.123456789012Z", NOON.replace(microsecond=123456)),
    ],
)
def test_text_that_names_a_moment_is_read_in_utc(text: str, moment: datetime) -> None:
    read = parse_moment(text, "here")
    assert read == moment
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "2025-06-01T12", "2025-06-01T12Z", "2025-06-01T12:00.5Z",
        "2025-6-1", "2025-02-29", "2025-06-01T24:00:01Z",
        "2025-06-01T12:00:60Z", "2025-13-01", "2025-06-01T12:00:00+25:00", "20250601T120000Z",
        "2025-W22-7", "2025-06-01T12:00:00Z ", "2025-06-01T12:00:00Z\n", "\u0662025-06-01",
        "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00", "2025-06-01T12:00:00.Z",
        "2025-06-01T12:00:00 BST", "2025-06-01T12:00:00+1:00", "2025-06-01T12:00:00+01:60",
    ],
)  # fmt: skip
def test_text_that_names_no_moment_is_reported_in_one_line(text: str) -> None:
    with pytest.raises(TadpError) as caught:
        parse_moment(text, "--at")
    assert str(caught.value) == (
        f"--at: {text!r} is not a date and time (write 2025-06-01T09:30:00Z)"
    )


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("28/11/2026 08:00", "2026-11-28T08:00:00Z, or +01:00 in place of Z in summer time"),
        ("1/6/25 9.30pm", "2025-06-01T21:30:00Z,"),
        ("28 November 2026 08:00:05 GMT", "2026-11-28T08:00:05Z,"),
        ("2026/11/28 08:00", "2026-11-28T08:00:00Z,"),
        ("28.11.2026", "write the year first: 2026-11-28, or with the time: 2026-11-28T09:30:00Z"),
        # There is no such day, and a month of another order is not guessed.
        ("31/02/2026 08:00", "write 2025-06-01T09:30:00Z"),
        ("11/28/2026 08:00", "write 2025-06-01T09:30:00Z"),
    ],
)
def test_a_time_in_another_form_is_the_example_of_the_right_one(text: str, right: str) -> None:
    with pytest.raises(TadpError) as caught:
        parse_moment(text, "--at")
    assert right in (caught.value.remedy or "")


def test_a_time_without_a_zone_says_what_to_add_or_takes_one() -> None:
    for text in ("2025-06-01T13:00:00", "2025-06-01 13:00", "2025-06-01T13:00:00.000"):
        with pytest.raises(TadpError) as caught:
            parse_moment(text, "--at")
        assert str(caught.value) == (
            f"--at: {text!r} does not say in which time zone it is (add Z for UTC or an offset "
            "such as +01:00, or give --zone Europe/London)"
        )
        assert parse_moment(text, "--at", "Europe/London") == NOON
    # A zone that is stated counts, and a day alone is in UTC.
    assert parse_moment("2025-06-01T12:00Z", "--at", "Europe/London") == NOON
    assert parse_moment("2025-06-01", "--at", "Europe/London") == NOON.replace(hour=0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2025-03-30T01:30:00", "skipped, as they were put forward (correct the time, or add Z"),
        ("2025-10-26T01:30:00", "showed twice, as they were put back (write "
         "2025-10-26T00:30:00Z or 2025-10-26T01:30:00Z)"),
    ],
)  # fmt: skip
def test_a_time_at_which_clocks_were_changed_is_not_guessed(text: str, says: str) -> None:
    with pytest.raises(TadpError) as caught:
        parse_moment(text, "--at", "Europe/London")
    assert f"'{text}' is a time that the clocks of Europe/London {says}" in str(caught.value)


@pytest.mark.parametrize("name", ["", "Europe/Atlantis", "../etc/passwd", "BST"])
def test_a_zone_that_is_not_known_is_refused(name: str) -> None:
    with pytest.raises(TadpError, match="is not a time zone of this system"):
        require_zone(name)
    assert require_zone("Europe/London") == "Europe/London"
    assert require_zone(None) is None


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
