"""Requirements are found by id, clause and pattern, and worded as an edition has them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from conformance.checks import CHECKS
from conformance.model.catalogue import Catalogue, selects, selects_any
from conformance.model.column import Role
from conformance.model.cross_rule import CrossRuleName
from conformance.model.loading import load_catalogue
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Edition, Kind


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
        ("U", "UG1.4-2", True),
        ("6", "6.1-3", False),
        ("6.1-3", "6.1", False),
        ("UG1", "UG1.4-2", False),
        ("6.?-*", "6.1-3", False),
        ("6.[1]-*", "6.1-3", False),
        ("6.[1]-*", "6.[1]-3", True),
        ("6.?-*", "6.?-3", True),
        ("*", "6.1-3", True),
        ("ug*", "UG1.4-2", False),
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
    assert old["3.4-1"].parameters == {"method": "email", "recipient": "service-desk"}
    assert old["3.4-1"].notes == ("change-over",)
    assert "4.13-1" not in old
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


def test_clauses_that_are_not_covered_are_listed_for_each_edition(catalogue: Catalogue) -> None:
    """The clauses that MP109 did not amend are missing from both; some gaps are one edition's."""
    found = {
        edition: {clause for gap in catalogue.not_covered_in(edition) for clause in gap.clauses}
        for edition in catalogue.editions
    }
    both = {
        "1", "definitions", "2.1", "3.2", "3.3", "3.5 on", "4.1", "4.2", "4.4 to 4.6",
        "4.9 to 4.12", "4.14 on", "5", "6.2 to 6.5", "User Guidance",
    }  # fmt: skip
    assert found == {"v2.0": both | {"4.13"}, "mp109": both | {"amendments"}}
    assert all(gap.what and gap.reason for gap in catalogue.not_covered)


def test_no_edition_applies_before_the_first() -> None:
    first = Edition("first", "t", "s", "2020-02-29")
    second = Edition("second", "t", "s", "2021-01-01")
    made = Catalogue((), {}, {"first": first, "second": second}, {}, "")
    moments = {
        datetime(2020, 2, 29, tzinfo=UTC): first,
        datetime(2020, 12, 31, 23, 59, tzinfo=UTC): first,
        datetime(2021, 1, 1, tzinfo=UTC): second,
    }
    assert {moment: made.edition_at(moment) for moment in moments} == moments
    assert made.latest is second
    with pytest.raises(LookupError, match=r"^no edition was in force on 2020-02-28$"):
        made.edition_at(datetime(2020, 2, 28, 23, 59, tzinfo=UTC))


def test_a_requirement_that_no_pattern_names_is_not_selected() -> None:
    assert not selects_any([], "6.1-3")
    assert not selects_any(["6.2", "6.3"], "6.1-3")


def test_the_names_of_what_is_submitted() -> None:
    assert {kind.value: kind.label for kind in Kind} == {
        "adt": "ADT File",
        "qcaf": "QCAF",
        "report": "Quarantined Communications Report",
        "incident": "Incident",
        "publication": "publication",
        "area": "SharePoint area",
    }


def test_the_columns_and_rules_of_a_file_are_found(catalogue: Catalogue) -> None:
    form = load_profile("reference", catalogue).files[Kind.ADT]
    assert [form.index(column.name) for column in form.columns] == [0, 1, 2, 3, 4, 5]
    roles = {role: form.index_of_role(role) for role in Role}
    assert {role.value: at for role, at in roles.items() if at is not None} == {
        "user-id": 0, "user-role": 1, "variant": 2, "period": 3, "warning-threshold": 4,
        "threshold": 5,
    }  # fmt: skip
    (found,) = form.rules_of(CrossRuleName.ONE_SENDER)
    assert (found.id, found.columns) == ("one-user-id", ("UserID",))
    assert form.rules_of(CrossRuleName.BREACH_FITS) == ()
