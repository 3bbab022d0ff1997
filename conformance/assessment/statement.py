"""Statements on each requirement: met, not met or not shown, and by which cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from conformance.assessment.corpus import Case, is_shown_by, receivers_requirements
from conformance.assessment.messages import Outcome
from conformance.assessment.scores import Score, Standing
from conformance.footing import Footing, basis_of, strongest, weakest
from conformance.model.catalogue import Catalogue
from conformance.model.profile import Profile
from conformance.model.requirement import Requirement

_FAILING = (Standing.FAILED, Standing.OTHER_REASON, Standing.NOT_COUNTED, Standing.ERROR)


class Statement(Struct, frozen=True):
    """The result of the cases that bear on a requirement.

    ``conforming`` is what it rests on that a conforming case conforms: the profile. ``unasked``
    says that there are cases that bear on it, and that none of them was wanted.
    """

    requirement: Requirement
    scores: tuple[Score, ...]
    conforming: Footing = Footing.UNVERIFIED
    unasked: bool = False

    @property
    def failing(self) -> list[str]:
        """The cases that do not show it."""
        return [s.case.id for s in self.scores if s.standing in _FAILING]

    @property
    def result(self) -> str:
        """``met``, ``not met``, ``not shown`` or ``not asked``.

        A wrong verdict alone shows that it is not met; without an answer, nothing is shown. A
        right rejection for another reason is not a wrong verdict, and shows nothing by itself.
        """
        if not self.scores and self.unasked:
            return "not asked"
        standings = {s.standing for s in self.scores}
        if Standing.FAILED in standings:
            return "not met"
        right = standings <= {Standing.PASSED, Standing.OTHER_REASON}
        return "met" if right and Standing.PASSED in standings else "not shown"

    @property
    def rests_on(self) -> Footing | None:
        """The footing of a requirement that is not met.

        Of a case it is what the case's own failure rests on; a case that conforms does so by the
        profile.
        """
        if self.result != "not met":
            return None
        mine = basis_of(self.requirement)
        return strongest(
            weakest((mine, *(s.case.rests_on[:1] or (self.conforming,))))
            for s in self.scores
            if s.standing is Standing.FAILED
        )

    @property
    def reason(self) -> str:
        """Why it is not shown, if it is not."""
        if self.result == "not asked":
            return "every case that tests it was left out of this run"
        if self.result != "not shown":
            return ""
        if not self.scores:
            return "no case tests it"
        counts = Counter(s.standing for s in self.scores)
        in_words = {
            Standing.SKIPPED: "skipped",
            Standing.ERROR: "without an answer",
            Standing.NOT_COUNTED: "rejected together with the conforming case",
            Standing.OTHER_REASON: "rejected for another reason",
        }
        return ", ".join(f"{counts[k]} {text}" for k, text in in_words.items() if counts[k])

    def record(self) -> dict[str, Any]:
        """The statement as an entry of the report."""
        record: dict[str, Any] = {
            "id": self.requirement.id,
            "clause": self.requirement.clause,
            "statement": self.requirement.statement,
            "result": self.result,
            "rests_on": self.rests_on,
            "counts": dict(Counter(s.standing.value for s in self.scores)),
            "failing": self.failing,
        }
        if self.reason:
            record["reason"] = self.reason
        return record


def statements(scores: list[Score], catalogue: Catalogue) -> list[Statement]:
    """A statement for each requirement that a case that was put breaks."""
    by_root: dict[str, list[Score]] = {}
    for score in scores:
        for root in score.case.roots:
            by_root.setdefault(root, []).append(score)
    return [Statement(r, tuple(by_root[r.id])) for r in catalogue.requirements() if r.id in by_root]


def receivers_statements(
    scores: Iterable[Score],
    catalogue: Catalogue,
    profile: Profile,
    left_out: Collection[Case] = (),
) -> list[Statement]:
    """A statement for each requirement on whoever receives a file.

    ``left_out`` are the cases that were not wanted in this run.
    """
    all_scores = list(scores)
    accepted = {s.case.id for s in all_scores if s.answer.outcome is Outcome.ACCEPTED}
    conforming = Footing.UNVERIFIED if profile.unverified else Footing.VERIFIED
    return [
        Statement(
            r,
            tuple(_apart(s, accepted) for s in all_scores if is_shown_by(r, s.case)),
            conforming,
            any(is_shown_by(r, case) for case in left_out),
        )
        for r in receivers_requirements(catalogue)
    ]


def _apart(score: Score, accepted: Collection[str]) -> Score:
    """Return the score as far as it shows what a conforming case was made for.

    Where the case without that is rejected too, the rejection has another cause.
    """
    case = score.case
    made_for = case.conforms and case.shows and case.positive is not None
    if made_for and score.standing is Standing.FAILED and case.positive not in accepted:
        return replace(score, standing=Standing.NOT_COUNTED)
    return score
