"""Records as others read them: the numbers are those of the scan."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from conformance.content import Content
from conformance.model.types.text import Text
from conformance.records import Rule, read_records, scan
from tests.records.formats import ADT, QCAF, adt, file_of, layout, qcaf

A, B, C = adt(0), adt(1), adt(2)
FIELDS = [r[:-1].split(b",") for r in (A, B, C)]


def test_conforming_records() -> None:
    records = list(read_records(file_of(A, B, C), layout()))
    assert [fields for _, _, fields in records] == FIELDS
    assert [(n, o) for n, o, _ in records] == [(1, 0), (2, len(A)), (3, len(A + B))]


@pytest.mark.parametrize(
    ("data", "numbers"),
    [
        ((A + B + C).replace(b"\n", b"\r\n"), [1, 2, 3]),
        ((A + B + C).replace(b"\n", b"\r"), [1, 2, 3]),
        ((A + B + C).replace(b",", b";"), [1, 2, 3]),
        (b"\xef\xbb\xbf" + A + B + C, [1, 2, 3]),
        (b",".join(c.name.encode() for c in ADT.columns) + b"\n" + A + B + C, [2, 3, 4]),
        (A + b"\n" + B + b"x,y\n" + C, [1, 3, 5]),
        (A + B[:4] + b"\r" + B[4:] + C, [1, 3]),
        (A + b"x" * 2000 + b"\n" + C, [1, 3]),
        (A + B.replace(b"IS", b"XX") + C[:-1], [1, 2, 3]),
    ],
)
def test_wrong_separators_are_read_over(data: bytes, numbers: list[int]) -> None:
    content = Content.of_bytes("data.csv", data)
    records = list(read_records(content, layout()))
    assert [number for number, _, _ in records] == numbers
    assert all(len(fields) == 6 for _, _, fields in records)
    for _, offset, fields in records:
        assert data[offset:].startswith(fields[0])
    seen = scan(content, layout())
    assert seen.records >= numbers[-1]
    # After a record that is not one of the file's own, all numbers and offsets are higher by it.
    later = replace(content, before=(1, 50))
    unread: tuple[list[int], list[int]] = [], []
    moved = list(read_records(later, layout(), unread[1].append))
    assert moved == [(n + 1, offset + 50, f) for n, offset, f in records]
    assert list(read_records(content, layout(), unread[0].append)) == records
    assert unread[1] == [number + 1 for number in unread[0]]
    places = [[f.place for found in one.faults.values() for f in found]
              for one in (seen, scan(later, layout()))]  # fmt: skip
    assert [(p.record, p.offset) for p in places[1]] == [
        (p.record and p.record + 1, None if p.offset is None else p.offset + 50) for p in places[0]
    ]


def test_a_header_that_could_be_data_is_left_out() -> None:
    text = replace(
        ADT,
        columns=tuple(replace(c, type=Text()) for c in ADT.columns),
        key=(),
        rules=(),
    )
    header = b",".join(c.name.encode() for c in ADT.columns) + b"\n"
    content = file_of(header, A)
    assert [n for n, _, _ in read_records(content, layout(text))] == [2]
    assert scan(content, layout(text)).counts[Rule.HEADER] == 1
    later = file_of(A, header, B)
    assert [n for n, _, _ in read_records(later, layout(text))] == [1, 2, 3]
    assert scan(later, layout(text)).counts[Rule.HEADER] == 0


def test_quotes_are_taken_off_where_they_enclose() -> None:
    content = file_of(qcaf(1).replace(b"Delete", b'"Delete"'))
    ((_, _, quoted),) = read_records(content, layout(QCAF))
    assert quoted[5] == b'"Delete"'
    ((_, _, plain),) = read_records(content, layout(QCAF, quotes="rfc4180"))
    assert plain[5] == b"Delete"


def test_another_encoding_has_no_records() -> None:
    content = Content.of_bytes("data.csv", A.decode().encode("utf-16"))
    assert list(read_records(content, layout())) == []


def test_progress_reports_all_bytes() -> None:
    for data in (A + B, b"\xef\xbb\xbf" + A, A.decode().encode("utf-16"), b""):
        reported: list[int] = []
        scan(Content.of_bytes("data.csv", data), layout(), reported.append)
        assert sum(reported) == len(data)
