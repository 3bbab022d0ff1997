"""Conforming values for a column, from a seed: the same on every machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import TypeAlias, assert_never

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
_NO_LUCK = Random(0)  # noqa: S311 - nothing is drawn

#: Makes a conforming value for a record, numbered from 0; null is ``""``.
Maker: TypeAlias = Callable[[int, Random], str]


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


def maker(column: Column, about: Subjectmatter) -> Maker:
    """Return what makes the values of ``column``: all that is the same for each is found once."""
    if column.is_given:
        return _always(about.request if column.equals else column.type.of_party(about.recipient))
    if column.type.always_null or column.derived is not None:
        return _always("")  # what is computed is written when all of the file is known
    of_role, of_type = _of_role(column, about), _of_type(column)

    def make(index: int, random: Random) -> str:
        if column.nullable and random.randrange(NULLS) == 0:
            return ""
        found = of_role(index, random) if of_role else None
        return of_type(index, random) if found is None else found

    return make


def value(column: Column, about: Subjectmatter, index: int, random: Random) -> str:
    """Return one conforming value of ``column``, of those that its ``maker`` makes."""
    return maker(column, about)(index, random)


def count_of(column: Column, about: Subjectmatter) -> int:
    """Return how many different values of ``column`` fit ``about``; null is one of them."""
    if column.is_given or column.derived is not None:
        return 1
    null = column.nullable and not column.type.always_null
    return (_count_of_role(column, about) or column.type.count) + null


def nth_of(column: Column, about: Subjectmatter) -> Callable[[int], str | None]:
    """Return what gives the value of each number (from 0) of ``column``.

    Null is the last, and ``""``.
    """
    count, of_role = _count_of_role(column, about), _of_role(column, about)
    kind, doubtful = column.type, column.nullable and not column.type.exact

    def nth(index: int) -> str | None:
        if index >= (count or kind.count):
            return ""
        if count is None:
            found = kind.nth(index)
            return None if found is None or (doubtful and is_null_word(found)) else found
        match column.role:
            case Role.VARIANT:
                return _variants(column, about)[index]
            case Role.BREACH:
                return _shared(about.breach, kind.choices)[index]
        # Only a moment depends on the number, and nothing on luck.
        return of_role(index, _NO_LUCK) if of_role else None

    return nth


def _count_of_role(column: Column, about: Subjectmatter) -> int | None:
    """The number of values that the role of ``column`` asks for, if its type has them."""
    kind = column.type
    match column.role:
        case Role.USER_ID | Role.CREATED_AT:
            return 1 if _of_role(column, about) else None
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


def _of_role(  # noqa: C901, PLR0911 - one for each role
    column: Column, about: Subjectmatter
) -> Callable[[int, Random], str | None] | None:
    """Return what makes the values that the role of ``column`` asks for, if its type has them."""
    kind = column.type
    match column.role:
        case Role.USER_ID:
            return _always_if(kind.of_party(about.user_id))
        case Role.USER_ROLE:
            # Of a profile's own codes always the same, as a file is about one User Role.
            own = next(iter(kind.choices), None)
            return _always_if(about.user_role if about.user_role in kind.choices else own)
        case Role.VARIANT:
            return _any_of(_variants(column, about))
        case Role.BREACH:
            return _any_of(_shared(about.breach, kind.choices))
        case Role.REQUEST_ID:
            return lambda index, _: kind.of_request(
                about.user_id, eui64_of(0x1234_0000 + index), 1000 + index
            )
        case Role.QUARANTINED_AT:
            step = _step(kind)
            return lambda index, _: kind.of_moment(
                about.moment + timedelta(seconds=index * step % _SPREAD), index
            )
        case Role.CREATED_AT:
            return _always_if(kind.of_moment(about.created))
        case Role.WARNING:
            return lambda _, random: kind.near(0, 50, random)
        case Role.THRESHOLD:
            return lambda _, random: kind.near(100, 10_000, random)
        case Role.PERIOD | Role.EVENT | Role.ACTION | Role.RECIPIENT | Role.OTHER:
            return None
        case _:
            assert_never(column.role)


def _of_type(column: Column) -> Maker:
    """Return what makes values of the type of ``column``."""
    kind = column.type
    if kind.exact or not column.nullable:
        return kind.make

    def make(index: int, random: Random) -> str:
        # Of a text, a word for null is read as null.
        made = (kind.make(index, random) for _ in range(_TRIES))
        return next((text for text in made if not is_null_word(text)), "")

    return make


def _always(text: str | None) -> Maker:
    return lambda _, __: text or ""


def _always_if(text: str | None) -> Maker | None:
    return None if text is None else _always(text)


def _any_of(fitting: tuple[str, ...]) -> Maker | None:
    return (lambda _, random: random.choice(fitting)) if fitting else None


def _variants(column: Column, about: Subjectmatter) -> tuple[str, ...]:
    """Return the values of a column of variants that the sender may send."""
    choices = column.type.choices
    return _shared(about.variants, choices) or _shared(about.others, choices)


@cache
def _shared(wanted: tuple[str, ...], values: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``wanted`` that a code has, found once for a file."""
    return tuple(one for one in wanted if one in values)
