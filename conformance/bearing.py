"""Which requirements bear on a submission, as far as that is known before anything is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from conformance.findings import Status
from conformance.model.catalogue import Catalogue
from conformance.model.requirement import Kind, Requirement, SetBy
from conformance.result import Result


class Case(Struct, frozen=True):
    """Facts of a submission that decide which requirements bear on it."""

    catalogue: Catalogue
    edition: str
    kind: Kind
    set_by: SetBy | None


@lru_cache(maxsize=64)
def bearings(case: Case) -> tuple[tuple[Requirement, Result | None], ...]:
    """Return every requirement, and the result for it if it needs no look at the submission."""
    return tuple((r, _bearing(r, case)) for r in case.catalogue.worded(case.edition))


@lru_cache(maxsize=64)
def bearings_by_id(case: Case) -> Mapping[str, tuple[Requirement, Result | None]]:
    """Return the same by the ids of the requirements."""
    return {requirement.id: (requirement, without) for requirement, without in bearings(case)}


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
