"""The 120 hours, to the second, as each reading has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.records.time_limit import TimeLimit, instant_bytes, moment_of
from tests.checks.situation import profile

END = datetime(2025, 6, 6, 10, tzinfo=UTC)
FIRST = END - timedelta(hours=120)
SECOND = timedelta(seconds=1)


def test_it_is_the_profiles_with_its_readings() -> None:
    assert TimeLimit.of(profile()) == TimeLimit(120, inclusive=True, to_completion=False)
    other = {"exactly-120-hours": "late", "hours-counted-to": "completion"}
    changed = replace(
        profile(),
        readings={**profile().readings, **other},
        delivery=replace(profile().delivery, hours=48),
    )
    assert TimeLimit.of(changed) == TimeLimit(48, inclusive=False, to_completion=True)


@pytest.mark.parametrize(("inclusive", "first"), [(True, FIRST), (False, FIRST + SECOND)])
def test_the_first_quarantine_that_is_in_time(inclusive: bool, first: datetime) -> None:
    limit = TimeLimit(120, inclusive, to_completion=False)
    assert moment_of(limit.first_in_time(END)) == first
    late = limit.first_in_time(END + timedelta(microseconds=1))
    assert moment_of(late) == FIRST + SECOND


def test_before_the_first_year_everything_is_in_time() -> None:
    limit = TimeLimit(10**8, inclusive=True, to_completion=False)
    assert limit.first_in_time(END) <= instant_bytes(datetime(1, 1, 1, tzinfo=UTC))


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_written_moments_sort_in_the_order_of_time(one: datetime, other: datetime) -> None:
    one, other = one.replace(microsecond=0), other.replace(microsecond=0)
    assert (instant_bytes(one) < instant_bytes(other)) == (one < other)
    assert moment_of(instant_bytes(one)) == one


@pytest.mark.parametrize(
    "value", [b"", b"2025-02-29T00:00:00Z", b"2025-06-01T24:00:00Z", b"2025-06-01 10:00:00Z",
              b"2025-06-01T10:00:00+00:00", b"\xff" * 20, b"0000-01-01T00:00:00Z"]
)  # fmt: skip
def test_a_value_that_is_not_a_moment_gives_none(value: bytes) -> None:
    assert moment_of(value) is None
