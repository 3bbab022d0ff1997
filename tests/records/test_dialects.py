"""Quotes, a separator at the end of records, and Latin-1: read alike in runs and one by one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.content import Content
from conformance.model.column import Column
from conformance.model.dialect import Quoting, RecordEnd
from conformance.model.file_readings import readings_of, settled_in
from conformance.model.profile import CharacterSet
from conformance.model.rule import Rule
from conformance.model.types.integer import Integer
from conformance.model.types.text import Text
from conformance.records import Layout, assembly, read_records
from conformance.records.engine import Engine
from conformance.records.lines import Run, lines
from conformance.records.plan import plan_of
from conformance.records.scan import Scanner
from tests.records.formats import ADT, SENDER, layout
from tests.records.test_invariance import TOKENS, without_fast_path
from tests.sampling import examples

FORM = replace(
    ADT,
    columns=(
        Column("Name", Text(maximum_length=30)),
        Column("Number", Integer(maximum=999), nullable=True),
        Column("Note", Text(pattern="[^!]*"), nullable=True),
    ),
    key=("Name", "Note"),
    rules=(),
)


def layout_with(**entries: Any) -> Layout:
    """Return a layout with entries of a file as a profile has them."""
    form = replace(
        FORM,
        characters=CharacterSet(entries.get("characters", "printable-ascii")),
        quoting=Quoting(entries["quoting"]) if "quoting" in entries else None,
        record_end=RecordEnd(entries.get("record_end", "bare")),
        readings=readings_of(entries),
        settled=settled_in(entries),
    )
    return layout(form)


def found(data: bytes, by: Layout) -> list[tuple[Rule, int | None, int | None, str]]:
    content = Content.of_bytes("data.csv", data)
    scan = Scanner(content, by).scan()
    assert Scanner(content, by, Engine.RE, 7).scan() == scan
    assert without_fast_path(content, by) == scan
    faults = (fault for rule in scan.faults for fault in ((rule, f) for f in scan.faults[rule]))
    return [(r, f.place.record, f.place.field, f"{f.message}: {f.found}") for r, f in faults]


ALL, TEXT, ALLOWED, NONE = ({"quoting": one} for one in ("all", "text", "allowed", "none"))
END, LATIN = {"record_end": "separator"}, {"characters": "latin-1"}
BARE = "Name: is not in quotes: 'a'"


@pytest.mark.parametrize(
    ("entries", "data", "faults"),
    [
        (ALL, b'"a","1","x, ""y"""\n"b",,\n', []),
        (ALL, b'a,"1",\n', [(Rule.QUOTING, 1, 1, BARE)]),
        (ALL, b'"a",1,\n', [(Rule.QUOTING, 1, 2, "Number: is not in quotes: '1'")]),
        (ALL, b'"a","",\n', [(Rule.NULL_FORM, 1, 2, "Number: a word in place of a null: '\"\"'")]),
        (ALL, b'"","1",\n', [(Rule.NULL_ALLOWED, 1, 1, "Name: the field is null: null")]),
        (TEXT, b'"a, b",1,\n"b",,"x"\n', []),
        (TEXT, b"a,1,\n", [(Rule.QUOTING, 1, 1, BARE)]),
        (
            TEXT,
            b'"a","1",\n',
            [(Rule.QUOTING, 1, 2, "Number: is in quotes, which only text is: '\"1\"'")],
        ),
        (ALLOWED, b'"a","1",x\nb,2,"x, y"\n', []),
        (
            ALLOWED,
            b'a"b,1,"x"z\n',
            [
                (Rule.QUOTING, 1, 1, "Name: a quote that is not around the field: 'a\"b'"),
                (Rule.QUOTING, 1, 3, "Note: a quote that is not around the field: '\"x\"z'"),
            ],
        ),
        (
            NONE,
            b'"a",1,\n',
            [(Rule.QUOTING, 1, 1, "Name: a quote; the file has no quoting: '\"a\"'")],
        ),
        (END, b"a,1,x,\nb,,,\n", []),
        (
            END,
            b"a,1,x,\nb,,x\n",
            [(Rule.FIELD_COUNT, 2, 3, "nothing after Note, the last field: the end of the record")],
        ),
        (
            END,
            b"a,1,\n",
            [
                (
                    Rule.FIELD_COUNT,
                    1,
                    3,
                    "too few fields: Note is the first that is missing: 2 fields",
                )
            ],
        ),
        (
            END,
            b"a,1,x,,\n",
            [(Rule.FIELD_COUNT, 1, 4, "too many fields: there is more after Note: 4 fields")],
        ),
        (
            END,
            b"a;1;x;\n",
            [
                (
                    Rule.FIELD_SEPARATOR,
                    1,
                    1,
                    "something other than ',' (0x2C) separates fields: ';' (0x3B) after Name, and "
                    "1 more like it",
                )
            ],
        ),
        (LATIN, "Müller,1,\nJosé,2,¿qué?\n".encode("latin-1"), []),
        (
            LATIN,
            b"M\x9fller,1,\xff\n",
            [
                (
                    Rule.CHARACTERS,
                    1,
                    1,
                    "Name: a character that the file may not have: U+009F (0x9F)",
                )
            ],
        ),
        (
            LATIN,
            "ö!,1,ö!\n".encode("latin-1"),
            [
                (
                    Rule.FIELD_FORM,
                    1,
                    3,
                    "Note: the value does not have the form of the column: 'ö!'",
                )
            ],
        ),
        (LATIN | ALL | END, '"ö","1","é, ""à""",\n'.encode("latin-1"), []),
    ],
)
def test_each_departure_from_a_dialect_is_found_at_its_place(
    entries: dict[str, Any], data: bytes, faults: list[Any]
) -> None:
    assert found(data, layout_with(**entries)) == faults


