"""Records whose values are composed of several fields, filled in as a whole."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from random import Random

from conformance.model.column import Column, Role
from conformance.model.composed import Composed
from conformance.model.profile import FileFormat
from generators import values
from generators.values import Subjectmatter, value


def fill(
    form: FileFormat, fields: list[str], about: Subjectmatter, index: int, random: Random
) -> None:
    """Change the fields of record ``index`` so that values in several of them have their role."""
    for one in form.composed:
        if not all(fields[place] for place in one.places):
            for place in one.places:
                fields[place] = ""
        elif one.role is not Role.OTHER:
            whole = value(Column(one.name, one.type, one.role), about, index * _step(one), random)
            for place, part in zip(one.places, one.split(whole.encode()), strict=True):
                fields[place] = part.decode()


def count_of(one: Composed, about: Subjectmatter, places: Collection[int]) -> int:
    """Return how many different values one that has a role has at ``places``, some of its own."""
    first, second = (
        value(Column(one.name, one.type, one.role), about, index * _step(one), Random(0))  # noqa: S311 - no luck
        for index in range(2)
    )
    parts = zip(one.places, one.split(first.encode()), one.split(second.encode()), strict=True)
    if all(mine == other for place, mine, other in parts if place in places):
        return 1
    return values.count_of(Column(one.name, one.type, one.role), about) // _step(one)


def _step(one: Composed) -> int:
    """Return how many moments that follow each other a value in several fields has in common."""
    if one.role is not Role.QUARANTINED_AT:
        return 1
    return 60 if one.split(b"2025-01-01T00:00:00") == one.split(b"2025-01-01T00:00:01") else 1


def exist(form: FileFormat, fields: Sequence[str]) -> bool:
    """Return True if the fields of a record are composed to values that there are."""
    if not form.composed:
        return True
    there = [text.encode() for text in fields]
    return all(one.value(there) is not None for one in form.composed)


def numbers_records(form: FileFormat, places: Collection[int]) -> bool:
    """Return True if each record has a Request ID with its number in several of these fields."""
    return any(
        one.role is Role.REQUEST_ID and not one.nullable and {*places}.issuperset(one.places)
        for one in form.composed
    )


def of_role(form: FileFormat, role: Role) -> Composed | None:
    """Return the value with a role that is composed of several fields, if there is one."""
    return next((one for one in form.composed if one.role is role), None)
