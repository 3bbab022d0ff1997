"""Guesses at the meaning of columns, by their names and by the types of their values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from conformance.model.catalogue import Catalogue
from conformance.model.column import Role
from conformance.model.requirement import Kind
from conformance.model.role_sense import READ_AS, roles_asked_for
from conformance.model.types.column_type import Meaning
from conformance.model.types.registry import type_of

#: Parts of names, in letters and digits alone, that speak of a role; the first that fits.
_WORDS = (
    ("variant", Role.VARIANT),
    ("srv", Role.VARIANT),
    ("warning", Role.WARNING),
    ("threshold", Role.THRESHOLD),
    ("requestid", Role.REQUEST_ID),
    ("userrole", Role.USER_ROLE),
    ("userid", Role.USER_ID),
    ("breach", Role.BREACH),
    ("action", Role.ACTION),
    ("event", Role.EVENT),
    ("quarantinedat", Role.QUARANTINED_AT),
    ("quarantinetime", Role.QUARANTINED_AT),
    ("period", Role.PERIOD),
    ("hours", Role.PERIOD),
)

_BY_MEANING = {
    Meaning.PERIOD: Role.PERIOD,
    Meaning.REQUEST: Role.REQUEST_ID,
    Meaning.INSTANT: Role.QUARANTINED_AT,
    Meaning.ACTION: Role.ACTION,
}


def role_by_name(name: str, kind: Kind) -> Role:
    """Return what a column of that name in a file of that kind could mean."""
    bare = "".join(letter for letter in name.lower() if letter.isalnum())
    asked = roles_asked_for(kind)
    return next((role for word, role in _WORDS if word in bare and role in asked), Role.OTHER)


def roles_of(
    kind: Kind,
    columns: Sequence[tuple[str, Mapping[str, Any]]],
    catalogue: Catalogue,
    breaches: Collection[str],
) -> list[Role]:
    """Return the role of each of ``columns``, by its name and entries; none of them twice.

    ``breaches`` are values that are known to be breaches.
    """
    by_name = [_fitting(kind, role_by_name(name, kind), e, catalogue) for name, e in columns]
    known = [Role.BREACH if _has(e, breaches) else _by_type(kind, e, catalogue) for _, e in columns]
    by_type = [
        _fitting(kind, role, entries, catalogue)
        for role, (_, entries) in zip(known, columns, strict=True)
    ]
    found = [Role.OTHER] * len(columns)
    for roles in (by_name, by_type):
        for place, role in enumerate(roles):
            if found[place] is Role.OTHER and role not in found:
                found[place] = role
    return found


def _fitting(kind: Kind, role: Role, entries: Mapping[str, Any], catalogue: Catalogue) -> Role:
    """Return ``role`` if values of a column can be read as that."""
    meanings = READ_AS.get(role, ())
    if role is Role.ACTION:
        meanings = (Meaning.NULL,) if kind is Kind.REPORT else meanings
    meant = type_of(entries, catalogue.lists).reads_as
    return role if meant in meanings and role in roles_asked_for(kind) else Role.OTHER


def _has(entries: Mapping[str, Any], breaches: Collection[str]) -> bool:
    return bool(breaches) and entries.get("values") == list(breaches)


def _by_type(kind: Kind, entries: Mapping[str, Any], catalogue: Catalogue) -> Role:
    known = type_of(entries, catalogue.lists)
    if known.reads_as is Meaning.CODE:
        listed = {tuple(catalogue.variants): Role.VARIANT, user_roles(catalogue): Role.USER_ROLE}
        return listed.get(known.choices, Role.OTHER)
    of_party = {Meaning.PARTY: Role.USER_ID} if kind is Kind.ADT else {}
    return {**_BY_MEANING, **of_party}.get(known.reads_as, Role.OTHER)


def user_roles(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the User Roles that the model knows."""
    return tuple(sorted({role for one in catalogue.variants.values() for role in one.roles}))
