"""A QCAF compared with its report: the order of the records changes no finding."""

from __future__ import annotations

from collections.abc import Iterable
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.checks.comparison import compare
from conformance.checks.context import Context
from conformance.checks.differences import Comparison
from conformance.checks.side import Side
from conformance.content import Content
from conformance.model.requirement import Kind
from conformance.records import stretches
from conformance.records.without_actions import without_actions
from tests.checks.situation import communication, profile, qcaf, setting

#: A communication's number, and the minute in which it was quarantined.
Row = tuple[int, int]
ROWS = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 2)), max_size=8)


def side(kind: Kind, rows: Iterable[Row], name: str) -> Side:
    context = Context(qcaf(), setting())
    lines = (communication(n, "Delete", when=f"2025-06-01T10:0{m}:00Z") for n, m in rows)
    data = Content.of_bytes(name, "".join(lines).encode())
    names = ("ServiceReferenceVariant", "QuarantineEventRef", "QuarantinedAt", "Breach")
    return Side(data, context.layout(profile().files[kind]), names)


def compared(mine: Iterable[Row], theirs: Iterable[Row]) -> Comparison:
    return compare(side(Kind.QCAF, mine, "qcaf.csv"), side(Kind.REPORT, theirs, "report.csv"))


def differences(found: Comparison) -> tuple[list[str | None], list[str | None], list[int | None]]:
    """The communications that are missing and added, and the records whose time is altered."""
    return (
        [f.found for f in found.missing.findings],
        [f.found for f in found.added.findings],
        [f.place.record for f in found.altered["QuarantinedAt"].findings],
    )


def plainly(mine: Iterable[Row], theirs: Iterable[Row]) -> tuple[int, int, list[int]]:
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
def test_the_differences_are_those_that_a_plain_program_finds(
    mine: list[Row], theirs: dict[int, int], random: object
) -> None:
    rows = list(theirs.items())
    random.shuffle(rows)  # type: ignore[attr-defined]
    missing, added, altered = differences(compared(mine, rows))
    assert (len(missing), len(added), altered) == plainly(mine, rows)


def test_a_communication_that_is_twice_in_the_report_is_asked_for_once() -> None:
    found = compared([(1, 0), (2, 0)], [(1, 0), (1, 0), (2, 0)])
    assert differences(found) == ([], [], [])


def test_records_that_have_moved_are_the_same_records() -> None:
    rows = [(n, 0) for n in range(1, 7)]
    assert differences(compared(rows[::-1], rows)) == ([], [], [])
    assert differences(compared(rows[3:] + rows[:2], rows)) == (
        [f"no record for {communication(3, 'Delete').split(',')[0]}"], [], [],
    )  # fmt: skip


def test_nothing_waits_while_the_two_are_in_the_same_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The two files are read step by step together, so neither is ever whole in memory."""
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
    assert comparison._in_question(mine, theirs, [(mine.whole, theirs.whole)]) == set()
    assert read == {"mine": 1000, "theirs": 1000}


#: Text between, before or instead of the records of a report, right and wrong.
PIECES = st.sampled_from(
    [
        *(
            communication(n, "", when=f"2025-06-01T10:0{m}:00Z").encode()
            for n in range(6)
            for m in (0, 1)
        ),
        *(b"\n", b"\r", b"\n\r", b"\r\n", b",", b"\x00", b"\xc2\x85", b"x" * 5000),
        *(b"\xef\xbb\xbf", b"\xff\xfe"),
    ]
)


@given(
    ROWS,
    st.lists(PIECES, max_size=8),
    st.sampled_from([64, 256, 1 << 17]),
    st.sampled_from([(0, 3, 0), (0, 3, 1 << 22), (0, 1 << 12, 1 << 22), (64, 1 << 12, 0)]),
)
def test_differences_found_in_pieces_are_those_found_record_by_record(
    rows: list[Row], pieces: list[bytes], size: int, limits: tuple[int, int, int]
) -> None:
    mine = side(Kind.QCAF, dict(rows).items(), "qcaf.csv")
    plain = side(Kind.REPORT, [], "report.csv")
    report = b"".join(
        communication(n, "", when=f"2025-06-01T10:0{m}:00Z").encode() for n, m in dict(rows).items()
    )
    backwards = b"".join(reversed(report.splitlines(keepends=True)))
    more = b"".join(pieces)
    for data in (report, more, report + more, more + report, backwards, backwards + more):
        theirs = Side(Content.of_bytes("report.csv", data), plain.layout, plain.names)
        theirs.content.await_digest("sha256")
        bare = without_actions(mine.layout, theirs.layout)
        assert bare
        with (
            patch.object(stretches, "_SIZE", size),
            patch.multiple(stretches, _DIFFER=limits[0], _FEW=limits[1]),
            patch.multiple(stretches, _LARGE=limits[2], _SIZE_AHEAD=300),
        ):
            found = compare(mine, theirs, stretches.apart(mine.content, theirs.content, bare))
        assert found == compare(mine, theirs)


def test_records_are_not_read_where_the_bytes_without_actions_are_the_reports() -> None:
    rows = [(n, 0) for n in range(1, 7)]
    report = "".join(communication(n, "", when="2025-06-01T10:00:00Z") for n, _ in rows).encode()
    mine, plain = side(Kind.QCAF, rows, "qcaf.csv"), side(Kind.REPORT, [], "report.csv")
    bare = without_actions(mine.layout, plain.layout)
    assert bare
    assert list(stretches.apart(mine.content, Content.of_bytes("report.csv", report), bare)) == []


def test_bytes_are_not_compared_where_the_two_forms_differ_in_more_than_the_action() -> None:
    mine, theirs = (profile().files[kind] for kind in (Kind.QCAF, Kind.REPORT))
    context = Context(qcaf(), setting())

    def bare(**changes: object) -> object:
        form = replace(theirs, **changes)
        return without_actions(context.layout(mine), context.layout(form))

    *columns, action = theirs.columns
    assert bare() is not None
    assert bare(columns=(*columns, replace(action, role=None))) is None
    assert bare(columns=(*columns[::-1], action)) is None
    assert bare(columns=(*columns[1:], action)) is None
    assert bare(columns=(replace(columns[0], type=columns[2].type), *columns[1:], action)) is None
    assert bare(key=("QuarantineEventRef",)) is None
    assert bare(maximum_record_bytes=theirs.maximum_record_bytes - 1) is None
    assert bare(header=True) is None
    without = bare(columns=tuple(columns))
    assert callable(without)
    assert without(b"a,b,Release\nc,Delete,Delete\nd,e,Other\n") == b"a,b\nc,Delete\nd,e,Other\n"
