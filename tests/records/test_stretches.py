"""Lines passed over by the thousand are those that would be passed over one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.content import Content
from conformance.model.dialect import Quoting, RecordEnd
from conformance.records import Dialect, Layout, read_records, stretches
from conformance.records.expression import Expected
from conformance.records.stretches import apart, by_lines, run_with, unsure
from tests.records.formats import QCAF, layout

WIDTH, COLUMN = len(QCAF.columns), 3
EXPECTED = Expected(COLUMN, b"(?:2025-0[6-9]|2026-99)")
#: Lines that are right, and all that can be wrong with a line.
PIECES = st.sampled_from(
    [
        *(b"a,b,c,2025-06,e,f\n", b"a,b,c,2026-99,e,f\n", b"a,b,c,2025-05,e,f\n"),
        *(b"a,b,c,2025-061,e,f\n", b"a,b,c,~~~~~~~,e,f\n", b"a,b,c,;;;;;;;,e,f\n"),
        *(b"a,b,c,2025-06\n", b"a,b,c,,e,f\n", b"a,b,c,2025-06,e,f\r", b"\n", b"\r", b"\n\r"),
        *(b"\r\n", b",", b'"', b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b"\xc2\x85", b"\xc3\xa9"),
        b"x" * 1200 + b",b,c,2025-06,e,f\n",
    ]
)
FILES = st.lists(PIECES, max_size=12).map(b"".join)
SIZES = st.sampled_from([16, 64, 1 << 17])


def content(data: bytes) -> Content:
    return Content("file.csv", (data,), before=(5, 100))


def is_sure(value: bytes) -> bool:
    return re.fullmatch(EXPECTED.values, value) is not None


@given(FILES, SIZES)
@example(b"a,b,c,2025-06,e,f\n" * 3 + b"\ra,b,c,2025-05,e,f\n", 16)
@example("a,b,c,2025-06,e,f\n".encode("utf-16-le") * 3, 16)
def test_only_records_that_surely_conform_are_passed_over(data: bytes, size: int) -> None:
    form = layout(QCAF)
    passes = run_with(form, EXPECTED)
    assert passes
    read: list[int] = []
    whole = list(read_records(content(data), form, read.append))
    again: list[int] = []
    with patch.object(stretches, "_SIZE", size):
        parts = unsure(content(data), passes)
        left = list(chain.from_iterable(part.records(form, again.append) for part in parts))
    passed = [row for row in whole if row not in left]
    assert [row for row in whole if row in left] == left
    assert all(is_sure(row[2][COLUMN]) for row in passed)
    assert set(again) <= set(read)


def test_a_file_in_which_all_records_pass_leaves_nothing_to_be_read() -> None:
    passes = run_with(layout(QCAF), EXPECTED)
    assert passes
    data = b"a,b,c,2025-06,e,f\n" * 20_000
    assert list(unsure(content(data), passes)) == []
    (left,) = unsure(content(data + b"a,b,c,2025-05,e,f\n"), passes)
    assert [row[0] for row in left.records(layout(QCAF))][-1] == 5 + 20_001


@pytest.mark.parametrize("separator", [b",", b";", b"\t", b"|"])
def test_a_value_ends_where_its_field_does(separator: bytes) -> None:
    """The separators are among the characters that are greater than a digit."""
    form = Layout(QCAF, Dialect(field_separator=separator), layout(QCAF).readings)
    passes = run_with(form, Expected(1, b"202[5-7]"))
    assert passes
    right = separator.join([b"a", b"2026", b"c\n"])
    assert passes(right) == len(right)
    assert not passes(separator.join([b"a", b"2", b"26", b"c\n"]))
    assert not passes(separator.join([b"a", b"2024", b"c\n"]))
    assert not passes(separator.join([b"a", b"20255", b"c\n"]))


def test_lines_are_not_records_where_quotes_or_other_records_may_be() -> None:
    assert by_lines(layout(QCAF))
    quoted = layout(QCAF, quotes="rfc4180")
    assert quoted.quoting is not Quoting.NONE
    crlf = Layout(QCAF, Dialect(record_separator=b"\r\n"), layout(QCAF).readings)
    closed = layout(replace(QCAF, record_end=RecordEnd.SEPARATOR))
    for other in (quoted, crlf, closed):
        assert not by_lines(other)
        assert run_with(other, EXPECTED) is None


def lines_apart(mine: bytes, theirs: bytes) -> Iterator[tuple[bytes, bytes]]:
    for pair in apart(content(mine), content(theirs), lambda lines: lines):
        one, other = (b"".join(part.content.chunks()) for part in pair)
        yield one, other


def test_only_the_lines_from_the_first_that_differs_are_read() -> None:
    data = b"".join(b"%06d,b\n" % n for n in range(40_000))
    assert list(lines_apart(data, data)) == []
    changed = data.replace(b"039990,b", b"039990,c")
    ((one, other),) = lines_apart(data, changed)
    assert one.startswith(b"039990,b\n")
    assert other.startswith(b"039990,c\n")
    early = data.replace(b"000007,b", b"000007,longer")
    ((one, other),) = lines_apart(data, early)
    assert one.startswith(b"000007,b\n")
    assert other.startswith(b"000007,longer\n")
    assert len(one) < len(data) / 2  # The rest, in other pieces, is alike again.


def test_only_lines_without_a_like_are_read_where_the_order_is_another() -> None:
    lines = [b"%06d,b\n" % n for n in range(40_000)]
    data, mixed = b"".join(lines), b"".join(lines[1::2] + lines[::2])
    assert list(lines_apart(data, mixed)) == []
    changed = mixed.replace(b"039990,b", b"039990,c")
    assert list(lines_apart(data, changed)) == [(b"039990,b\n", b""), (b"", b"039990,c\n")]
    twice = mixed.replace(b"000007,b", b"000009,b")
    assert list(lines_apart(data, twice)) == [
        *[(b"000007,b\n", b""), (b"000009,b\n", b"")],
        *[(b"", b"000009,b\n"), (b"", b"000009,b\n")],
    ]
    (pair,) = (
        part[1] for part in apart(content(data), content(changed), bytes) if not part[0].content
    )
    assert pair.content.before == (5 + 20_000 + 39_990 // 2, 100 + 9 * (20_000 + 39_990 // 2))


def test_a_stretch_that_is_read_does_not_begin_between_lf_and_cr() -> None:
    """The two separate records together."""
    data = b"aaaaaaa,b\n" * 4
    odd = data[:10] + b"\r" + data[10:]
    with patch.object(stretches, "_SIZE", 16):
        assert list(lines_apart(data, odd)) == [(data, odd)]
        left = unsure(content(odd), len)
        assert [b"".join(part.content.chunks()) for part in left] == [odd]
