"""What an assessment says of each requirement: met, not met, or not shown, and by which cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from conformance.assessment.corpus import Case, receivers_requirements
from conformance.assessment.scores import Score, Standing
from conformance.footing import Footing, basis_of, strongest, weakest
from conformance.model.catalogue import Catalogue, selects_any
from conformance.model.profile import Profile
from conformance.model.requirement import Kind, Requirement
from conformance.signature import Parcel, open_file
from conformance.submission.lone import Told
from conformance.submission.reading import read_submission

#: Requirements that conforming cases show when their files hold nulls.
_NULLS = frozenset({"6.1-5"})
_FAILING = (Standing.FAILED, Standing.OTHER_REASON, Standing.NOT_COUNTED, Standing.ERROR)


class Statement(Struct, frozen=True):
    """What the cases that bear on a requirement came to.

    ``conforming`` is what it rests on that a conforming case conforms: the profile.
    """

    requirement: Requirement
    scores: tuple[Score, ...]
    conforming: Footing = Footing.UNVERIFIED

    @property
    def failing(self) -> list[str]:
        """The cases that do not show it."""
        return [s.case.id for s in self.scores if s.standing in _FAILING]

    @property
    def result(self) -> str:
        """``met``, ``not met`` or ``not shown``.

        A wrong verdict alone shows that it is not met; without an answer, nothing is shown.
        """
        standings = {s.standing for s in self.scores}
        if standings & {Standing.FAILED, Standing.OTHER_REASON}:
            return "not met"
        return "met" if standings == {Standing.PASSED} else "not shown"

    @property
    def rests_on(self) -> Footing | None:
        """What it rests on that the requirement is not met, if it is not.

        Of a case it is what the case's own failure rests on; a case that conforms does so by the
        profile.
        """
        if self.result != "not met":
            return None
        mine = basis_of(self.requirement)
        return strongest(
            weakest((mine, *(s.case.rests_on[:1] or (self.conforming,))))
            for s in self.scores
            if s.standing in (Standing.FAILED, Standing.OTHER_REASON)
        )

    @property
    def reason(self) -> str:
        """Why it is not shown, if it is not."""
        if self.result != "not shown":
            return ""
        if not self.scores:
            return "no case that bears on it was put"
        counts = Counter(s.standing for s in self.scores)
        told = {
            Standing.SKIPPED: "skipped",
            Standing.ERROR: "without an answer",
            Standing.NOT_COUNTED: "rejected together with the conforming case",
        }
        return ", ".join(f"{counts[k]} {text}" for k, text in told.items() if counts[k])

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
    scores: Iterable[Score], catalogue: Catalogue, profile: Profile
) -> list[Statement]:
    """A statement for each requirement on whoever receives a file."""
    all_scores = list(scores)
    conforming = Footing.UNVERIFIED if profile.unverified else Footing.VERIFIED
    return [
        Statement(r, tuple(s for s in all_scores if _shows(r, profile)(s.case)), conforming)
        for r in receivers_requirements(catalogue)
    ]


def _shows(requirement: Requirement, profile: Profile) -> Callable[[Case], bool]:
    """Which cases show a receiver's requirement: by what it rejects, or by what it takes."""

    def rejecting(case: Case) -> bool:
        return any(selects_any(requirement.rejects, root) for root in case.roots)

    def taking(case: Case) -> bool:
        return case.conforms and case.kind in requirement.kinds

    if requirement.rejects:
        return rejecting
    if requirement.id in _NULLS:
        return lambda case: taking(case) and has_nulls(case, profile)
    return taking


def has_nulls(case: Case, profile: Profile) -> bool:
    """Whether the signed file of a conforming case holds a null field."""
    if case.kind not in (Kind.ADT, Kind.QCAF, Kind.REPORT):
        return False
    with case.submission.on_disk() as folder:
        submission = read_submission(str(folder), Told(), profile)
        if submission.file is None:
            return False
        opened = open_file(Parcel(submission.file), profile.signature).data
        data = (opened or submission.file).read(1 << 24)
    records = data.removesuffix(b"\n").split(b"\n")
    return any(b"" in record.split(b",") for record in records if record)
