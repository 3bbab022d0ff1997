"""Times in the record of a submission that cannot all be right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from conformance.errors import SubmissionError
from conformance.model.requirement import SetBy
from conformance.submission.evidence import ServiceRequest, Submission
from conformance.submission.moments import format_moment

#: How far the clock of whoever wrote a time down may be ahead of the one of this computer.
_AHEAD = timedelta(minutes=5)


def contradictions(submission: Submission, now: datetime) -> Iterator[SubmissionError]:
    """Yield which times in a submission's record cannot be right at the time of checking."""
    sent, completed = submission.sent_at, submission.completed_at
    for entry, at in (("sent_at", sent), ("completed_at", completed)):
        if at is not None and at > now + _AHEAD:
            yield SubmissionError(
                f"{entry} is {format_moment(at)}, after the time of checking, {format_moment(now)}",
                where=submission.source,
                remedy="correct it, see the year; what rests on it is not shown",
            )
    if sent is not None and completed is not None and completed < sent:
        yield SubmissionError(
            f"completed_at is {format_moment(completed)}, before sent_at, {format_moment(sent)}",
            where=submission.source,
            remedy="correct the one that is wrong; what rests on either is not shown",
        )
    request, name = submission.request, submission.delivery.name or ""
    if submission.quarantine.set_by is not SetBy.USER or not isinstance(request, ServiceRequest):
        # Of other submissions, a clause has the order, and its requirement the finding.
        return
    raised, number = request.raised_at, request.number
    if sent is not None and raised is not None and number and number in name and raised > sent:
        yield SubmissionError(
            f"sent_at is {format_moment(sent)}, before {number}, which the name of the file has, "
            f"was raised: {format_moment(raised)}",
            where=submission.source,
            remedy="correct the one that is wrong",
        )
