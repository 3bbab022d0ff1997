"""Clause 6.1: a comma separates fields, a line feed records."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from conformance.errors import ModelError
from conformance.model.column import Column
from conformance.model.types.code import Code
from conformance.model.types.instant import Instant
from conformance.model.types.integer import Integer
from conformance.model.types.text import Text
from conformance.records import Dialect, Rule
from tests.records.formats import ADT, QCAF, adt, both_engines, layout, placed, places, qcaf

A, B, C = adt(0)[:-1], adt(1)[:-1], adt(2)[:-1]
N = len(A)
WRONG = {
    "CR LF": b"\r\n",
    "CR CR LF": b"\r\r\n",
    "CR": b"\r",
    "CR CR": b"\r\r",
    "LF CR": b"\n\r",
    "NEL": b"\xc2\x85",
    "NEL of Latin-1": b"\x85",
    "U+2028": b"\xe2\x80\xa8",
    "U+2029": b"\xe2\x80\xa9",
    "NEL LF": b"\xc2\x85\n",
}


@pytest.mark.parametrize("separator", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_separator_separates_and_is_the_only_fault(separator: bytes) -> None:
    scan = both_engines(A + separator + B + b"\n" + C + b"\n", layout())
    assert placed(scan) == [(Rule.RECORD_SEPARATOR, 1, 6, N)]
    assert scan.records == 3
    assert not scan.unread
    (fault,) = scan.faults[Rule.RECORD_SEPARATOR]
    assert fault.excerpt is not None
    assert fault.excerpt.data[fault.excerpt.start :] == separator
    assert fault.excerpt.length == len(separator)
    assert fault.expected == "LF (0x0A)"


@pytest.mark.parametrize("separator", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_separator_throughout_and_at_the_end(separator: bytes) -> None:
    scan = both_engines(separator.join((A, B, C)) + separator, layout())
    assert [p[:2] for p in placed(scan)] == [(Rule.RECORD_SEPARATOR, n) for n in (1, 2, 3)]
    assert scan.records == 3


def test_separators_are_named() -> None:
    found = {
        name: both_engines(A + s + B, layout()).faults[Rule.RECORD_SEPARATOR][0].found
        for name, s in WRONG.items()
    }
    assert found["CR LF"] == "CR LF (0x0D 0x0A)"
    assert found["LF CR"] == "LF CR (0x0A 0x0D)"
    assert found["U+2028"] == "U+2028 (0xE2 0x80 0xA8)"
    assert found["NEL of Latin-1"] == "bytes that are not UTF-8 (0x85)"


@pytest.mark.parametrize("stray", [b"\r", b"\xc2\x85", b"\x85", b"\xe2\x80\xa8"])
@pytest.mark.parametrize(("at", "field"), [(3, 1), (25, 2), (27, 3), (len(B) - 1, 6)])
def test_a_break_inside_a_field_makes_one_unreadable_record(
    stray: bytes, at: int, field: int
) -> None:
    data = A + b"\n" + B[:at] + stray + B[at:] + b"\n" + C + b"\n"
    scan = both_engines(data, layout())
    assert placed(scan) == [(Rule.RECORD_SEPARATOR, 2, field, N + 1 + at)]
    assert scan.records == 3
    assert scan.unread == {Rule.RECORD_SEPARATOR}
    assert scan.hidden[Rule.FIELD_COUNT] == {Rule.RECORD_SEPARATOR}
    assert scan.hidden[Rule.UNIQUE_KEY] == {Rule.RECORD_SEPARATOR}
    assert scan.hidden[Rule.COMPARE] == {Rule.RECORD_SEPARATOR}
    assert not scan.hidden[Rule.CHARACTERS]
    assert all(unread == {Rule.RECORD_SEPARATOR} for unread in scan.columns_unread.values())


def test_two_breaks_in_a_record_are_two_faults_of_one_record() -> None:
    data = B[:3] + b"\r" + B[3:25] + b"\r" + B[25:] + b"\n" + C + b"\n"
    scan = both_engines(data, layout())
    assert placed(scan) == [
        (Rule.RECORD_SEPARATOR, 1, 1, 3),
        (Rule.RECORD_SEPARATOR, 1, 2, 26),
    ]
    assert scan.records == 2


def test_characters_are_looked_at_in_fragments() -> None:
    data = B[:3] + b"\r" + B[3:25] + b"\x01" + B[25:] + b"\n"
    assert places(data) == [(Rule.RECORD_SEPARATOR, 1, 1, 3), (Rule.CHARACTERS, 1, 2, 26)]


@pytest.mark.parametrize("other", [A.rpartition(b",")[0], A + b",", A + b",,y"])
def test_a_break_beside_a_record_of_another_count_hides_the_count(other: bytes) -> None:
    for data, records in ((other + b"\r" + B + b"\n", 2), (B + b"\r" + other + b"\n" + C, 3)):
        scan = both_engines(data, layout())
        assert [p[:2] for p in placed(scan)] == [(Rule.RECORD_SEPARATOR, 1)]
        assert scan.records == records
        assert scan.hidden[Rule.FIELD_COUNT] == {Rule.RECORD_SEPARATOR}
        assert scan.unread == {Rule.RECORD_SEPARATOR}


def test_bytes_of_characters_are_not_separators() -> None:
    """0x85 inside a character of UTF-8 is not a NEL."""
    for character in "\u00c5\u0405\u2145\u4145\uf145\U00014145\U00040145\U00014100":
        data = character.encode()
        assert places(A + b"\n" + data + B + b"\n") == [(Rule.CHARACTERS, 2, 1, N + 1)], data


def test_a_file_for_mac_with_semicolons_is_read() -> None:
    scan = both_engines(b"\r".join((A, B, C)).replace(b",", b";") + b"\r", layout())
    assert scan.records == 3
    assert scan.counts[Rule.RECORD_SEPARATOR] == 3
    assert scan.counts[Rule.FIELD_SEPARATOR] == 3
    assert sum(scan.counts.values()) == 6


@pytest.mark.parametrize("wrong", [b";", b"\t", b"|", b":", b" "])
def test_a_wrong_field_separator_is_the_only_fault(wrong: bytes) -> None:
    for good, form in ((adt(5), ADT), (qcaf(5), QCAF)):
        bad = good.replace(b",", wrong)
        first = good.index(b",")
        held_to = replace(layout(form), breaches=None)
        assert places(bad, held_to) == [(Rule.FIELD_SEPARATOR, 1, 1, first)]
        one = good.replace(b",", wrong, 3).replace(wrong, b",", 2) if wrong not in good else b""
        if one:
            second = one.index(wrong)
            assert places(one, held_to) == [(Rule.FIELD_SEPARATOR, 1, 3, second)]


def test_wrong_separators_may_be_mixed() -> None:
    bad = A.replace(b",", b";", 1).replace(b",", b"\t", 1).replace(b",", b" ", 1)
    scan = both_engines(bad + b"\n", layout())
    assert placed(scan) == [(Rule.FIELD_SEPARATOR, 1, 1, 23)]
    assert (
        scan.faults[Rule.FIELD_SEPARATOR][0].found == "';' (0x3B) after UserID, and 2 more like it"
    )


def test_other_faults_show_behind_a_wrong_separator() -> None:
    bad = A.replace(b",IS,", b",XX,").replace(b",", b";")
    assert places(bad + b"\n") == [
        (Rule.FIELD_SEPARATOR, 1, 1, 23),
        (Rule.LISTED_VALUE, 1, 2, 24),
    ]


@pytest.mark.parametrize("wrong", [b";", b"\t", b"|"])
def test_a_wrong_field_separator_is_the_only_fault_with_fields_too_few_or_too_many(
    wrong: bytes,
) -> None:
    for data in (A.rpartition(b",")[0], A + b",", A + b",x", A + b",,"):
        scan = both_engines(data.replace(b",", wrong) + b"\n" + B + b"\n", layout())
        assert placed(scan) == [(Rule.FIELD_SEPARATOR, 1, 1, 23)], data
        assert Rule.FIELD_SEPARATOR in scan.hidden[Rule.FIELD_COUNT]


def test_a_field_too_few_among_right_separators_is_not_a_wrong_separator() -> None:
    few = A.rpartition(b",")[0]
    assert places(few + b"\n") == [(Rule.FIELD_COUNT, 1, 6, len(few))]


def test_too_few_fields_that_fit_nothing_are_not_a_wrong_separator() -> None:
    assert places(b"a b c d e f\n" + A + b"\n") == [(Rule.FIELD_COUNT, 1, 2, 11)]


WORDS = replace(
    ADT,
    columns=(
        Column("Line", Integer(minimum=1, maximum=999)),
        Column("Service", Code(values=("SWITCH OFF", "READ"))),
        Column("At", Instant()),
        Column("Remark", Text(pattern="[ -~]{1,40}")),
        Column("More", Text(pattern="[A-Z][a-z]{2,9}"), nullable=True),
        Column("Last", Text(pattern="[A-Z][a-z]{2,9}")),
    ),
    key=("Line",),
    rules=(),
)
RECORD = b"12,SWITCH OFF,2025-01-02T03:04:05Z,i|>;\\ x,Abc,Def"


@pytest.mark.parametrize("missing", range(6))
def test_a_field_is_missing_though_the_others_have_what_may_be_wrong_separators(
    missing: int,
) -> None:
    fields = RECORD.split(b",")
    data = b",".join(fields[:missing] + fields[missing + 1 :])
    assert places(data + b"\n", layout(WORDS)) == [(Rule.FIELD_COUNT, 1, 6, len(data))]


@pytest.mark.parametrize("extra", [b",", b",extra", b",;"])
def test_a_field_is_too_many_though_the_others_have_what_may_be_wrong_separators(
    extra: bytes,
) -> None:
    data = RECORD + extra
    assert places(data + b"\n", layout(WORDS)) == [(Rule.FIELD_COUNT, 1, 7, len(RECORD) + 1)]


def test_wrong_separators_throughout_are_found_although_a_text_may_have_them() -> None:
    for record in (RECORD.replace(b"i|>;", b""), RECORD.replace(b"i|>;", b"").replace(b"12", b"x")):
        found = places(record.replace(b",", b";") + b"\n", layout(WORDS))
        assert found[0][:3] == (Rule.FIELD_SEPARATOR, 1, 1)


def test_an_extra_wrong_separator_inside_a_field_is_the_fields_fault() -> None:
    assert places(A.replace(b"IS", b"I;S") + b"\n") == [(Rule.LISTED_VALUE, 1, 2, 24)]


def test_field_counts() -> None:
    scan = both_engines(b"x\n" + A + b",y,z\n\n", layout())
    assert placed(scan) == [
        (Rule.FIELD_COUNT, 1, 2, 1),
        (Rule.FIELD_COUNT, 2, 7, 2 + N + 1),
        (Rule.FIELD_COUNT, 3, 1, 2 + N + 5),
    ]
    few, many, none = scan.faults[Rule.FIELD_COUNT]
    assert (few.message, few.found, few.expected) == (
        "too few fields: UserRole is the first that is missing",
        "1 field",
        "6 fields",
    )
    assert many.message == "too many fields: there is more after AnomalyDetectionThreshold"
    assert many.found == "8 fields"
    assert many.excerpt is not None
    assert many.excerpt.length == 3
    assert none.message == "an empty record"
    assert scan.unread == {Rule.FIELD_COUNT}
    assert scan.hidden[Rule.FIELD_FORM] == {Rule.FIELD_COUNT}
    assert scan.hidden[Rule.ACTION] == frozenset()
    assert scan.hidden[Rule.FIELD_COUNT] == frozenset()


def test_the_end_of_the_file_under_each_reading() -> None:
    ends = {"": A, "LF": A + b"\n"}
    found = {
        (end, reading): places(data, layout(final_line_feed=reading))
        for end, data in ends.items()
        for reading in ("either", "terminator", "separator")
    }
    fault = [(Rule.RECORD_SEPARATOR, 1, None, N)]
    assert found == {
        ("", "either"): [],
        ("LF", "either"): [],
        ("", "terminator"): fault,
        ("LF", "terminator"): [],
        ("", "separator"): [],
        ("LF", "separator"): fault,
    }


def test_the_end_of_a_longer_file() -> None:
    data = b"".join(map(adt, range(300)))
    scan = both_engines(data, layout(final_line_feed="separator"))
    assert placed(scan) == [(Rule.RECORD_SEPARATOR, 300, None, len(data) - 1)]
    (fault,) = scan.faults[Rule.RECORD_SEPARATOR]
    assert fault.notes == ("final-line-feed",)
    assert fault.excerpt is not None
    assert fault.excerpt.data == data[-201:-1]
    assert fault.excerpt.start == 200
    assert places(A + b"\r", layout(final_line_feed="terminator")) == [
        (Rule.RECORD_SEPARATOR, 1, 6, N)
    ]


def test_another_dialect() -> None:
    dialect = Dialect(field_separator=b";", record_separator=b"\r\n")
    held_to = replace(layout(), dialect=dialect)
    good = (A + b"\r\n" + B + b"\r\n").replace(b",", b";")
    assert places(good, held_to) == []
    assert places(good.replace(b"\r\n", b"\n"), held_to) == [
        (Rule.RECORD_SEPARATOR, 1, 6, N),
        (Rule.RECORD_SEPARATOR, 2, 6, N + 1 + len(B)),
    ]
    assert places(A + b"\r\n", held_to) == [(Rule.FIELD_SEPARATOR, 1, 1, 23)]


@pytest.mark.parametrize(
    "broken",
    [
        {"field_separator": b""},
        {"field_separator": b"0"},
        {"record_separator": b"\r"},
        {"record_separator": b""},
        {"record_sign": b""},
        {"record_sign": b"#"},
    ],
)
def test_a_dialect_that_cannot_be_read_is_refused(broken: dict[str, bytes]) -> None:
    with pytest.raises(ModelError):
        Dialect(**broken)
