"""The characters of a file: clause 6.1's sign, the profile's character set, other encodings."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from conformance.model.column import Column
from conformance.model.types.text import Text
from conformance.records import Layout, Rule
from conformance.records.characters import foreign_encoding
from tests.records.formats import ADT, adt, both_engines, layout, placed, places

A, B = adt(0), adt(2)
N = len(A)
SIGN = "\u25b2".encode()


def free_text(characters: str, **readings: str) -> Layout:
    """A layout of two columns of any text."""
    columns = (Column("One", Text()), Column("Two", Text()))
    form = replace(ADT, columns=columns, key=(), rules=(), characters=characters)
    return layout(form, **readings)


def test_a_byte_order_mark_is_skipped_and_offsets_count_it() -> None:
    assert places(b"\xef\xbb\xbf" + A + B) == [(Rule.BYTE_ORDER_MARK, 1, 1, 0)]
    ignored = layout(byte_order_mark="ignored")
    assert places(b"\xef\xbb\xbf" + A + B, ignored) == []
    assert places(b"\xef\xbb\xbf" + A + b"\n" + B, ignored) == [(Rule.FIELD_COUNT, 2, 1, N + 3)]
    assert places(b"\xef\xbb\xbf", ignored) == [(Rule.MINIMUM_RECORDS, None, None, 3)]
    (fault,) = both_engines(b"\xef\xbb\xbf" + A, layout()).faults[Rule.BYTE_ORDER_MARK]
    assert fault.found == "U+FEFF (0xEF 0xBB 0xBF)"
    assert fault.excerpt is not None
    assert fault.excerpt.data[: fault.excerpt.length] == b"\xef\xbb\xbf"


def test_a_byte_order_mark_elsewhere_is_a_character() -> None:
    assert places(A + b"\xef\xbb\xbf" + B) == [(Rule.CHARACTERS, 2, 1, N)]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-32-le", b""),
        ("utf-32-be", b""),
        ("utf-32-le", b"\xff\xfe\0\0"),
        ("utf-32-be", b"\0\0\xfe\xff"),
    ],
)
def test_another_encoding_is_one_fault_and_hides_the_rest(encoding: str, mark: bytes) -> None:
    scan = both_engines(mark + (A + B).decode().encode(encoding), layout())
    assert placed(scan) == [(Rule.CHARACTERS, 1, 1, 0)]
    (mark,) = (fault.excerpt for fault in scan.faults[Rule.CHARACTERS])
    assert mark is not None
    assert (mark.start, mark.length) == (0, 2 if "16" in encoding else 4)
    assert scan.records == 0
    assert scan.faults[Rule.CHARACTERS][0].message.startswith(
        f"the file is {encoding[:6].upper()};"
    )
    seen = {Rule.CHARACTERS, Rule.BYTE_ORDER_MARK}
    assert {rule for rule, hiding in scan.hidden.items() if hiding} == set(Rule) - seen
    assert scan.unread == {Rule.CHARACTERS}
    assert set(scan.columns_unread.values()) == {frozenset({Rule.CHARACTERS})}


@pytest.mark.parametrize("head", [b"", b"\0", b"a\0", b"\0\0\0\0", b"ab\0\0", b"a\0bc", b"abcd"])
def test_bytes_with_nuls_are_not_taken_for_another_encoding(head: bytes) -> None:
    assert foreign_encoding(head) is None


def test_the_sign_is_one_fault_wherever_it_is() -> None:
    assert places(A[:-1] + SIGN + b"\n" + B) == [(Rule.RECORD_SIGN, 1, 6, N - 1)]
    assert places(A.replace(b",IS,", b"," + SIGN + b",")) == [(Rule.RECORD_SIGN, 1, 2, 24)]
    assert places(A.replace(b",IS,", b",I" + SIGN + b"\x01" + SIGN + b",")) == [
        (Rule.RECORD_SIGN, 1, 2, 25),
        (Rule.RECORD_SIGN, 1, 2, 29),
    ]
    utf_8 = layout(character_set="utf-8")
    assert places(A[:-1] + SIGN + b"\n", utf_8) == [(Rule.RECORD_SIGN, 1, 6, N - 1)]


def test_the_sign_as_a_separator_is_one_fault() -> None:
    scan = both_engines(A[:-1] + SIGN + B, layout())
    assert placed(scan) == [(Rule.RECORD_SIGN, 1, 6, N - 1)]
    assert scan.hidden[Rule.FIELD_COUNT] == {Rule.RECORD_SIGN}
    assert scan.hidden[Rule.ONE_SENDER] == {Rule.RECORD_SIGN}
    assert scan.unread == {Rule.RECORD_SIGN}
    assert places(A.replace(b",IS", SIGN + b"IS")) == [(Rule.RECORD_SIGN, 1, 1, 23)]


def test_the_sign_in_a_record_of_another_count_is_a_fault_of_its_own() -> None:
    found = places(A[:-1] + SIGN + b",x\n")
    assert found == [(Rule.RECORD_SIGN, 1, 6, N - 1), (Rule.FIELD_COUNT, 1, 7, N + 3)]


@pytest.mark.parametrize(
    ("sign", "found", "hint"),
    [
        ("\u2013", "a long dash (U+2013), 3 times", "Type a hyphen."),
        ("\u00a0", "a no-break space (U+00A0), 3 times", "Type an ordinary space, or delete it."),
        ("\u200b", "a sign that cannot be seen (U+200B), 3 times", "Delete it."),
        ("\u00e4", "U+00E4 (0xC3 0xA4), 3 times", None),
    ],
)
def test_a_character_that_a_program_puts_in_place_of_a_key_is_described_to_a_typist(
    sign: str, found: str, hint: str | None
) -> None:
    scan = both_engines(A.replace(b",IS,", f",{sign}I{sign}S{sign},".encode()), layout())
    (fault,) = scan.faults[Rule.CHARACTERS]
    assert (fault.found, fault.hint, fault.notes) == (found, hint, ("character-set",))


def test_characters_of_a_field_are_one_fault_at_the_first() -> None:
    data = A.replace(b",IS,", b",\x01\x02I\xff\xffS\x7f,")
    scan = both_engines(data, layout())
    assert placed(scan) == [(Rule.CHARACTERS, 1, 2, 24)]
    (fault,) = scan.faults[Rule.CHARACTERS]
    assert fault.message == "UserRole: a character that the file may not have"
    assert (fault.found, fault.notes) == ("U+0001 U+0002 (0x01 0x02), and 2 more", ())
    assert fault.expected == "printable ASCII characters, 0x20 to 0x7E"
    assert fault.profile == ("files.adt.characters",)
    assert scan.hidden[Rule.LISTED_VALUE] == {Rule.CHARACTERS}
    assert scan.hidden[Rule.ELIGIBLE_VARIANT] == {Rule.CHARACTERS}
    assert scan.hidden[Rule.UNIQUE_KEY] == {Rule.CHARACTERS}
    assert not scan.hidden[Rule.RANGE]
    assert scan.columns_unread["UserRole"] == {Rule.CHARACTERS}
    assert scan.columns_unread["UserID"] == frozenset()


def test_a_record_of_wrong_characters_alone_is_not_counted_too() -> None:
    scan = both_engines(A + b"\x1a", layout())
    assert placed(scan) == [(Rule.CHARACTERS, 2, 1, N)]
    assert scan.hidden[Rule.FIELD_COUNT] == {Rule.CHARACTERS}
    assert places(A + b"\x1ax") == [(Rule.CHARACTERS, 2, 1, N), (Rule.FIELD_COUNT, 2, 2, N + 2)]


def test_the_character_sets() -> None:
    def wrong(value: bytes, held_to: Layout) -> bool:
        found = places(b"a," + value + b"\n", held_to)
        assert found in ([], [(Rule.CHARACTERS, 1, 2, 2)])
        return bool(found)

    values = {
        "tilde": b"~",
        "tab": b"\t",
        "NUL": b"\0",
        "DEL": b"\x7f",
        "e acute": "\u00e9".encode(),
        "emoji": "\U0001f600".encode(),
        "U+0080": b"\xc2\x80",
        "overlong": b"\xc0\x80",
        "surrogate": b"\xed\xa0\x80",
        "beyond": b"\xf4\x90\x80\x80",
        "cut": b"\xe2\x82",
    }

    def refused(held_to: Layout) -> set[str]:
        return {name for name, value in values.items() if wrong(value, held_to)}

    broken = {"U+0080", "overlong", "surrogate", "beyond", "cut"}
    beyond = {"e acute", "emoji"} | broken
    assert refused(free_text("printable-ascii")) == {"tab", "NUL", "DEL"} | beyond
    assert refused(free_text("ascii")) == beyond
    assert refused(free_text("utf-8")) == {"tab", "NUL", "DEL"} | broken
    assert (
        refused(free_text("printable-ascii", character_set="utf-8"))
        == {
            "tab",
            "NUL",
            "DEL",
        }
        | broken
    )
    assert refused(free_text("ascii", character_set="utf-8")) == broken


def test_characters_beyond_ascii_fail_their_column_where_they_are_allowed() -> None:
    utf_8 = layout(character_set="utf-8")
    data = "\uff12\uff14".encode()
    assert places(A.replace(b",IS,", b"," + data + b","), utf_8) == [(Rule.LISTED_VALUE, 1, 2, 24)]
    last = A[:-1] + data + b"\n"
    assert places(last, utf_8) == [(Rule.FIELD_FORM, 1, 6, A.rindex(b",") + 1)]
    (fault,) = both_engines(last, utf_8).faults[Rule.FIELD_FORM]
    assert fault.found == "'100\uff12\uff14'"


def test_a_long_run_of_characters_is_cut_in_words_and_excerpt() -> None:
    (fault,) = both_engines(A[:-1] + b"\xff" * 500 + b"\n", layout()).faults[Rule.CHARACTERS]
    assert fault.found is not None
    assert fault.found.endswith("and 484 more bytes")
    assert fault.excerpt is not None
    assert len(fault.excerpt.data) <= 200
    assert fault.excerpt.start + fault.excerpt.length <= 200


def test_an_excerpt_shows_a_fault_in_the_middle_of_a_long_record() -> None:
    row = b"a" * 400 + b"," + b"b" * 200 + b"\x01" + b"b" * 200
    scan = both_engines(row, free_text("printable-ascii"))
    (fault,) = scan.faults[Rule.CHARACTERS]
    assert fault.place.offset == 601
    assert fault.excerpt is not None
    assert fault.excerpt.data == row[601 - 99 : 601 + 101]
    assert (fault.excerpt.start, fault.excerpt.length) == (99, 1)
    wide = row.replace(b"\x01", b"\x01" * 100)
    (fault,) = both_engines(wide, free_text("printable-ascii")).faults[Rule.CHARACTERS]
    assert fault.excerpt is not None
    assert fault.excerpt.data == wide[601 - 50 : 601 + 150]
    assert (fault.excerpt.start, fault.excerpt.length) == (50, 100)
