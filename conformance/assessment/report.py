"""The report of an assessment, as one JSON object."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conformance import __version__
from conformance.assessment.corpus import Corpus
from conformance.assessment.known import FAILURES, NOTHING_KNOWN, KnownFailure, Reckoning
from conformance.assessment.messages import Outcome
from conformance.assessment.scores import Part, Score, Standing
from conformance.assessment.statement import Statement
from conformance.model.catalogue import Catalogue
from conformance.model.profile import Profile
from conformance.model.requirement import Subject, Testable
from conformance.report.visible import visible_text
from conformance.submission.moments import format_moment

VERSION = 1


@dataclass(frozen=True, slots=True)
class Assessed:
    """All that an assessment has found."""

    adapter: str
    seed: int
    corpus: Corpus
    catalogue: Catalogue
    profile: Profile
    at: datetime
    scores: tuple[Score, ...]
    requirements: tuple[Statement, ...]
    receiver: tuple[Statement, ...]
    left_out: Mapping[str, str]
    reckoning: Reckoning = NOTHING_KNOWN
    known: tuple[KnownFailure, ...] = ()
    troubles: tuple[str, ...] = ()
    implementation: Mapping[str, Any] = field(default_factory=dict)
    role: str = "receiver"

    @property
    def failures(self) -> list[Score]:
        """What failed and is not excused."""
        return [
            s
            for s in self.scores
            if s.standing in FAILURES and s.case.id not in self.reckoning.excused
        ]

    @property
    def passed(self) -> bool:
        """Whether nothing failed that is not excused, and something was shown at all."""
        shown = any(s.standing is Standing.PASSED for s in self.scores)
        return shown and not self.failures and not self.all_troubles

    @property
    def all_troubles(self) -> list[str]:
        """What is wrong with the run beside its cases."""
        return [*self.reckoning.troubles, *self.troubles]


def assessment_report(done: Assessed) -> dict[str, Any]:
    """The report; ``complete`` comes last, so that a report that was cut off is seen to be."""
    return {
        "assessment": VERSION,
        "role": done.role,
        "tool": {"name": "tadp-conformance", "version": __version__},
        "model": {"version": __version__, "sha256": done.catalogue.digest},
        "corpus": {"version": done.corpus.version, "sha256": done.corpus.digest},
        "profile": {
            "name": done.profile.name,
            "sha256": done.profile.digest,
            "unverified": [visible_text(a.entry) for a in done.profile.unverified],
        },
        "adapter": visible_text(done.adapter),
        "implementation": {
            k: visible_text(str(v)) for k, v in done.implementation.items() if k not in _FRAME
        },
        "seed": done.seed,
        "checked_at": format_moment(done.at),
        "result": "passed" if done.passed else "failed",
        "receiver": [s.record() for s in done.receiver],
        "clauses": _clauses(done),
        "requirements": [s.record() for s in done.requirements],
        "cases": [_case(score, done) for score in done.scores],
        "not_tested": _not_tested(done),
        "known_failures": [k.record() for k in done.known],
        "troubles": [visible_text(t) for t in done.all_troubles],
        "summary": _summary(done),
        "complete": True,
    }


_FRAME = ("tadp", "type", "role")


def _case(score: Score, done: Assessed) -> dict[str, Any]:
    case, answer = score.case, score.answer
    expected = "accepted" if case.conforms else "rejected"
    submitted = answer.outcome is Outcome.WRITTEN or done.role == "submitter"
    return {
        "id": case.id,
        "sent_as": score.put.job.id,
        "kind": case.kind.value,
        "edition": case.edition,
        "expected": "conforms" if submitted else expected,
        "outcome": _outcome(score) if submitted else answer.outcome.value,
        "status": score.standing.value,
        "verdict": score.verdict.value,
        "clause": score.clause.value,
        "location": score.location.value,
        "roots": list(case.roots),
        "positive": case.positive,
        "reason": visible_text(answer.reason),
        "reasons": [
            {k: visible_text(v) if isinstance(v, str) else v for k, v in reason.items()}
            for reason in answer.reasons[:20]
        ],
        "known": case.id in done.reckoning.excused,
    }


def _outcome(score: Score) -> str:
    standings = {
        Standing.PASSED: "conforms",
        Standing.FAILED: "violates",
        Standing.SKIPPED: "skipped",
    }
    return standings.get(score.standing, "error")


def _clauses(done: Assessed) -> dict[str, dict[str, int]]:
    """For each clause, how many of the cases that break it came to what."""
    counts: dict[str, Counter[str]] = {}
    for statement in done.requirements:
        counter = counts.setdefault(statement.requirement.clause, Counter())
        counter.update(s.standing.value for s in statement.scores)
    return {clause: dict(counter) for clause, counter in counts.items()}


def _not_tested(done: Assessed) -> list[dict[str, str]]:
    """Requirements that this run says nothing of, and cases that were not put; and why."""
    stated = {s.requirement.id for s in (*done.requirements, *done.receiver) if s.scores}
    found = [
        {"what": r.id, "why": _why_not(r.testable, r.subject, done)}
        for r in done.catalogue.requirements()
        if r.id not in stated and not r.derived_from
    ]
    reasons = Counter(done.left_out.values())
    found += [{"what": f"{n} case{'s' * (n != 1)}", "why": why} for why, n in reasons.items()]
    return found


def _why_not(testable: Testable, subject: Subject, done: Assessed) -> str:
    if testable is Testable.ATTESTATION:
        return "only a person can attest it"
    if subject is Subject.RECEIVER and done.role != "receiver":
        return "a requirement on the receiver"
    return "no case that bears on it was put"


def _summary(done: Assessed) -> dict[str, dict[str, int]]:
    """How many cases came to what; verdict, clause and location each by themselves."""
    parts = {
        name: Counter(getattr(s, name).value for s in done.scores)
        for name in ("verdict", "clause", "location")
    }
    return {
        "cases": {s.value: sum(x.standing is s for x in done.scores) for s in Standing},
        **{name: {p.value: counter[p.value] for p in Part} for name, counter in parts.items()},
        "known": {"excused": len(done.reckoning.excused)},
    }
