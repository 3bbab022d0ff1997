"""Conforming values for a column, from a seed: the same on every machine."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import assert_never

from msgspec import Struct

from conformance.model.column import Column, Role
from conformance.model.types.eui64 import eui64_of

#: Null fields, of those that may be null: one in this many.
NULLS = 4


class Subjectmatter(Struct, frozen=True):
    """What the values of a file speak of: the sender, what it may send, and when."""

    user_id: str
    user_role: str
    variants: tuple[str, ...]
    breach: tuple[str, ...]
    moment: datetime


def value(column: Column, about: Subjectmatter, index: int, random: Random) -> str:
    """A conforming value of ``column`` for record ``index`` (from 0); null is ``""``."""
    if column.type.always_null:
        return ""
    if column.nullable and random.randrange(NULLS) == 0:
        return ""
    found = _of_role(column, about, index, random)
    return column.type.make(index, random) if found is None else found


def _of_role(column: Column, about: Subjectmatter, index: int, random: Random) -> str | None:
    """The value that the role of ``column`` asks for, if its type has it."""
    kind = column.type
    found: str | None = None
    match column.role:
        case Role.USER_ID:
            found = kind.of_party(about.user_id)
        case Role.USER_ROLE:
            found = about.user_role if about.user_role in kind.choices else None
        case Role.VARIANT:
            found = _one_of(_shared(about.variants, kind.choices), random)
        case Role.BREACH:
            found = _one_of(_shared(about.breach, kind.choices), random)
        case Role.REQUEST_ID:
            found = kind.of_request(about.user_id, eui64_of(0x1234_0000 + index), 1000 + index)
        case Role.QUARANTINED_AT:
            found = kind.of_moment(about.moment + timedelta(seconds=index % 3600))
        case Role.WARNING:
            found = kind.near(0, 50, random)
        case Role.THRESHOLD:
            found = kind.near(100, 10_000, random)
        case Role.PERIOD | Role.EVENT | Role.ACTION | Role.OTHER:
            pass
        case _:
            assert_never(column.role)
    return found


@cache
def _shared(wanted: tuple[str, ...], values: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``wanted`` that a code has, found once for a file."""
    return tuple(one for one in wanted if one in values)


def _one_of(fitting: tuple[str, ...], random: Random) -> str | None:
    return random.choice(fitting) if fitting else None
