"""Numbers as digits, however long: their expressions, and what they are compared by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import partial
from typing import Any

from conformance.model.expression import alternatives, between, same_length

#: Above any number, however long.
BEYOND = (1 << 62, b"")
#: Below any number, however small.
BENEATH = (-(1 << 62), b"")

#: Returns an expression for whole numbers after a sign, from one to another.
Wholes = Callable[[bytes, int, int | None], bytes]

#: The entries of a column of numbers.
LIMITS: Mapping[str, Mapping[str, Any]] = {
    "minimum": {
        "type": "number",
        "minimum": -(10**40),
        "maximum": 10**40,
        "description": "The least number that the field may have.",
    },
    "maximum": {
        "type": "number",
        "minimum": -(10**40),
        "maximum": 10**40,
        "description": "The greatest number that the field may have.",
    },
    "signed": {
        "type": "boolean",
        "description": "Whether a number can be below 0, with a minus sign.",
    },
    "width": {
        "type": "integer",
        "minimum": 2,
        "maximum": 40,
        "description": "The characters that each value has, with what it is filled up with and a "
        "minus sign.",
    },
    "pad": {
        "enum": ["0", " "],
        "description": "What a number is filled up with, at its left; zeros where it is not said.",
    },
}

_COMPLEMENT = bytes.maketrans(b"0123456789", b"9876543210")


def size(number: bytes) -> tuple[int, bytes]:
    """Return what numbers without a sign, leading zeros or a fraction are compared by."""
    return len(number), number


def order_of(number: bytes) -> tuple[int, bytes]:
    """Return what numbers are compared by, each as ``canonical`` writes it."""
    whole, _, fraction = number.partition(b".")
    if not number.startswith(b"-"):
        return len(whole), whole + fraction
    # The greater, the less: a digit more is still less than none.
    return 1 - len(whole), (whole[1:] + fraction).translate(_COMPLEMENT) + b"\xff"


def canonical(sign: bytes, whole: bytes, fraction: bytes) -> bytes:
    """Return a number without zeros that change nothing."""
    digits, rest = whole.lstrip(b"0") or b"0", fraction.rstrip(b"0")
    return sign + digits + (b"." + rest if rest else b"")


def exact(number: Decimal) -> bytes:
    """Return ``number`` as ``canonical`` writes it."""
    whole, _, fraction = f"{number.copy_abs():f}".encode().partition(b".")
    return canonical(b"-" if number < 0 else b"", whole, fraction)


def numerals(
    low: Decimal | int | None,
    high: Decimal | int | None,
    digits: int,
    point: bytes,
    wholes: Wholes | None = None,
) -> bytes:
    """Return an expression for the numbers from ``low`` to ``high``, with ``digits`` after a point.

    None: there is no such limit. A minus sign is before what is less than 0. ``wholes`` has the
    digits before the point, which have no leading zeros otherwise.
    """
    written = wholes or (lambda sign, least, most: sign + _wholes(least, most))
    scale = Decimal(10) ** digits
    least = None if low is None else int((low * scale).to_integral_value(ROUND_CEILING))
    most = None if high is None else int((high * scale).to_integral_value(ROUND_FLOOR))
    parts: list[bytes] = []
    if most is None or most >= 0:
        units = max(least or 0, 0), most
        parts += _magnitudes(partial(written, b""), units, digits, point)
    if least is None or least < 0:
        nearest = 1 if most is None else max(1, -most)
        farthest = None if least is None else -least
        parts += _magnitudes(partial(written, b"-"), (nearest, farthest), digits, point)
    return alternatives(parts)


def filled(low: int, high: int, width: int, pad: str) -> bytes:
    """Return an expression for whole numbers, filled up with ``pad`` at the left."""
    return numerals(low, high, 0, b"", partial(filled_wholes, width, pad))


def filled_wholes(width: int, pad: str, sign: bytes, low: int, high: int | None) -> bytes:
    """Return an expression for numbers after ``sign``, filled up to ``width`` characters."""
    most = 10 ** (width - len(sign)) - 1
    high = most if high is None else min(most, high)
    if pad == "0":
        room = width - len(sign)
        return sign + alternatives(same_length(str(low).zfill(room), str(high).zfill(room)))
    parts = []
    for digits in range(len(str(low)), len(str(high)) + 1):
        first, last = 10 ** (digits - 1) if digits > 1 else 0, 10**digits - 1
        numbers = between(max(low, first), min(high, last))
        parts.append(b" " * (width - len(sign) - digits) + sign + numbers)
    return alternatives(parts)


def _magnitudes(
    wholes: Callable[[int, int | None], bytes],
    units: tuple[int, int | None],
    digits: int,
    point: bytes,
) -> Iterator[bytes]:
    """Yield expressions for numbers of units that are ``digits`` behind the point."""
    low, high = units
    if high is not None and low > high:
        return
    if not digits:
        yield wholes(low, high)
        return
    unit = 10**digits
    first, least = divmod(low, unit)
    whole, most = (None, unit - 1) if high is None else divmod(high, unit)
    if first == whole:
        yield wholes(first, first) + _fraction((least, most), digits, point)
        return
    if least:
        yield wholes(first, first) + _fraction((least, unit - 1), digits, point)
        first += 1
    if whole is not None and most < unit - 1:
        yield wholes(whole, whole) + _fraction((0, most), digits, point)
        whole -= 1
    if whole is None or first <= whole:
        yield wholes(first, whole) + _fraction((0, unit - 1), digits, point)


def _fraction(units: tuple[int, int], digits: int, point: bytes) -> bytes:
    low, high = (str(one).zfill(digits) for one in units)
    return re.escape(point) + alternatives(same_length(low, high))


def _wholes(low: int, high: int | None) -> bytes:
    if high is not None:
        return between(low, high)
    top = len(str(low))
    return alternatives((between(low, 10**top - 1), b"[1-9][0-9]{%d}[0-9]*" % top))
