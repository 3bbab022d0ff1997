"""Conforming values for a column, from a seed: the same on every machine."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from random import Random

from msgspec import Struct

from conformance.model.column import Column, ColumnType, Role

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
    if column.type is ColumnType.NOTHING:
        return ""
    if column.nullable and random.randrange(NULLS) == 0:
        return ""
    special = _BY_ROLE.get(column.role)
    if special is not None:
        found = special(column, about, index, random)
        if found is not None:
            return found
    return _BY_TYPE[column.type](column, index, random)


def eui64(number: int, prefix: int = 0x00DB) -> str:
    """An EUI-64 with ``prefix`` in its first two bytes and ``number`` in the others."""
    data = (prefix << 48 | number & 0xFFFFFFFFFFFF).to_bytes(8, "big")
    return "-".join(f"{byte:02X}" for byte in data)


def matching(pattern: str, first: str, random: Random) -> str:
    """Text that ``pattern`` admits: ``first`` if it does, or else something made up."""
    if re.fullmatch(pattern, first):
        return first
    import rstr

    return str(rstr.Rstr(random).xeger(pattern))


def _user_id(column: Column, about: Subjectmatter, _: int, __: Random) -> str | None:
    return about.user_id if column.type is ColumnType.EUI64 else None


def _user_role(column: Column, about: Subjectmatter, _: int, __: Random) -> str | None:
    return about.user_role if about.user_role in column.values else None


@cache
def _shared(wanted: tuple[str, ...], values: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``wanted`` that a code has, found once for a file."""
    return tuple(one for one in wanted if one in values)


def _variant(column: Column, about: Subjectmatter, _: int, random: Random) -> str | None:
    fitting = _shared(about.variants, column.values)
    return random.choice(fitting) if fitting else None


def _breach(column: Column, about: Subjectmatter, _: int, random: Random) -> str | None:
    fitting = _shared(about.breach, column.values)
    return random.choice(fitting) if fitting else None


def _request_id(column: Column, about: Subjectmatter, index: int, _: Random) -> str | None:
    if column.type is not ColumnType.REQUEST_ID:
        return None
    return f"{about.user_id}:{eui64(0x1234_0000 + index)}:{1000 + index}"


def _quarantined_at(column: Column, about: Subjectmatter, index: int, _: Random) -> str | None:
    if column.type is not ColumnType.INSTANT:
        return None
    return _instant(about.moment + timedelta(seconds=index % 3600))


def _warning(column: Column, _: Subjectmatter, __: int, random: Random) -> str | None:
    if column.type is not ColumnType.INTEGER:
        return None
    return str(_bounded(column, random, 0, 50))


def _threshold(column: Column, _: Subjectmatter, __: int, random: Random) -> str | None:
    if column.type is not ColumnType.INTEGER:
        return None
    return str(_bounded(column, random, 100, 10_000))


_Special = Callable[[Column, Subjectmatter, int, Random], str | None]
_BY_ROLE: dict[Role, _Special] = {
    Role.USER_ID: _user_id,
    Role.USER_ROLE: _user_role,
    Role.VARIANT: _variant,
    Role.BREACH: _breach,
    Role.REQUEST_ID: _request_id,
    Role.QUARANTINED_AT: _quarantined_at,
    Role.WARNING: _warning,
    Role.THRESHOLD: _threshold,
}


def _bounded(column: Column, random: Random, low: int, high: int) -> int:
    """A number of the column near ``low`` to ``high``, or else anywhere that it allows."""
    least = column.minimum or 0
    most = column.maximum if column.maximum is not None else max(high, least)
    if column.maximum_digits is not None:
        most = min(most, 10**column.maximum_digits - 1)
    first, last = max(low, least), min(high, most)
    return random.randint(first, last) if first <= last else random.randint(least, most)


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(column: Column, _: int, random: Random) -> str:
    return matching(column.pattern or ".", "", random)


_BY_TYPE: dict[ColumnType, Callable[[Column, int, Random], str]] = {
    ColumnType.EUI64: lambda _, __, random: eui64(random.getrandbits(32)),
    ColumnType.REQUEST_ID: lambda _, index, random: (
        f"{eui64(random.getrandbits(32))}:{eui64(random.getrandbits(32))}:{index}"
    ),
    ColumnType.INTEGER: lambda column, _, random: str(_bounded(column, random, 1, 100_000)),
    ColumnType.INSTANT: lambda _, index, __: (
        f"2025-06-01T{index // 3600 % 24:02}:{index // 60 % 60:02}:{index % 60:02}Z"
    ),
    ColumnType.CODE: lambda column, _, random: random.choice(column.values),
    ColumnType.TEXT: _text,
    ColumnType.ACTION: lambda _, __, random: random.choice(("Release", "Delete")),
}
