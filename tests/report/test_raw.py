"""What the raw report says of submissions that came out alike is there once in memory."""

from __future__ import annotations

from conformance.checker import Checked
from conformance.content import Content
from conformance.report.raw import Shown, submission_of, summary_of
from conformance.submission.evidence import Submission
from tests.checks import situation


def checked(submission: Submission) -> Checked:
    return situation.check(submission)


GOOD = situation.adt()
BROKEN = situation.adt(file=Content.of_bytes("adt.p7m", b"\x30\x80\x06\x09\x2a\x86"))


def test_submissions_without_findings_that_came_out_alike_share_their_results() -> None:
    shown = Shown()
    one, other = (submission_of(checked(GOOD), shown) for _ in range(2))
    assert one["requirements"] is other["requirements"]
    assert one == submission_of(checked(GOOD))


def test_submissions_with_findings_share_their_other_results() -> None:
    shown = Shown()
    one, other = (submission_of(checked(BROKEN), shown)["requirements"] for _ in range(2))
    assert one == other == submission_of(checked(BROKEN))["requirements"]
    assert one is not other
    same = [mine is theirs for mine, theirs in zip(one, other, strict=True)]
    assert same == [not result["findings"] for result in one]
    assert not all(same)


def test_results_that_submissions_share_are_counted_for_each() -> None:
    shown = Shown()
    made = [submission_of(checked(one), shown) for one in (GOOD, BROKEN, GOOD)]
    statuses = [result["status"] for one in made for result in one["requirements"]]
    assert summary_of(made)["requirements"] == {
        status: statuses.count(status)
        for status in ("passed", "failed", "not shown", "attested", "not applicable")
    }
