"""However the bytes arrive, whatever the engine, with or without the fast path: one answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from itertools import pairwise
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.content import Content
from conformance.model.column import Column
from conformance.model.types.text import Text
from conformance.records import Layout, Scan, read_records
from conformance.records.engine import Engine
from conformance.records.scan import Scanner
from tests.records.formats import ADT, QCAF, READINGS, adt, layout, qcaf
from tests.sampling import examples

FORMS = (
    ADT,
    QCAF,
    replace(ADT, maximum_record_bytes=40, characters="utf-8"),
    replace(
        ADT,
        columns=(Column("T", Text(pattern="[^x]*"), nullable=True),),
        key=("T",),
        rules=(),
        maximum_record_bytes=30,
    ),
)
OTHER_READINGS = {
    "action-case": "any-case",
    "byte-order-mark": "ignored",
    "character-set": "utf-8",
    "duplicate-rules": "last-wins",
    "empty-file": "allowed",
    "eui64-case": "any",
    "final-line-feed": "separator",
    "general-or-particular": "type-required",
    "null-form": "words",
    "quotes": "rfc4180",
    "record-sign": "allowed",
    "warning-above-adt": "allowed",
}
TOKENS = [
    b"\n", b"\r", b"\r\n", b"\n\r", b"\r\r\n", b",", b";", b"\t", b"|", b" ", b":", b'"', b'""',
    b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"\x85", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9",
    b"\xe2\x96\xb2", b"\xe2", b"\x80", b"\xc2", b"\xf1\x85\x85\x85", b"\xe1\x85\x85", b"NULL",
    b"-", b"0", b"9" * 12, b"IS", b"a" * 60, b"x",
]  # fmt: skip


@st.composite
def nearly_conforming(draw: st.DrawFn) -> bytes:
    """Some records, with bytes put in, taken out or put in the place of others."""
    make = draw(st.sampled_from((adt, qcaf)))
    numbers = draw(st.lists(st.integers(0, 9), max_size=12))
    data = b"".join(map(make, numbers))
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from((0, 0, 1, 1, 3, 30)))
        data = data[:start] + draw(st.sampled_from([b"", *TOKENS])) + data[start + length :]
    if draw(st.booleans()):
        token = draw(st.sampled_from(TOKENS))
        data = data.replace(draw(st.sampled_from((b"\n", b","))), token)
    return data


ANY_BYTES = st.one_of(
    nearly_conforming(),
    st.lists(st.sampled_from([*TOKENS, *map(adt, range(3))]), max_size=30).map(b"".join),
    st.binary(max_size=200),
)


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    changed = draw(st.sets(st.sampled_from(sorted(READINGS)), max_size=3))
    chosen = {name.replace("-", "_"): OTHER_READINGS[name] for name in changed}
    held_to = layout(draw(st.sampled_from(FORMS)), **chosen)
    return replace(
        held_to,
        sender=draw(st.sampled_from((held_to.sender, None))),
        breaches=draw(st.sampled_from((None, frozenset({"ADUserThresholdBreach"})))),
    )


def without_fast_path(content: Content, held_to: Layout) -> Scan:
    """The scan with every record looked at by itself."""
    with patch("conformance.records.plan.run_end", return_value=lambda _, start, __: start):
        return Scanner(content, held_to).scan()


@given(ANY_BYTES, layouts())
@settings(max_examples=examples(400))
def test_one_answer(data: bytes, held_to: Layout) -> None:
    content = Content.of_bytes("data.csv", data)
    scan = Scanner(content, held_to).scan()
    for size in (1, 7, 64):
        assert Scanner(content, held_to, size=size).scan() == scan
    assert Scanner(content, held_to, Engine.RE).scan() == scan
    assert Scanner(content, held_to, Engine.RE, 11).scan() == scan
    assert Scanner(content, held_to, size=9, large=0).scan() == scan
    assert without_fast_path(content, held_to) == scan


@given(ANY_BYTES, st.lists(st.integers(0, 300), max_size=6), layouts())
@settings(max_examples=examples(150))
def test_one_answer_however_the_content_is_made_up(
    data: bytes, cuts: list[int], held_to: Layout
) -> None:
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    pieces = tuple(data[a:b] for a, b in pairwise(edges))
    content = Content.of_bytes("data.csv", data)
    assert Scanner(Content("data.csv", pieces), held_to).scan() == Scanner(content, held_to).scan()


@given(ANY_BYTES, layouts())
@settings(max_examples=examples(150))
def test_the_counts_findings_and_unread_columns_of_a_scan_agree(
    data: bytes, held_to: Layout
) -> None:
    scan = Scanner(Content.of_bytes("data.csv", data), held_to).scan()
    for rule, findings in scan.faults.items():
        assert len(findings) == min(scan.counts[rule], 20)
        records = [finding.place.record or 0 for finding in findings]
        assert records == sorted(records)
        for finding in findings:
            assert 0 <= (finding.place.offset or 0) <= len(data)
            assert finding.excerpt is None or len(finding.excerpt.data) <= 200
    assert scan.unread == reduce(frozenset.union, scan.columns_unread.values(), frozenset())
    assert all(scan.counts[hiding] for hidings in scan.hidden.values() for hiding in hidings)
    if not any(scan.counts.values()):
        assert not scan.unread


@given(ANY_BYTES, layouts())
@settings(max_examples=examples(150))
def test_records_that_are_read_are_those_that_are_scanned(data: bytes, held_to: Layout) -> None:
    content = Content.of_bytes("data.csv", data)
    scan = Scanner(content, held_to).scan()
    read = list(read_records(content, held_to))
    assert list(small(content, held_to)) == read
    numbers = [number for number, _, _ in read]
    assert numbers == sorted(set(numbers))
    assert all(1 <= number <= scan.records for number in numbers)
    assert all(len(fields) == len(held_to.columns) for _, _, fields in read)
    if not any(scan.counts.values()):
        assert numbers == list(range(1, scan.records + 1))
        assert scan.records == len(
            re.findall(rb"[^\n]*\n|[^\n]+$", data.removeprefix(b"\xef\xbb\xbf"))
        )


def small(content: Content, held_to: Layout) -> Iterator[tuple[int, int, list[bytes]]]:
    return Scanner(content, held_to, Engine.RE, 5).read()


def test_a_long_record_in_small_pieces() -> None:
    """A record beyond the limit is dropped as it comes, whatever it is cut into."""
    for ending in (b"\n", b"\r\n", b"\r", b"\xc2\x85", b"\xe2\x80\xa8", b""):
        for filling in (b"x", b"\x85", b"\xc2", b"\xe1\x85\x85", b"\xf1\x85\x85\x85", b",", b"\r"):
            data = adt(0) + filling * 6000 + ending + adt(2)
            content = Content.of_bytes("data.csv", data)
            whole = Scanner(content, layout()).scan()
            for size in (100, 1021, 4096):
                assert Scanner(content, layout(), size=size).scan() == whole, (ending, filling)
