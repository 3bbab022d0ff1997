"""Numbers as digits, however long: their expressions, and what they are compared by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from conformance.model.expression import NEVER, alternatives, between, same_length

#: Above any number, however long.
BEYOND = (1 << 62, b"")
#: Below any number, however small.
BENEATH = (-(1 << 62), b"")

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
    whole, _, fraction = f"{abs(number):f}".encode().partition(b".")
    return canonical(b"-" if number < 0 else b"", whole, fraction)


def numerals(
    low: Decimal | int | None, high: Decimal | int | None, digits: int, point: bytes
) -> bytes:
    """Return an expression for the numbers from ``low`` to ``high``, with ``digits`` after a point.

    None: there is no such limit. A minus sign is before what is less than 0.
    """
    scale = Decimal(10) ** digits
    least = None if low is None else int((low * scale).to_integral_value(ROUND_CEILING))
    most = None if high is None else int((high * scale).to_integral_value(ROUND_FLOOR))
    parts = []
    if most is None or most >= 0:
        parts.append(_magnitudes(max(least or 0, 0), most, digits, point))
    if least is None or least < 0:
        nearest = 1 if most is None else max(1, -most)
        farthest = None if least is None else -least
        parts.append(b"-" + _magnitudes(nearest, farthest, digits, point))
    return alternatives(parts)


def filled(low: int, high: int, width: int, pad: str) -> bytes:
    """Return an expression for whole numbers, filled up with ``pad`` at the left."""
    parts = []
    for sign, least, most in ((b"", max(low, 0), high), (b"-", max(1, -high), -low)):
        if least > most:
            continue
        if pad == "0":
            room = width - len(sign)
            zeros = same_length(str(least).zfill(room), str(most).zfill(room))
            parts.append(sign + alternatives(zeros))
            continue
        for digits in range(len(str(least)), len(str(most)) + 1):
            first, last = 10 ** (digits - 1) if digits > 1 else 0, 10**digits - 1
            numbers = between(max(least, first), min(most, last))
            parts.append(b" " * (width - len(sign) - digits) + sign + numbers)
    return alternatives(parts)


def _magnitudes(low: int, high: int | None, digits: int, point: bytes) -> bytes:
    """Return an expression for numbers of units that are ``digits`` behind the point."""
    if high is not None and low > high:
        return NEVER
    if not digits:
        return _wholes(low, high)
    unit = 10**digits
    first, least = divmod(low, unit)
    whole, most = (None, unit - 1) if high is None else divmod(high, unit)
    if first == whole:
        return _with(b"%d" % first, (least, most), digits, point)
    parts = []
    if least:
        parts.append(_with(b"%d" % first, (least, unit - 1), digits, point))
        first += 1
    if whole is None:
        parts.append(_with(_wholes(first, None), (0, unit - 1), digits, point))
        return alternatives(parts)
    if most < unit - 1:
        parts.append(_with(b"%d" % whole, (0, most), digits, point))
        whole -= 1
    if first <= whole:
        parts.append(_with(_wholes(first, whole), (0, unit - 1), digits, point))
    return alternatives(parts)


def _with(whole: bytes, fraction: tuple[int, int], digits: int, point: bytes) -> bytes:
    low, high = (str(one).zfill(digits) for one in fraction)
    return whole + re.escape(point) + alternatives(same_length(low, high))


def _wholes(low: int, high: int | None) -> bytes:
    if high is not None:
        return between(low, high)
    top = len(str(low))
    return alternatives((between(low, 10**top - 1), b"[1-9][0-9]{%d}[0-9]*" % top))
