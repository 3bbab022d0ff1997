"""Cutting into records: what is a run, and that good records stay in runs."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from msgspec.structs import replace

from conformance.content import Content
from conformance.model.cross_rule import CrossRule
from conformance.model.dialect import Quoting
from conformance.model.rule import Rule
from conformance.records.engine import Engine
from conformance.records.expression import Expected
from conformance.records.inspection import Inspection
from conformance.records.lines import Fragment, Run, first_record, halves, lines, numbered, rows
from conformance.records.plan import LayoutPlan
from conformance.records.scan import Scanner
from tests.records.formats import OTHER, QCAF, SENDER, adt, layout, qcaf


def test_the_halves_of_a_run() -> None:
    def cut(data: bytes) -> list[tuple[int, int, bytes, int]]:
        run = Run(100, data, b"\n", 5)
        return [(half.number, half.offset, half.data, half.count) for half in halves(run)]

    assert cut(b"a\nb\nc\nd\n") == [(5, 100, b"a\nb\n", 2), (7, 104, b"c\nd\n", 2)]
    assert cut(b"aaaaaaaa\nb\n") == [(5, 100, b"aaaaaaaa\n", 1), (6, 109, b"b\n", 1)]
    assert cut(b"a\nbbbbbbbb\n") == [(5, 100, b"a\n", 1), (6, 102, b"bbbbbbbb\n", 1)]


def test_the_rows_of_a_run() -> None:
    run = Run(100, b"a\r\nbc\r\n\r\n", b"\r\n", 5)
    assert list(rows(run)) == [(5, 100, b"a"), (6, 103, b"bc"), (7, 107, b"")]


@pytest.mark.parametrize("size", [1, 4, 5, 1000])
def test_the_slices_of_a_run_are_of_whole_records(size: int) -> None:
    data = b"a\r\nbc\r\n\r\ndef\r\n"
    slices = [bytes(one) for one in Run(100, data, b"\r\n").slices(size)]
    assert b"".join(slices) == data
    assert all(one.endswith(b"\r\n") and len(one) < size + 7 for one in slices)
    assert len(slices) == {1: 3, 4: 2, 5: 2, 1000: 1}[size]


def test_a_run_that_somebody_has_counted_is_not_counted_again() -> None:
    run, piece = Run(0, b"a\nb\n", b"\n"), Fragment(4, b"c", 1, b"\r")
    part = Fragment(6, b"d", 1, b"", follows=True)
    given = numbered([run, piece, part, Fragment(7, b"", 0, b"")])
    assert next(given) is run
    run.counted = 7
    assert [event.number for event in given] == [8, 8, 9]


def test_the_first_record_of_some_bytes() -> None:
    assert first_record(b"abc\r\nd\n") == b"abc"
    assert first_record(b"abc") == b"abc"
    assert first_record("\u00c5b\x85\n".encode()) == "\u00c5b".encode()


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
@pytest.mark.parametrize("engine", list(Engine))
def test_good_records_come_in_runs_up_to_a_bad_one(ending: bytes, engine: Engine) -> None:
    good = [adt(n).replace(b"\n", ending) for n in range(6)]
    data = b"".join(good[:3]) + b"bad" + ending + b"".join(good[3:])
    cut = LayoutPlan(layout(), engine).cut
    first, bad, second = lines(Content.of_bytes("data.csv", data), 0, cut, 1 << 16)
    assert isinstance(first, Run)
    assert (first.number, first.offset, first.count) == (1, 0, 3)
    assert first.data == b"".join(good[:3])
    assert isinstance(bad, Fragment)
    assert (bad.number, bad.data, bad.separator) == (4, b"bad", ending)
    assert isinstance(second, Run)
    assert (second.number, second.count, second.separator) == (5, 3, ending)


def looked_at_by_themselves(data: bytes) -> list[int]:
    """The numbers of the records that the scan of ``data`` looks at by themselves."""
    numbers = []
    whole = Inspection.whole

    def counted(self: Inspection, record: object, **how: bool) -> None:
        numbers.append(record.number)  # type: ignore[attr-defined]
        whole(self, record, **how)  # type: ignore[arg-type]

    with patch.object(Inspection, "whole", counted):
        of_user = replace(layout(QCAF), breaches=frozenset({"ADUserThresholdBreach"}))
        Scanner(Content.of_bytes("data.csv", data), of_user).scan()
    return numbers


def test_only_the_first_record_of_a_good_file_is_looked_at_by_itself() -> None:
    rows = [qcaf(n) for n in range(5000)]
    assert looked_at_by_themselves(b"".join(rows)) == [1]
    assert looked_at_by_themselves(b"".join(rows).replace(b"\n", b"\r\n")) == [1]


def test_few_records_are_looked_at_for_one_fault() -> None:
    rows = [qcaf(n) for n in range(5000)]
    rows[2000] = rows[2000].replace(b"elease", b"ELEASE")
    assert looked_at_by_themselves(b"".join(rows)) == [1, 2001]
    rows[2000] = qcaf(2000).replace(b"00-1D-24-A0", b"00-1D-24-AF", 1)
    foreign = looked_at_by_themselves(b"".join(rows))
    assert 2001 in foreign
    assert len(foreign) < 8


def senders(rows: list[bytes], sender: str | None, case: str = "upper") -> list[bytes | None]:
    """Whose each run is sure to be, if what ``rows`` make is cut as a large file is."""
    plan = LayoutPlan(replace(layout(QCAF, eui64_case=case), sender=sender), Engine.RE2)
    content = Content.of_bytes("data.csv", b"".join(rows))
    events = lines(content, 0, plan.cut_for(content.head(64)), 1 << 16)
    return [event.sender for event in events if isinstance(event, Run)]


def test_a_large_file_in_upper_case_is_known_to_be_so() -> None:
    """Its keys need not be put into upper case; those after the first in lower case do."""
    rows = [qcaf(n) for n in range(9)]
    rows[4] = rows[4].replace(SENDER.encode(), SENDER.lower().encode())
    plan = LayoutPlan(layout(QCAF, eui64_case="any"), Engine.RE2)
    content = Content.of_bytes("data.csv", b"".join(rows))
    runs = list(lines(content, 0, plan.cut_for(content.head(64)), 1 << 16))
    counted = [(run.count, run.usual) for run in runs if isinstance(run, Run)]
    assert counted == [(4, True), (5, False)]


def test_a_large_file_is_cut_into_runs_of_its_sender() -> None:
    """The sender is reported, or that of the first record; and another's record ends a run."""
    rows, me, other = [qcaf(n) for n in range(4)], SENDER.encode(), OTHER.encode()
    rows[1] = rows[1].replace(me, other)
    assert senders(rows, SENDER) == senders(rows, None) == [me, me]
    assert senders(rows, SENDER.lower()) == [me, me]
    assert senders(rows[1:], None) == [other]
    assert senders([rows[0]], OTHER) == []
    rows[2] = rows[2].replace(me, me.lower())
    assert senders(rows, SENDER, case="any") == senders(rows, None, case="any") == [me, me]
    assert senders(rows, SENDER) == [me, me]
    assert senders([b"RequestID\n", *rows[:1]], None) == [None]


