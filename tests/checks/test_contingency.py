"""Email while the method of choice is down: guidance 1.6."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from conformance.findings import Status
from conformance.submission.evidence import Delivery, ServiceRequest
from tests.checks.situation import (
    INCIDENT,
    SMSR,
    adt,
    assert_fails_only_at,
    assert_not_shown,
    check,
    email,
    profile,
    qcaf,
    result,
    roots,
)

KINDS = ("adt", "user", "dcc")
RULES = ("UG1.6-1", "UG1.6-2", "UG1.6-3")
METHOD = {"adt": "3.4-1", "user": "4.7-1", "dcc": "4.13-2"}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", ["adt", "user", "dcc"])
def test_the_rules_bear_only_on_an_email(rule: str, kind: str) -> None:
    submission = adt() if kind == "adt" else qcaf(kind)
    assert result(check(submission), rule).status is Status.NOT_APPLICABLE
    assert result(check(email(kind)), rule).status is Status.PASSED
    unsaid = check(replace(submission, delivery=Delivery(subject=f"{SMSR} {INCIDENT}")))
    shown = result(unsaid, rule)
    assert (shown.status, shown.evidence) == (Status.NOT_SHOWN, ("delivery.method",))


@pytest.mark.parametrize("kind", KINDS)
def test_email_while_the_method_was_up_violates(kind: str) -> None:
    checked = check(email(kind, primary_unavailable=False))
    failed = assert_fails_only_at(checked, "UG1.6-1")
    assert (failed.findings[0].found, failed.findings[0].expected) == ("email", "sharepoint")
    # The clause that wants the method of choice fails through it.
    assert result(checked, METHOD[kind]).through == ("UG1.6-1",)


@pytest.mark.parametrize("kind", KINDS)
def test_whether_it_was_up_must_be_known(kind: str) -> None:
    checked = check(email(kind, primary_unavailable=None))
    assert_not_shown(checked, "UG1.6-1", "delivery.primary_unavailable")
    shown = assert_not_shown(checked, METHOD[kind], "delivery.primary_unavailable")
    assert shown.blocked_by == ("UG1.6-1",)


@pytest.mark.parametrize("kind", KINDS)
def test_a_profile_without_contingency_has_no_rules_for_it(kind: str) -> None:
    checked = check(email(kind, primary_unavailable=False), email_contingency="never")
    assert roots(checked) == [METHOD[kind]]
    assert result(checked, "UG1.6-1").status is Status.NOT_APPLICABLE


@pytest.mark.parametrize("body", ["", "see attached", SMSR + "0"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_reference_is_in_the_body(kind: str, body: str) -> None:
    failed = assert_fails_only_at(check(email(kind, body=body)), "UG1.6-2")
    assert failed.findings[0].found == (body or "nothing")


def test_a_long_body_is_shown_in_part() -> None:
    failed = result(check(email(body="so\n" * 500)), "UG1.6-2")
    assert failed.findings[0].found == ("so " * 500)[:80]


def test_the_reference_is_in_the_subject_of_an_adt_file_by_the_clause() -> None:
    checked = check(email("adt", subject="thresholds"))
    assert_fails_only_at(checked, "3.4(a)-1")
    assert result(checked, "UG1.6-2").through == ("3.4(a)-1",)


@pytest.mark.parametrize("kind", ["user", "dcc"])
def test_the_reference_is_in_the_subject_of_a_qcaf_by_the_guidance(kind: str) -> None:
    checked = check(email(kind, subject=INCIDENT))
    assert_fails_only_at(checked, "UG1.6-2")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("known", [True, False])
def test_an_email_without_any_reference_is_one_finding(kind: str, known: bool) -> None:
    sent = email(kind, subject=INCIDENT if kind != "adt" else "thresholds", body="see attached")
    checked = check(sent if known else replace(sent, request=ServiceRequest(via="SSI")))
    failed = assert_fails_only_at(checked, "3.4(a)-1" if kind == "adt" else "UG1.6-2")
    (finding,) = failed.findings
    if kind == "adt":
        assert finding.hint is not None
        assert finding.hint.endswith("in the subject line and in the body.")
    else:
        assert "neither in the body nor in the subject" in finding.message


@pytest.mark.parametrize("kind", KINDS)
def test_the_body_and_the_recipients_of_the_email_must_be_known(kind: str) -> None:
    assert_not_shown(check(email(kind, body=None)), "UG1.6-2", "delivery.body")
    assert_not_shown(check(email(kind, recipients=None)), "UG1.6-3", "delivery.recipients")
    unsaid = replace(email(kind), request=ServiceRequest(via="SSI"))
    shown = result(check(unsaid), "UG1.6-2")
    assert (shown.status, shown.evidence) == (Status.NOT_SHOWN, ("references.smsr.number",))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("recipients", "met"),
    [
        (("servicecentre@SMARTDCC.CO.UK",), True),
        (("me@example.com", "ServiceCentre@smartdcc.co.uk"), True),
        (("ServiceCentre@smartdcc.co.uk.example.com",), False),
        (("me@example.com",), False),
        ((), False),
    ],
)
def test_the_email_goes_to_dccs_mailbox(kind: str, recipients: tuple[str, ...], met: bool) -> None:
    checked = check(email(kind, recipients=recipients))
    if met:
        assert roots(checked) == []
    else:
        failed = assert_fails_only_at(checked, "UG1.6-3")
        assert failed.findings[0].found == (", ".join(recipients) or "no recipient")
        assert failed.findings[0].profile == ("delivery.contingency_mailboxes",)


def test_a_profile_without_a_contingency_refuses_email() -> None:
    rules = replace(profile().delivery, contingency=None)
    checked = check(email(), profile_=replace(profile(), delivery=rules))
    failed = assert_fails_only_at(checked, "3.4-1")
    assert failed.findings[0].notes == ()


@pytest.mark.parametrize(
    ("note", "reading", "reason"),
    [
        ("planned-outage", "unforeseen-only", "announced-outage"),
        ("no-upload-right", "outage-only", "no-upload-right"),
    ],
)
def test_by_some_readings_not_every_reason_counts(note: str, reading: str, reason: str) -> None:
    narrow = {note.replace("-", "_"): reading}
    for said in ("unforeseen-outage", "announced-outage", "no-upload-right"):
        sent = email(unavailable_because=said)
        assert result(check(sent), "UG1.6-1").status is Status.PASSED
        found = check(sent, **narrow)
        assert roots(found) == (["UG1.6-1"] if said == reason else [])
        if said == reason:
            (finding,) = result(found, "UG1.6-1").findings
            assert (finding.found, finding.notes) == (reason, (note,))
    unsaid = result(check(email(), **narrow), "UG1.6-1")
    assert (unsaid.status, unsaid.evidence) == (
        Status.NOT_SHOWN, ("delivery.unavailable_because",),
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "clause"), [("user", "4.7(a)-1"), ("dcc", "4.13(a)-1")])
@pytest.mark.parametrize("subject", ["Actions", ""])
def test_an_email_of_a_qcaf_without_any_reference_is_one_finding(
    kind: str, clause: str, subject: str
) -> None:
    checked = check(email(kind, subject=subject, body="Hello"))
    (finding,) = assert_fails_only_at(checked, clause).findings
    assert result(checked, "UG1.6-2").through == (clause,)
    assert finding.hint == (
        "Put the whole references of the Incident and of the Service Request, as the SSI shows "
        "them, in the subject line, and that of the Service Request in the body too."
    )
    # With one of the two, the other alone is missing.
    assert roots(check(email(kind, subject=INCIDENT, body=SMSR))) == ["UG1.6-2"]
    assert roots(check(email(kind, subject=SMSR, body=SMSR))) == [clause]


@pytest.mark.parametrize(
    ("subject", "start"),
    [("thresholds", "Put"), ("REQ000000000009", "In place of REQ000000000009, put")],
)
def test_where_a_reference_that_is_in_the_name_alone_is_to_be_put(subject: str, start: str) -> None:
    named = email(subject=subject, body="enclosed", name=f"x-{SMSR}-ADT")
    where = "in the subject line and in the body."
    (finding,) = result(check(named), "3.4(a)-1").findings
    assert finding.hint == f"{start} the whole reference, as the SSI shows it, {where}"
