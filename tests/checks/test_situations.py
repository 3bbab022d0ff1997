"""The submissions that the other tests change have nothing wrong with them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from conformance.checks.context import Context
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


def test_the_actions_are_those_of_the_clause_for_who_set_the_threshold() -> None:
    """Clauses 4.7(b) and 4.13(b) name them apart, though they name the same today."""
    known = situation.catalogue()
    clauses = tuple(
        replace(
            clause,
            requirements=tuple(
                replace(r, parameters={**r.parameters, "values": ["Hold"]})
                if r.id == "4.13(b)-2"
                else r
                for r in clause.requirements
            ),
        )
        for clause in known.clauses
    )
    setting = situation.setting(catalogue=replace(known, clauses=clauses))
    assert Context(situation.qcaf("user"), setting).actions == ("Release", "Delete")
    assert Context(situation.qcaf("dcc"), setting).actions == ("Hold",)
