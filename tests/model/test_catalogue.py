"""Requirements are found by id, clause and pattern, and worded as an edition has them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from conformance.checks import CHECKS
from conformance.model.catalogue import Catalogue, selects, selects_any
from conformance.model.loading import load_catalogue


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(CHECKS)


@pytest.mark.parametrize(
    ("pattern", "identifier", "expected"),
    [
        ("6.1", "6.1-3", True),
        ("6.1-3", "6.1-3", True),
        ("6.1-3", "6.1-30", False),
        ("6.1", "6.10-1", False),
        ("3.4", "3.4(b)-2", True),
        ("3.4(b)", "3.4(b)-2", True),
        ("3.4(a)", "3.4(b)-2", False),
        ("4.1", "4.13-1", False),
        ("4.13(b)-3", "4.13(b)-3", True),
        ("6.1-*", "6.1-3", True),
        ("6.1-*", "6.3-3", False),
        ("*(b)-*", "4.7(b)-3", True),
        ("UG", "UG1.4-2", True),
        ("UG1.4", "UG1.4-2", True),
        ("U", "6.1-3", False),
    ],
)
def test_patterns(pattern: str, identifier: str, expected: bool) -> None:
    assert selects(pattern, identifier) is expected
    assert selects_any(["9.9", pattern], identifier) is expected


@pytest.mark.parametrize(
    ("moment", "edition"),
    [
        (datetime(2022, 11, 2, 23, 59, 59, tzinfo=UTC), "v2.0"),
        (datetime(2022, 11, 3, tzinfo=UTC), "mp109"),
        (datetime(2016, 1, 1, tzinfo=UTC), "v2.0"),
        (datetime(2030, 1, 1, tzinfo=UTC), "mp109"),
    ],
)
def test_the_edition_follows_from_the_moment(
    catalogue: Catalogue, moment: datetime, edition: str
) -> None:
    assert catalogue.edition_at(moment).id == edition


def test_an_edition_words_a_requirement_its_own_way(catalogue: Catalogue) -> None:
    old = {r.id: r for r in catalogue.requirements("v2.0")}
    new = {r.id: r for r in catalogue.requirements("mp109")}
    assert "email" in old["3.4-1"].statement
    assert old["3.4-1"].parameters == {"method": "email"}
    assert old["3.4-1"].derived_from == ()
    assert new["3.4-1"].derived_from == ("UG1.6-1",)
    assert old["4.3-2"].parameters == {"to": "Service Desk"}
    assert new["4.3-2"].parameters == {"to": "DCC"}
    assert "2.2(c)-1" not in old
    assert "2.2(c)-1" in new
    assert not [i for i in old if i.startswith("UG")]
    assert old["2.2(d)-1"].clause == "2.2(c)"


def test_a_requirement_is_found_by_its_id(catalogue: Catalogue) -> None:
    found = catalogue.requirement("6.1-3")
    assert found is not None
    assert found.parameters == {"separator": "\n"}
    assert catalogue.requirement("6.1-99") is None
