"""Profiles made up at random whose files have several kinds of records, or names first.

They are apart from ``test_random.py``, which fills sheets in as a person does: with a row for each
record, and nothing for headers and groups. The self-test of such a profile takes longer than all
that is tried there; ``tox -e profiles`` does it for many, and ``tox -e whole`` for one.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from generators.profiles import loaded
from generators.selftest import self_test
from tests.profiles.made_up import made_up

#: Profiles that are tried, and the number of the first.
COUNT = int(os.environ.get("TADP_PROFILES_COUNT", "1"))
SEED = int(os.environ.get("TADP_PROFILES_SEED", "4"))


def several(number: int) -> dict[str, Any]:
    """Return the profile of that number, with several kinds of records."""
    return made_up(number, several=True)


@pytest.mark.whole
@pytest.mark.parametrize("number", range(SEED, SEED + COUNT))
def test_the_self_test_of_a_made_up_profile_refuses_nothing_and_tries_every_fault(
    number: int,
) -> None:
    one = loaded(several(number))
    tried = self_test(one.profile, one.catalogue)
    assert not tried.refused
    assert tried.faults > 100
    doubtful = [str(found) for found in tried.warnings if "not tried" in found.what]
    assert not doubtful


def test_spreading_columns_over_records_keeps_every_column() -> None:
    for number in range(40):
        before = made_up(number)["files"]["adt"]
        after = several(number)["files"]["adt"]
        names = {column["name"] for column in before["columns"]}
        there = {
            one.get("name")
            for record in after.get("records", [{"columns": after.get("columns", ())}])
            for column in record["columns"]
            for one in (column, *column.get("columns", ()))
        }
        assert names <= there


def test_kinds_of_each_sort_are_made_up() -> None:
    files = [file for number in range(40) for file in several(number)["files"].values()]
    records = [record for file in files for record in file.get("records", ())]
    assert any(file.get("header") == "names" for file in files)
    assert any("parent" in record for record in records)
    assert any("repeat" in column for record in records for column in record["columns"])
    # Totals of a record are before what repeats in it, and behind.
    inner = [[*map(_sort_of, one["columns"])] for one in records if one["name"] == "Body"]
    totals = {"repetitions", "sum"}
    assert {one for sorts in inner for one in sorts[: _place(sorts)]} >= totals
    assert {one for sorts in inner for one in sorts[_place(sorts) :]} >= totals
    ways = {
        way
        for record in records
        for column in record["columns"]
        for way in column.get("derived", ())
    }
    assert {"count", "sum", "same", "digest", "repetitions"} <= ways
    roles = {column.get("role") for record in records for column in record["columns"]}
    assert {"recipient", "created-at"} <= roles
    assert {record.get("at") for record in records} == {None, 1, -1}
    assert any("parent" in record and "at" in record for record in records)


def _sort_of(column: dict[str, Any]) -> str:
    """Return what is computed of a column, that it repeats, or nothing."""
    return next(iter(column.get("derived", {})), "repeat" if "repeat" in column else "")


def _place(sorts: list[str]) -> int:
    return sorts.index("repeat") if "repeat" in sorts else len(sorts)