def test_a_semicolon_at_the_end_of_a_record_separates_no_fields() -> None:
    form = replace(ADT, quoting=Quoting.ALL, record_end=RecordEnd.SEPARATOR)
    data = f'"{SENDER}","IS","1.1.1","9";\n'.encode()
    message = "too few fields: WarningThreshold is the first that is missing: 4 fields"
    assert found(data, layout(form, quotes="rfc4180")) == [(Rule.FIELD_COUNT, 1, 5, message)]


def test_an_excerpt_is_shown_in_utf_8() -> None:
    data = "Müller,1,ö!é\n".encode("latin-1")
    (fault,) = (
        Scanner(Content.of_bytes("d", data), layout_with(**LATIN)).scan().faults[Rule.FIELD_FORM]
    )
    assert fault.excerpt is not None
    shown = fault.excerpt.data
    assert shown == "Müller,1,ö!é".encode()
    start = fault.excerpt.start
    assert shown[start : start + fault.excerpt.length] == "ö!é".encode()
    assert fault.place.offset == len("Müller,1,")


def test_a_key_that_repeats_is_found_whatever_is_around_it() -> None:
    by = layout_with(**LATIN, **TEXT, **END)
    rows = [[f"é{n}".encode(), b"1", b"a, b"] for n in range(30)]
    data = assembly.file(by, [*rows, rows[4]])
    (found_,) = Scanner(Content.of_bytes("d", data), by).scan().faults[Rule.UNIQUE_KEY]
    assert (found_.place.record, found_.found) == (31, "'é4,a, b'")
    offset = data.rindex('"é4"'.encode("latin-1"))
    assert found_.place.offset == offset


LETTERS = st.text('abyz éß,"', min_size=1, max_size=6).filter(lambda text: text.strip(' "'))
ROWS = st.lists(
    st.tuples(LETTERS, st.sampled_from(["", "7", "42"]), st.one_of(st.just(""), LETTERS)),
    max_size=12,
    unique_by=lambda row: (row[0], row[2]),
)
ENTRIES = st.fixed_dictionaries(
    {"characters": st.just("latin-1"), "quoting": st.sampled_from(["allowed", "text", "all"])},
    optional={
        "record_end": st.just("separator"),
        "final_separator": st.sampled_from(["refused", "required"]),
    },
)


@given(ROWS, ENTRIES)
@settings(max_examples=examples(150), deadline=None)
def test_a_written_file_is_read_again_and_conforms(
    rows: list[tuple[str, ...]], entries: dict[str, Any]
) -> None:
    by = layout_with(**entries)
    values = [[text.encode() for text in row] for row in rows]
    data = assembly.file(by, values)
    content = Content.of_bytes("data.csv", data)
    assert [fields for _, _, fields in read_records(content, by)] == values
    offsets = [offset for _, offset, _ in read_records(content, by)]
    assert all(data[offset - 1 : offset] == b"\n" for offset in offsets[1:])
    assert {rule for rule, *_ in found(data, by)} <= {Rule.MINIMUM_RECORDS}
    cut = plan_of(by, Engine.RE2).cut
    runs = [isinstance(event, Run) for event in lines(content, 0, cut, 1 << 16)]
    # One run, but for a last record that nothing ends.
    assert runs.count(False) <= (entries.get("final_separator") == "refused")


@given(ROWS, ENTRIES, st.lists(st.tuples(st.integers(0, 99), st.sampled_from(TOKENS)), max_size=3))
@settings(max_examples=examples(150), deadline=None)
def test_one_answer_whatever_is_wrong(
    rows: list[tuple[str, ...]], entries: dict[str, Any], edits: list[tuple[int, bytes]]
) -> None:
    by = layout_with(**entries)
    data = assembly.file(by, [[text.encode() for text in row] for row in rows])
    for place, token in edits:
        data = data[:place] + token + data[place:]
    found(data, by)
