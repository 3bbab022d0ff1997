"""The types of columns that a profile of its own may have: dates in any form, codes, words.

What is not here is as in the shipped profile, and read by ``records``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.receiver.records import COUNTERS, TYPES, WrongError

Table = dict[str, Any]

#: Parts of a format of dates and times, as ``strptime`` has them.
DIRECTIVES = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "hh": "%H", "mm": "%M", "ss": "%S"}
#: Words that programs write for null, in lower case, beside those that ``records`` knows.
NULL_WORDS = {"nil", "na", "#n/a", "undefined", "--", "''"}
BYTE = "[0-9A-F]{2}"
JOINED = {"hyphens": "-", "colons": ":", "none": ""}


def is_null(column: Table, field: str) -> bool:
    """Return True if a field has a word for null in a column that may be null."""
    return bool(column.get("nullable")) and field.lower() in NULL_WORDS


def typed(column: Table, field: str, readings: Mapping[str, str]) -> str:
    """Return the value of a field: of an instant the moment in UTC, of others as it is written.

    Raises:
        WrongError: it is not of its column's form.
    """
    if field in _words(column):
        return field
    kind = column["type"]
    if kind in OWN and OWN[kind][0] in column:
        return OWN[kind][1](column, field, readings)
    return TYPES[kind](column, field, readings)


def rank(column: Table, value: str) -> float:
    """Return a number by which the values of a column of numbers or dates are compared."""
    word = _words(column).get(value)
    if word is not None:
        return float(word["means"] if word["means"] == "infinity" else word["means"]["value"])
    return dated(column, value).toordinal() if column["type"] == "date" else int(value)


def dated(column: Table, field: str) -> datetime:
    """Return the day, and the time if there is one, that a field states in its column's format.

    Raises:
        WrongError: it is written otherwise, or there is no such day.
    """
    form: str = column["format"]
    pattern = form
    for part, directive in DIRECTIVES.items():
        pattern = pattern.replace(part, directive)
    _require(len(field) == len(form) and field.isascii())
    try:
        found = datetime.strptime(field, pattern)
    except ValueError:
        raise WrongError("form") from None
    _require(found.strftime(pattern) == field)
    return found


def _code(column: Table, field: str, _: Mapping[str, str]) -> str:
    if field not in column.get("codes", [column.get("value")]):
        raise WrongError("code")
    return field


def _text(column: Table, field: str, _: Mapping[str, str]) -> str:
    _require(re.fullmatch(column.get("pattern", ".*"), field))
    _require(len(field) <= column.get("maximum_length", len(field)))
    return field


def _integer(column: Table, field: str, _: Mapping[str, str]) -> str:
    _require(re.fullmatch(f"[0-9]{{{column['width']}}}", field))
    return field


def _eui64(column: Table, field: str, _: Mapping[str, str]) -> str:
    _require(re.fullmatch(_pairs(column), field))
    return field


def _request_id(column: Table, field: str, _: Mapping[str, str]) -> str:
    parts = (_pairs(column), _pairs(column), "(0|[1-9][0-9]*)")
    found = re.fullmatch(re.escape(column["separator"]).join(parts), field)
    if found is None:
        raise WrongError("form")
    if int(found[1]) >= COUNTERS:
        raise WrongError("range")
    return field


def _date(column: Table, field: str, _: Mapping[str, str]) -> str:
    dated(column, field)
    return field


def _moment(column: Table, field: str, _: Mapping[str, str]) -> str:
    """Return a time by the clocks of the column's zone, in UTC; a skipped one is not a value."""
    clock = dated(column, field)
    zone = column.get("zone", "Z")
    there = UTC if zone == "Z" else ZoneInfo(zone)
    found = clock.replace(tzinfo=there).astimezone(UTC)
    _require(found.astimezone(there).replace(tzinfo=None) == clock)
    return found.isoformat()


def _action(column: Table, field: str, readings: Mapping[str, str]) -> str:
    for action, code in column["codes"].items():
        any_case = readings["action-case"] == "any-case" and field.lower() == code.lower()
        if field == code or any_case:
            return str(action)
    raise WrongError("action")


def _words(column: Table) -> dict[str, Table]:
    return {one["word"]: one for one in column.get("also", ())}


def _pairs(column: Table) -> str:
    """Return an expression for an EUI-64 in the form of its column."""
    return JOINED[column["form"]].join([BYTE] * 8)


def _require(held: object) -> None:
    if not held:
        raise WrongError("form")


#: The types that are read here, each where a column has an entry that the shipped profile has not.
OWN = {
    "constant": ("value", _code),
    "period": ("codes", _code),
    "text": ("type", _text),
    "integer": ("width", _integer),
    "eui64": ("form", _eui64),
    "request-id": ("form", _request_id),
    "date": ("format", _date),
    "instant": ("format", _moment),
    "action": ("codes", _action),
}
