"""Results under other readings of the text, where a reading decided a failure."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from conformance import checker, other_readings
from conformance.checker import Checked, check_submission
from conformance.checks import Context
from conformance.content import Content
from conformance.findings import Status, Verdict
from conformance.footing import Footing
from conformance.other_readings import LARGEST_PASSED, TOO_LARGE, TOO_MANY
from conformance.result import Result
from conformance.submission.evidence import Submission
from tests.checks.situation import ADT, adt, email, qcaf, setting
from tests.model.profiles import verified

CLAUSE, STATED, VERIFIED, NOTE, EDITION, GUIDANCE, UNCONFIRMED, UNVERIFIED = Footing
#: "NULL" where nothing is to be written, which the reading words takes for null.
WORD = ADT.replace(b",,24,,", b",NULL,24,,")


def result(submission: Submission, identifier: str, **changes: Any) -> Result:
    found = {r.requirement.id: r for r in checked(submission, **changes).results}
    return found[identifier]


def checked(submission: Submission, **changes: Any) -> Checked:
    return check_submission(submission, setting(**changes))


def others(one: Result) -> dict[str, Status]:
    return {f"{other.note}={other.reading}": other.status for other in one.others}


def titled(title: str | None) -> Submission:
    sent = qcaf("user")
    return replace(sent, delivery=replace(sent.delivery, subject=title))


def test_a_failure_by_one_reading_alone_rests_on_the_note() -> None:
    one = result(titled("REQ000000000001"), "4.7(a)-1")
    assert others(one) == {
        "incident-and-request-id=name": Status.FAILED,
        "incident-and-request-id=request-id": Status.PASSED,
    }
    assert (one.rests_on, one.untried) == (NOTE, None)


def test_a_failure_by_all_readings_rests_on_the_basis_of_the_requirement() -> None:
    sent = adt()
    sent = replace(sent, delivery=replace(sent.delivery, subject="x", name="70-x"))
    one = result(sent, "3.4(a)-1")
    assert others(one) == {"subject-line=title": Status.FAILED}
    assert one.findings[0].notes == ("subject-line",)
    assert one.rests_on is CLAUSE
    assert checked(sent).verdict is Verdict.VIOLATES


def test_the_other_reading_may_leave_it_open() -> None:
    late = qcaf("user")
    late = replace(
        late, completed_at=None, sent_at=late.sent_at and late.sent_at.replace(year=2026)
    )
    one = result(late, "UG1.2-2")
    assert one.status is Status.FAILED
    assert others(one)["hours-counted-to=completion"] is Status.NOT_SHOWN


def test_a_failure_through_another_says_so_too() -> None:
    sent = email(primary_unavailable=False)
    one = result(sent, "3.4-1")
    assert one.through == ("UG1.6-1",)
    # By the other reading it fails by itself.
    assert others(one) == {"email-contingency=never": Status.FAILED}
    assert others(result(sent, "UG1.6-1")) == {"email-contingency=never": Status.NOT_APPLICABLE}


def test_a_reading_that_is_verified_is_not_an_open_question() -> None:
    profile = verified("readings.null-form", "files.adt", readings={"null-form": "commas-only"})
    one = result(adt(WORD), "6.1-4", profile_=profile)
    assert (one.others, one.rests_on) == ((), VERIFIED)
    unsettled = result(adt(WORD), "6.1-4", profile_=verified("files.adt"))
    assert others(unsettled) == {"null-form=words": Status.PASSED}
    assert unsettled.rests_on is NOTE


def test_large_files_are_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_readings, "LARGEST", 10)
    one = result(adt(WORD), "6.1-4")
    assert (one.others, one.untried) == ((), TOO_LARGE)
    # Where the file need not be read, the other readings are tried all the same.
    assert result(titled("REQ000000000001"), "4.7(a)-1").others


def test_a_file_is_searched_for_what_a_note_is_about_up_to_a_bound() -> None:
    for more in (0, 1):
        data = Content.of_bytes("x", b"," * (LARGEST_PASSED + more))
        assert other_readings._may_occur("eui64-case", data) is bool(more)


def test_too_many_readings_are_tried_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_readings, "MOST", 1)
    sent = adt()
    sent = replace(sent, delivery=replace(sent.delivery, subject="x", name="70-x"))
    one = result(sent, "3.4(a)-1")
    assert others(one) == {"subject-line=title": Status.FAILED}
    # Not each was tried with each, so that nothing is concluded from it.
    assert (one.rests_on, one.untried) == (NOTE, TOO_MANY)


@pytest.mark.parametrize("data", [ADT, ADT.replace(b"\n", b"\r\n")])
def test_only_what_a_reading_may_have_decided_is_looked_at_again(
    monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    again: list[str] = []
    look = checker._look

    def counted(context: Context, identifier: str) -> Result:
        again.append(identifier)
        return look(context, identifier)

    monkeypatch.setattr(checker, "_look", counted)
    assert checked(adt(data)).verdict in (Verdict.CONFORMS, Verdict.NOT_SHOWN, Verdict.VIOLATES)
    # Whether the bytes are right is not looked at again, which would take as long as at first.
    assert set(again) == {"3.4(a)-1", "UG1.4-1"}
