"""The raw report of an assessment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from conformance.assessment.corpus import Case, Corpus, is_shown_by, receivers_requirements
from conformance.assessment.explaining import REASONS, Again, explained, visible_record
from conformance.assessment.ics import ConformanceStatement
from conformance.assessment.known import NOTHING_KNOWN, KnownFailure, Reckoning
from conformance.assessment.messages import Outcome
from conformance.assessment.scores import Score, Standing
from conformance.assessment.statement import Statement
from conformance.content import Content
from conformance.model.catalogue import Catalogue
from conformance.model.profile import Profile
from conformance.model.requirement import Requirement, Subject, Testable
from conformance.phrases import counted
from conformance.report.assessed.claims import claims_of
from conformance.report.assessed.tally import USUAL_GATE, result_of, tally
from conformance.report.frame import Origin, ReportKind, framed, input_of, sealed
from conformance.report.visible import visible_text

_FRAME = ("tadp", "type", "role", "scope")


class Assessed(Struct, frozen=True, kw_only=True):
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
    gate: tuple[str, ...] = USUAL_GATE
    again: Again = field(default_factory=Again)
    slow: float | None = None
    ics: ConformanceStatement | None = None

    @property
    def all_troubles(self) -> list[str]:
        """Return the problems of the run, beside those of its cases."""
        return [*self.reckoning.troubles, *self.troubles]


def assessment_report(
    done: Assessed, *, require_evidence: bool = False, inputs: tuple[Content, ...] = ()
) -> dict[str, Any]:
    """The raw report of what was ``done``, in the frame of all raw reports.

    ``inputs`` are the files that bore on it beside the corpus and the profile. With
    ``require_evidence``, what was skipped counts as failed.
    """
    cases = [_case(score, done) for score in done.scores]
    troubles = [visible_text(t) for t in done.all_troubles]
    content: dict[str, Any] = {
        "require_evidence": require_evidence,
        "gate": list(done.gate),
        "role": done.role,
        "corpus": {"version": done.corpus.version, "sha256": done.corpus.digest},
        "inputs": [input_of(content) for content in inputs],
        "adapter": visible_text(done.adapter),
        "implementation": {
            visible_text(k): visible_text(str(v))
            for k, v in done.implementation.items()
            if k not in _FRAME
        },
        "seed": done.seed,
        "result": "",  # Known when all else is.
        "receiver": [s.record() for s in done.receiver],
        "clauses": _clauses(done),
        "requirements": [s.record() for s in done.requirements],
        "cases": cases,
        "not_tested": _not_tested(done),
        "known_failures": [visible_record(k.record()) for k in done.known],
        "troubles": troubles,
        "summary": tally(cases),
        **({"slow": _slow(cases, done.slow)} if done.slow is not None else {}),
    }
    if done.ics is not None:
        content["ics"] = _stated(done.ics, content)
    content["result"] = result_of(content)
    origin = Origin(done.catalogue, done.profile, done.at, done.at)
    return sealed(framed(ReportKind.ASSESSMENT, origin, [c["edition"] for c in cases], content))


def _case(score: Score, done: Assessed) -> dict[str, Any]:
    case, answer = score.case, score.answer
    submitted = answer.outcome is Outcome.WRITTEN or done.role == "submitter"
    excuse = done.reckoning.excused.get(case.id)
    return {
        "id": case.id,
        "sent_as": score.put.job.id,
        "kind": case.kind.value,
        "edition": case.edition,
        "expected": _wanted(case) if submitted else case.expected,
        "outcome": _outcome(score) if submitted else answer.outcome.value,
        "status": score.standing.value,
        "verdict": score.verdict.value,
        "clause": score.clause.value,
        "location": score.location.value,
        "roots": list(case.roots),
        "rests_on": [footing.value for footing in case.rests_on],
        "positive": case.positive,
        "reason": visible_text(answer.reason),
        "reasons": [visible_record(reason) for reason in answer.reasons[:REASONS]],
        "known": excuse is not None,
        **explained(score, done.again, done.role),
        **({"excuse": visible_record(excuse.record())} if excuse else {}),
    }


def _stated(statement: ConformanceStatement, content: dict[str, Any]) -> dict[str, Any]:
    """Return what is claimed, beside what was tested of it and whether that is met."""
    items: list[dict[str, Any]] = [
        {
            "requirement": visible_text(item.requirement),
            "claimed": item.claimed,
            **({"comment": visible_text(item.comment)} if item.comment else {}),
        }
        for item in statement.items
    ]
    claims = claims_of({**content, "ics": {"items": items}})
    for item, claim in zip(items, claims, strict=True):
        item |= {"tested": claim.cases, "result": claim.result}
    scope = [visible_text(word) for word in statement.scope]
    return {**({"scope": scope} if scope else {}), "items": items}


def _slow(cases: list[dict[str, Any]], over: float) -> dict[str, Any]:
    """Return the cases that took more than ``over`` seconds, the slowest first."""
    found = sorted((-case["seconds"], case["id"]) for case in cases if case["seconds"] > over)
    return {"over": over, "cases": [{"id": name, "seconds": -took} for took, name in found]}


def _wanted(case: Case) -> str:
    return "refused" if case.refused else "conforms"


def _outcome(score: Score) -> str:
    if score.answer.outcome is Outcome.REFUSED:
        return "refused"
    standings = {
        Standing.PASSED: "conforms",
        Standing.FAILED: "departs" if score.case.verdict == "departs" else "violates",
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
    """Requirements that this run says nothing of, and cases that were not put; and why.

    Among the cases are those that the corpus does not have under its profile.
    """
    left = dict(done.corpus.left_out)
    unasked = _unasked(done)
    stated = {s.requirement.id for s in (*done.requirements, *done.receiver) if s.scores}
    found = [
        {"what": r.id, "why": left.pop(r.id, "") or unasked.get(r.id) or _why_not(r, done)}
        for r in done.catalogue.requirements()
        if r.id not in stated and not r.derived_from
    ]
    found += [{"what": visible_text(i), "why": visible_text(why)} for i, why in left.items()]
    reasons = Counter(done.left_out.values())
    found += [{"what": counted(n, "case"), "why": why} for why, n in reasons.items()]
    return found


def _unasked(done: Assessed) -> dict[str, str]:
    """Return the reason for each requirement not tested because a case was left out of this run."""
    found: dict[str, str] = {}
    receivers = receivers_requirements(done.catalogue) if done.role == "receiver" else []
    for case in done.corpus.cases:
        why = done.left_out.get(case.id)
        if why:
            own = [r.id for r in receivers if is_shown_by(r, case)]
            for identifier in (*case.roots, *own):
                found.setdefault(identifier, f"not part of this run: {why}")
    return found


def _why_not(requirement: Requirement, done: Assessed) -> str:
    if requirement.testable is Testable.ATTESTATION:
        return "only a person can attest it"
    if requirement.subject is Subject.RECEIVER and done.role != "receiver":
        return "a requirement on the receiver"
    return "no case that tests it was run"
