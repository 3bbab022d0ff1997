"""Which requirements bear on a submission, as far as that is known before anything is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from msgspec import Struct

from conformance.findings import Status
from conformance.model.catalogue import Catalogue, selects
from conformance.model.requirement import Kind, Requirement, SetBy
from conformance.result import Result


class Case(Struct, frozen=True):
    """Facts of a submission that decide which requirements bear on it."""

    catalogue: Catalogue
    edition: str
    kind: Kind
    set_by: SetBy | None


class Bearings(Struct, frozen=True):
    """What is the same for all submissions of one case.

    ``asked`` are the requirements for which a submission has to be looked at, and ``without`` the
    results for the others. ``sources`` are the requirements that one that may apply derives from.
    """

    every: Mapping[str, Requirement]
    asked: tuple[Requirement, ...]
    without: Mapping[str, Result]
    sources: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=64)
def bearings(case: Case) -> Bearings:
    """Return which requirements bear on a submission of this ``case``."""
    every = {r.id: r for r in case.catalogue.worded(case.edition)}
    found = {i: _bearing(r, case) for i, r in every.items()}
    without = {i: result for i, result in found.items() if result is not None}
    never = {i for i, result in without.items() if result.status is Status.NOT_APPLICABLE}
    sources = {i: _sources(r, every) for i, r in every.items() if r.derived_from and i not in never}
    asked = tuple(r for i, r in every.items() if i not in without)
    return Bearings(every, asked, without, sources)


def _sources(requirement: Requirement, every: Iterable[str]) -> tuple[str, ...]:
    """Return the requirements, of ``every`` one by id, that one derives from."""
    named = [i for i in every if any(selects(pattern, i) for pattern in requirement.derived_from)]
    return tuple(i for i in named if i != requirement.id)


def _bearing(requirement: Requirement, case: Case) -> Result | None:
    """Why a requirement does not bear on the submission, or is not known to; else nothing."""
    reason = None
    if case.edition not in requirement.editions:
        withdrawn = case.catalogue.editions[case.edition].withdrawn.get(requirement.id)
        reason = f"{'withdrawn' if withdrawn else 'not'} in edition {case.edition}"
        reason += f": {withdrawn}" if withdrawn else ""
    elif case.kind not in requirement.kinds:
        titles = " or ".join(k.label for k in Kind if k in requirement.kinds)
        reason = f"applies to: {titles}"
    elif requirement.set_by is not None and case.set_by is None:
        return _undecided(requirement, case)
    elif requirement.set_by not in (None, case.set_by):
        who = "DCC" if requirement.set_by is SetBy.DCC else "the User"
        reason = f"applies to a threshold set by {who}"
    return Result(requirement, Status.NOT_APPLICABLE, reason) if reason else None


def _undecided(requirement: Requirement, case: Case) -> Result | None:
    """Return the result of clauses 4.7 and 4.13 if it is not known which of them applies.

    Most of what they ask is the same. It is looked at once, under clause 4.7, so that a file
    that cannot even be read does not look harmless; the rest is not shown.
    """
    twins = twins_of(requirement, case.catalogue, case.edition)
    if twins and requirement.set_by is SetBy.USER:
        return None
    return who_set_it(requirement, f"; {twins[0]} asks the same" if twins else "")


def who_set_it(requirement: Requirement, more: str = "") -> Result:
    """Return that ``requirement`` is not shown, as it is not known who set the threshold."""
    reason = f"who set the threshold, and so whether this clause applies, is not known{more}"
    return Result(requirement, Status.NOT_SHOWN, reason, evidence=("quarantine.set_by",))


def twins_of(requirement: Requirement, catalogue: Catalogue, edition: str) -> list[str]:
    """Return the requirements of the other of clauses 4.7 and 4.13 that ask the same."""
    return [
        r.id
        for r in catalogue.requirements(edition)
        if r.set_by not in (None, requirement.set_by)
        and (r.checks, r.derived_from) == (requirement.checks, requirement.derived_from)
    ]
