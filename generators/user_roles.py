"""The User Roles in which a submission can be sent under a profile."""

from __future__ import annotations

from conformance.model.column import Role
from conformance.model.requirement import Kind
from generators.column_roles import with_roles
from generators.draft import Ground

#: The role of submissions where the profile leaves the choice.
USUAL = "IS"
#: The files whose records a submission of each kind has.
_FILES = {
    Kind.ADT: (Kind.ADT,),
    Kind.PUBLICATION: (Kind.ADT,),
    Kind.REPORT: (Kind.REPORT,),
    Kind.QCAF: (Kind.REPORT, Kind.QCAF),
    Kind.AREA: (Kind.ADT, Kind.REPORT, Kind.QCAF),
    Kind.INCIDENT: (),
}


def user_roles(ground: Ground, kind: Kind) -> tuple[str, ...]:
    """Return the User Roles that the files of ``kind`` can be about, the plainest first.

    The columns have each of them, and a variant that it may send. If there is none such, those
    that the columns have; a profile that has codes of its own for roles leaves all of the model's.
    """
    eligible = ground.catalogue.eligible
    known = sorted(frozenset().union(*eligible.values()))
    listed = _choices(ground, kind, Role.USER_ROLE)
    there = [
        role for role in known
        if all(role in choices or not {*choices} & {*known} for choices in listed)
    ]  # fmt: skip
    variants = _choices(ground, kind, Role.VARIANT)
    may = {
        role: [[not eligible.get(v) or role in eligible[v] for v in some] for some in variants]
        for role in known
    }
    senders = [role for role in there if all(map(any, may[role]))]
    # The rule on variants can be broken in a role that may not send all of them.
    senders.sort(key=lambda role: (any(map(all, may[role])), role != USUAL))
    return tuple(senders or there or known)


def _choices(ground: Ground, kind: Kind, role: Role) -> list[tuple[str, ...]]:
    """Return the values of each column with ``role`` in the files of ``kind``."""
    forms = (with_roles(ground.profile.files[one]) for one in _FILES[kind])
    return [c.type.choices for form in forms for c in form.columns if c.role is role]
