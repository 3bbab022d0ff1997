"""Conforming values for a column, from a seed: the same on every machine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import assert_never

from msgspec import Struct

from conformance.model.column import Column, Role
from conformance.model.types.choice import is_null_word
from conformance.model.types.column_type import ColumnType
from conformance.model.types.eui64 import eui64_of

#: Null fields, of those that may be null: one in this many.
NULLS = 4
#: Seconds in which all communications of a report were quarantined.
_SPREAD = 3600
#: Values of a text that are tried, so that one is not a word for null.
_TRIES = 20


class Subjectmatter(Struct, frozen=True):
    """The subject of a file's values: the sender, what it may send, and when."""

    user_id: str
    user_role: str
    variants: tuple[str, ...]  #: that the User Role may send
    others: tuple[str, ...]  #: variants that anybody may send
    breach: tuple[str, ...]
    moment: datetime
    #: The User Roles that may send each Service Reference Variant.
    eligible: Mapping[str, frozenset[str]] = {}
    request: str = ""  #: the number of the Service Management Service Request
    recipient: str = ""  #: the EUI-64 of DCC, if the profile says it
    created: datetime = datetime(2025, 1, 1, tzinfo=UTC)  #: when the file was made


def value(column: Column, about: Subjectmatter, index: int, random: Random) -> str:
    """A conforming value of ``column`` for record ``index`` (from 0); null is ``""``."""
    if column.is_given:
        return about.request if column.equals else column.type.of_party(about.recipient) or ""
    if column.type.always_null or column.derived is not None:
        return ""  # what is computed is written when all of the file is known
    if column.nullable and random.randrange(NULLS) == 0:
        return ""
    found = _of_role(column, about, index, random)
    if found is not None:
        return found
    for _ in range(_TRIES):
        found = column.type.make(index, random)
        # Of a text, such a word is read as null.
        if column.type.exact or not column.nullable or not is_null_word(found):
            return found
    return ""


def count_of(column: Column, about: Subjectmatter) -> int:
    """Return how many different values of ``column`` fit ``about``; null is one of them."""
    if column.is_given or column.derived is not None:
        return 1
    null = column.nullable and not column.type.always_null
    return (_count_of_role(column, about) or column.type.count) + null


def nth_of(column: Column, about: Subjectmatter, index: int) -> str | None:
    """Return the value number ``index`` (from 0) of ``column``; null is the last, and ``""``."""
    count = _count_of_role(column, about)
    if index >= (count or column.type.count):
        return ""
    if count is None:
        found = column.type.nth(index)
        doubtful = column.nullable and not column.type.exact
        return None if found is None or (doubtful and is_null_word(found)) else found
    match column.role:
        case Role.VARIANT:
            return _variants(column, about)[index]
        case Role.BREACH:
            return _shared(about.breach, column.type.choices)[index]
        case _:
            # Only a moment depends on the number, and nothing on luck.
            return _of_role(column, about, index, Random(0))  # noqa: S311


def _count_of_role(column: Column, about: Subjectmatter) -> int | None:
    """The number of values that the role of ``column`` asks for, if its type has them."""
    kind = column.type
    match column.role:
        case Role.USER_ID | Role.CREATED_AT:
            return 1 if _of_role(column, about, 0, Random(0)) else None  # noqa: S311 - no luck
        case Role.USER_ROLE:
            return 1 if kind.choices else None
        case Role.VARIANT:
            return len(_variants(column, about)) or None
        case Role.BREACH:
            return len(_shared(about.breach, kind.choices)) or None
        case Role.QUARANTINED_AT:
            return None if kind.of_moment(about.moment) is None else _SPREAD // _step(kind)
    return None


@cache
def _step(kind: ColumnType) -> int:
    """Return the seconds between moments that a type writes differently: 1, or 60."""
    first = datetime(2025, 1, 1, tzinfo=UTC)
    minute = {kind.of_moment(first + timedelta(seconds=n), n) for n in range(60)}
    return 1 if len(minute) == 60 else 60


def _of_role(  # noqa: C901 - one for each role
    column: Column, about: Subjectmatter, index: int, random: Random
) -> str | None:
    """The value that the role of ``column`` asks for, if its type has it."""
    kind = column.type
    found: str | None = None
    match column.role:
        case Role.USER_ID:
            found = kind.of_party(about.user_id)
        case Role.USER_ROLE:
            # Of a profile's own codes always the same, as a file is about one User Role.
            own = next(iter(kind.choices), None)
            found = about.user_role if about.user_role in kind.choices else own
        case Role.VARIANT:
            found = _one_of(_variants(column, about), random)
        case Role.BREACH:
            found = _one_of(_shared(about.breach, kind.choices), random)
        case Role.REQUEST_ID:
            found = kind.of_request(about.user_id, eui64_of(0x1234_0000 + index), 1000 + index)
        case Role.QUARANTINED_AT:
            after = timedelta(seconds=index * _step(kind) % _SPREAD)
            found = kind.of_moment(about.moment + after, index)
        case Role.CREATED_AT:
            found = kind.of_moment(about.created)
        case Role.WARNING:
            found = kind.near(0, 50, random)
        case Role.THRESHOLD:
            found = kind.near(100, 10_000, random)
        case Role.PERIOD | Role.EVENT | Role.ACTION | Role.RECIPIENT | Role.OTHER:
            pass
        case _:
            assert_never(column.role)
    return found


def _variants(column: Column, about: Subjectmatter) -> tuple[str, ...]:
    """Return the values of a column of variants that the sender may send."""
    choices = column.type.choices
    return _shared(about.variants, choices) or _shared(about.others, choices)


@cache
def _shared(wanted: tuple[str, ...], values: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``wanted`` that a code has, found once for a file."""
    return tuple(one for one in wanted if one in values)


def _one_of(fitting: tuple[str, ...], random: Random) -> str | None:
    return random.choice(fitting) if fitting else None
