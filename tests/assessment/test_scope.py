"""The claims that a scope makes, and runs whose scope is not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conformance.assessment.assessing import assess_receiver
from conformance.assessment.corpus import Choice
from conformance.assessment.messages import Answer, Outcome
from conformance.assessment.neutral import Job
from conformance.assessment.report import assessment_report
from conformance.assessment.scope import scope_of
from conformance.errors import TadpError
from conformance.model.schema import problems
from conformance.report.assessed.verdict import answer
from tests.assessment.made_up import catalogue, corpus
from tests.assessment.test_running import ACCEPTED, Recording, plan

SKIPPED = Answer(Outcome.SKIPPED, "not ours")


class Scoped(Recording):
    """Has a scope in its hello."""

    def __init__(self, *scope: str, answer: Callable[[Job], Answer] = lambda _: ACCEPTED) -> None:
        super().__init__(answer)
        self.scope = scope

    def start(self) -> dict[str, Any]:
        hello = {"tadp": 1, "type": "hello", "scope": list(self.scope)}
        assert problems("assess-hello", hello) == []
        return hello


def assessed(adapter: Recording, **options: Any) -> dict[str, Any]:
    done = assess_receiver(plan(Choice(), **options), adapter)
    report = assessment_report(done)
    assert problems("report", report) == []
    return report


def test_requirements_outside_the_scope_of_the_hello_are_not_tested() -> None:
    report = assess_receiver(plan(Choice()), Scoped("qcaf", "6.1-6", "keys"))
    shown = assessment_report(report)
    roots = {root for case in shown["cases"] for root in case["roots"]}
    assert "6.1-6" in roots
    assert {shown_in(root) for root in roots - {"6.1-6"}} == {"keys"}
    assert {case["kind"] for case in shown["cases"]} == {"qcaf"}
    why = {one["what"]: one["why"] for one in shown["not_tested"]}
    assert why["6.5-2"] == "not part of this run: not claimed (by --ics, --scope or the hello)"
    claimed = {one["requirement"] for one in shown["ics"]["items"] if one["claimed"]}
    # To accept what conforms is in every scope.
    assert roots | {"4.8-3"} == claimed
    assert shown["ics"]["scope"] == ["qcaf", "6.1-6", "keys"]
    assert "scope" not in shown["implementation"]


def shown_in(identifier: str) -> str:
    found = catalogue().requirement(identifier)
    assert found is not None
    return str(found.phase)


def test_a_scope_that_is_given_replaces_that_of_the_hello() -> None:
    report = assessed(Scoped("6.1-6"), scope=("6.3-2",))
    assert {root for case in report["cases"] for root in case["roots"]} == {"6.3-2"}


@pytest.mark.parametrize("words", [["6.1-6", "9.9"], ["area"], ["report", "6.1-5"]])
def test_a_scope_that_names_nothing_to_ask_is_refused(words: list[str]) -> None:
    with pytest.raises(TadpError, match="scope") as refused:
        scope_of(words, corpus(), catalogue())
    assert "kinds (adt, qcaf" in str(refused.value)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (SKIPPED, "each of {} cases was skipped"),
        (Answer(Outcome.REJECTED), None),
    ],
)
def test_no_requirement_is_met_where_no_case_passed(given: Answer, sentence: str | None) -> None:
    report = assessed(Scoped("6.1-6", answer=lambda _: given))
    verdict, said = answer(report)
    assert report["result"] == "failed"
    assert verdict == ("not shown" if sentence else "departs")
    if sentence:
        assert said == f"Nothing is known about ours: {sentence.format(len(report['cases']))}."
    assert {item["result"] for item in report["ics"]["items"] if item["claimed"]} <= {
        "not shown",
        "not met",
    }
