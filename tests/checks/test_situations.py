"""The submissions that the other tests change have nothing wrong with them."""

from __future__ import annotations

import pytest

from conformance.findings import Status, Verdict
from conformance.submission.evidence import Submission
from tests.checks import situation
from tests.checks.situation import check

GOOD = {
    "adt": situation.adt(),
    "qcaf, user": situation.qcaf("user"),
    "qcaf, dcc": situation.qcaf("dcc"),
    "adt by email": situation.email("adt"),
    "qcaf by email": situation.email("user"),
    "incident": situation.incident(),
    "publication": situation.publication(),
}


@pytest.mark.parametrize("submission", GOOD.values(), ids=GOOD)
def test_nothing_is_open(submission: Submission) -> None:
    checked = check(submission)
    assert checked.verdict is Verdict.CONFORMS
    done = {Status.PASSED, Status.ATTESTED, Status.NOT_APPLICABLE}
    assert [r for r in checked.results if r.status not in done] == []
    assert any(r.status is Status.PASSED for r in checked.results)
