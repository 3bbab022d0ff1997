"""Roles of columns: the values that can have one, and the files that need it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.model.column import Role
from conformance.model.problem import Path, Problem
from conformance.model.requirement import Kind
from conformance.model.types.column_type import Meaning
from conformance.model.types.registry import names_of, type_of

#: The meaning that values of a column must have, for each role.
READ_AS: Mapping[Role, tuple[Meaning, ...]] = {
    Role.USER_ID: (Meaning.PARTY,),
    Role.USER_ROLE: (Meaning.CODE,),
    Role.VARIANT: (Meaning.CODE,),
    Role.PERIOD: (Meaning.NUMBER, Meaning.PERIOD, Meaning.CODE),
    Role.WARNING: (Meaning.NUMBER,),
    Role.THRESHOLD: (Meaning.NUMBER,),
    Role.REQUEST_ID: (Meaning.REQUEST,),
    Role.EVENT: (Meaning.NUMBER, Meaning.CODE, Meaning.TEXT),
    Role.QUARANTINED_AT: (Meaning.INSTANT,),
    Role.CREATED_AT: (Meaning.INSTANT,),
    Role.RECIPIENT: (Meaning.PARTY,),
    Role.BREACH: (Meaning.CODE,),
    Role.ACTION: (Meaning.ACTION,),
}
#: The roles that something asks for in a file of thresholds, and in one about a quarantine.
_OF_THRESHOLDS = frozenset(
    {Role.USER_ID, Role.USER_ROLE, Role.VARIANT, Role.PERIOD, Role.WARNING, Role.THRESHOLD}
)
#: Roles that are required in a file that is sent to DCC.
_SENT = frozenset({Role.CREATED_AT, Role.RECIPIENT})
_OF_QUARANTINE = frozenset(Role) - {*_SENT, Role.PERIOD, Role.WARNING, Role.THRESHOLD, Role.OTHER}
#: Roles in words.
_ROLES: Mapping[Role, str] = {
    Role.USER_ID: "a User ID",
    Role.USER_ROLE: "a User Role",
    Role.VARIANT: "a Service Reference Variant",
    Role.PERIOD: "a time period",
    Role.WARNING: "a Warning Threshold",
    Role.THRESHOLD: "an Anomaly Detection Threshold",
    Role.REQUEST_ID: "a Request ID",
    Role.EVENT: "the reference of an event",
    Role.QUARANTINED_AT: "the time of quarantine",
    Role.CREATED_AT: "the time at which the file was made",
    Role.RECIPIENT: "the EUI-64 of DCC",
    Role.BREACH: "a breach",
    Role.ACTION: "Release or Delete",
}
#: The remedy for a file that has no such role.
_INSTEAD: Mapping[tuple[Kind, Role], str] = {
    (Kind.REPORT, Role.RECIPIENT): 'role = "user-id", as a report is sent to the User',
}
#: Entries that a type required by a role can have.
_HINTS: Mapping[Role, str] = {
    Role.USER_ID: ', whose entry form can be "hyphens", "colons" or "none"',
    Role.ACTION: ', whose entry codes says what is written: { Release = "R", Delete = "D" }',
}


def roles_asked_for(kind: Kind) -> frozenset[Role]:
    """Return the roles that something asks for in a file of that kind."""
    of_kind = _OF_THRESHOLDS if kind is Kind.ADT else _OF_QUARANTINE
    return of_kind if kind is Kind.REPORT else of_kind | _SENT


def role_problems(
    kind: Kind, path: Path, column: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]]
) -> Iterator[Problem]:
    """Yield why the column at ``path`` of a file cannot have its role."""
    role = Role(column.get("role", "other"))
    meanings = READ_AS.get(role)
    if meanings is None:
        return
    if role is Role.ACTION and kind is Kind.REPORT:
        meanings = (Meaning.NULL,)
    asked = roles_asked_for(kind)
    if role not in asked:
        known = ", ".join(sorted(asked))
        what = f"nothing asks for the role {role} in the {kind.label}"
        right = _INSTEAD.get((kind, role), f"leave it out, or one of {known}")
        yield Problem((*path, "role"), what, right)
    elif type_of(column, lists).reads_as not in meanings:
        types = names_of(*meanings).split()
        yield Problem(
            (*path, "role"),
            f"a value of the type {column['type']} cannot be read as {_ROLES[role]}",
            f"give the column the type {' or '.join(types)}" + _HINTS.get(role, ""),
        )
