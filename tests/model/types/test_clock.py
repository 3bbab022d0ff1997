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
