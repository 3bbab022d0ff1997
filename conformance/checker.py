"""Running the checks on a submission: roots, what derives from them, and the verdict.

What fails carries what it rests on, and so does the verdict: only a duty that fails on the clause,
or on a verified entry of the profile, is a violation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from conformance.bearing import Bearings, Case, bearings, twins_of, who_set_it
from conformance.checks import CHECKS, Context, Setting
from conformance.checks.peers import sent_otherwise
from conformance.findings import (
    CAP,
    Attested,
    Finding,
    NotApplicable,
    NotShown,
    OmittedFindings,
    Outcome,
    Progress,
    Status,
    Through,
    Verdict,
)
from conformance.footing import Footing, basis_of, footing_of, in_order, strongest, weakest
from conformance.model.catalogue import selects_any
from conformance.model.requirement import (
    Edition,
    Kind,
    Reads,
    Requirement,
    Strength,
)
from conformance.other_readings import OtherReadings, relied_on
from conformance.phrases import listed
from conformance.result import Result
from conformance.signature import Presence
from conformance.submission.evidence import Submission

if TYPE_CHECKING:
    from conformance.submission.area.overview import Overview


_RESTS_ON, _STATUS = attrgetter("rests_on"), attrgetter("status")


class Checked(Struct, frozen=True):
    """A submission, checked; with an overview, if it is an area.

    ``doubt`` says why it is not known that the edition applied when it was sent, if it is not, and
    ``because`` why the edition in force now was taken, if nothing chooses one.
    """

    submission: Submission
    edition: Edition
    verdict: Verdict
    results: tuple[Result, ...]
    overview: Overview | None = None
    doubt: str | None = None
    because: str | None = None
    #: True if the file was signed, so that it has to be signed again after a correction.
    signed: bool = True

    @property
    def roots(self) -> list[Result]:
        """The requirements that fail by themselves."""
        return [result for result in self.results if result.is_root]

    @property
    def rests_on(self) -> tuple[Footing, ...]:
        """The footings of the failures, the strongest first."""
        return in_order(filter(None, map(_RESTS_ON, self.results)))


def check_submission(
    submission: Submission,
    setting: Setting,
    only: Iterable[str] = (),
    progress: Progress | None = None,
) -> Checked:
    """Check ``submission`` against every requirement, or those that ``only`` selects.

    Raises:
        SubmissionError: a file of the submission cannot be read.
    """
    context = Context(submission, setting, progress)
    edition, bearing = context.edition, _bearings(context)
    own = {requirement.id: _run(requirement, context) for requirement in bearing.asked}
    noted = _noted(own, bearing)
    results = _derive(noted, {**bearing.without, **own}, bearing)
    failed = [i for i in noted if results[i].status is Status.FAILED]
    results |= {i: _grounded(results[i], context) for i in failed}
    results |= OtherReadings(context, _look).weighed(noted, results)
    results |= _with_notes_of(noted, results, bearing)
    wanted = tuple(only)
    names = [i for i in bearing.every if selects_any(wanted, i)] if wanted else bearing.every
    # In the order of the clauses.
    shown = tuple(map(results.__getitem__, names))
    verdict, brief = _verdict(shown), _overview(context)
    reasons = context.edition_doubt, context.edition_because
    opened = context.opened
    signed = opened is None or opened.presence is not Presence.UNSIGNED
    return Checked(submission, edition, verdict, shown, brief, *reasons, signed)


def _overview(context: Context) -> Overview | None:
    if context.submission.kind is not Kind.AREA:
        return None
    from conformance.checks.overview import overview

    return overview(context)


def _bearings(context: Context) -> Bearings:
    """Return which requirements bear on the submission."""
    catalogue, kind = context.setting.catalogue, context.submission.kind
    return bearings(Case(catalogue, context.edition.id, kind, context.set_by))


def _look(context: Context, identifier: str) -> Result:
    """The result for one requirement alone, with what it derives from."""
    bearing = _bearings(context)
    sources = bearing.sources.get(identifier, ())
    known, every = bearing.without, bearing.every
    result = known.get(identifier) or _run(every[identifier], context)
    if not sources or result.status is Status.NOT_APPLICABLE:
        return result
    own = [known.get(name) or _run(every[name], context) for name in sources]
    return _grounded(_through(result, own), context)


def _grounded(result: Result, context: Context) -> Result:
    """Return that a requirement is not shown if it fails through others, and may not apply."""
    if result.status is not Status.FAILED or result.is_root or result.requirement.set_by is None:
        return result
    return who_set_it(result.requirement) if context.set_by is None else result


#: Requirements that a reason names.
_NAMED = 3
#: Readings that apply without any check asking for them.
_UNASKED = (Reads.BYTES, Reads.RECORDS)


def _run(requirement: Requirement, context: Context) -> Result:
    """Run the checks of a requirement, up to the first that finds something."""
    if requirement.delivered is not None:
        why_not = sent_otherwise(requirement.delivered, context)
        if why_not:
            return _result(requirement, [why_not], context)
    outcomes: list[Outcome] = []
    context.consulted.clear()
    for name in requirement.checks:
        outcomes += (CHECKS.data.get(name) or CHECKS[name])(context, requirement)
        if outcomes and Finding in map(type, outcomes):
            break
    if not outcomes:
        return _passed(requirement, context)
    if len(outcomes) == 1 and isinstance(only := outcomes[0], NotApplicable):
        return _not_applicable(requirement, only.reason)
    return _result(requirement, outcomes, context)


def _findings(requirement: Requirement, outcomes: list[Outcome], context: Context) -> list[Finding]:
    """Return the findings; each says so if the profile decided which of 4.7 and 4.13 applies.

    It does not matter where both clauses ask the same.
    """
    found = [o for o in outcomes if isinstance(o, Finding)]
    known = context.submission.quarantine.set_by is not None
    if not found or requirement.set_by is None or known:
        return found
    if twins_of(requirement, context.setting.catalogue, context.edition.id):
        return found
    return [replace(finding, profile=(*finding.profile, "breaches")) for finding in found]


def _result(requirement: Requirement, outcomes: list[Outcome], context: Context) -> Result:
    findings = _findings(requirement, outcomes, context)
    if findings:
        count = len(findings) + sum(o.count for o in outcomes if isinstance(o, OmittedFindings))
        kept = tuple(findings[:CAP])
        rests_on = _footing(requirement, kept, context)
        return Result(requirement, Status.FAILED, findings=kept, count=count, rests_on=rests_on)
    through = [o for o in outcomes if isinstance(o, Through)]
    if through:
        ids = tuple(i for o in through for name in o.checks for i in context.checks_of(name))
        rests_on = _footing(requirement, through, context)
        return Result(requirement, Status.FAILED, through=ids, rests_on=rests_on)
    hidden = [o for o in outcomes if isinstance(o, NotShown)]
    if hidden:
        blocked = [i for o in hidden for name in o.blocked_by for i in context.checks_of(name)]
        return Result(
            requirement,
            Status.NOT_SHOWN,
            "; ".join(dict.fromkeys(o.reason for o in hidden)),
            blocked_by=tuple(dict.fromkeys(blocked)),
            evidence=tuple(dict.fromkeys(e for o in hidden for e in o.evidence)),
        )
    for outcome in outcomes:
        if isinstance(outcome, Attested):
            return Result(requirement, Status.ATTESTED, outcome.reason)
        if isinstance(outcome, NotApplicable):
            return _not_applicable(requirement, outcome.reason)
    return _passed(requirement, context)


def _passed(requirement: Requirement, context: Context) -> Result:
    """Return that it passed, and the notes whose reading had a part in that."""
    relied = _relied(requirement, context.setting, context.submission.kind)
    if not relied:
        return _pass(requirement)
    asked = context.consulted
    return _pass(requirement, tuple(n for n, unasked in relied if unasked or n in asked))


@lru_cache(maxsize=4096)
def _relied(requirement: Requirement, setting: Setting, kind: Kind) -> list[tuple[str, bool]]:
    """Return the notes by which a requirement may pass, and whether no check asks for them."""
    relied = relied_on(setting, kind) if requirement.checks else {}
    notes = [name for name in requirement.notes if name in relied]
    return [(name, relied[name].reads in _UNASKED) for name in notes]


@lru_cache(maxsize=4096)
def _pass(requirement: Requirement, notes: tuple[str, ...] = ()) -> Result:
    """Return the result of what passed, the same for all submissions: nearly all there is."""
    return Result(requirement, Status.PASSED, notes=notes)


@lru_cache(maxsize=4096)
def _not_applicable(requirement: Requirement, reason: str) -> Result:
    return Result(requirement, Status.NOT_APPLICABLE, reason)


def _footing(
    requirement: Requirement, found: Iterable[Finding | Through], context: Context
) -> Footing:
    """Return the strongest footing of what was found, as far as the edition applies."""
    profile, settled, kind = context.profile, context.settled, context.submission.kind
    footings = [footing_of(requirement, one, profile, settled, kind) for one in found]
    doubted = [Footing.EDITION] if context.edition_doubt else []
    return weakest((*in_order(footings)[:1], *doubted))


def _noted(own: Mapping[str, Result], bearing: Bearings) -> tuple[str, ...]:
    """Return what may change: what derives from others, and more than a bare pass.

    Nearly all that was looked at just passed, and nothing follows from it.
    """
    passed = Status.PASSED
    noted = [i for i, r in own.items() if r.status is not passed or r.notes]
    return tuple(dict.fromkeys((*noted, *bearing.sources)))


def _derive(
    noted: Iterable[str], results: Mapping[str, Result], bearing: Bearings
) -> dict[str, Result]:
    """Carry what is known of the roots over to the requirements that derive from them."""
    sources = bearing.sources
    roots, result_of = dict(results), results.__getitem__
    for identifier in noted:
        if through := results[identifier].through:
            roots[identifier] = _through(results[identifier], [*map(result_of, through)])
    found, root_of = dict(roots), roots.__getitem__
    for identifier, others in sources.items():
        if roots[identifier].status is not Status.NOT_APPLICABLE:
            found[identifier] = _through(roots[identifier], [*map(root_of, others)])
    return found | {i: _blocked(r, found) for i in noted if (r := found[i]).blocked_by}


def _with_notes_of(
    noted: Iterable[str], results: Mapping[str, Result], bearing: Bearings
) -> dict[str, Result]:
    """Return what passed because others did, and so by the notes that those passed by."""
    relying, found = {i for i in noted if results[i].notes}, {}
    for identifier, others in bearing.sources.items():
        one = results[identifier]
        if one.status is Status.PASSED and not relying.isdisjoint(others):
            notes = (n for i in others if i in relying for n in results[i].notes)
            found[identifier] = replace(one, notes=tuple(dict.fromkeys((*one.notes, *notes))))
    return found


def _blocked(result: Result, results: Mapping[str, Result]) -> Result:
    """The result, blocked only by what did not come out well itself."""
    kept = tuple(i for i in result.blocked_by if results[i].status in _AMISS)
    return result if kept == result.blocked_by else replace(result, blocked_by=kept)


def _through(result: Result, sources: list[Result]) -> Result:
    there = set(map(_STATUS, sources))
    failed = [s for s in sources if s.status is Status.FAILED] if Status.FAILED in there else []
    if result.is_root or failed:
        own = [result.rests_on] if result.rests_on else []
        links = [basis_of(result.requirement), *([] if result.is_root else own)]
        paths = [weakest((*links, s.rests_on)) for s in failed if s.rests_on is not None]
        ids = [i for s in failed for i in ((s.requirement.id,) if s.is_root else s.through)]
        return Result(
            result.requirement,
            Status.FAILED,
            through=tuple(dict.fromkeys(ids)),
            findings=result.findings,
            count=result.count,
            rests_on=strongest([*paths, *(own if result.is_root else [])]),
        )
    none = Status.NOT_SHOWN not in there
    hidden = [] if none else [s for s in sources if s.status is Status.NOT_SHOWN]
    if hidden or result.status is Status.NOT_SHOWN:
        itself = result.status is Status.NOT_SHOWN
        names = tuple(s.requirement.id for s in hidden)
        verb = "are" if names[1:] else "is"
        reason = f"depends on {listed(names, _NAMED)}, which {verb} not shown"
        return Result(
            result.requirement,
            Status.NOT_SHOWN,
            result.reason if itself else reason,
            blocked_by=tuple(dict.fromkeys((*result.blocked_by, *names))),
            evidence=tuple(dict.fromkeys(e for r in (result, *hidden) for e in r.evidence)),
        )
    if result.requirement.checks or there - {Status.NOT_APPLICABLE}:
        return result
    return Result(result.requirement, Status.NOT_APPLICABLE, "nothing that it derives from applies")


#: Statuses that keep a submission from conforming.
_AMISS = frozenset({Status.FAILED, Status.NOT_SHOWN})


def _verdict(results: Collection[Result]) -> Verdict:
    """Return the verdict; a recommendation that is not shown keeps from conforming too."""
    if _AMISS.isdisjoint(map(_STATUS, results)):
        return Verdict.CONFORMS
    amiss = [
        r for r in results if r.status in _AMISS and r.requirement.strength is not Strength.MAY
    ]
    if any(_violates(r) for r in amiss):
        return Verdict.VIOLATES
    if any(r.status is Status.FAILED for r in amiss):
        return Verdict.DEPARTS
    return Verdict.NOT_SHOWN if amiss else Verdict.CONFORMS


def _violates(result: Result) -> bool:
    duty = result.requirement.strength is Strength.SHALL
    return duty and result.rests_on is not None and result.rests_on.binds


__all__ = ["Checked", "Result", "Setting", "check_submission"]
