"""The User's actions on an Incident: 4.3 and 4.8, and facts that only a person knows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.findings import Status, Verdict
from conformance.submission.evidence import (
    ABSENT,
    Assignment,
    Attestation,
    Incident,
    Submission,
    Update,
)
from tests.checks.situation import (
    COMPONENT,
    assert_fails_only_at,
    assert_not_shown,
    at,
    check,
    incident,
    qcaf,
    result,
    roots,
)

KINDS = [("4.3", incident()), ("4.8", qcaf("user"))]


def having(submission: Submission, **changes: Any) -> Submission:
    assert isinstance(submission.incident, Incident)
    return replace(submission, incident=replace(submission.incident, **changes))


def moment(hour: int | None) -> datetime | None:
    return None if hour is None else at(hour)


@pytest.mark.parametrize(("clause", "submission"), KINDS)
class TestTheIncident:
    def test_no_incident_fails_once(self, clause: str, submission: Submission) -> None:
        checked = check(replace(submission, incident=ABSENT))
        (finding,) = assert_fails_only_at(checked, f"{clause}-1").findings
        assert (finding.found, finding.expected) == ("none", f"updated with {COMPONENT}")
        assert result(checked, f"{clause}-2").blocked_by == (f"{clause}-1",)

    def test_nothing_said_shows_nothing(self, clause: str, submission: Submission) -> None:
        for unsaid in (None, Incident("INC000000000007")):
            checked = check(replace(submission, incident=unsaid))
            assert_not_shown(checked, f"{clause}-1", "references.incident.updates")
            assert_not_shown(checked, f"{clause}-2", "references.incident.assignments")

    @pytest.mark.parametrize("used", ["Close Service Management Incident", COMPONENT.lower(), None])
    def test_another_component_violates(
        self, clause: str, submission: Submission, used: str | None
    ) -> None:
        failed = assert_fails_only_at(
            check(having(submission, updates=(Update(at(9), used),))), f"{clause}-1"
        )
        assert failed.findings[0].found == (used or "no update")

    def test_no_update_violates(self, clause: str, submission: Submission) -> None:
        checked = check(having(submission, updates=()))
        assert roots(checked) == [f"{clause}-1"]
        assert result(checked, f"{clause}-1").findings[0].expected == COMPONENT

    def test_no_assignment_to_dcc_violates(self, clause: str, submission: Submission) -> None:
        for to, found in (((), "no one"), ((Assignment(at(10), "Party"),), "Party")):
            failed = assert_fails_only_at(check(having(submission, assignments=to)), f"{clause}-2")
            assert failed.findings[0].found == found

    def test_the_service_desk_was_right_before_mp109(
        self, clause: str, submission: Submission
    ) -> None:
        desk = having(submission, assignments=(Assignment(at(10), "service desk"),))
        assert result(check(desk), f"{clause}-2").status is Status.FAILED
        assert result(check(desk, edition="v2.0"), f"{clause}-2").status is Status.PASSED

    @pytest.mark.parametrize(
        ("updated", "assigned", "status"),
        [
            ((9,), (9,), Status.PASSED),
            ((9,), (10,), Status.PASSED),
            ((9, 11), (10,), Status.PASSED),
            ((9,), (8, 10), Status.PASSED),
            ((9,), (8,), Status.FAILED),
            ((None,), (8,), Status.NOT_SHOWN),
            ((9,), (None,), Status.NOT_SHOWN),
            ((9,), (None, 10), Status.NOT_SHOWN),
        ],
    )
    def test_it_is_updated_and_then_assigned(
        self,
        clause: str,
        submission: Submission,
        updated: tuple[int | None, ...],
        assigned: tuple[int | None, ...],
        status: Status,
    ) -> None:
        checked = check(
            having(
                submission,
                updates=tuple(Update(moment(h), COMPONENT) for h in updated),
                assignments=tuple(Assignment(moment(h), "DCC") for h in assigned),
            )
        )
        shown = result(checked, f"{clause}-2")
        assert shown.status is status
        if status is Status.NOT_SHOWN:
            assert shown.evidence == (
                "references.incident.updates",
                "references.incident.assignments",
            )


@pytest.mark.parametrize(
    ("requirement", "submission"), [("4.3-3", incident()), ("4.7-4", qcaf("user"))]
)
class TestAttestation:
    def test_a_persons_word_is_attested(self, requirement: str, submission: Submission) -> None:
        others = tuple(one for one in submission.attestations if one.requirement != requirement)
        word = Attestation(requirement, "B. Sample", at(9), "Looked into.")
        checked = check(replace(submission, attestations=(*others, word)))
        shown = result(checked, requirement)
        assert (shown.status, shown.reason) == (
            Status.ATTESTED, "by B. Sample, 2025-06-01T09:00:00Z",
        )  # fmt: skip
        assert checked.verdict is Verdict.CONFORMS

    def test_without_it_nothing_is_shown(self, requirement: str, submission: Submission) -> None:
        other = (Attestation("6.1-1", "B. Sample", None, None),)
        for said in ((), other):
            checked = check(replace(submission, attestations=said))
            assert_not_shown(checked, requirement, "attestations")
            assert checked.verdict is Verdict.NOT_SHOWN


def test_a_word_does_not_outweigh_what_the_file_shows() -> None:
    """Only what nothing else can show is taken from a person."""
    said = (Attestation("4.8-1", "B. Sample", None, None),)
    assert_fails_only_at(check(replace(qcaf("user"), incident=ABSENT, attestations=said)), "4.8-1")
