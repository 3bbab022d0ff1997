"""Fields and their columns: clause 6.1 on null and quotes, 4.7(b) on actions, the profile."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from conformance.errors import ModelError
from conformance.model.column import Column, Role
from conformance.model.types.action import Action
from conformance.model.types.code import Code
from conformance.model.types.eui64 import Eui64
from conformance.model.types.instant import Instant
from conformance.model.types.integer import Integer
from conformance.model.types.nothing import Nothing
from conformance.model.types.request_id import RequestId
from conformance.model.types.text import Text
from conformance.records import Layout, Rule
from tests.records.formats import ADT, QCAF, REPORT, SENDER, TARGET, both_engines, layout, places


def one(column: Column, **readings: str) -> Layout:
    """A layout of a first column that takes anything, and of ``column``."""
    columns = (Column("First", Text()), column)
    return layout(replace(ADT, columns=columns, key=(), rules=()), **readings)


def rule(value: bytes | str, column: Column, **readings: str) -> Rule | None:
    """The rule that ``value`` breaks as a field of ``column``."""
    data = value.encode() if isinstance(value, str) else value
    # The second record is never taken for a header.
    found = places(b"x,y1.\n".replace(b"y1.", data) * 2, one(column, **readings))
    assert all(p[2] == 2 for p in found)
    assert {p[3] for p in found if p[0] != Rule.QUOTING} <= {2, 5 + len(data)}
    rules = {p[0] for p in found}
    assert len(rules) <= 1
    return rules.pop() if rules else None


def wording(value: str, column: Column, **readings: str) -> tuple[str, str | None, str | None]:
    scan = both_engines(b"x," + value.encode() + b"\n", one(column, **readings))
    (found,) = (f for faults in scan.faults.values() for f in faults)
    return found.message, found.found, found.expected


EUI = Column("C", Eui64())
REQUEST = Column("C", RequestId())
NUMBER = Column("C", Integer(minimum=5, maximum=744))
DIGITS = Column("C", Integer(maximum_digits=20))
INSTANT = Column("C", Instant())
CODE = Column("C", Code(values=("IS", "ES", "7.1")))
TEXT = Column("C", Text(pattern="[a-z]+|NULL"))
ACTION = Column("C", Action(), Role.ACTION)
NOTHING = Column("C", Nothing())


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        (
            EUI,
            [SENDER, "FF-FF-FF-FF-FF-FF-FF-FF"],
            [
                SENDER.lower(),
                SENDER[:-3],
                SENDER + "-00",
                SENDER.replace("-", ":"),
                " " + SENDER,
                SENDER + " ",
                "0G" + SENDER[2:],
                "NULL",
                " ",
            ],
        ),
        (
            REQUEST,
            [f"{SENDER}:{TARGET}:{n}" for n in (0, 1, 10**19, 2**64 - 1)],
            [
                f"{SENDER}:{TARGET}:01",
                f"{SENDER}:{TARGET}:",
                f"{SENDER}:{TARGET}",
                f"{SENDER}:{TARGET}:-1",
                f"{SENDER}:{TARGET.lower()}:1",
                f"{SENDER}:{TARGET}:1 ",
            ],
        ),
        (
            NUMBER,
            ["5", "9", "10", "99", "100", "743", "744"],
            ["05", "+5", "-5", " 5", "5 ", "5.0", "5e2", "0x5", "1_0", "--", "n/a"],
        ),
        (DIGITS, ["0", "9" * 20], ["00", "1a"]),
        (
            INSTANT,
            ["2024-02-29T00:00:00Z", "2000-02-29T23:59:59Z", "0001-01-01T00:00:00Z"],
            [
                "2025-02-29T00:00:00Z",
                "1900-02-29T00:00:00Z",
                "2025-06-31T00:00:00Z",
                "2025-00-01T00:00:00Z",
                "2025-13-01T00:00:00Z",
                "2025-01-00T00:00:00Z",
                "2025-01-32T00:00:00Z",
                "2025-01-01T24:00:00Z",
                "2025-01-01T00:60:00Z",
                "2025-01-01T00:00:60Z",
                "0000-01-01T00:00:00Z",
                "2025-01-01 00:00:00Z",
                "2025-01-01T00:00:00",
                "2025-01-01T00:00:00z",
                "2025-01-01T00:00:00.0Z",
            ],
        ),
        (TEXT, ["abc", "NULL"], ["ABC", "a b", "a1", "NIL"]),
    ],
    ids=lambda value: value.type.name if isinstance(value, Column) else "",
)
def test_forms(column: Column, good: list[str], bad: list[str]) -> None:
    assert {value: rule(value, column) for value in good} == dict.fromkeys(good)
    assert {value: rule(value, column) for value in bad} == dict.fromkeys(bad, Rule.FIELD_FORM)


def test_a_text_without_a_pattern_is_anything() -> None:
    assert rule("a!~ b", Column("C", Text())) is None
    assert rule("", Column("C", Text())) == Rule.NULL_ALLOWED


def test_a_pattern_does_not_reach_beyond_its_field() -> None:
    greedy = Column("C", Text(pattern="[^;]*"))
    assert places(b"x,a\nx,b,c\n", one(greedy)) == [(Rule.FIELD_COUNT, 2, 3, 8)]


def test_a_broken_pattern_is_a_fault_of_the_profile() -> None:
    for broken in ("(", "[a"):
        with pytest.raises(ModelError, match="not a regular expression"):
            both_engines(b"", one(Column("C", Text(pattern=broken))))


def test_ranges() -> None:
    assert [v for v in range(1000) if rule(str(v), NUMBER) is None] == list(range(5, 745))
    assert rule("4", NUMBER) == rule("745", NUMBER) == rule("9" * 30, NUMBER) == Rule.RANGE
    assert rule("1" * 21, DIGITS) == Rule.RANGE
    counter = f"{SENDER}:{TARGET}:"
    assert rule(counter + str(2**64), REQUEST) == Rule.RANGE
    assert rule(counter + "18446744080000000000", REQUEST) == Rule.RANGE
    both = Column("C", Integer(minimum=1, maximum=5000, maximum_digits=3))
    assert rule("999", both) is None
    assert rule("1000", both) == Rule.RANGE
    assert rule("9" * 900, Column("C", Integer())) is None
    short = Column("C", Integer(minimum=500, maximum_digits=3))
    assert [rule(v, short) for v in ("499", "500", "999", "1000")] == [
        Rule.RANGE,
        None,
        None,
        Rule.RANGE,
    ]
    low = Column("C", Integer(minimum=500))
    assert [rule(v, low) for v in ("499", "500", "1000", "7" * 40)] == [
        Rule.RANGE,
        None,
        None,
        None,
    ]


def test_listed_values() -> None:
    assert rule("IS", CODE) is None
    assert rule("7.1", CODE) is None
    for value in ("is", " IS", "IS ", "ISX", "7x1", "NULL", " ", "I"):
        assert rule(value, CODE) == Rule.LISTED_VALUE


def test_actions() -> None:
    assert rule("Release", ACTION) is None
    assert rule("Delete", ACTION) is None
    for value in ("release", " Delete", "Delete ", "Retain", "NULL", ""):
        assert rule(value, ACTION) == Rule.ACTION, value
    optional = replace(ACTION, nullable=True)
    assert rule("", optional) is None
    assert rule("null", optional) == Rule.NULL_FORM
    for value in ("release", "DELETE"):
        assert rule(value, ACTION, action_case="any-case") is None
    assert rule("Released", ACTION, action_case="any-case") == Rule.ACTION


def test_a_column_of_nulls() -> None:
    assert rule("", NOTHING) is None
    assert rule("Release", NOTHING) == Rule.FIELD_FORM
    assert rule("NULL", NOTHING) == Rule.NULL_FORM
    assert rule("NULL", NOTHING, null_form="words") is None


@pytest.mark.parametrize(
    "word",
    [
        *[
            "NULL",
            "null",
            "Nil",
            "none",
            "N/A",
            "na",
            "NaN",
            "\\N",
            "-",
            "--",
            "#N/A",
            "(null)",
            "undefined",
            "''",
        ],
        " ",
        "   ",
        " null ",
    ],
)
def test_null_is_not_a_word(word: str) -> None:
    number = Column("C", Integer(maximum=9), nullable=True)
    assert rule(word, number) == Rule.NULL_FORM
    assert rule(word, replace(number, nullable=False)) == Rule.FIELD_FORM
    assert rule(word, number, null_form="words") is None
    required = rule(word, replace(number, nullable=False), null_form="words")
    assert required == Rule.NULL_ALLOWED


def test_a_listed_value_is_not_a_word_for_null() -> None:
    code = Column("C", Code(values=("NONE", "ALL", "-")), nullable=True)
    for reading in ("commas-only", "words"):
        assert rule("NONE", code, null_form=reading) is None
        assert rule("-", code, null_form=reading) is None
    assert rule("none", code) == Rule.NULL_FORM
    assert rule("NULL", TEXT, null_form="words") is None
    assert rule("NIL", TEXT, null_form="words") == Rule.NULL_ALLOWED
    assert rule("NULL", replace(TEXT, nullable=True)) == Rule.NULL_FORM


def test_null_where_a_value_is_due() -> None:
    for column in (EUI, REQUEST, NUMBER, INSTANT, CODE, TEXT):
        assert rule("", column) == Rule.NULL_ALLOWED
        assert rule("", replace(column, nullable=True)) is None


def test_a_type_may_be_required() -> None:
    general = f"{SENDER},IS,,24,,100\n".encode()
    assert places(general) == []
    held_to = layout(general_or_particular="type-required")
    assert places(general, held_to) == [(Rule.NULL_ALLOWED, 1, 3, 27)]
    (fault,) = both_engines(general, held_to).faults[Rule.NULL_ALLOWED]
    assert fault.notes == ("general-or-particular",)
    optional = tuple(replace(c, nullable=True) for c in QCAF.columns)
    of_qcaf = layout(replace(QCAF, columns=optional), general_or_particular="type-required")
    # All but the action, which clause 4.7(b) asks for under every profile.
    assert places(b",,,,,Delete\n", of_qcaf) == []
    assert places(b",,,,,\n", of_qcaf) == [(Rule.ACTION, 1, 6, 5)]


def test_identifiers_in_either_case() -> None:
    for column, value in ((EUI, SENDER), (REQUEST, f"{SENDER}:{TARGET}:1")):
        assert rule(value.lower(), column) == Rule.FIELD_FORM
        assert rule(value.lower(), column, eui64_case="any") is None
        assert rule(value.lower(), replace(column, type=replace(column.type, case="any"))) is None
        assert rule(value.lower().replace("-", "."), column, eui64_case="any") == Rule.FIELD_FORM


def test_quotes_are_data() -> None:
    assert rule('"IS"', CODE) == Rule.QUOTING
    assert rule('I"S', CODE) == Rule.QUOTING
    optional = replace(CODE, nullable=True)
    assert rule('""', optional) == Rule.NULL_FORM
    assert rule('""', CODE) == Rule.QUOTING
    assert rule('"x"', Column("C", Text())) == Rule.QUOTING


def test_quotes_as_rfc_4180_has_them() -> None:
    assert rule('"IS"', CODE, quotes="rfc4180") is None
    assert rule('"is"', CODE, quotes="rfc4180") == Rule.LISTED_VALUE
    assert rule('I"S', CODE, quotes="rfc4180") == Rule.QUOTING
    assert rule('"IS', CODE, quotes="rfc4180") == Rule.QUOTING
    assert rule('"IS"x', CODE, quotes="rfc4180") == Rule.QUOTING
    assert rule('""', CODE, quotes="rfc4180") == Rule.NULL_ALLOWED
    assert rule('""', replace(CODE, nullable=True), quotes="rfc4180") == Rule.NULL_FORM
    text = Column("C", Text(pattern='a"b'))
    assert rule('"a""b"', text, quotes="rfc4180") is None


def test_a_separator_in_quotes() -> None:
    data = b'x,"a,b"\n'
    text = Column("C", Text())
    scan = both_engines(data, one(text))
    assert [(f.place.field, f.place.offset) for f in scan.faults[Rule.QUOTING]] == [(2, 2)]
    assert sum(scan.counts.values()) == 1
    (fault,) = scan.faults[Rule.QUOTING]
    assert (fault.expected, fault.notes) == ("fields without quotes", ("quotes",))
    assert scan.hidden[Rule.FIELD_COUNT] == {Rule.QUOTING}
    assert scan.unread == {Rule.QUOTING}
    assert places(data, one(text, quotes="rfc4180")) == []
    assert places(b'x,"a",b\n', one(text)) == [(Rule.FIELD_COUNT, 1, 3, 6)]
    assert places(b'x,"a,b\n', one(text, quotes="rfc4180")) == [(Rule.FIELD_COUNT, 1, 3, 5)]
    assert places(b'"x,y"\n', one(text, quotes="rfc4180")) == [(Rule.FIELD_COUNT, 1, 2, 5)]


LISTED, NOT_LISTED = "IS, ES or 7.1", "the value is not one of those listed"
ACTIONS, NO_ACTION = "Release or Delete", "the value is not an action"
DECIMAL = "an integer: digits only, no sign, no leading zero"
PAIRS = "an EUI-64: eight pairs of hexadecimal digits in upper case joined by hyphens"
MOMENT = "a date and time that exist, as YYYY-MM-DDThh:mm:ssZ"
BLANK = "nothing at all between the separators"


@pytest.mark.parametrize(
    ("value", "column", "message", "expected"),
    [
        ("is", CODE, f"{NOT_LISTED}; only upper and lower case differ", LISTED),
        (" IS", CODE, f"{NOT_LISTED}; only the spaces beside it are wrong", LISTED),
        (" is", CODE, f"{NOT_LISTED}; case and spaces differ", LISTED),
        ("XX", CODE, NOT_LISTED, LISTED),
        ("07/01/2026", CODE, f"{NOT_LISTED}; a spreadsheet has changed it into a date", LISTED),
        ("07-Jan", CODE, f"{NOT_LISTED}; a spreadsheet has changed it into a date", LISTED),
        ("7-1", CODE, NOT_LISTED, LISTED),
        ("release", ACTION, f"{NO_ACTION}; only upper and lower case differ", ACTIONS),
        ("Retain", ACTION, NO_ACTION, ACTIONS),
        ("", ACTION, "there is no action", ACTIONS),
        ("4", NUMBER, "the number is too small", "at least 5"),
        ("745", NUMBER, "the number is too large", "at most 744"),
        ("1" * 21, DIGITS, "the number is too long", "at most 20 digits"),
        (" 5", NUMBER, "spaces beside the value", DECIMAL),
        ("x", NUMBER, "the value does not have the form of the column", DECIMAL),
        (SENDER.lower(), EUI, "the value is not in upper case", PAIRS),
        ("2025-02-30T00:00:00Z", INSTANT, "the date or the time does not exist", MOMENT),
        ("A", TEXT, "the value does not have the form of the column", "text like [a-z]+|NULL"),
        ("A", NOTHING, "the field is not null", "null: nothing between the separators"),
        ("", CODE, "the field is null", "a value"),
        ("NA", NOTHING, "a word in place of a null", BLANK),
        ("  ", NOTHING, "spaces in place of a null", BLANK),
    ],
)
def test_wording(value: str, column: Column, message: str, expected: str) -> None:
    found = f"'{value}'" if value else "null"
    assert wording(value, column) == (f"C: {message}", found, expected)


def test_notes_and_profile_entries() -> None:
    def about(value: str, column: Column) -> tuple[tuple[str, ...], tuple[str, ...]]:
        scan = both_engines(b"x," + value.encode() + b"\n", one(column))
        (found,) = (f for faults in scan.faults.values() for f in faults)
        return found.notes, found.profile

    entry = ("files.adt.columns.C",)
    assert about("release", ACTION) == (("action-case",), entry)
    assert about("Retain", ACTION) == ((), entry)
    assert about(SENDER.lower(), EUI) == (("eui64-case",), entry)
    assert about("x", EUI) == ((), entry)
    assert about("NULL", NOTHING) == (("null-form",), entry)
    assert about("  ", NOTHING) == (("null-form",), entry)
    assert about('""', NOTHING) == (("quotes",), entry)
    assert about('"x"', CODE) == (("quotes",), ("files.adt",))
    assert about("", CODE) == ((), entry)
    assert about("745", NUMBER) == ((), entry)


def test_a_long_value_is_cut() -> None:
    too_large = wording(f"{SENDER}:{TARGET}:{2**64}", REQUEST)
    assert too_large == (
        "C: the counter is too large",
        f"'{SENDER}:{TARGET}:184467440737...' (68 bytes)",
        "a counter of at most 18446744073709551615",
    )
    assert wording("x" * 300, NUMBER)[1] == f"'{'x' * 60}...' (300 bytes)"


def test_a_faulty_field_hides_what_would_have_looked_at_it() -> None:
    def hidden(data: bytes) -> dict[Rule, set[Rule]]:
        scan = both_engines(data, layout())
        return {rule: set(hiding) for rule, hiding in scan.hidden.items() if hiding}

    assert hidden(f"{SENDER},IS,,x,,100\n".encode()) == {
        Rule.RANGE: {Rule.FIELD_FORM},
        Rule.UNIQUE_KEY: {Rule.FIELD_FORM},
    }
    assert hidden(f"{SENDER},IS,,24,1000000000,100\n".encode()) == {Rule.COMPARE: {Rule.RANGE}}
    assert hidden(f"{SENDER},XX,,24,,100\n".encode()) == {
        Rule.ELIGIBLE_VARIANT: {Rule.LISTED_VALUE},
        Rule.UNIQUE_KEY: {Rule.LISTED_VALUE},
    }
    assert hidden(f"{SENDER},IS,,24,,\n".encode()) == {
        Rule.FIELD_FORM: {Rule.NULL_ALLOWED},
        Rule.RANGE: {Rule.NULL_ALLOWED},
        Rule.COMPARE: {Rule.NULL_ALLOWED},
    }


def test_the_report_has_no_actions() -> None:
    row = f"{SENDER}:{TARGET}:1,1.1.1,1,2025-01-01T00:00:00Z,ADUserThresholdBreach,"
    assert places(row.encode(), layout(REPORT)) == []
    offset = len(row)
    assert places(row.encode() + b"Delete", layout(REPORT)) == [(Rule.FIELD_FORM, 1, 6, offset)]


def test_headers() -> None:
    row = f"{SENDER},IS,,24,,100\n".encode()
    names = [c.name for c in ADT.columns]
    for header in (
        ",".join(names),
        ";".join(names),
        "user id,USER_ROLE,service-reference-variant,x,y,z",
        ",".join(f'"{name}"' for name in names),
        "this,that,,the other,some words,more",
        "this,,,,,that",
        "UserID,UserRole,TimePeriodHours",
    ):
        data = header.encode()
        scan = both_engines(data + b"\n" + row, layout())
        assert [(r, f.place.record, f.place.offset) for r in Rule for f in scan.faults[r]] == [
            (Rule.HEADER, 1, 0)
        ], header
        assert scan.records == 2
        assert not any(scan.hidden.values())
        assert scan.faults[Rule.HEADER][0].hint == "Leave the header record out."
        # Only the first record is a header.
        assert Rule.HEADER not in {p[0] for p in places(row + data + b"\n")}
    for data in (b"word,IS,,24,,100\n", b"UserID,IS,,24,,100\n", b",,,,,\n", b"x,,,,,\n"):
        assert Rule.HEADER not in {p[0] for p in places(data + row)}, data


def test_a_header_alone_is_not_a_record() -> None:
    data = ",".join(c.name for c in ADT.columns).encode()
    assert places(data) == [
        (Rule.HEADER, 1, None, 0),
        (Rule.MINIMUM_RECORDS, None, None, len(data)),
    ]


def test_too_few_records() -> None:
    row = f"{SENDER},IS,,24,,100\n".encode()
    assert places(b"") == [(Rule.MINIMUM_RECORDS, None, None, 0)]
    assert places(b"", layout(empty_file="allowed")) == []
    two = layout(replace(ADT, minimum_records=2), empty_file="allowed")
    assert places(row, two) == [(Rule.MINIMUM_RECORDS, None, None, len(row))]
    (fault,) = both_engines(row, two).faults[Rule.MINIMUM_RECORDS]
    assert (fault.message, fault.found, fault.expected, fault.notes) == (
        "there are too few records",
        "1 record",
        "at least 2",
        (),
    )
    (fault,) = both_engines(b"", layout()).faults[Rule.MINIMUM_RECORDS]
    assert (fault.message, fault.found, fault.notes) == (
        "the file is empty",
        "0 records",
        ("empty-file",),
    )
    assert places(b"", layout(replace(ADT, minimum_records=0))) == []


def test_too_many_records() -> None:
    rows = b"".join(f"{SENDER},IS,,{hours},,100\n".encode() for hours in (1, 2, 3))
    assert places(rows, layout(replace(ADT, maximum_records=3))) == []
    header = ",".join(c.name for c in ADT.columns).encode() + b"\n"
    for data, record in ((rows, 3), (rows[:-1], 3), (header + rows, 4)):
        found = both_engines(data, layout(replace(ADT, maximum_records=2)))
        (fault,) = found.faults[Rule.MAXIMUM_RECORDS]
        assert (fault.found, fault.expected) == ("3 records", "at most 2")
        assert (fault.place.record, fault.profile) == (record, ("files.adt.maximum_records",))
        assert found.unread == frozenset()


def test_long_records() -> None:
    row = f"{SENDER},IS,,24,,100".encode()
    exact = layout(replace(ADT, maximum_record_bytes=len(row)))
    assert places(row + b"\n" + row.replace(b",24,", b",25,"), exact) == []
    longer = row.replace(b"100", b"1000")
    scan = both_engines(longer + b"\n" + row + b"\n", exact)
    assert [(f.place.record, f.place.offset) for f in scan.faults[Rule.RECORD_LENGTH]] == [
        (1, len(row))
    ]
    assert sum(scan.counts.values()) == 1
    assert scan.faults[Rule.RECORD_LENGTH][0].found == f"{len(row) + 1} bytes"
    hiding = {rule for rule, hiding in scan.hidden.items() if hiding}
    assert {Rule.CHARACTERS, Rule.RECORD_SIGN, Rule.FIELD_COUNT, Rule.RANGE} <= hiding
    assert {Rule.ACTION, Rule.MINIMUM_RECORDS, Rule.RECORD_SEPARATOR} & hiding == set()
    # A text has no greatest length, so that runs of records are measured as well.
    text = layout(replace(ADT, columns=(EUI, TEXT), key=(), rules=(), maximum_record_bytes=30))
    good, bad = f"{SENDER},abcdef".encode(), f"{SENDER},abcdefg".encode()
    lines = b"\n".join([good, good, bad, good, bad, good])
    assert places(lines, text) == [
        (Rule.RECORD_LENGTH, 3, None, 2 * 31 + 30),
        (Rule.RECORD_LENGTH, 5, None, 3 * 31 + 32 + 30),
    ]


@pytest.mark.parametrize(
    ("value", "column", "readings"),
    [
        ("744", NUMBER, {}),
        ("5", NUMBER, {}),
        ("9" * 20, DIGITS, {}),
        ("RELEASE", ACTION, {"action_case": "any-case"}),
        ("delete", ACTION, {"action_case": "any-case"}),
        (f"{SENDER}:{TARGET}:9223372036854775807", REQUEST, {}),
        (f"{SENDER}:{TARGET}:0", REQUEST, {}),
    ],
)
def test_a_fault_elsewhere_makes_no_fault_of_a_value_at_its_limit(
    value: str, column: Column, readings: dict[str, str]
) -> None:
    """A record with a fault is looked at field by field, and not by the expression."""
    columns = (CODE, column)
    held_to = layout(replace(ADT, columns=columns, key=(), rules=()), **readings)
    found = places(f"is,{value}\n".encode(), held_to)
    assert [p[:3] for p in found] == [(Rule.LISTED_VALUE, 1, 1)]
