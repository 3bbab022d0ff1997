"""Rows that a rule sorts are in groups all the same, as many as there may be."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.model.requirement import Kind, SetBy
from generators.conforming import conforming
from generators.draft import Ground
from generators.scenario import Scenario
from generators.stream import write_large
from generators.teller import Teller
from tests.generators.test_arrangement import (
    ACCOUNT,
    ACTION,
    HOURS,
    LONG,
    REQUEST,
    THREE,
    TIME,
    below,
    body,
    file,
    group,
    under,
)  # fmt: skip
from tests.generators.test_under_profiles import roots

SORTED = """[[files.{}.rules]]
id = "in-order"
rule = "sorted"
by = [{}]
"""
EVENT, KEY = LONG.format("Event"), 'key = ["Event"]'
REF = '  { name = "Ref", type = "integer", digits = 4 },\n'


def by(*names: str) -> str:
    return ", ".join(f'{{ column = "{name}" }}' for name in names)


def ruled(text: str, rules: str) -> Ground:
    return under(text.replace("rules = []\n", "") + rules)


def keyed(record: str) -> str:
    return record.replace("columns", 'key = ["Account"]\ncolumns', 1)


@pytest.mark.parametrize(
    ("records", "limits", "order"),
    [
        # By what is below a group, by what is above it and below it, and the other way round.
        ([group(ACCOUNT), below(body(EVENT, key=KEY))], "maximum_records = 18", by("Event")),
        ([keyed(group(ACCOUNT)), below(body(EVENT, key=KEY))], "maximum_records = 18", by("Event")),
        (
            [group(THREE, REF), below(body(EVENT, key=KEY))],
            "maximum_records = 18",
            by("group.Account", "Event"),
        ),
        (
            [group(ACCOUNT), below(body(HOURS, EVENT, key=KEY))],
            "maximum_records = 18",
            by("Hours", "group.Account"),
        ),
        # The least and the most that a group has.
        (
            [group(ACCOUNT), below(body(EVENT, key=KEY)).replace("[1, 9]", "[2, 3]")],
            "",
            by("Event"),
        ),
        ([keyed(group(ACCOUNT)), below(body(EVENT, key=KEY))], "", by("Event")),
        # Parts of a record, alone and below another.
        ([body(ACCOUNT, part=(EVENT,), key=KEY)], "maximum_records = 6", by("Event")),
        (
            [group(ACCOUNT), below(body(REF, part=(EVENT,), key=KEY))],
            "maximum_records = 9",
            by("Event"),
        ),
        (
            [group(ACCOUNT), below(body(REF, part=(EVENT,), key=KEY))],
            "maximum_records = 9",
            by("Ref", "Event"),
        ),
    ],
)
def test_sorted_rows_keep_every_limit_of_their_groups(
    records: list[str], limits: str, order: str
) -> None:
    unit = "body.Part" if "repeat" in records[-1] else "body"
    text = file("adt", unit, *records, limits=limits)
    one = ruled(text, SORTED.format("adt", order))
    for seed in range(8):
        assert roots(conforming(Scenario(Kind.ADT, records=12, seed=seed), one)) == [], seed


def test_a_qcaf_that_its_own_order_gives_too_many_records_is_refused(tmp_path: Path) -> None:
    key = 'key = ["Request"]'
    asked = [group(ACCOUNT), below(body(REQUEST, TIME, EVENT, key=key))]
    answer = [group(ACCOUNT), below(body(REQUEST, TIME, EVENT, ACTION, key=key))]
    limits = "minimum_records = 1\nmaximum_records = 18"
    text = file("report", "body", *asked, limits=limits) + file(
        "qcaf", "body", *answer, limits=limits
    )
    one = ruled(text, SORTED.format("qcaf", by("Event")))
    scenario = Scenario(Kind.QCAF, set_by=SetBy.USER, quarantined_hours=5, records=12)
    with pytest.raises(TadpError, match="at most 18 records"):
        conforming(scenario, one)
    with pytest.raises(TadpError, match="at most 18 records"):
        write_large(scenario, one, tmp_path / "large", lambda _: None)
    few = replace(scenario, records=Teller(scenario, one).usual_count())
    assert roots(conforming(few, one)) == []
