"""The command line of an assessment: what is planned by its options."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.assessment.adapter import Adapter
from conformance.assessment.assessing import AssessmentPlan
from conformance.commands import assess
from conformance.errors import TadpError
from tests.running import run


def planned(monkeypatch: pytest.MonkeyPatch, verb: str, *words: str) -> AssessmentPlan:
    """Return the plan of a run that is not carried out."""
    plans: list[AssessmentPlan] = []

    def not_now(plan: AssessmentPlan, _: Adapter) -> None:
        plans.append(plan)
        raise TadpError("not now")

    monkeypatch.setattr(assess, "assess_receiver", not_now)
    monkeypatch.setattr("conformance.assessment.submitting.assess_submitter", not_now)
    ran = run("assess", verb, "exec:true", *words)
    assert ran.err == "tadp: not now\n"
    (plan,) = plans
    return plan


def test_a_receiver_is_assessed_as_the_options_say(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan = planned(monkeypatch, "receiver", "--jobs", "3", "--seed", "7", "--slow", "2.5",
                   "--gate", "verdict", "--keep", str(tmp_path), "--name", "ours",
                   "--scope", "6.1", "--only", "6.1-3", "--exclude", "6.1-6")  # fmt: skip
    assert (plan.adapter, plan.jobs, plan.seed, plan.slow) == ("exec:true", 3, 7, 2.5)
    assert (plan.gate, plan.keep, plan.named) == (("verdict",), tmp_path, {"name": "ours"})
    assert (plan.scope, plan.random) == (("6.1",), 0)
    assert (plan.choice.only, plan.choice.exclude) == (("6.1-3",), ("6.1-6",))


def test_a_submitter_has_tasks_to_refuse_unless_it_is_said_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert planned(monkeypatch, "submitter", "--random", "4").refusals is True
    plan = planned(monkeypatch, "submitter", "--random", "4", "--no-refusals")
    assert (plan.refusals, plan.random) == (False, 4)
