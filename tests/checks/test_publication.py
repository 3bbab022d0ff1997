"""Publications of DCC: clause 2.2."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from conformance.checks import PARAMETERS
from conformance.content import Content
from conformance.findings import Place, Status
from conformance.model.schema import schema_of
from conformance.submission.evidence import PublishedItem
from tests.checks.situation import (
    ADT,
    HEADING,
    assert_fails_only_at,
    assert_not_shown,
    check,
    publication,
    result,
    roots,
)

TEMPLATE, SETTING, SUBMITTING = publication().published


def template(heading: bytes = HEADING, filled_in: bytes = ADT) -> PublishedItem:
    return replace(
        TEMPLATE,
        file=Content.of_bytes("template.csv", heading),
        filled_in=Content.of_bytes("filled-in.csv", filled_in),
    )


@pytest.mark.parametrize(
    ("missing", "requirement"),
    [
        ("setting-guidance", "2.2(a)-1"),
        ("template", "2.2(b)-1"),
        ("submitting-guidance", "2.2(c)-1"),
    ],
)
def test_an_item_that_is_not_there_violates(missing: str, requirement: str) -> None:
    items = [item for item in publication().published if item.item != missing]
    checked = check(publication(*items))
    failed = assert_fails_only_at(checked, requirement)
    assert failed.findings[0].expected == missing
    hidden = result(checked, "2.2(b)-2")
    if missing == "template":
        assert (hidden.status, hidden.blocked_by) == (Status.NOT_SHOWN, ("2.2(b)-1",))
    else:
        assert hidden.status is Status.PASSED


def test_guidance_on_submitting_came_with_mp109() -> None:
    checked = check(publication(TEMPLATE, SETTING), edition="v2.0")
    assert roots(checked) == []
    assert result(checked, "2.2(c)-1").status is Status.NOT_APPLICABLE


@pytest.mark.parametrize("via", [("SharePoint",), (), ("email", "website")])
def test_an_item_elsewhere_than_on_the_ssi_violates(via: tuple[str, ...]) -> None:
    checked = check(publication(TEMPLATE, replace(SETTING, via=via), SUBMITTING))
    failed = assert_fails_only_at(checked, "2.2(d)-1")
    (finding,) = failed.findings
    assert finding.found == (", ".join(via) or "nowhere")
    assert finding.notes == ("ssi-or-sharepoint",)


def test_sharepoint_counts_too_by_the_other_reading() -> None:
    items = [replace(item, via=("sharepoint",)) for item in publication().published]
    assert roots(check(publication(*items))) == ["2.2(d)-1"]
    assert roots(check(publication(*items), ssi_or_sharepoint="either")) == []


@pytest.mark.parametrize(
    "heading",
    [
        HEADING.replace(b",", b";"),
        HEADING.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + HEADING,
        HEADING.replace(b"UserID,UserRole", b"UserRole,UserID"),
        HEADING.lower(),
        HEADING.replace(b"\n", b",\n"),
        ADT,
        b"",
    ],
    ids=["semicolons", "cr-lf", "mark", "order", "case", "one-more", "none", "empty"],
)
def test_a_template_with_another_heading_violates(heading: bytes) -> None:
    failed = assert_fails_only_at(
        check(publication(template(heading), SETTING, SUBMITTING)), "2.2(b)-2"
    )
    (finding,) = failed.findings
    assert finding.expected == HEADING.decode().strip()
    assert finding.place == Place("template.csv", 1, None, 0)


def test_a_template_may_go_on_after_its_heading() -> None:
    assert roots(check(publication(template(HEADING + ADT), SETTING, SUBMITTING))) == []
    assert roots(check(publication(template(HEADING.strip()), SETTING, SUBMITTING))) == []


@pytest.mark.parametrize(
    "filled_in",
    [ADT.replace(b"\n", b"\r\n"), HEADING + ADT, b""],
    ids=["cr-lf", "heading", "empty"],
)
def test_a_filled_in_copy_that_does_not_keep_to_6_3_violates(filled_in: bytes) -> None:
    checked = check(publication(template(filled_in=filled_in), SETTING, SUBMITTING))
    failed = assert_fails_only_at(checked, "2.2(b)-2")
    assert failed.findings[0].place.file == "filled-in.csv"


def test_every_fault_of_a_filled_in_copy_is_counted() -> None:
    many = ADT.replace(b",IS,", b",XX,") * 30
    checked = check(publication(template(filled_in=many), SETTING, SUBMITTING))
    assert result(checked, "2.2(b)-2").count == 30 + 29


def test_template_and_copy_must_be_given() -> None:
    bare = replace(TEMPLATE, file=None)
    assert_not_shown(check(publication(bare, SETTING, SUBMITTING)), "2.2(b)-2", "items.file")
    bare = replace(TEMPLATE, filled_in=None)
    assert_not_shown(check(publication(bare, SETTING, SUBMITTING)), "2.2(b)-2", "items.filled_in")


def test_the_items_that_a_requirement_may_name_are_those_of_the_schema() -> None:
    entry = schema_of("publication")["properties"]["items"]
    named = entry["items"]["properties"]["item"]["enum"]
    parameter = PARAMETERS["published-item"]["item"]
    assert sorted(parameter.values) == sorted(named)
