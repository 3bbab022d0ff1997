"""The columns of a file that is guessed: from names alone, or from what samples have."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.model.catalogue import Catalogue
from conformance.model.column import Role
from conformance.model.profile import Profile
from conformance.model.requirement import Kind
from conformance.model.types.registry import type_of
from conformance.profiles.guessing.file import ColumnGuess
from conformance.profiles.guessing.roles import role_by_name, user_roles
from conformance.profiles.guessing.seen import Seen
from conformance.profiles.guessing.values import Guess, are_codes, guesses

_ACTIONS = ("Release", "Delete")
#: The type of a column where only its name is known, by its role.
_USUAL: Mapping[Role, Mapping[str, Any]] = {
    Role.USER_ID: {"type": "eui64"},
    Role.VARIANT: {"type": "code", "values_from": "service-reference-variants"},
    Role.PERIOD: {"type": "period"},
    Role.WARNING: {"type": "integer", "maximum_digits": 12},
    Role.THRESHOLD: {"type": "integer", "maximum_digits": 12},
    Role.REQUEST_ID: {"type": "request-id"},
    Role.QUARANTINED_AT: {"type": "instant"},
    Role.ACTION: {"type": "action"},
}
_TEXT = {"type": "text", "maximum_length": 100}
#: Entries of a column beside those of its type.
_APART = ("name", "role", "nullable", "reason")
#: The action of a QCAF, and the field for it in a report, where neither was seen.
ACTION = Guess(_USUAL[Role.ACTION], "Assumed: clause 4.7(b) asks for an action.")
NO_ACTION = Guess({"type": "nothing"}, "Assumed: a report has no actions yet.")
_ANY = Guess(_TEXT, "Assumed: only the name is known, so any text is taken, and null.")


def texts(names: Sequence[str]) -> list[ColumnGuess]:
    """Return unknown columns whose names suggest no role."""
    return [ColumnGuess(name, [_ANY], nullable=True) for name in names]


def by_names(
    kind: Kind, names: Sequence[str], profile: Profile, catalogue: Catalogue
) -> list[ColumnGuess]:
    """Return columns known only by ``names``; ``profile`` may have such columns."""
    found = []
    known = {_bare(one["name"]): one for one in profile.raw["files"][kind.value]["columns"]}
    taken: set[Role] = set()
    for place, name in enumerate(names):
        if not place and name.isdecimal():
            why = f"Assumed: each record begins with {name}, as tags of records do."
            found.append(ColumnGuess(name, [Guess({"type": "constant", "value": name}, why)]))
            continue
        table = known.get(_bare(name), {})
        role = Role(table.get("role", role_by_name(name, kind).value))
        role = Role.OTHER if role in taken else role
        taken |= {role} - {Role.OTHER}
        if table:
            entries = {entry: value for entry, value in table.items() if entry not in _APART}
            why = f"only the name is known; it is as the profile {profile.name} has that column"
            guess = Guess(entries, f"Assumed: {why}.")
            nullable = bool(table.get("nullable", False))
        else:
            guess = _by_role(role, kind, profile, catalogue)
            nullable = role in (Role.OTHER, Role.WARNING, Role.VARIANT)
        found.append(ColumnGuess(name, [guess], role, nullable))
    if kind is Kind.QCAF and Role.ACTION not in taken:
        why = "Assumed: the last field, as none has a name that speaks of the action."
        found[-1] = ColumnGuess(names[-1], [Guess(_USUAL[Role.ACTION], why)], Role.ACTION)
    return found


def _by_role(role: Role, kind: Kind, profile: Profile, catalogue: Catalogue) -> Guess:
    why = f"Assumed: only the name is known, which speaks of the role {role.value}."
    if role is Role.ACTION and kind is Kind.REPORT:
        return NO_ACTION
    if role is Role.USER_ROLE:
        return Guess({"type": "code", "values": list(user_roles(catalogue))}, why)
    if role is Role.BREACH and profile.breaches:
        return Guess({"type": "code", "values": list(profile.breaches)}, why)
    if role in _USUAL:
        return Guess(_USUAL[role], why)
    return _ANY


def _bare(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def by_values(
    names: Sequence[str], seen: Sequence[Seen], catalogue: Catalogue, breaches: Collection[str] = ()
) -> list[ColumnGuess]:
    """Return columns by what was seen of each; ``breaches`` are values that are known as such."""
    found = []
    for name, values in zip(names, seen, strict=True):
        possible = guesses(values, catalogue, breaches)
        said = [replace(one, why=f"Guessed: {one.why}.") for one in possible]
        found.append(ColumnGuess(name, said, nullable=values.nulls > 0))
    return found


def require_action(names: Sequence[str], seen: Sequence[Seen], where: str) -> tuple[int, Guess]:
    """Return which column of a QCAF has the action, and what it is guessed to be.

    Raises:
        TadpError: none can be.
    """
    place = action_place(names, seen)
    if place is None:
        raise TadpError(
            "no column has one or two different values and never null, as that of the actions "
            "has to",
            where=where,
            remedy="take a sample with an action in each record",
        )
    return place, _action(seen[place])


def action_place(names: Sequence[str], seen: Sequence[Seen]) -> int | None:
    """Return which column has the action: by its values, by its name, or the last that can."""
    able = [
        i for i, one in enumerate(seen)
        if not one.nulls and len(one.values) <= len(_ACTIONS) and are_codes(one.values)
        and type_of(_action(one).entries, {}).problem(nullable=False) is None
    ]  # fmt: skip
    telling = [i for i in able if all(_means(value) for value in seen[i].values)]
    named = [i for i in able if role_by_name(names[i], Kind.QCAF) is Role.ACTION]
    return next(iter((*named, *telling, *reversed(able))), None)


def _means(value: bytes) -> str | None:
    """Return the action that a value speaks of, if it does."""
    text = value.decode("latin-1").lower()
    return next((one for one in _ACTIONS if one.lower().startswith(text)), None)


def _action(seen: Seen) -> Guess:
    values = [value.decode("latin-1") for value in seen.values]
    if set(values) <= set(_ACTIONS):
        return Guess({"type": "action"}, f"Guessed: {seen.summary}.")
    codes: dict[str, str] = {}
    for value in sorted(values, key=lambda value: _means(value.encode("latin-1")) is None):
        meant = _means(value.encode("latin-1"))
        free = [one for one in _ACTIONS if one not in codes]
        codes[meant if meant in free else free[0]] = value
    sure = all(map(_means, seen.values))
    why = f"Guessed: {seen.summary}; " + (
        "" if sure else "which of the two is Release is not known; "
    )
    for one in _ACTIONS:
        if one not in codes:
            codes[one] = one if one not in values else one.upper()
            why += f"{one} was not seen; "
    codes = {one: codes[one] for one in _ACTIONS}
    return Guess({"type": "action", "codes": codes}, why.removesuffix("; ") + ".")
