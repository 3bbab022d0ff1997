"""The facts of a submission, as a form or a register asks for them."""

from __future__ import annotations

from conformance.submission.facts import FACTS, Answer


def test_a_fact_is_answered_as_its_entry_in_a_record_is_written() -> None:
    answers = {fact.key: fact.answer for fact in FACTS if fact.answer is not Answer.TEXT}
    assert answers == {
        "sent_at": Answer.TIME,
        "delivery.recipients": Answer.LIST,
        "delivery.primary_unavailable": Answer.YES_OR_NO,
        "delivery.unavailable_because": Answer.CHOICE,
        "references.smsr.raised_at": Answer.TIME,
        "references.incident.updates.0.at": Answer.TIME,
        "references.incident.assignments.0.at": Answer.TIME,
        "quarantine.set_by": Answer.CHOICE,
        "quarantine.report": Answer.FILE,
        "quarantine.advised_at": Answer.TIME,
        "quarantine.advice": Answer.CHOICE,
        "sender.aros.0.certificate_sha256": Answer.CERTIFICATE,
        "replaces.file": Answer.FILE,
        "replaces.removed": Answer.YES_OR_NO,
        "sender.sets_adts": Answer.SETTERS,
        "area.live_user_ids": Answer.LIST,
        "area.live": Answer.LIST,
        "completed_at": Answer.TIME,
    }
