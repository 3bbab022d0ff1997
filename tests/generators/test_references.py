"""References are of the shape that the profile gives them, and each is another."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from conformance.errors import TadpError
from generators.conforming import conforming
from generators.faults import faults_of
from generators.references import reference
from generators.scenario import Scenario
from tests.generators.test_under_profiles import roots, under

SHAPES = ["REQ[0-9]{12}", r"SR-\d{4}", "[A-F]{3}[0-9]{4,6}", r"\d{4}-\d{2}-[a-z]", "(?:A|B)[0-9]+"]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_reference_is_of_its_shape_and_of_its_number_alone(shape: str) -> None:
    made = [reference(shape, number) for number in (0, 1, 9, -1)]
    assert all(re.fullmatch(shape, one) for one in made)
    assert made == [reference(shape, number) for number in (0, 1, 9, -1)]
    assert all(one != other for one, other in combinations(made, 2))
    assert reference(shape, 1, {made[1]}) != made[1]


def test_where_there_is_not_another_the_entry_is_named() -> None:
    assert reference("ONE", 1) == "ONE"
    with pytest.raises(TadpError, match="references: no other reference of the shape ONE"):
        reference("ONE", 2, {"ONE"})


def test_each_fault_of_references_is_one_under_any_shapes() -> None:
    place = under('references = {smsr = "[A-F]{3}[0-9]{4,6}", incident = "[0-9]{6,9}[a-z]"}')
    draft = conforming(Scenario(), place)
    assert roots(draft) == []
    checks = ("smsr-shape", "reference-in-subject", "one-live-file", "name-form")
    faults = [one for one in faults_of(draft) if one.name.startswith(checks)]
    assert {one.name.partition("/")[0] for one in faults} == {*checks}
    for fault in faults:
        assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name
