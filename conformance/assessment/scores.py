"""Scores of answers: the verdict, the clause and the location, each by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from conformance.assessment.corpus import Case, rejected_under
from conformance.assessment.hiding import Hiding
from conformance.assessment.messages import Answer, Outcome
from conformance.assessment.running import Put
from conformance.model.catalogue import Catalogue, selects


class PartScore(StrEnum):
    """The score of one part of an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    NOT_STATED = "not stated"  #: the implementation did not say, or only what the fault hides
    NOT_ASKED = "not asked"  #: the case has none
    NOT_KNOWN = "not known"  #: it was skipped, or there was no answer


class Standing(StrEnum):
    """The result of a case."""

    PASSED = "passed"
    FAILED = "failed"  #: the wrong verdict
    OTHER_REASON = "other reason"  #: rejected, as it should be, for what is not wrong with it
    NOT_COUNTED = "not counted"  #: rejected, and so is the conforming case that it was made from
    NEUTRAL = "neutral"  #: it is not known whether the case conforms: either answer is accepted
    SKIPPED = "skipped"
    ERROR = "error"


class Score(Struct, frozen=True):
    """The score of the answer to a case."""

    put: Put
    standing: Standing
    verdict: PartScore
    clause: PartScore
    location: PartScore

    @property
    def case(self) -> Case:
        return self.put.case

    @property
    def answer(self) -> Answer:
        return self.put.answer


def _none_hidden(_: Case) -> tuple[str, ...]:
    return ()


def score_all(
    puts: Iterable[Put], catalogue: Catalogue, hiding: Hiding = _none_hidden
) -> list[Score]:
    """Score every case; a rejection counts only if the case it was made from was accepted."""
    scores = [score_one(put, catalogue, hiding) for put in puts]
    accepted = {s.case.id for s in scores if s.answer.outcome is Outcome.ACCEPTED}
    return [_counted(score, accepted) for score in scores]


def _counted(score: Score, accepted: set[str]) -> Score:
    rejected = score.standing in (Standing.PASSED, Standing.OTHER_REASON) and score.case.roots
    if rejected and score.case.positive not in accepted:
        return replace(score, standing=Standing.NOT_COUNTED)
    return score


def score_one(put: Put, catalogue: Catalogue, hiding: Hiding = _none_hidden) -> Score:
    """Score a case by itself, whatever became of the case that it was made from.

    To name what ``hiding`` says that the fault hides is neither right nor wrong.
    """
    case, answer = put.case, put.answer
    unknown = {Outcome.SKIPPED: Standing.SKIPPED, Outcome.ERROR: Standing.ERROR}
    if answer.outcome in unknown:
        known = PartScore.NOT_KNOWN
        return Score(put, unknown[answer.outcome], known, known, known)
    if case.undecided:
        return Score(
            put, Standing.NEUTRAL, PartScore.NOT_ASKED, PartScore.NOT_ASKED, PartScore.NOT_ASKED
        )
    right = (answer.outcome is Outcome.ACCEPTED) == case.conforms
    if not right:
        wrong = PartScore.NOT_ASKED if case.conforms else PartScore.NOT_KNOWN
        return Score(put, Standing.FAILED, PartScore.WRONG, wrong, wrong)
    if case.conforms:
        return Score(
            put, Standing.PASSED, PartScore.RIGHT, PartScore.NOT_ASKED, PartScore.NOT_ASKED
        )
    clause = _clause(case, answer, catalogue, hiding)
    standing = Standing.OTHER_REASON if clause is PartScore.WRONG else Standing.PASSED
    return Score(put, standing, PartScore.RIGHT, clause, _location(case.place, answer))


def _clause(case: Case, answer: Answer, catalogue: Catalogue, hiding: Hiding) -> PartScore:
    """Return whether all that the answer names is broken by the case, by itself or through that.

    What is hidden by the fault is looked for only where it matters, for that takes a check.
    """
    named = [
        str(reason[key])
        for reason in answer.reasons
        for key in ("requirement", "clause")
        if key in reason
    ]
    if not named:
        return PartScore.NOT_STATED
    broken = (*case.roots, *case.through, *rejected_under(catalogue, case.roots))
    others = [name for name in named if not _selects_any_of(name, broken)]
    if not others:
        return PartScore.RIGHT
    hidden = tuple(hiding(case))
    hidden += tuple(rejected_under(catalogue, hidden))
    if not all(_selects_any_of(name, hidden) for name in others):
        return PartScore.WRONG
    return PartScore.RIGHT if len(others) < len(named) else PartScore.NOT_STATED


def _selects_any_of(name: str, identifiers: Iterable[str]) -> bool:
    return any(selects(name, identifier) for identifier in identifiers)


def _location(place: Mapping[str, Any], answer: Answer) -> PartScore:
    """Compare the place of the fault with the reasons, as precisely as both of them give it."""
    if not place:
        return PartScore.NOT_ASKED
    with_place = [r for r in answer.reasons if any(key in r for key in place)]
    if not with_place:
        return PartScore.NOT_STATED
    fits = any(all(reason[k] == place[k] for k in place if k in reason) for reason in with_place)
    return PartScore.RIGHT if fits else PartScore.WRONG
