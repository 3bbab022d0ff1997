"""Groups of a fixed size use every key that they can, and other numbers of records are refused."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.model.requirement import Kind
from generators.scenario import Scenario
from generators.teller import Teller
from tests.generators.test_arrangement import LONG, THREE, below, body, file, group, under

#: Three accounts, each with twenty hours.
TWENTY = LONG.format("Hours").replace("400", "20")
TWELVE = LONG.format("Other").replace("400", "12")
PARTS = 'key = ["Account", "Part.Hours"]'
BELOW = 'key = ["group.Account", "Hours"]'


def sized(size: int, record: str) -> str:
    return record.replace("[1, 9]", f"[{size}, {size}]")


@pytest.mark.parametrize(
    ("records", "step", "most"),
    [
        ([sized(2, body(THREE, part=(TWENTY,), key=PARTS))], 2, 60),
        ([group(THREE), sized(2, below(body(TWENTY, key=BELOW)))], 2, 60),
        # Of the twenty hours of an account, some are left over.
        ([sized(6, body(THREE, part=(TWENTY,), key=PARTS))], 6, 54),
        ([group(THREE), sized(7, below(body(TWENTY, key=BELOW)))], 7, 42),
        (
            [
                group(THREE),
                sized(3, body(TWELVE, part=(TWENTY,), key=PARTS.replace("Acc", "group.Acc")))
                .replace('name = "body"', 'name = "body"\nparent = "group"\noccurs = [2, 2]'),
            ],
            6,
            54,
        ),
    ],
)  # fmt: skip
def test_every_number_of_records_is_made_or_refused_with_the_nearest_ones(
    records: list[str], step: int, most: int
) -> None:
    unit = "body.Part" if "repeat" in records[-1] else "body"
    teller = Teller(Scenario(Kind.ADT), under(file("adt", unit, *records)))
    for count in range(1, 61):
        other = replace(teller, scenario=replace(teller.scenario, records=count))
        if count % step == 0 and count <= most:
            assert len({tuple(row) for row in other.records()}) == count
            continue
        with pytest.raises(TadpError) as caught:
            list(other.records())
        near = [one for one in (count - count % step, count - count % step + step) if one]
        named = re.search(r"ask for ([\d or]+) records", str(caught.value))
        assert named is not None
        possible = sorted({min(one, most) for one in near if one <= most or one == near[0]})
        assert named[1] == " or ".join(map(str, possible))
