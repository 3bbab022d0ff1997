"""Types that a column could have by the values that were seen, the most specific first."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from msgspec import Struct

from conformance.model.catalogue import Catalogue
from conformance.model.types.choice import VALUE
from conformance.model.types.registry import TYPES, type_of
from conformance.phrases import counted
from conformance.profiles.guessing.moments import FORMATS, formats_of
from conformance.profiles.guessing.roles import user_roles
from conformance.profiles.guessing.seen import WORDS, Seen

#: Different values of a code at most, and how often each is there on the whole at least.
_FEW, _OFTEN = 20, 3
#: Lengths that texts are limited to.
_LENGTHS = (10, 20, 50, 100, 200, 500, 1000, 4000, 16000, 65536)
#: Digits that a number, and its fraction, can have.
_DIGITS, _FRACTION = 40, 9
#: Codes that are read as periods, with their hours.
_PERIODS = {
    "H": 1, "D": 24, "W": 168, "HOUR": 1, "DAY": 24, "WEEK": 168, "HOURLY": 1, "DAILY": 24,
    "WEEKLY": 168,
}  # fmt: skip


class Guess(Struct, frozen=True):
    """The entries of a column beside its name and role, and what they are guessed from."""

    entries: Mapping[str, Any]
    why: str


def guesses(seen: Seen, catalogue: Catalogue, breaches: Collection[str] = ()) -> list[Guess]:
    """Return the types that the column could have; each allows all values that were kept.

    The last one admits any text. ``breaches`` are values that are known to be breaches.
    """
    if not seen.values:
        return [
            Guess({"type": "nothing"}, f"{seen.count:,} seen, all of them null"),
            Guess({"type": "text", "maximum_length": _LENGTHS[3]}, "all seen are null"),
        ]
    whole = seen.whole
    possible = (*_with_words(seen), *_of_breaches(whole, breaches), *_possible(whole, catalogue))
    found = [one for one in possible if _admits(one.entries, whole, catalogue)]
    return [*found, _text(whole)]


def _with_words(seen: Seen) -> Iterator[Guess]:
    """Yield what a column could be that has words in the place of numbers or moments."""
    if not 0 < len(seen.words) <= WORDS or len(seen.some) < WORDS * len(seen.words):
        return
    also = [{"word": word.decode()} for word in seen.words]
    named = ", ".join(one["word"] for one in also)
    for one in (*_moments(seen), *_numbers(seen)):
        why = f"{one.why}; among them {named}, whose meaning (means) is not known"
        yield Guess({**one.entries, "also": also}, why)


def _possible(seen: Seen, catalogue: Catalogue) -> Iterator[Guess]:
    yield from _identifiers(seen)
    yield from _of_lists(seen, catalogue)
    yield from _moments(seen)
    yield from _periods(seen)
    yield from _numbers(seen)
    yield from _codes(seen)


def _admits(entries: Mapping[str, Any], seen: Seen, catalogue: Catalogue) -> bool:
    known = type_of(entries, catalogue.lists)
    if known.problem(seen.nulls > 0) is not None:
        return False
    judge = known.judge(lambda pattern: re.compile(pattern).fullmatch)
    return all(judge(value) is None for value in seen.values)


def _identifiers(seen: Seen) -> Iterator[Guess]:
    letters = any(re.search(rb"[A-Fa-f]", value) for value in seen.values)
    for kind in ("eui64", "request-id"):
        known = TYPES[kind].entries
        apart = known["separator"]["enum"] if "separator" in known else [None]
        for form, case, joint in product(known["form"]["enum"], known["case"]["enum"], apart):
            if form == "none" and not letters and kind == "eui64":
                # So many digits are a number as well.
                continue
            entries = {"type": kind, "form": form, "case": case}
            entries |= {} if joint is None else {"separator": joint}
            yield Guess(entries, seen.summary)


def _of_lists(seen: Seen, catalogue: Catalogue) -> Iterator[Guess]:
    for name in catalogue.lists:
        yield Guess(
            {"type": "code", "values_from": name}, f"{seen.summary}, all in the list {name}"
        )
    roles = user_roles(catalogue)
    yield Guess({"type": "code", "values": list(roles)}, f"{seen.summary}, all known as User Roles")


def _of_breaches(seen: Seen, breaches: Collection[str]) -> Iterator[Guess]:
    if breaches:
        why = f"{seen.summary}, all known as breaches"
        yield Guess({"type": "code", "values": list(breaches)}, why)


def _moments(seen: Seen) -> Iterator[Guess]:
    for kind in FORMATS:
        for formats in formats_of(seen, kind):
            said = seen.summary
            if any(one.startswith("MM") or "DD/MM" in one or "DDMM" in one for one in formats):
                said += "; whether the day or the month is first may not show"
            if kind == "instant" and not any(one.endswith("Z") for one in formats):
                said += "; whose clocks they show is not known, and UTC is assumed (zone)"
            written: Any = formats[0] if len(formats) == 1 else formats
            yield Guess({"type": kind, "format": written}, said)


def _periods(seen: Seen) -> Iterator[Guess]:
    values = [value.decode("latin-1") for value in seen.values]
    if all(value in _PERIODS for value in values):
        codes = {value: _PERIODS[value] for value in values}
        why = f"{seen.summary}; codes for hours, days and weeks, and there may be others"
        yield Guess({"type": "period", "codes": codes}, why)
    yield Guess({"type": "period", "form": "iso-8601"}, seen.summary)


def _numbers(seen: Seen) -> Iterator[Guess]:
    numbers = seen.numbers
    if numbers is None or numbers.whole > _DIGITS or max(numbers.fractions) > _FRACTION:
        return
    signed = {"signed": True} if numbers.negative else {}
    most = max(numbers.fractions)
    if most:
        exact = numbers.fractions == {most}
        entry = "fraction_digits" if exact else "maximum_fraction_digits"
        why = f"{seen.summary}, with {'' if exact else 'up to '}{most} digits after the point"
        yield Guess({"type": "decimal", entry: most, **signed}, why)
    elif numbers.zeros or numbers.spaces:
        width = max(numbers.widths)
        if width > _DIGITS:
            return
        pad = {"pad": " "} if numbers.spaces else {}
        why = f"{seen.summary}, all of {width} characters"
        yield Guess({"type": "integer", "width": width, **pad, **signed}, why)
    else:
        digits = counted(numbers.whole, "digit")
        size = f"from {numbers.low:,} to {numbers.high:,}"
        why = f"{seen.summary}, {size}; others may have more than {digits}"
        limit = {"maximum_digits": numbers.whole}
        yield Guess({"type": "integer", **limit, **signed}, why)


def are_codes(values: Iterable[bytes]) -> bool:
    """Return True if a profile can list all of ``values``."""
    return all(re.fullmatch(VALUE, v.decode("latin-1")) and b'"' not in v for v in values)


def _codes(seen: Seen) -> Iterator[Guess]:
    if seen.more or not are_codes(seen.values):
        return
    values = sorted(value.decode() for value in seen.values)
    filled = seen.count - seen.nulls
    if len(values) == 1 and filled > 1 and not seen.nulls:
        yield Guess({"type": "constant", "value": values[0]}, f"{seen.summary}, the same in all")
    if len(values) <= _FEW and filled >= _OFTEN * len(values):
        yield Guess({"type": "code", "values": values}, f"{seen.summary}; there may be others")


def _text(seen: Seen) -> Guess:
    longest = next(one for one in _LENGTHS if one >= seen.longest)
    why = f"{seen.summary}; the longest has {seen.longest} characters"
    return Guess({"type": "text", "maximum_length": longest}, why)
