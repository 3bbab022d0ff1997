"""Memory and time stay within bounds on any input."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.content import Content, Region, State
from conformance.model.column import Column
from conformance.model.types.text import Text
from conformance.records import Rule, lines, read_records, scan
from tests.records.formats import ADT, QCAF, adt, layout, qcaf
from tests.work import Work

HUGE = 64 << 20


@pytest.fixture
def hole(tmp_path: Path) -> Region:
    """64 MiB of NULs that take no room on the disk."""
    path = tmp_path / "hole"
    with path.open("wb") as file:
        file.truncate(HUGE)
    return Region(path, 0, HUGE, State.of(path.stat()))


def test_a_huge_record_takes_little_memory(hole: Region) -> None:
    content = Content("data.csv", (adt(0), hole, b"\n", adt(2)))
    tracemalloc.start()
    try:
        found = scan(content, layout())
        read = [number for number, _, _ in read_records(content, layout())]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < HUGE >> 3
    assert found.records == 3
    assert read == [1, 3]
    assert found.counts[Rule.RECORD_LENGTH] == 1
    assert sum(found.counts.values()) == 1
    (fault,) = found.faults[Rule.RECORD_LENGTH]
    assert fault.found == f"{HUGE:,} bytes"
    assert fault.place.offset == len(adt(0)) + 1024
    assert fault.excerpt is not None
    assert len(fault.excerpt.data) == 200


def test_many_findings_take_little_memory() -> None:
    content = Content("data.csv", tuple(qcaf(n).replace(b"ADUser", b"ADuser") for n in range(4000)))
    tracemalloc.start()
    try:
        found = scan(content, layout(QCAF))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.counts[Rule.LISTED_VALUE] == 4000
    assert len(found.faults[Rule.LISTED_VALUE]) == 20
    assert peak < 4 << 20


def test_a_record_that_is_too_long_is_shown_where_the_limit_is_passed() -> None:
    """Also where its values conform, as those of a column without a limit do."""
    text = Column("Free", Text(pattern="[a-z]+"))
    held_to = layout(replace(ADT, columns=(text,), key=(), rules=()))
    content = Content.of_bytes("data.csv", b"w\n" + b"a" * 1024 + b"bcd" + b"\nx\ny\n")
    found = scan(content, held_to)
    numbers = [number for number, _, _ in read_records(content, held_to)]
    assert numbers == [1, 3, 4]
    (fault,) = found.faults[Rule.RECORD_LENGTH]
    assert fault.found == "1,027 bytes"
    assert (fault.place.record, fault.place.offset) == (2, 1026)
    assert fault.excerpt is not None
    assert fault.excerpt.data == b"a" * 199 + b"b"
    assert fault.excerpt.start == 199
    assert found.hidden[Rule.FIELD_COUNT] == {Rule.RECORD_LENGTH}
    assert found.hidden[Rule.FIELD_SEPARATOR] == {Rule.RECORD_LENGTH}
    assert found.hidden[Rule.CHARACTERS] == {Rule.RECORD_LENGTH}
    assert found.hidden[Rule.RECORD_SIGN] == {Rule.RECORD_LENGTH}


@pytest.mark.parametrize(
    "unit",
    [
        b"\n",
        b"\r",
        b",,,,,\n",
        b'"\n',
        *(
            pytest.param(unit, marks=pytest.mark.whole)
            for unit in (b"\r\n", b"x\n", b"x\r", b",\r", b";", b"\xe2\x80\xa8", b"\x85")
        ),
    ],
)
def test_work_is_linear(unit: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four times the bytes are four times the work, and not sixteen."""
    blocks, separator, candidate = lines.blocks, lines._SEPARATOR, lines._CANDIDATE

    def work(times: int) -> Work:
        counted = Work()
        monkeypatch.setattr(lines, "_SEPARATOR", counted.pattern(separator))
        monkeypatch.setattr(lines, "_CANDIDATE", counted.pattern(candidate))
        monkeypatch.setattr(lines, "blocks", lambda *given: map(counted.tape, blocks(*given)))
        with counted.counting_calls():
            scan(Content.of_bytes("data.csv", unit * times), layout())
        return counted

    work(1)  # Values that are computed once and kept are there from now on.
    less, more = work(2000), work(8000)
    assert less.bytes >= 2000 * len(unit)
    assert more.calls < 5 * less.calls
    assert more.bytes < 5 * less.bytes
