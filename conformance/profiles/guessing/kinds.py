"""Kinds of records of a file that is guessed: headers, data and trailers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.profiles.guessing.columns import texts
from conformance.profiles.guessing.file import ColumnGuess, KindGuess
from conformance.profiles.guessing.seen import Seen
from conformance.profiles.guessing.survey import Survey
from conformance.profiles.guessing.values import Guess

#: A tag, where the names of fields are given: short, in capitals or digits.
_TAG = re.compile(r"[A-Z0-9]{1,6}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}")
#: The name of the field with the tag.
TAG = "Tag"
Values = Callable[[Sequence[Seen]], list[ColumnGuess]]


def of_layout(
    records: Sequence[Sequence[str]],
    main: int,
    columns: Callable[[Sequence[str]], list[ColumnGuess]],
) -> list[KindGuess]:
    """Return the kinds of records that a clause prints; ``main`` is the one with the data.

    ``columns`` makes the columns of that one of names.

    Raises:
        TadpError: nothing distinguishes them.
    """
    firsts = [record[0] for record in records]
    tagged = len({*firsts}) == len(firsts) and all(map(_TAG.fullmatch, firsts))
    if not tagged and len({*map(len, records)}) < len(records):
        raise TadpError(
            "several records have the same number of fields, so they cannot be distinguished",
            remedy="write the tag of each record in place of the name of its first field, such as "
            "'H,Made\u25b2R,Who,Threshold\u25b2'",
        )
    found = []
    for place, names in enumerate(records):
        known = (columns if place == main else texts)(names[tagged:])
        if tagged:
            known = [_tag(names[0], f"Assumed: {names[0]} is the tag of the record."), *known]
        at = _at(place, main, len(records))
        why = "Assumed: the fields are those of the layout" + _placed(at)
        found.append(KindGuess(_name(names[0] if tagged else "", place, at), why, at, known))
    return found


def _at(place: int, main: int, count: int) -> int | None:
    if place == main:
        return None
    return 1 if place == 0 else -1 if place == count - 1 else None


def _placed(at: int | None) -> str:
    return {1: ", first in the file.", -1: ", last in the file."}.get(at or 0, ".")


def _name(tag: str, place: int, at: int | None) -> str:
    usual = {1: "header", -1: "trailer"}.get(at or 0, f"record-{place + 1}")
    return tag if _NAME.fullmatch(tag) and at is None else usual


def _tag(tag: str, why: str) -> ColumnGuess:
    return ColumnGuess(TAG, [Guess({"type": "constant", "value": tag, "tag": True}, why)])


def of_survey(survey: Survey, columns: Values) -> list[KindGuess]:
    """Return the kinds of records in samples; ``columns`` makes columns of what was seen."""
    order = sorted(survey.kinds, key=lambda tag: survey.kinds[tag].at == -1)
    tagged, found = survey.apart.by_tag, []
    names = {
        tag: _name(tag.decode("latin-1") if tagged else "", place, survey.kinds[tag].at)
        for place, tag in enumerate(order)
    }
    for tag in order:
        kind = survey.kinds[tag]
        known = columns(kind.seen)
        if tagged:
            why = f"Guessed: {kind.records:,} records begin with it."
            known[0] = _tag(tag.decode("latin-1"), why)
        if kind.at == -1:
            known = [_counted(survey, names, i, one) for i, one in enumerate(known)]
        why = f"Guessed: {kind.records:,} seen" + _placed(kind.at)
        found.append(KindGuess(names[tag], why, kind.at, known))
    return found


def _counted(
    survey: Survey, names: Mapping[bytes, str], place: int, column: ColumnGuess
) -> ColumnGuess:
    """Return ``column`` of the last record, as a number of records if it is that in every file."""
    values = [ending.row[place].strip() for ending in survey.endings]
    if column.guess.entries["type"] != "integer" or not all(map(bytes.isdigit, values)):
        return column
    body = [tag for tag, kind in survey.kinds.items() if kind.at is None]
    for counted in ([survey.main], body, [*survey.kinds]):
        if [*map(int, values)] == [
            sum(one.counts[tag] for tag in counted) for one in survey.endings
        ]:
            entries = {
                **column.guess.entries,
                "derived": {"count": [names[tag] for tag in counted]},
            }
            why = "Guessed: in each file, as many as there are of these records."
            return replace(column, guesses=[Guess(entries, why), *column.guesses])
    return column
