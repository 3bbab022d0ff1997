"""The summary of a quarantine stays small, whatever its size and contents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from conformance.quarantine.communication import Communication
from conformance.quarantine.schedule import Schedule
from conformance.records.time_limit import TimeLimit, instant_bytes

AT = datetime(2025, 6, 4, 10, tzinfo=UTC)


def schedule() -> Schedule:
    return Schedule(TimeLimit(120, inclusive=True, to_completion=False), AT)


def at(moment: datetime) -> Communication:
    return Communication(1, instant_bytes(moment), "X", "1.1.1", None)


def test_moments_of_ten_thousand_years_make_no_more_groups_than_the_hours_that_count() -> None:
    gathered = schedule()
    for days in range(0, 3_600_000, 400):
        gathered.add("file", at(datetime(1, 1, 1, tzinfo=UTC) + timedelta(days=days)))
    assert gathered.total == 9000
    assert len(list(gathered.groups())) <= 3
    for hours in range(-5000, 5000):
        gathered.add("file", at(AT + timedelta(hours=hours)))
    # 30 days and 120 hours, one group before and one behind.
    assert len(list(gathered.groups())) <= 30 * 24 + 120 + 4
    assert sum(group.count for group in gathered.groups()) == gathered.total


def test_a_communication_whose_hours_end_after_the_year_9999_counts_as_undated() -> None:
    gathered = schedule()
    gathered.add("file", at(datetime(9999, 12, 31, tzinfo=UTC)))
    assert (gathered.undated, gathered.due) == (1, 0)


def test_only_the_first_without_a_time_are_kept() -> None:
    gathered = schedule()
    for number in range(1, 1001):
        gathered.add("file", Communication(number, None, None, None, None, "why"))
    assert len(gathered.shown) == 20
    assert gathered.undated == gathered.unknown.total() == 1000


def test_a_group_spans_what_is_in_it() -> None:
    gathered = schedule()
    for minutes in (30, 10, 50):
        gathered.add("file", at(AT - timedelta(hours=20) + timedelta(minutes=minutes)))
    (group,) = gathered.groups()
    assert group.count == 3
    assert gathered.ends(group.last) - gathered.ends(group.first) == timedelta(minutes=40)
