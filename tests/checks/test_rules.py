"""An ADT File replaces the one before it as a whole: guidance 1.1."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from conformance.checks import CHECKS, Context
from conformance.content import Content
from conformance.findings import CAP, Finding, OmittedFindings, Status
from conformance.submission.evidence import ABSENT, Replaced
from tests.checks.situation import (
    ADT,
    USER_ID,
    adt,
    assert_fails_only_at,
    assert_not_shown,
    catalogue,
    check,
    result,
    roots,
    setting,
    signed,
)

MORE = ADT + f"{USER_ID},IS,1.2.1,24,,10\n".encode()


def replacing(before: bytes, *removed: tuple[str, ...]) -> Replaced:
    return Replaced(Content.of_bytes("before.csv", before), frozenset(removed))


def test_a_rule_left_out_violates() -> None:
    failed = assert_fails_only_at(check(adt(replaced=replacing(MORE))), "UG1.1-1")
    (finding,) = failed.findings
    assert finding.found == f"no rule for {USER_ID}, IS, 1.2.1, 24"
    assert (finding.place.file, finding.place.record) == ("before.csv", 3)


def test_a_rule_that_was_meant_to_go_may_go() -> None:
    removed = (USER_ID, "IS", "1.2.1", "24")
    assert roots(check(adt(replaced=replacing(MORE, removed)))) == []
    another = (USER_ID, "IS", "1.2.1", "25")
    assert roots(check(adt(replaced=replacing(MORE, another)))) == ["UG1.1-1"]


def test_all_that_are_left_out_may_be_meant_to_go_and_the_first_file_replaces_none() -> None:
    everything = Replaced(Content.of_bytes("before.csv", MORE), None)
    assert roots(check(adt(replaced=everything))) == []
    first = result(check(adt(replaced=ABSENT)), "UG1.1-1")
    assert first.status is Status.NOT_APPLICABLE


def test_a_rule_for_communications_in_general_is_reported_as_null() -> None:
    general = ADT + f"{USER_ID},IS,,48,,10\n".encode()
    failed = assert_fails_only_at(check(adt(replaced=replacing(general))), "UG1.1-1")
    assert failed.findings[0].found == f"no rule for {USER_ID}, IS, null, 48"


@pytest.mark.parametrize(
    "data",
    [ADT.replace(b",80,100", b",90,110"), MORE, b"".join(reversed(ADT.splitlines(True)))],
    ids=["changed", "added", "reordered"],
)
def test_rules_may_be_changed_added_and_reordered(data: bytes) -> None:
    assert roots(check(adt(data, replaced=replacing(ADT)))) == []


def test_another_time_period_is_another_rule() -> None:
    changed = ADT.replace(b",24,80", b",48,80")
    assert roots(check(adt(changed, replaced=replacing(ADT)))) == ["UG1.1-1"]


def test_many_rules_left_out_are_counted() -> None:
    many = ADT + "".join(f"{USER_ID},IS,1.2.1,{n},,10\n" for n in range(1, 40)).encode()
    failed = result(check(adt(replaced=replacing(many))), "UG1.1-1")
    assert (len(failed.findings), failed.count) == (CAP, 39)


def test_no_more_findings_are_made_than_are_kept() -> None:
    """However many rules are left out, memory stays bounded."""
    many = "".join(f"{USER_ID},IS,1.2.1,{n},,10\n" for n in range(1, 400)).encode()
    context = Context(adt(replaced=replacing(many)), setting())
    requirement = catalogue().requirement("UG1.1-1")
    assert requirement is not None
    outcomes = list(CHECKS["full-replacement"](context, requirement))
    assert [type(o) for o in outcomes] == [Finding] * CAP + [OmittedFindings]


def test_the_file_before_must_be_known() -> None:
    assert_not_shown(check(adt(replaced=None)), "UG1.1-1", "replaces.file")
    assert result(check(adt(file=None)), "UG1.1-1").evidence == ("file",)


def test_a_key_that_cannot_be_read_hides_it_and_another_field_does_not() -> None:
    hidden = check(adt(ADT.replace(b",24,80", b",x,80"), replaced=replacing(MORE)))
    assert_fails_only_at(hidden, "6.3-8")
    assert result(hidden, "UG1.1-1").blocked_by == ("6.3-8",)
    shown = check(adt(ADT.replace(b",24,80,100", b",24,80,x"), replaced=replacing(MORE)))
    assert roots(shown) == ["6.3-8", "UG1.1-1"]


def test_before_mp109_there_was_no_guidance() -> None:
    checked = check(replace(adt(replaced=replacing(MORE)), edition="v2.0"))
    assert result(checked, "UG1.1-1").status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    "before",
    [MORE.replace(b",24,,10\n", b",24,10\n"), MORE.replace(b",IS,1.2.1", b", IS,1.2.1"),
     MORE.decode().encode("utf-16"), b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"],
    ids=["a-field-less", "a-space-more", "utf-16", "cms"],
)  # fmt: skip
def test_a_file_in_force_that_cannot_be_read_shows_nothing(before: bytes) -> None:
    """The value that seems missing may be in the part that cannot be read."""
    assert_not_shown(check(adt(replaced=replacing(before))), "UG1.1-1", "replaces.file")


def test_a_file_in_force_may_be_signed() -> None:
    inside = Replaced(signed(ADT), frozenset())
    assert roots(check(adt(replaced=inside))) == []
    second = ADT.splitlines(keepends=True)[1]
    failed = assert_fails_only_at(check(adt(second, replaced=inside)), "UG1.1-1")
    assert failed.findings[0].found == f"no rule for {USER_ID}, IS, 1.1.1, 24"
