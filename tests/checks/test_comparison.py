"""A QCAF beside its report: the same is found in whatever order the records stand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.checks.comparison import Comparison, Side, compare
from conformance.checks.context import Context
from conformance.content import Content
from conformance.model.requirement import Kind
from tests.checks.situation import communication, profile, qcaf, setting

#: A communication's number, and the minute in which it was quarantined.
Row = tuple[int, int]
ROWS = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 2)), max_size=8)


def side(kind: Kind, rows: Sequence[Row], name: str) -> Side:
    context = Context(qcaf(), setting())
    lines = (communication(n, "Delete", when=f"2025-06-01T10:0{m}:00Z") for n, m in rows)
    data = Content.of_bytes(name, "".join(lines).encode())
    names = ("ServiceReferenceVariant", "QuarantineEventRef", "QuarantinedAt", "Breach")
    return Side(data, context.layout(profile().files[kind]), names)


def compared(mine: Sequence[Row], theirs: Sequence[Row]) -> Comparison:
    return compare(side(Kind.QCAF, mine, "qcaf.csv"), side(Kind.REPORT, theirs, "report.csv"))


def told(found: Comparison) -> tuple[list[str | None], list[str | None], list[int | None]]:
    """The communications that are missing and added, and the records whose time is altered."""
    return (
        [f.found for f in found.missing.findings],
        [f.found for f in found.added.findings],
        [f.place.record for f in found.altered["QuarantinedAt"].findings],
    )


def plainly(mine: Sequence[Row], theirs: Sequence[Row]) -> tuple[int, int, list[int]]:
    """The same, by the shortest program that can be right; the last of equals counts."""
    there = dict(theirs)
    missing = len(there.keys() - dict(mine).keys())
    added, altered, seen = 0, [], set()
    for record, (number, minute) in enumerate(mine, 1):
        if number not in there:
            added += 1
        elif number not in seen and minute != there[number]:
            altered.append(record)
        seen.add(number)
    return missing, added, altered


@given(ROWS, st.dictionaries(st.integers(1, 6), st.integers(0, 2)), st.randoms())
def test_what_is_found_is_what_a_plain_program_finds(
    mine: list[Row], theirs: dict[int, int], random: object
) -> None:
    rows = list(theirs.items())
    random.shuffle(rows)  # type: ignore[attr-defined]
    missing, added, altered = told(compared(mine, rows))
    assert (len(missing), len(added), altered) == plainly(mine, rows)


def test_a_communication_that_stands_twice_in_the_report_is_asked_for_once() -> None:
    found = compared([(1, 0), (2, 0)], [(1, 0), (1, 0), (2, 0)])
    assert told(found) == ([], [], [])


def test_records_that_have_moved_are_the_same_records() -> None:
    rows = [(n, 0) for n in range(1, 7)]
    assert told(compared(rows[::-1], rows)) == ([], [], [])
    assert told(compared(rows[3:] + rows[:2], rows)) == (
        [f"no record for {communication(3, 'Delete').split(',')[0]}"], [], [],
    )  # fmt: skip


def test_nothing_waits_while_the_two_are_in_the_same_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each file is read on only when the other is, so that neither is held in memory."""
    from conformance.checks import comparison

    read = {"mine": 0, "theirs": 0}

    def rows(of: Side, *_: object) -> object:
        name, other = ("mine", "theirs") if of.content.name == "mine" else ("theirs", "mine")
        for number in range(1000):
            read[name] += 1
            assert abs(read[name] - read[other]) <= 1
            yield (b"%d" % number, b"value")

    monkeypatch.setattr(Side, "rows", rows)
    mine, theirs = side(Kind.QCAF, [], "mine"), side(Kind.REPORT, [], "theirs")
    assert comparison._in_question(mine, theirs) == set()
    assert read == {"mine": 1000, "theirs": 1000}
