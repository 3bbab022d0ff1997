"""The 27 single faults that CSV readers were tried with, each laid at one rule and place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.records import Rule
from tests.records.formats import Placed, adt, both_engines, layout, placed

RECORDS = [adt(number) for number in range(200)]
BASE = b"".join(RECORDS)
K = 100  # the index of the record that has the fault
AT = sum(map(len, RECORDS[:K]))  # its offset
END = AT + len(RECORDS[K]) - 1  # the offset of its LF
NUMBER = K + 1
ROLE = AT + 24  # the offset of its second field
VARIANT = AT + 27


def but(change: Callable[[bytes], bytes]) -> bytes:
    """The file, with its record at K changed."""
    return b"".join(change(r) if i == K else r for i, r in enumerate(RECORDS))


assert RECORDS[K] == b"00-1D-24-A0-00-00-00-01,IS,1.1.1,101,,200\n"

FAULTS: dict[str, tuple[bytes, list[Placed]]] = {
    "CRLF on one record": (
        but(lambda r: r.replace(b"\n", b"\r\n")),
        [(Rule.RECORD_SEPARATOR, NUMBER, 6, END)],
    ),
    "lone CR as record separator": (
        but(lambda r: r.replace(b"\n", b"\r")),
        [(Rule.RECORD_SEPARATOR, NUMBER, 6, END)],
    ),
    "lone CR inside a field": (
        but(lambda r: r[:5] + b"\r" + r[5:]),
        [(Rule.RECORD_SEPARATOR, NUMBER, 1, AT + 5)],
    ),
    "fully quoted field": (
        but(lambda r: b'"' + r[:23] + b'"' + r[23:]),
        [(Rule.QUOTING, NUMBER, 1, AT)],
    ),
    "stray quote mid field": (
        but(lambda r: r[:5] + b'"' + r[5:]),
        [(Rule.QUOTING, NUMBER, 1, AT + 5)],
    ),
    "UTF-8 BOM": (b"\xef\xbb\xbf" + BASE, [(Rule.BYTE_ORDER_MARK, 1, 1, 0)]),
    "last field dropped": (
        but(lambda r: r[: r.rfind(b",")] + b"\n"),
        [(Rule.FIELD_COUNT, NUMBER, 6, END - 4)],
    ),
    "extra empty field": (
        but(lambda r: r[:-1] + b",\n"),
        [(Rule.FIELD_COUNT, NUMBER, 7, END + 1)],
    ),
    "extra field with text": (
        but(lambda r: r[:-1] + b",x\n"),
        [(Rule.FIELD_COUNT, NUMBER, 7, END + 1)],
    ),
    "non-ASCII UTF-8 in field": (
        but(lambda r: r[:-1] + "\u00e9".encode() + b"\n"),
        [(Rule.CHARACTERS, NUMBER, 6, END)],
    ),
    "invalid UTF-8 byte": (
        but(lambda r: r[:-1] + b"\xe9\n"),
        [(Rule.CHARACTERS, NUMBER, 6, END)],
    ),
    "NUL byte": (but(lambda r: r[:-1] + b"\0\n"), [(Rule.CHARACTERS, NUMBER, 6, END)]),
    "NEL U+0085 as separator": (
        but(lambda r: r.replace(b"\n", b"\xc2\x85")),
        [(Rule.RECORD_SEPARATOR, NUMBER, 6, END)],
    ),
    "U+2028 as separator": (
        but(lambda r: r.replace(b"\n", "\u2028".encode())),
        [(Rule.RECORD_SEPARATOR, NUMBER, 6, END)],
    ),
    "FF 0x0C at record end": (
        but(lambda r: r[:-1] + b"\x0c\n"),
        [(Rule.CHARACTERS, NUMBER, 6, END)],
    ),
    "blank record in middle": (
        but(lambda r: r + b"\n"),
        [(Rule.FIELD_COUNT, NUMBER + 1, 1, END + 1)],
    ),
    "blank record at end": (BASE + b"\n", [(Rule.FIELD_COUNT, 201, 1, len(BASE))]),
    "leading space in field 1": (but(lambda r: b" " + r), [(Rule.FIELD_FORM, NUMBER, 1, AT)]),
    "trailing space in the last field": (
        but(lambda r: r[:-1] + b" \n"),
        [(Rule.FIELD_FORM, NUMBER, 6, END - 3)],
    ),
    "trailing TAB before comma": (
        but(lambda r: r.replace(b",", b"\t,", 1)),
        [(Rule.CHARACTERS, NUMBER, 1, AT + 23)],
    ),
    "header record": (
        b"UserID,UserRole,Variant,TimePeriodHours,WarningThreshold,ADT\n" + BASE,
        [(Rule.HEADER, 1, None, 0)],
    ),
    "UTF-16LE encoded": (BASE.decode().encode("utf-16-le"), [(Rule.CHARACTERS, 1, 1, 0)]),
    "text NA for a null": (
        but(lambda r: r.replace(b",1.1.1,", b",NA,")),
        [(Rule.NULL_FORM, NUMBER, 3, VARIANT)],
    ),
    "comment char # first": (but(lambda r: b"#" + r), [(Rule.FIELD_FORM, NUMBER, 1, AT)]),
    "empty file": (b"", [(Rule.MINIMUM_RECORDS, None, None, 0)]),
}


def test_the_file_without_a_fault_conforms() -> None:
    scan = both_engines(BASE, layout())
    assert placed(scan) == []
    assert scan.records == 200
    assert not scan.unread
    assert not any(scan.hidden.values())


@pytest.mark.parametrize(("data", "expected"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_laid_at_one_rule_and_place(data: bytes, expected: list[Placed]) -> None:
    scan = both_engines(data, layout())
    assert placed(scan) == expected
    assert sum(scan.counts.values()) == 1


def test_crlf_on_every_record_is_one_fault_each() -> None:
    scan = both_engines(BASE.replace(b"\n", b"\r\n"), layout())
    assert scan.counts[Rule.RECORD_SEPARATOR] == 200
    assert sum(scan.counts.values()) == 200
    assert scan.records == 200
    assert placed(scan)[:2] == [
        (Rule.RECORD_SEPARATOR, 1, 6, len(RECORDS[0]) - 1),
        (Rule.RECORD_SEPARATOR, 2, 6, len(RECORDS[0]) + len(RECORDS[1])),
    ]
    assert len(placed(scan)) == 20
    assert not any(scan.hidden.values())


def test_a_missing_final_line_feed_is_a_fault_where_it_is_a_terminator() -> None:
    scan = both_engines(BASE[:-1], layout(final_line_feed="terminator"))
    assert placed(scan) == [(Rule.RECORD_SEPARATOR, 200, None, len(BASE) - 1)]
    (fault,) = scan.faults[Rule.RECORD_SEPARATOR]
    assert fault.excerpt is not None
    assert fault.excerpt.length == 0
    assert placed(both_engines(BASE[:-1], layout())) == []
