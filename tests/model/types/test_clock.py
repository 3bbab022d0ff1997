"""Dates and times in other formats: what exists, what clocks skip and what they show twice."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from conformance.model.types.clock import Format
from conformance.model.types.date import Date
from conformance.model.types.instant import Instant

ZONES = ("Europe/London", "Africa/Casablanca", "Australia/Lord_Howe", "Pacific/Apia")


def test_an_expression_admits_the_dates_that_exist() -> None:
    kind = Date(("DD/MM/YYYY", "YYYYMMDD"))
    admits = re.compile(kind.expression(b",")).fullmatch
    for year in (1900, 2000, 2024, 2025):
        for month in range(14):
            for day in range(33):
                try:
                    exists = bool(datetime(year, month, day))
                except ValueError:
                    exists = False
                for text in (f"{day:02}/{month:02}/{year}", f"{year}{month:02}{day:02}"):
                    assert bool(admits(text.encode())) is exists, text


@pytest.mark.parametrize("zone", ZONES)
def test_a_time_that_clocks_skip_does_not_exist(zone: str) -> None:
    kind = Instant(("YYYY-MM-DD hh:mm",), zone)
    admits, written = re.compile(kind.expression(b",")).fullmatch, set[str]()
    moment, end = datetime(2011, 9, 1, tzinfo=UTC), datetime(2012, 6, 1, tzinfo=UTC)
    while moment < end:
        text = kind.of_moment(moment)
        assert text is not None
        written.add(text)
        moment += timedelta(minutes=30)
    local = datetime(2011, 9, 3)
    while local < datetime(2012, 5, 30):
        text = Format("YYYY-MM-DD hh:mm").write(local)
        exists = text in written
        assert kind.exists(text.encode()) is exists, text
        # An hour that is skipped on such a day in any year is looked at one by one.
        assert exists or not admits(text.encode()), text
        local += timedelta(minutes=30)


def test_a_time_that_clocks_show_twice_is_two_moments() -> None:
    kind = Instant(("DD/MM/YYYY hh:mm",), "Europe/London")
    twice, once = b"26/10/2025 01:30", b"26/10/2025 02:30"
    assert kind.same(twice) == b"2025-10-26T00:30:00Z/2025-10-26T01:30:00Z"
    assert kind.same(once) == b"2025-10-26T02:30:00Z"
    assert [kind.spell(kind.same(one)) for one in (twice, once)] == [twice, once]
    assert [len(kind.orders(one)) for one in (twice, once)] == [2, 1]
    assert re.fullmatch(kind.expression(b","), twice)
    skipped = b"30/03/2025 01:30"
    assert not kind.exists(skipped)
    (rule,) = kind.rules
    assert kind.explain(rule, skipped).message == "the clocks of Europe/London skip the time"


def test_values_sort_as_their_moments_only_where_all_is_said_in_order() -> None:
    in_order = Instant(), Instant(("YYYYMMDDhhmmss",)), Instant(("YYYY/MM/DD hh:mm:ss",), "Z")
    others = (
        Instant(("DD/MM/YYYY hh:mm:ss",)), Instant(("YYYY-MM-DD hh:mm",)),
        Instant(("YYYYMMDDhhmmss",), "Europe/London"),
        Instant(("YYYYMMDDhhmmss", "YYYY-MM-DDThh:mm:ssZ")),
    )  # fmt: skip
    assert [one.sorts_as_bytes for one in (*in_order, *others)] == [True] * 3 + [False] * 4


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2025-02-27T22:58:01", "2025-03-01T01:01:30"),
        ("2024-02-28T23:59:00", "2024-02-29T00:01:00"),
        ("2025-12-31T23:10:00", "2025-12-31T23:12:59"),
        ("0001-01-01T00:00:00", "0001-01-01T00:59:00"),
    ],
)
@pytest.mark.parametrize(
    "formats", [(), ("DD/MM/YYYY hh:mm",), ("YYYYMMDDhhmmss", "YYYY-MM-DD hh:mm:ss")]
)
def test_an_expression_for_a_span_admits_its_whole_minutes(
    formats: tuple[str, ...], first: str, last: str
) -> None:
    kind = Instant(formats)
    start, stop = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (first, last))
    admits = re.compile(kind.between(start, stop)).fullmatch
    minute, whole = start.replace(second=0), timedelta(minutes=1)
    for _ in range(3 + (stop - minute) // whole):
        inside = start <= minute and minute + whole <= stop
        for second in (0, 31, 59):
            moment = minute + timedelta(seconds=second)
            written = {kind.of_moment(moment, turn) for turn in range(len(kind.formats))}
            assert {admits(str(one).encode()) is not None for one in written} == {inside}, moment
        minute += whole
    assert not admits(b"")


def test_no_expression_is_made_for_a_span_without_a_whole_minute_or_of_years() -> None:
    start = datetime(2025, 6, 1, 10, 0, 30, tzinfo=UTC)
    after = [timedelta(seconds=s) for s in (-3600, 0, 29, 30, 89)]
    assert {Instant().between(start, start + one) for one in after} == {b""}
    assert Instant().between(start, start + timedelta(seconds=90))
    assert not Instant().between(datetime.min.replace(tzinfo=UTC), start)
    assert not Instant((), "Europe/London").between(start, start + timedelta(hours=1))
