# ruff: noqa: E501 - a row for each column
"""Records that are made have keys that mean different things, and keep rules that are hard to."""

from __future__ import annotations

import pytest

from conformance.model.requirement import Kind
from generators.conforming import conforming, fitted
from generators.draft import Draft
from generators.scenario import Scenario
from tests.generators.test_under_profiles import roots, under

_ADT = """
[files.adt]
key = [{key}]
columns = [
  {{ name = "Per", type = "period", role = "period", codes = {{ H = 1, D = 24, W = 168, 7D = 168 }} }},
  {{ name = "Low", type = "integer", maximum = 9999, nullable = true }},
  {{ name = "High", type = "integer", minimum = 50, maximum = 149, nullable = true, also = [{{ word = "ANY", means = "infinity" }}] }},
]
rules = [{rule}]
"""
_RULE = (
    '{ id = "c", rule = "compare", left = { column = "Low" }, op = "=",'
    ' right = { column = "High" }, null = "fails" }'
)


def draft(key: str, rule: str, records: int) -> Draft:
    place = under(_ADT.format(key=key, rule=rule))
    return conforming(fitted(Scenario(Kind.ADT, records=records), place), place)


def test_keys_are_counted_and_made_by_what_they_mean() -> None:
    made = draft('"Per"', "", 4)
    assert len((made.csv or b"").splitlines()) == 3
    assert roots(made) == []


@pytest.mark.parametrize("records", [4, 60])
def test_a_comparison_is_kept_where_words_and_nulls_do_not(records: int) -> None:
    made = draft("", _RULE, records)
    assert len((made.csv or b"").splitlines()) == records
    assert roots(made) == []
