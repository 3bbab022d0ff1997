"""SMSR and Incident references: 3.1, 3.4(a), 4.7(a), 4.13, 4.13(a) and guidance 1.3."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from conformance.findings import Status
from conformance.model.reference_shape import mentions
from conformance.submission.evidence import ABSENT, Delivery, Quarantine, ServiceRequest, Submission
from tests.checks.situation import (
    INCIDENT,
    SENT,
    SMSR,
    USER_ID,
    adt,
    assert_fails_only_at,
    assert_not_shown,
    at,
    check,
    email,
    qcaf,
    result,
    roots,
)


def requested(submission: Submission, **changes: Any) -> Submission:
    assert isinstance(submission.request, ServiceRequest)
    return replace(submission, request=replace(submission.request, **changes))


def titled(submission: Submission, subject: str | None, **changes: Any) -> Submission:
    return replace(submission, delivery=replace(submission.delivery, subject=subject, **changes))


# --- 3.1 ----------------------------------------------------------------------------------------


def test_no_request_fails_once_and_hides_what_asks_about_it() -> None:
    checked = check(adt(request=ABSENT))
    assert_fails_only_at(checked, "3.1-1")
    for hidden in ("3.1-2", "3.1-3", "3.4(a)-1", "UG1.3-1"):
        shown = result(checked, hidden)
        assert (shown.status, shown.blocked_by) == (Status.NOT_SHOWN, ("3.1-1",))


def test_nothing_said_of_a_request_shows_nothing() -> None:
    checked = check(adt(request=None))
    assert_not_shown(checked, "3.1-1", "references.smsr")
    assert_not_shown(checked, "3.1-2", "references.smsr.raised_at")
    assert_not_shown(checked, "3.1-3", "references.smsr.number")
    assert_not_shown(checked, "3.4(a)-1", "references.smsr.number")
    assert_not_shown(checked, "UG1.3-1", "references.smsr.catalogue_item")


def test_a_request_is_raised_via_the_ssi() -> None:
    failed = assert_fails_only_at(check(requested(adt(), via="telephone")), "3.1-1")
    assert (failed.findings[0].found, failed.findings[0].expected) == ("telephone", "SSI")
    assert roots(check(requested(adt(), via="ssi"))) == []
    assert_not_shown(check(requested(adt(), via=None)), "3.1-1", "references.smsr.via")


@pytest.mark.parametrize(("moment", "met"), [(at(9, 59), True), (SENT, False), (at(11), False)])
def test_a_request_comes_before_the_file(moment: Any, met: bool) -> None:
    checked = check(requested(adt(), raised_at=moment))
    if met:
        assert roots(checked) == []
    else:
        failed = assert_fails_only_at(checked, "3.1-2")
        assert failed.findings[0].expected == "before 2025-06-01T10:00:00Z, when the file was sent"


def test_the_order_needs_both_moments() -> None:
    assert_not_shown(check(requested(adt(), raised_at=None)), "3.1-2", "references.smsr.raised_at")
    assert_not_shown(check(adt(sent_at=None)), "3.1-2", "sent_at")
    neither = requested(adt(sent_at=None), raised_at=None)
    assert_not_shown(check(neither), "3.1-2", "references.smsr.raised_at", "sent_at")


def test_the_moment_of_checking_can_stand_for_that_of_sending() -> None:
    assert roots(check(adt(sent_at=None), sent_at=SENT)) == []
    assert roots(check(adt(sent_at=None), sent_at=at(8))) == ["3.1-2"]


@pytest.mark.parametrize(
    "number", ["REQ1", "REQ0000000000012", "req000000000001", SMSR + "\n", " " + SMSR]
)
def test_a_reference_has_the_shape_of_the_profile(number: str) -> None:
    submission = titled(requested(adt(), number=number), number, name=f"{USER_ID}-{SMSR}-ADT")
    failed = assert_fails_only_at(check(submission), "3.1-3")
    assert failed.findings[0].profile == ("references.smsr",)


def test_a_reference_is_asked_for_by_an_example() -> None:
    name = f"{USER_ID}-{SMSR}-ADT.csv"
    asked = replace(email(subject="thresholds", name=name), request=None)
    (finding,) = result(check(asked), "3.4(a)-1").findings
    assert finding.expected == f"{SMSR}, as in the name of the file"
    unnamed = replace(asked, delivery=replace(asked.delivery, name="adt.csv"))
    (finding,) = result(check(unnamed), "3.4(a)-1").findings
    assert finding.expected == "REQ and 12 digits, such as REQ000000000001"


def test_a_reference_must_be_known() -> None:
    checked = check(requested(adt(), number=None))
    assert_not_shown(checked, "3.1-3", "references.smsr.number")
    assert_not_shown(checked, "3.4(a)-1", "references.smsr.number")


# --- The subject line ---------------------------------------------------------------------------

SUBJECTS = [
    ("3.4(a)-1", adt(), SMSR, "REQ000000000002"),
    ("4.7(a)-1", qcaf("user"), INCIDENT, "INC000000000008"),
    ("4.13(a)-1", qcaf("dcc"), INCIDENT, "INC000000000008"),
]


@pytest.mark.parametrize(("requirement", "submission", "wanted", "other"), SUBJECTS)
@pytest.mark.parametrize("subject", ["{}", "For {}, please", "({})", "\u2013{}\u2013"])
def test_a_subject_with_the_reference_will_do(
    requirement: str, submission: Submission, wanted: str, other: str, subject: str
) -> None:
    assert roots(check(titled(submission, subject.format(wanted)))) == []


@pytest.mark.parametrize(("requirement", "submission", "wanted", "other"), SUBJECTS)
@pytest.mark.parametrize("subject", ["", "{1}", "{0}0", "X{0}", "our thresholds"])
def test_a_subject_without_it_violates(
    requirement: str, submission: Submission, wanted: str, other: str, subject: str
) -> None:
    text = subject.format(wanted, other)
    failed = assert_fails_only_at(check(titled(submission, text)), requirement)
    assert failed.findings[0].found == (text or "an empty subject line")
    assert failed.findings[0].expected == wanted


@pytest.mark.parametrize(("place", "changes"), [("body", {"body": f"see {SMSR}"}), ("name", {})])
def test_a_reference_in_the_wrong_place_is_pointed_out(place: str, changes: dict[str, str]) -> None:
    failed = assert_fails_only_at(check(titled(adt(), "thresholds", **changes)), "3.4(a)-1")
    assert failed.findings[0].hint == f"It is in the {place}: put it in the subject line too."


def test_a_reference_nowhere_gets_the_hint_of_the_requirement() -> None:
    nowhere = titled(adt(), "thresholds", name=f"{USER_ID}-REQ000000000002-ADT")
    assert assert_fails_only_at(check(nowhere), "3.4(a)-1").findings[0].hint is None


def test_the_name_counts_as_the_subject_line_by_the_default_reading() -> None:
    assert result(check(titled(adt(), None)), "3.4(a)-1").status is Status.PASSED
    other = titled(adt(), None, name=f"{USER_ID}-REQ000000000002-ADT")
    failed = assert_fails_only_at(check(other), "3.4(a)-1")
    assert failed.findings[0].notes == ("subject-line",)


def test_only_a_title_counts_by_the_other_reading() -> None:
    unsaid = titled(adt(), None, name=None)
    assert_not_shown(check(unsaid, subject_line="title"), "3.4(a)-1", "delivery.subject")
    failed = assert_fails_only_at(check(titled(adt(), None), subject_line="title"), "3.4(a)-1")
    assert failed.findings[0].notes == ("subject-line",)
    assert roots(check(titled(adt(), SMSR), subject_line="title")) == []
    assert_fails_only_at(check(titled(adt(), "hello"), subject_line="title"), "3.4(a)-1")


def test_an_email_has_a_subject_line_of_its_own() -> None:
    checked = check(email("adt", subject=None, name=f"{USER_ID}-{SMSR}-ADT"))
    assert_not_shown(checked, "3.4(a)-1", "delivery.subject")


NAMED = f"{USER_ID}-{SMSR}-QCAF"


@pytest.mark.parametrize(("clause", "kind"), [("4.7(a)-1", "user"), ("4.13(a)-1", "dcc")])
class TestIncidentAndRequestId:
    """One name, two references: note incident-and-request-id."""

    def test_title_wants_the_title(self, clause: str, kind: str) -> None:
        assert_not_shown(check(titled(qcaf(kind), None)), clause, "delivery.subject")
        with_it = titled(qcaf(kind), None, name=f"{INCIDENT} {NAMED}")
        assert result(check(with_it), clause).status is Status.PASSED
        nothing = titled(qcaf(kind), None, name=None)
        assert_not_shown(check(nothing), clause, "delivery.subject")

    def test_name_wants_the_incident_in_the_name(self, clause: str, kind: str) -> None:
        reading = {"incident_and_request_id": "name"}
        for subject in (None, INCIDENT):
            failed = result(check(titled(qcaf(kind), subject), **reading), clause)
            assert failed.status is Status.FAILED
            assert failed.findings[0].notes == ("incident-and-request-id",)
        with_it = titled(qcaf(kind), None, name=f"{INCIDENT} {NAMED}")
        assert result(check(with_it, **reading), clause).status is Status.PASSED

    def test_request_id_is_enough(self, clause: str, kind: str) -> None:
        reading = {"incident_and_request_id": "request-id"}
        assert roots(check(titled(qcaf(kind), None), **reading)) == []
        with_it = titled(qcaf(kind), None, name=f"{USER_ID}-{INCIDENT}-QCAF")
        assert result(check(with_it, **reading), clause).status is Status.PASSED
        other = titled(qcaf(kind), None, name=f"{USER_ID}-REQ000000000009-QCAF")
        assert_fails_only_at(check(other, **reading), clause)
        unknown = requested(titled(qcaf(kind), None), number=None)
        assert_not_shown(check(unknown, **reading), clause, "references.smsr.number")

    def test_the_incident_must_be_known(self, clause: str, kind: str) -> None:
        shown = result(check(qcaf(kind, incident=None)), clause)
        assert shown.evidence == ("references.incident.number",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SMSR, True), (f"a {SMSR}.", True), (f"{SMSR}_1", True), (f"{SMSR}a", False),
        (f"1{SMSR}", False), (SMSR.lower(), False), ("", False), (f"é{SMSR}", True),
        (f"{SMSR}a {SMSR}", True), (f"{SMSR}{SMSR}", False),
    ],
)  # fmt: skip
def test_a_reference_is_a_word_of_its_own(text: str, said: bool) -> None:
    assert mentions(text, SMSR) is said


def test_a_reference_is_not_an_expression() -> None:
    assert not mentions("REQ1", "REQ.")


# --- 4.13-1 -------------------------------------------------------------------------------------


def advised(submission: Submission, moment: Any) -> Submission:
    quarantine = replace(submission.quarantine, advised_at=moment)
    return replace(submission, quarantine=quarantine)


def test_the_request_follows_the_advice() -> None:
    assert roots(check(advised(qcaf("dcc"), at(9)))) == []
    failed = assert_fails_only_at(check(advised(qcaf("dcc"), at(9, 1))), "4.13-1")
    assert failed.findings[0].expected == "not before 2025-06-01T09:01:00Z, when DCC advised"
    assert_not_shown(check(advised(qcaf("dcc"), None)), "4.13-1", "quarantine.advised_at")


def test_the_request_for_a_dcc_set_qcaf_is_checked_against_the_rest() -> None:
    assert_fails_only_at(check(qcaf("dcc", request=ABSENT)), "4.13-1")
    assert_not_shown(check(qcaf("dcc", request=None)), "4.13-1", "references.smsr")
    assert_fails_only_at(check(requested(qcaf("dcc"), via="email")), "4.13-1")
    assert_fails_only_at(check(requested(qcaf("dcc"), raised_at=at(10))), "4.13-1")
    unknown = requested(qcaf("dcc"), raised_at=None)
    assert_not_shown(check(unknown), "4.13-1", "references.smsr.raised_at")


# --- UG1.3-1 ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("submission", "item", "met"),
    [
        (adt(), "ADT File Submission", True),
        (adt(), "FastTrack ADT File Submission", True),
        (adt(), "QCAF Submission", False),
        (qcaf(), "QCAF Submission", True),
        (qcaf(), "ADT File Submission", False),
        (qcaf("dcc"), "qcaf submission", False),
    ],
)
def test_the_item_of_the_catalogue(submission: Submission, item: str, met: bool) -> None:
    checked = check(requested(submission, catalogue_item=item))
    assert roots(checked) == ([] if met else ["UG1.3-1"])


def test_no_request_for_a_users_own_qcaf_is_the_guidances_fault() -> None:
    """Clause 4.7 does not ask for one. The guidance does, and no other check would find it."""
    assert_fails_only_at(check(qcaf("user", request=ABSENT)), "UG1.3-1")


def test_no_request_for_a_qcaf_of_unknown_kind_shows_nothing() -> None:
    sent = Delivery("sharepoint")
    unknown = replace(qcaf("user", b"?", request=ABSENT), quarantine=Quarantine(), delivery=sent)
    assert result(check(unknown), "UG1.3-1").status is Status.NOT_SHOWN
