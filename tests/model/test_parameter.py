"""The parameters of a check under ``with``; the shipped model gives each check its own."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.checks import CHECKS, PARAMETERS
from conformance.model.parameter import Parameter, troubles
from conformance.model.requirement import Kind
from tests.checks.situation import catalogue


def test_each_check_says_what_it_takes() -> None:
    assert PARAMETERS.keys() == CHECKS.keys()


@pytest.mark.parametrize("edition", [*catalogue().editions])
def test_the_shipped_requirements_give_what_their_checks_take(edition: str) -> None:
    given = 0
    for one in catalogue().requirements(edition):
        wanted = {name: p for check in one.checks for name, p in PARAMETERS[check].items()}
        assert list(troubles(one.parameters, wanted, one.kinds)) == [], one.id
        given += len(one.parameters)
    assert given


@pytest.mark.parametrize(
    ("parameter", "good", "bad"),
    [
        (Parameter(), ["x", "two words"], ["", " ", "x ", 3, None, ["x"], {}]),
        (Parameter(values=("a", "b")), ["a"], ["c", "", ["a"], 1]),
        (Parameter(shape="[A-Z]{2}", words="two letters"), ["AB"], ["A", "ABC", "ab"]),
        (Parameter(several=True), [["x"], ["x", "y"]], [[], "x", [3], ["x", ""], {"x": 1}]),
        (Parameter(values=("a",), several=True), [["a"]], [["a", "b"]]),
    ],
)
def test_a_value_is_taken_or_not(parameter: Parameter, good: list[Any], bad: list[Any]) -> None:
    assert [value for value in good if not parameter.takes(value)] == []
    assert [value for value in bad if parameter.takes(value)] == []


def test_an_optional_parameter_is_not_missed() -> None:
    wanted = {
        "a": Parameter(), "b": Parameter(optional=True), "c": Parameter(kind=Kind.QCAF),
    }  # fmt: skip
    assert [name for name, _ in troubles({}, wanted, {Kind.ADT})] == ["a"]
    assert [name for name, _ in troubles({"a": "x"}, wanted, {Kind.QCAF})] == ["c"]
    assert list(troubles({"a": "x", "d": 1}, wanted, {Kind.ADT})) == [
        ("d", "the check takes no d; it takes: a, b, c")
    ]
    assert list(troubles({"a": 1}, {}, ())) == [
        ("a", "the check takes no a; it takes: nothing")
    ]  # fmt: skip


def test_the_items_of_a_publication_have_the_names_of_its_schema() -> None:
    from conformance.checks.publication import ITEMS
    from conformance.model.schema import schema_of

    item = schema_of("publication")["properties"]["items"]["items"]["properties"]["item"]
    assert tuple(item["enum"]) == ITEMS
