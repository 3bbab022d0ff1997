"""An assessment from its beginning to its end: choose, copy, put, score, state."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.ahead import ahead
from conformance.assessment.adapter import Adapter
from conformance.assessment.corpus import Choice, Corpus, choose
from conformance.assessment.explaining import Again
from conformance.assessment.hiding import hiding_of
from conformance.assessment.ics import ConformanceStatement
from conformance.assessment.known import KnownFailure, match_known_failures
from conformance.assessment.messages import Outcome
from conformance.assessment.neutral import Workspace, neutral_copies, prepare_workspace
from conformance.assessment.report import Assessed
from conformance.assessment.running import Put, put_all, smoke_test, without_spoiled
from conformance.assessment.scope import scope_of
from conformance.assessment.scores import score_all
from conformance.assessment.statement import receivers_statements, statements
from conformance.errors import TadpError
from conformance.model.catalogue import Catalogue
from conformance.model.profile import Profile
from conformance.report.assessed.tally import USUAL_GATE

#: Called with the number of cases, if known; returns what is called for each that is done.
Announce = Callable[[int | None], Callable[[int], None]]


def _quiet(_: int | None) -> Callable[[int], None]:
    return lambda _: None


class AssessmentPlan(Struct, frozen=True):
    """The implementation to assess, the cases, and how to run them."""

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
    again: Again = field(default_factory=Again)
    slow: float | None = None
    keep: Path | None = None
    named: Mapping[str, str] = field(default_factory=dict)
    ics: ConformanceStatement | None = None
    refusals: bool = False
    random: int = 0
    scope: tuple[str, ...] = ()


@contextmanager
def workplace(plan: AssessmentPlan) -> Iterator[Path]:
    """Yield the folder for what is put: one that is removed, unless it is to be kept.

    Raises:
        TadpError: it is to be kept where something is already.
    """
    if plan.keep is None:
        with tempfile.TemporaryDirectory(prefix="tadp-", ignore_cleanup_errors=True) as name:
            yield Path(name)
        return
    try:
        plan.keep.mkdir(exist_ok=True)
        taken = any(plan.keep.iterdir())
    except OSError as error:
        raise TadpError(
            f"cannot be used for --keep: {error.strerror or error}", where=str(plan.keep)
        ) from None
    if taken:
        raise TadpError("is not empty", where=str(plan.keep), remedy="name a new folder to --keep")
    yield plan.keep.absolute()


def write_index(plan: AssessmentPlan, puts: list[Put]) -> None:
    """Write each message, and of which case it is, where what was put is kept.

    That is after the last answer, so that no implementation sees it.
    """
    if plan.keep is not None:
        rows = sorted((put.job.id, put.case.id) for put in puts)
        messages = plan.keep / "messages"
        messages.mkdir()
        for put in puts:
            message = json.dumps(put.job.message, indent=1) + "\n"
            (messages / f"{put.job.id}.json").write_text(message, "utf-8")
        text = "sent as,case\n" + "".join(f'{name},"{case}"\n' for name, case in rows)
        (plan.keep / "cases.csv").write_text(text, "utf-8", newline="\n")


def claims_of(plan: AssessmentPlan, hello: Mapping[str, Any]) -> ConformanceStatement | None:
    """Return what is claimed: by a statement, or else by a scope, of the user's or the hello's.

    Raises:
        TadpError: the scope names what is not known.
    """
    words = plan.scope or hello.get("scope", ())
    if plan.ics is not None or not words:
        return plan.ics
    return scope_of(words, plan.corpus, plan.catalogue)


def with_claims(choice: Choice, claims: ConformanceStatement | None) -> Choice:
    """Return ``choice`` limited to what is claimed."""
    if claims is None:
        return choice
    return replace(choice, claimed=claims.claimed, kinds=choice.kinds or claims.kinds)


def _answered(plan: AssessmentPlan, workspace: Workspace, count: int) -> Callable[[Put], None]:
    """Return what counts an answer, and frees the folder that it was about."""
    announce = plan.announce(count)

    def answered(put: Put) -> None:
        announce(1)
        # After an error, something may still be at work there.
        if plan.keep is None and put.answer.outcome is not Outcome.ERROR:
            workspace.spare.append(put.job.folder)

    return answered


def assess_receiver(plan: AssessmentPlan, adapter: Adapter) -> Assessed:
    """Put the cases to a receiver, and state what came of it.

    Raises:
        TadpError: the adapter does not work, or nothing is left to put.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    with workplace(plan) as folder:
        workspace = prepare_workspace(plan.corpus, folder)
        try:
            hello = adapter.start()
            claims = claims_of(plan, hello)
            chosen = choose(plan.corpus, plan.catalogue, with_claims(plan.choice, claims))
            implementation = {**hello, **plan.named}
            smoke_test(adapter, workspace, plan.seed)
            # Files are made for the next submissions while the implementation is at one.
            with closing(ahead(neutral_copies(chosen.cases, plan.seed, workspace))) as jobs:
                puts = put_all(
                    adapter, jobs, plan.jobs, _answered(plan, workspace, len(chosen.cases))
                )
        finally:
            troubles = adapter.close()
        puts = without_spoiled(puts, adapter.spoiled())
        write_index(plan, puts)
        scores = score_all(puts, plan.catalogue, hiding_of(workspace, plan.catalogue))
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
        requirements=tuple(
            s
            for s in statements(scores, plan.catalogue)
            if claims is None or s.requirement.id in claims.claimed
        ),
        receiver=tuple(receivers_statements(scores, plan.catalogue, plan.profile, left_out)),
        left_out=chosen.left_out,
        reckoning=match_known_failures(plan.known, scores, place, now.date(), plan.gate),
        gate=plan.gate,
        again=plan.again,
        slow=plan.slow,
        ics=claims,
        known=plan.known,
        troubles=tuple(f"the implementation {trouble}" for trouble in troubles),
        implementation=implementation,
    )
