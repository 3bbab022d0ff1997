"""Roots, what derives from them, what they hide, and the verdict."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from conformance.checker import Result, check_submission
from conformance.checks import CHECKS
from conformance.checks.registry import check as register
from conformance.content import Content
from conformance.findings import (
    Attested,
    Finding,
    NotApplicable,
    NotShown,
    OmittedFindings,
    Outcome,
    Status,
    Verdict,
)
from conformance.model.catalogue import Catalogue
from conformance.model.requirement import Kind, Requirement, Strength
from conformance.submission.evidence import ABSENT, Sender, Submission
from tests.checks.situation import (
    ADT,
    SENT,
    USER_ID,
    adt,
    assert_fails_only_at,
    at,
    catalogue,
    check,
    incident,
    publication,
    qcaf,
    result,
    roots,
    setting,
    signed,
)

CRLF = replace(adt(ADT.replace(b"\n", b"\r\n")), replaced=None)


def test_a_fault_fails_its_root_and_the_clause_through_it() -> None:
    checked = check(CRLF)
    assert_fails_only_at(checked, "6.1-3")
    derived = result(checked, "3.4(b)-1")
    assert derived.status is Status.FAILED
    assert derived.through == ("6.1-3",)
    assert (derived.count, derived.findings) == (0, ())
    assert not derived.is_root


def test_several_roots_are_all_named_where_a_clause_fails_through_them() -> None:
    faulty = replace(adt(ADT.replace(b"\n", b"\r\n").replace(b"IS", b"XX")), replaced=None)
    assert result(check(faulty), "3.4(b)-1").through == ("6.1-3", "6.3-11")


def test_a_requirement_can_fail_by_itself_and_through_another() -> None:
    both = qcaf("user", sent_at=at(0, day=10))
    data = b"".join(
        line.replace(b"Delete", b"Release") if number == 1 else line
        for number, line in enumerate(_lines(both))
    )
    late = replace(both, file=signed(data), quarantine=replace(both.quarantine, report=None))
    one = result(check(late), "UG1.2-1")
    assert one.is_root
    assert one.through == ("UG1.2-2",)


def _lines(submission: Submission) -> list[bytes]:
    from conformance.checks import Context

    data = Context(submission, setting()).data
    assert data is not None
    return data.read(1 << 20).splitlines(keepends=True)


def test_a_derived_requirement_is_not_shown_while_its_source_is_not() -> None:
    unsigned = adt(file=None)
    derived = result(check(unsigned), "3.4(b)-1")
    assert derived.status is Status.NOT_SHOWN
    assert derived.evidence == ("file",)
    of_records = (one.id for one in catalogue().requirements() if one.clause == "6.3")
    of_bytes = (f"6.1-{number}" for number in (1, 2, 3, 4, 6))
    assert derived.blocked_by == (*of_bytes, *of_records)
    assert (derived.reason or "").startswith("depends on 6.1-1, 6.1-2, 6.1-3 and ")


def test_a_requirement_derived_from_none_that_applies_does_not_apply() -> None:
    only = catalogue_of(derived("X-1", "UG1.6-*"))
    (one,) = (r for r in check_with(only, adt()) if r.requirement.id == "X-1")
    assert (one.status, one.reason) == (
        Status.NOT_APPLICABLE, "nothing that it derives from applies",
    )  # fmt: skip


def test_a_requirement_hidden_by_what_failed_names_just_that() -> None:
    checked = check(adt(request=ABSENT))
    assert result(checked, "UG1.3-1").blocked_by == ("3.1-1",)


# --- Outcomes -----------------------------------------------------------------------------------


def requirement(identifier: str, *checks: str, **changes: Any) -> Requirement:
    plain = catalogue().requirement("6.1-3")
    assert plain is not None
    return replace(plain, id=identifier, clause="X", checks=checks, **changes)


def derived(identifier: str, *patterns: str) -> Requirement:
    return requirement(identifier, derived_from=patterns)


def catalogue_of(*requirements: Requirement) -> Catalogue:
    first, *others = catalogue().clauses
    extended = replace(first, requirements=(*requirements, *first.requirements))
    return replace(catalogue(), clauses=(extended, *others))


def check_with(known: Catalogue, submission: Submission) -> tuple[Result, ...]:
    return check_submission(submission, setting(catalogue=known)).results


OUTCOMES: list[tuple[list[Outcome], Status, int]] = [
    ([], Status.PASSED, 0),
    ([Finding("a")], Status.FAILED, 1),
    ([Finding("a"), OmittedFindings(41), Finding("b")], Status.FAILED, 43),
    ([NotShown("a"), Finding("b")], Status.FAILED, 1),
    ([NotShown("a"), NotShown("b"), NotShown("a")], Status.NOT_SHOWN, 0),
    ([Attested("a"), NotShown("b")], Status.NOT_SHOWN, 0),
    ([Attested("by A")], Status.ATTESTED, 0),
    ([NotApplicable("a")], Status.NOT_APPLICABLE, 0),
]


@pytest.mark.parametrize(("outcomes", "status", "count"), OUTCOMES)
def test_the_outcomes_of_a_check_decide_the_status(
    monkeypatch: pytest.MonkeyPatch, outcomes: list[Outcome], status: Status, count: int
) -> None:
    monkeypatch.setitem(CHECKS, "invented", lambda *_: iter(outcomes))
    known = catalogue_of(requirement("X-1", "invented"))
    (one,) = (r for r in check_with(known, adt()) if r.requirement.id == "X-1")
    assert (one.status, one.count) == (status, count)
    if status is Status.NOT_SHOWN:
        assert one.reason in ("a; b", "b")


def test_findings_are_kept_up_to_a_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHECKS, "invented", lambda *_: iter([Finding(str(n)) for n in range(50)]))
    known = catalogue_of(requirement("X-1", "invented"))
    (one,) = (r for r in check_with(known, adt()) if r.requirement.id == "X-1")
    assert (len(one.findings), one.count) == (20, 50)


def test_checks_are_run_up_to_the_first_that_finds_something(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(CHECKS, "first", lambda *_: iter([NotShown("hidden")]))
    monkeypatch.setitem(CHECKS, "second", lambda *_: iter([Finding("found")]))
    monkeypatch.setitem(CHECKS, "third", lambda *_: pytest.fail("it was run"))
    known = catalogue_of(requirement("X-1", "first", "second", "third"))
    (one,) = (r for r in check_with(known, adt()) if r.requirement.id == "X-1")
    assert [f.message for f in one.findings] == ["found"]


def test_a_name_is_registered_once() -> None:
    with pytest.raises(ValueError, match="two checks are called 'attested'"):
        register("attested")(CHECKS["attested"])


# --- The verdict --------------------------------------------------------------------------------


def test_the_verdicts() -> None:
    assert check(adt()).verdict is Verdict.CONFORMS
    assert check(adt(request=None)).verdict is Verdict.NOT_SHOWN
    assert check(CRLF).verdict is Verdict.VIOLATES
    # Violated goes before not shown.
    assert check(replace(CRLF, request=None)).verdict is Verdict.VIOLATES


@pytest.mark.parametrize("outcome", [Finding("a"), NotShown("a")])
def test_a_requirement_with_may_does_not_bind(
    monkeypatch: pytest.MonkeyPatch, outcome: Outcome
) -> None:
    monkeypatch.setitem(CHECKS, "invented", lambda *_: iter([outcome]))
    for strength, verdict in ((Strength.MAY, Verdict.CONFORMS), (Strength.SHALL, None)):
        known = catalogue_of(requirement("X-1", "invented", strength=strength))
        checked = check_submission(adt(), setting(catalogue=known))
        assert (checked.verdict is Verdict.CONFORMS) is (verdict is Verdict.CONFORMS)


@pytest.mark.parametrize(
    ("only", "shown", "verdict"),
    [
        (("6.1-3",), {"6.1-3"}, Verdict.VIOLATES),
        (("6.1-2", "6.1-6"), {"6.1-2", "6.1-6"}, Verdict.CONFORMS),
        (("3.4(b)-1",), {"3.4(b)-1"}, Verdict.VIOLATES),
        (("3.1",), {"3.1-1", "3.1-2", "3.1-3"}, Verdict.CONFORMS),
    ],
)
def test_only_some_requirements_are_shown_and_decide(
    only: tuple[str, ...], shown: set[str], verdict: Verdict
) -> None:
    checked = check_submission(CRLF, setting(), only)
    assert {r.requirement.id for r in checked.results} == shown
    assert checked.verdict is verdict


# --- What bears on what -------------------------------------------------------------------------


def test_each_kind_is_checked_against_its_own_requirements() -> None:
    for submission in (adt(), qcaf("user"), qcaf("dcc"), incident(), publication()):
        for one in check(submission).results:
            if submission.kind not in one.requirement.kinds:
                assert one.status is Status.NOT_APPLICABLE
                assert (one.reason or "").startswith("applies to: ")
    bearing = result(check(incident()), "UG1.3-1").reason
    assert bearing == "applies to: ADT File or QCAF"


def test_a_requirement_that_is_not_in_the_edition_does_not_apply() -> None:
    checked = check(adt(), edition="v2.0")
    assert result(checked, "UG1.3-1").reason == "not in edition v2.0"


@pytest.mark.parametrize(
    ("asked", "stated", "sent", "edition"),
    [
        ("v2.0", "mp109", SENT, "v2.0"),
        (None, "v2.0", SENT, "v2.0"),
        (None, None, SENT, "mp109"),
        (None, None, SENT.replace(year=2022, month=11, day=2), "v2.0"),
        (None, None, SENT.replace(year=2022, month=11, day=3, hour=0), "mp109"),
        (None, None, None, "mp109"),
    ],
)
def test_the_edition_is_asked_for_or_stated_or_follows_from_the_time_of_sending(
    asked: str | None, stated: str | None, sent: Any, edition: str
) -> None:
    checked = check(adt(edition=stated, sent_at=sent), edition=asked)
    assert checked.edition.id == edition
    # A requirement is worded as its edition has it.
    statement = result(checked, "3.4-1").requirement.statement
    assert ("by an email to the Service Desk" in statement) is (edition == "v2.0")


def test_the_sender_may_be_known_from_the_file_alone() -> None:
    for submission in (adt(sender=Sender()), qcaf("user", sender=Sender())):
        named = replace(
            submission,
            delivery=replace(submission.delivery, name=f"{USER_ID}-REQ000000000001-X"),
        )
        assert result(check(named), "6.1-1").status is Status.PASSED


def test_a_report_of_dccs_is_checked_against_6_4() -> None:
    data = b"".join(
        line.replace(b"Release", b"").replace(b"Delete", b"") for line in _lines(qcaf("user"))
    )
    report = Submission("report", Kind.REPORT, adt().root, file=Content.of_bytes("r.csv", data))
    checked = check(report)
    assert checked.verdict is Verdict.CONFORMS
    assert roots(check(replace(report, file=Content.of_bytes("r.csv", data + b"x")))) == ["6.4-7"]
