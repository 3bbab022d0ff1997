"""The tasks that a submitter is given: of the corpus, to be refused, and made up."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from conformance.assessment.assessing import AssessmentPlan
from conformance.assessment.corpus import RECEIVED, Case, choose
from conformance.assessment.made_tasks import is_random, numbers_of, random_cases
from conformance.assessment.tasks import refusals
from conformance.errors import TadpError

_NO_REFUSALS = "a task that has to be refused (see --refusals)"


@contextmanager
def made_up_in() -> Iterator[Path]:
    """Yield a folder for what is made up, until the tasks are made from it."""
    with tempfile.TemporaryDirectory(prefix="tadp-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def wanted_tasks(
    plan: AssessmentPlan, scope: Collection[str], folder: Path
) -> tuple[list[Case], dict[str, str]]:
    """Return the cases that tasks are made from, and why others are left out.

    Of a submitter, a scope names kinds. What is made up is written into ``folder``.

    Raises:
        TadpError: nothing is left, or something is named that is not there.
    """
    kinds = [kind for kind in RECEIVED if kind in scope]
    if len(kinds) < len(set(scope)):
        raise TadpError(
            "the scope of a submitter names something other than kinds",
            remedy=f"one or more of: {', '.join(RECEIVED)}",
        )
    kinds = kinds or list(RECEIVED)
    found = _of_corpus(plan)
    left_out: dict[str, str] = {}
    if not plan.refusals:
        left_out = {case.id: _NO_REFUSALS for case in found if case.refused}
        found = [case for case in found if not case.refused]
    found += _made_up(plan, folder)
    for case in found:
        if case.kind not in kinds:
            left_out[case.id] = f"{case.kind.label}: not in the scope of its hello"
    found = [case for case in found if case.kind in kinds]
    if not found:
        raise TadpError("no task is left to put", remedy="see --only, --exclude and --refusals")
    return found, left_out


def _of_corpus(plan: AssessmentPlan) -> list[Case]:
    """Return the cases of the corpus, those that have to be refused last."""
    only = tuple(name for name in plan.choice.only if not is_random(name))
    if plan.choice.only and not only:
        return []
    exclude = tuple(name for name in plan.choice.exclude if not is_random(name))
    choice = replace(plan.choice, only=only, exclude=exclude)
    chosen = choose(plan.corpus, plan.catalogue, choice).cases
    ids = {case.id for case in chosen}
    wanted = [c for c in chosen if c.conforms and not c.readings]
    wanted += [c for c in refusals(plan.corpus, plan.catalogue) if c.id in ids]
    return [case for case in wanted if _is_taskable(case)]


def _made_up(plan: AssessmentPlan, folder: Path) -> list[Case]:
    """Return the cases that are made up, except for those that are excluded."""
    named = [name for name in plan.choice.only if is_random(name)]
    if plan.choice.only and not named:
        return []
    which = numbers_of(named, plan.seed, plan.random)
    without = {name for name in plan.choice.exclude if is_random(name)}
    made = [one for one in which if without.isdisjoint(_names(*one))]
    return list(random_cases(made, (plan.profile, plan.catalogue), folder)) if made else []


def _names(seed: int, number: int) -> set[str]:
    return {"random", f"random/{seed}", f"random/{seed}/{number}"}


def _is_taskable(case: Case) -> bool:
    """Return True if a file is to be written, and not a message or nothing."""
    return case.kind in RECEIVED and "submission.json" in case.submission.names()
