"""An assessment from its beginning to its end: choose, copy, put, score, state."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct, field

from conformance.assessment.adapter import Adapter
from conformance.assessment.corpus import Choice, Corpus, choose
from conformance.assessment.hiding import hiding_of
from conformance.assessment.known import KnownFailure, reckon
from conformance.assessment.neutral import lay_ground, neutral_copies
from conformance.assessment.report import Assessed
from conformance.assessment.running import put_all, smoke_test, without_spoiled
from conformance.assessment.scores import score_all
from conformance.assessment.statement import receivers_statements, statements
from conformance.model.catalogue import Catalogue
from conformance.model.profile import Profile
from conformance.report.assessed.tally import USUAL_GATE

#: Told how many cases are to be put, if that is known; returns what is told of each that is done.
Announce = Callable[[int | None], Callable[[int], None]]


def _quiet(_: int | None) -> Callable[[int], None]:
    return lambda _: None


class Plan(Struct, frozen=True):
    """What is to be assessed, with what, and how."""

    adapter: str
    corpus: Corpus
    catalogue: Catalogue
    profile: Profile
    choice: Choice = field(default_factory=Choice)
    known: tuple[KnownFailure, ...] = ()
    seed: int = 0
    jobs: int = 1
    announce: Announce = _quiet
    gate: tuple[str, ...] = USUAL_GATE


def assess_receiver(plan: Plan, adapter: Adapter) -> Assessed:
    """Put the cases to a receiver, and state what came of it.

    Raises:
        TadpError: the adapter does not work, or nothing is left to put.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    chosen = choose(plan.corpus, plan.catalogue, plan.choice)
    with tempfile.TemporaryDirectory(prefix="tadp-", ignore_cleanup_errors=True) as name:
        ground = lay_ground(plan.corpus, Path(name))
        troubles: list[str] = []
        try:
            implementation = adapter.start()
            smoke_test(adapter, ground, plan.seed)
            jobs = neutral_copies(chosen.cases, plan.seed, ground)
            puts = put_all(adapter, jobs, plan.jobs, plan.announce(len(jobs)))
        finally:
            troubles += adapter.close()
        puts = without_spoiled(puts, adapter.spoiled())
        scores = score_all(puts, plan.catalogue, hiding_of(ground, plan.catalogue))
    place = (plan.corpus, plan.catalogue)
    left_out = [case for case in plan.corpus.cases if case.id in chosen.left_out]
    return Assessed(
        adapter=plan.adapter,
        seed=plan.seed,
        corpus=plan.corpus,
        catalogue=plan.catalogue,
        profile=plan.profile,
        at=now,
        scores=tuple(scores),
        requirements=tuple(statements(scores, plan.catalogue)),
        receiver=tuple(receivers_statements(scores, plan.catalogue, plan.profile, left_out)),
        left_out=chosen.left_out,
        reckoning=reckon(plan.known, scores, place, now.date(), plan.gate),
        gate=plan.gate,
        known=plan.known,
        troubles=tuple(f"the implementation {trouble}" for trouble in troubles),
        implementation=implementation,
    )
