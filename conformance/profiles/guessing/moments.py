"""Formats in which dates and times are usually written, and those that values could have."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.types.clock import Format
from conformance.profiles.guessing.seen import SHAPES, Seen

#: The British order before the American one, which the same digits could have.
_ORDERS = (("YYYY", "MM", "DD"), ("DD", "MM", "YYYY"), ("MM", "DD", "YYYY"))
_DATES = tuple(joint.join(order) for joint in ("-", "/", ".", "", " ") for order in _ORDERS)
_TIMES = tuple(
    joint.join(order)
    for joint in (":", "", ".", "-")
    for order in (("hh", "mm", "ss"), ("hh", "mm"))
)
_INSTANTS = tuple(
    text
    for between in ("T", " ", "", "-", "/", ":")
    for date in _DATES
    for time in _TIMES
    for text in (f"{date}{between}{time}", f"{date}{between}{time}Z", f"{time}{between}{date}")
)
#: Each type, and the formats that it is usually written in.
FORMATS = {"instant": _INSTANTS, "date": _DATES, "time": _TIMES}
#: Years that digits without anything between them say, if they are a date.
_YEARS = range(1990, 2100)
#: Formats of one column, at most.
_TOGETHER = 3


def formats_of(seen: Seen, kind: str) -> Iterator[list[str]]:
    """Yield lists of formats, one for each shape of the values seen, in which all could be."""
    if not 0 < len(seen.shapes) <= min(_TOGETHER, SHAPES):
        return
    choices = []
    for shape in sorted(seen.shapes):
        values = [one.decode() for one in seen.values if _shape(one) == shape.decode("latin-1")]
        choices.append([one for one in FORMATS[kind] if _could_be(one, values, shape)])
    if all(choices):
        # One column has one order of day and month.
        most = max(map(len, choices))
        yield from ([one[min(n, len(one) - 1)] for one in choices] for n in range(most))


def _shape(value: bytes) -> str:
    return "".join("9" if 0x30 <= byte <= 0x39 else chr(byte) for byte in value)


def _could_be(text: str, values: list[str], shape: bytes) -> bool:
    form = Format(text)
    if len(text) != len(shape) or any(
        (part[0] in "YMDhms") != (shape[at : at + 1] == b"9") for part, at in _places(form)
    ):
        return False
    read = [form.read(value) for value in values]
    if not all(read):
        return False
    if shape.strip(b"9"):
        return True
    # Digits alone could be anything.
    years = [one["year"] for one in read if one and "year" in one]
    return bool(years) and all(year in _YEARS for year in years)


def _places(form: Format) -> Iterator[tuple[str, int]]:
    at = 0
    for part in form.parts:
        yield part, at
        at += len(part)