def test_a_carriage_return_after_a_run_belongs_to_its_last_record() -> None:
    data = adt(0) + adt(1) + b"\r" + adt(2)
    cut = LayoutPlan(layout(), Engine.RE).cut
    events = list(lines(Content.of_bytes("data.csv", data), 0, cut, 1 << 16))
    assert [(e.number, e.separator) for e in events] == [(1, b"\n"), (2, b"\n\r"), (3, b"\n")]


@pytest.mark.parametrize("character", ["\u2005", "\u2085", "\u0145", "\U00010005"])
def test_a_long_record_is_cut_between_characters(character: str) -> None:
    """Else a last byte 0x85, alone at the start of the next piece, would be NEL of Latin-1."""
    for before in range(4):
        content = Content.of_bytes("data.csv", b"x" * before + character.encode() * 2000)
        for size in (5200, 5201, 5202, 1 << 16):
            found = Scanner(content, layout(), size=size).scan().counts
            assert found[Rule.RECORD_SEPARATOR] == 0


@pytest.mark.parametrize("quoting", [None, Quoting.ALLOWED, Quoting.ALL])
@pytest.mark.parametrize("rules", [QCAF.rules, ()], ids=["one sender", "any"])
def test_a_large_file_is_known_to_have_what_is_expected_of_all_records(
    quoting: Quoting | None, rules: tuple[CrossRule, ...]
) -> None:
    form = replace(QCAF, rules=rules, quoting=quoting)
    held_to = layout(form, quotes="rfc4180" if quoting else "data")
    expected = Expected(3, b"2026-02-28T12:00:[0-5][0-9]Z")

    def has_it(rows: list[bytes], large: int = 0) -> bool:
        scanner = Scanner(Content.of_bytes("data.csv", b"".join(rows)), held_to, large=large)
        found = replace(scanner, expected=expected).scan()
        assert replace(found, as_expected=None) == scanner.scan()
        assert found.as_expected in (expected, None)
        return found.as_expected is not None

    rows = [qcaf(n) for n in range(50)]
    assert has_it(rows) is (quoting is not Quoting.ALL)
    if quoting is Quoting.ALL:
        rows = [b'"' + row[:-1].replace(b",", b'","') + b'"\n' for row in rows]
    assert has_it(rows)
    assert not has_it(rows, large=1 << 20)
    for place in (0, 25, 49):
        for old, new in ((b"T12:00", b"T12:01"), (b"T12:00", b"T24:00"), (b"\n", b",\n")):
            changed = rows[place].replace(old, new)
            assert not has_it([*rows[:place], changed, *rows[place + 1 :]])
