"""Small files with one thing wrong, or nothing, and fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from msgspec.structs import replace

from conformance.model.column import Column, Role
from conformance.model.types.action import Action
from conformance.model.types.code import Code
from conformance.model.types.eui64 import Eui64
from conformance.model.types.instant import Instant
from conformance.model.types.integer import Integer
from conformance.model.types.nothing import Nothing
from conformance.model.types.request_id import RequestId
from conformance.model.types.text import Text
from conformance.records import Layout
from tests.records.formats import (
    ADT,
    BREACHES,
    OTHER,
    QCAF,
    REPORT,
    SENDER,
    TARGET,
    adt,
    layout,
    qcaf,
)
from tests.records.test_invariance import OTHER_READINGS

A, B, C = (adt(number) for number in (0, 1, 2))
P, Q, R = (qcaf(number) for number in (0, 1, 2))
NAMES = b",".join(column.name.encode() for column in ADT.columns) + b"\n"
FREE = replace(
    ADT,
    columns=(
        Column("Name", Text(pattern="[a-z]+")),
        Column("Note", Text(), nullable=True),
    ),
    key=("Note", "Name"),
    rules=(),
    minimum_records=3,
)
NARROW = replace(ADT, maximum_record_bytes=38)
IN_UTF_8 = replace(ADT, characters="utf-8")
IN_ASCII = replace(ADT, characters="ascii")


def _second(old: bytes, new: bytes) -> bytes:
    assert old in B
    return A + B.replace(old, new, 1) + C


ADT_FILES = {
    "good": A + B + C,
    "empty": b"",
    "one line feed": b"\n",
    "two line feeds": b"\n\n",
    "no last line feed": A + B[:-1],
    "last line feed twice": A + B + b"\n",
    "CR LF": (A + B + C).replace(b"\n", b"\r\n"),
    "CR LF once": _second(b"\n", b"\r\n"),
    "CR": _second(b"\n", b"\r"),
    "every CR": (A + B + C).replace(b"\n", b"\r"),
    "LF CR": _second(b"\n", b"\n\r"),
    "three CR and LF": _second(b"\n", b"\r\r\r\n"),
    "four CR and LF": _second(b"\n", b"\r\r\r\r\n"),
    "CR twice": _second(b"\n", b"\r\r"),
    "NEL": _second(b"\n", b"\xc2\x85"),
    "NEL of Latin-1": _second(b"\n", b"\x85"),
    "line separator": _second(b"\n", "\u2028".encode()),
    "paragraph separator": _second(b"\n", "\u2029".encode()),
    "CR within a field": _second(b",IS", b"\r,IS"),
    "CR within two fields": _second(b",IS,", b"\r,I\rS,"),
    "line feed within a field": _second(b",IS", b"\n,IS"),
    "NEL at the end": A + B[:-1] + b"\xc2\x85",
    "byte order mark": b"\xef\xbb\xbf" + A + B,
    "byte order mark alone": b"\xef\xbb\xbf",
    "UTF-16": "\ufeff".encode("utf-16-le") + (A + B).decode().encode("utf-16-le"),
    "UTF-16 without a mark": (A + B).decode().encode("utf-16-be"),
    "UTF-32": (A + B).decode().encode("utf-32"),
    "header": NAMES + A + B,
    "header alone": NAMES,
    "header of words": b"who,what,,how long,warn,most\n" + A,
    "header later": A + NAMES + B,
    "header with semicolons": NAMES.replace(b",", b";") + A,
    "half a header": b"UserID,UserRole,ServiceReferenceVariant,1,2,3\n" + A,
    "less than half a header": b"UserID,UserRole,x1,1,2,3\n" + A,
    "semicolons": _second(b",", b";").replace(b"\n00", b"\n00"),
    "every semicolon": (A + B + C).replace(b",", b";"),
    "tabs": A + B.replace(b",", b"\t") + C,
    "bars": A + B.replace(b",", b"|") + C,
    "spaces": A + B.replace(b",", b" ") + C,
    "two semicolons": A + B.replace(b",", b";", 2) + C,
    "mixed": A + B.replace(b",", b";", 2).replace(b",", b"|", 1) + C,
    "semicolons, a value wrong": A + B.replace(b",", b";").replace(b"IS", b"XX") + C,
    "semicolons, most wrong": A + b"x;y;z;1;2;3\n" + C,
    "a semicolon in a value": _second(b"IS", b"I;S"),
    "semicolons, half of the values fit": A + f"{SENDER};IS;x;24;x;\n".encode() + C,
    "semicolons, four values fit": A + f"{SENDER};IS;x;24;x;1\n".encode() + C,
    "semicolons, and one too many": A + f"{SENDER};IS;;24;;1;\n".encode() + C,
    "semicolons and commas, as many as there are fields": A + b"a;b,c;d,e;f\n" + C,
    "too few fields": _second(b",IS", b""),
    "one field": A + b"x\n" + C,
    "too many fields": _second(b"\n", b",x\n"),
    "far too many fields": _second(b"\n", b",,,,,,x\n"),
    "an empty field too many": _second(b"\n", b",\n"),
    "an empty record": A + b"\n" + B,
    "a blank record": A + b"   \n" + B,
    "SUB at the end": A + B + b"\x1a",
    "NUL bytes at the end": A + B + b"\0" * 20,
    "NUL": _second(b"IS", b"I\0S"),
    "two runs of controls": _second(b"IS", b"\1I\2\3S"),
    "e acute": _second(b"IS", "I\u00e9S".encode()),
    "e acute of Latin-1": _second(b"IS", b"I\xe9S"),
    "e acute of Latin-1 at first": b"\xe9" + A + B,
    "words of Latin-1 at first": b"\xe9t\xe9,UserRole,UserID,x,y,z\n" + A + B,
    "a control of Latin-1": _second(b"IS", b"I\xc2\x81S"),
    "half a character": _second(b"IS", b"IS\xe2\x96"),
    "a surrogate": _second(b"IS", b"I\xed\xa0\x80S"),
    "DEL": _second(b"IS", b"IS\x7f"),
    "tab in a value": _second(b"IS", b"IS\t"),
    "sign in a field": _second(b"IS", "I\u25b2S\u25b2".encode()),
    "sign for line feeds": A[:-1] + "\u25b2".encode() + B,
    "sign for commas": A + B.replace(b",", "\u25b2".encode()) + C,
    "sign and too few fields": _second(b",IS", "\u25b2\u25b2".encode()),
    "quotes": _second(b"IS", b'"IS"'),
    "a quote": _second(b"IS", b'I"S'),
    "quotes around everything": b'"' + A[:-1].replace(b",", b'","') + b'"\n' + B,
    "quotes around a separator": _second(b"IS", b'"I,S"'),
    "quotes around nothing": _second(b",,", b',"",') if b",," in B else A,
    "quotes that do not end": _second(b"IS", b'"IS'),
    "quotes, and more behind": _second(b"IS", b'"IS"x'),
    "a word for null": _second(b",IS,", b",IS,NULL,").replace(b"NULL,,", b"NULL,"),
    "spaces for null": _second(b",IS,,", b",IS,  ,"),
    "null where a value is due": _second(b"IS", b""),
    "another role": _second(b"IS", b"XX"),
    "another case": _second(b"IS", b"is"),
    "spaces beside": _second(b"IS", b" IS "),
    "lower case": A + B.lower().replace(b"is", b"IS") + C,
    "a period of 0": A + f"{SENDER},IS,,0,,100\n".encode() + C,
    "a period of 745": A + f"{SENDER},IS,,745,,100\n".encode() + C,
    "a period of 07": A + f"{SENDER},IS,,07,,100\n".encode() + C,
    "a period of 10 digits": A + f"{SENDER},IS,,1234567890,,100\n".encode() + C,
    "a warning above": A + f"{SENDER},IS,,24,101,100\n".encode() + C,
    "a warning as high": A + f"{SENDER},IS,,24,100,100\n".encode() + C,
    "a warning of more digits": A + f"{SENDER},IS,,24,1000,999\n".encode() + C,
    "another sender": A + f"{OTHER},IS,,24,,100\n".encode() + C,
    "a variant of another role": A + f"{SENDER},IS,4.6.1,24,,100\n".encode() + C,
    "a variant of other roles": A + f"{SENDER},ED,1.1.1,24,,100\n".encode() + C,
    "a variant of any role": A + f"{SENDER},ED,6.15.1,24,,100\n".encode() + C,
    "a key twice": A + B + A,
    "a key three times": A + B + A.replace(b"100", b"200") + A,
    "a record too long": A + B[:-1] + b"x" * 1024 + b"\n" + C,
    "a first record too long": b"x" * 1025 + b"\n" + A,
    "as long as a record may be": b"x" * 1024 + b"\n" + A,
    "more faults than are shown": A + b"x\n" * 25 + B,
    "more roles than are shown": b"".join(map(adt, range(25))).replace(b",IS,", b",XX,"),
    "more CR LF than are shown": b"".join(map(adt, range(25))).replace(b"\n", b"\r\n"),
    "more keys than are shown": A * 25,
    "some records": b"".join(map(adt, range(9))),
    "some records, the last not ended": b"".join(map(adt, range(9)))[:-1],
    "some records, the last ended twice": b"".join(map(adt, range(9))) + b"\n",
    "many, one wrong": b"".join(map(adt, range(40))).replace(b",IS,,22,", b",IS,,x,"),
    "many, one of another": b"".join(map(adt, range(40))).replace(b"01,IS,,22,", b"02,IS,,22,"),
    "many, one above": b"".join(map(adt, range(40))).replace(b",22,21,", b",22,999,"),
    "many, one that may not": b"".join(map(adt, range(40))).replace(b",IS,,22,", b",GS,1.2.1,22,"),
    "many, one with CR LF": b"".join(map(adt, range(40))).replace(b",121\n", b",121\r\n"),
    "several in a record": A + f"{OTHER},is,NULL,0,5,x\n".encode() + C,
}


def _of_adt() -> Iterator[tuple[str, bytes, Layout]]:
    for name, data in ADT_FILES.items():
        yield f"adt: {name}", data, layout()
    unknown = replace(layout(), sender=None, eligible={})
    for name in ("good", "another sender", "a variant of another role"):
        yield f"adt: {name}, nothing known", ADT_FILES[name], unknown
    data = f"{SENDER},,,24,,1\n{OTHER},IS,,24,,2\n".encode()
    yield "adt: senders that differ, nothing known", b"x" + data + data, unknown
    characters = (
        "e acute",
        "a control of Latin-1",
        "DEL",
        "NUL",
        "tab in a value",
        "half a character",
    )
    for form in (IN_UTF_8, IN_ASCII):
        for name in characters:
            yield f"adt in {form.characters}: {name}", ADT_FILES[name], layout(form)
    for name in ("good", "CR", "a record too long", "semicolons"):
        yield f"adt, narrow: {name}", ADT_FILES[name], layout(NARROW)
    both = replace(layout().dialect, field_separator=b";", record_separator=b"\r\n")
    for name in ("good", "every semicolon", "CR LF", "quotes", "header"):
        data = ADT_FILES[name]
        yield f"adt, another dialect: {name}", data, replace(layout(), dialect=both)
        data = data.replace(b",", b";").replace(b"\n", b"\r\n")
        yield f"adt, another dialect, too: {name}", data, replace(layout(), dialect=both)
    last = replace(layout(final_line_feed="terminator"), dialect=both)
    for name in ("good", "no last line feed", "empty"):
        yield f"adt, terminated: {name}", ADT_FILES[name], layout(final_line_feed="terminator")
        data = ADT_FILES[name].replace(b",", b";").replace(b"\n", b"\r\n")
        yield f"adt, terminated in another dialect: {name}", data, last


def _of_quarantine() -> Iterator[tuple[str, bytes, Layout]]:
    by_user = replace(layout(QCAF), breaches=frozenset(BREACHES[:1]))
    by_dcc = replace(layout(QCAF), breaches=frozenset(BREACHES[1:]))
    cases: dict[str, bytes] = {
        "good": P + Q + R,
        "another breach": P + Q.replace(BREACHES[0].encode(), b"Breach") + R,
        "an action in lower case": P + Q.replace(b"Delete", b"delete") + R,
        "no action": P + Q.replace(b"Delete", b"") + R,
        "another action": P + Q.replace(b"Delete", b"Remove") + R,
        "an action with a space": P + Q.replace(b"Delete", b"Delete ") + R,
        "a request twice": P + Q + P,
        "another sender": P + Q.replace(SENDER.encode(), OTHER.encode()) + R,
        "a counter too large": P + Q.replace(b":1,", b":18446744073709551616,") + R,
        "a date that does not exist": P + Q.replace(b"02-28", b"02-29") + R,
        "an event of 21 digits": P + Q.replace(b",1,", b"," + b"1" * 21 + b",") + R,
        "no event": P + Q.replace(b",1,", b",,") + R,
        "header": b"RequestID,ServiceReferenceVariant,QuarantineEventRef,a,b,c\n" + P,
    }
    for name, data in cases.items():
        yield f"qcaf: {name}", data, layout(QCAF)
        yield f"qcaf of a User: {name}", data, by_user
        yield f"qcaf of the DCC: {name}", data, by_dcc
        yield f"qcaf, actions in any case: {name}", data, layout(QCAF, action_case="any-case")
        yield f"report: {name}", data, layout(REPORT)
    without = b"".join(one.rsplit(b",", 1)[0] + b",\n" for one in (P, Q, R))
    yield "report: without actions", without, layout(REPORT)


def _of_others() -> Iterator[tuple[str, bytes, Layout]]:
    for name, data in {
        "good": b"abc,\ndef,x y\nghi,\n",
        "too few": b"abc,\ndef,x\n",
        "one": b"abc,\n",
        "none": b"",
        "another form": b"abc,\nD1,x\nghi,\n",
        "twice": b"abc,x\nabc,y\nabc,x\n",
        "twice and null": b"abc,\nabc,\nabc,x\n",
        "a word for null": b"abc,null\ndef,\nghi,-\nnull,a\n",
        "quotes": b'abc,"x"\n"def",\nghi,"a,b"\n',
        "semicolon and Latin-1": b"abc,\na\xff;x\ndef,\n",
        "too long": b"a" * 1020 + b",bcd\n" + b"a" * 1020 + b",bcde\nx,y\nz,z\n",
        "header": b"name,note\nabc,\ndef,\nghi,\n",
    }.items():
        yield f"free: {name}", data, layout(FREE)
        yield f"free: {name}, with words", data, layout(FREE, null_form="words")
        yield f"free: {name}, with quoting", data, layout(FREE, quotes="rfc4180")


def _by(note: str) -> Callable[[], Iterator[tuple[str, bytes, Layout]]]:
    """The files of thresholds by another reading of a note."""

    def read() -> Iterator[tuple[str, bytes, Layout]]:
        for name, data in ADT_FILES.items():
            held_to = layout(**{note.replace("-", "_"): OTHER_READINGS[note]})
            yield f"adt: {name}: {note} is {OTHER_READINGS[note]}", data, held_to

    return read


#: Files by name, with what they are checked against, in groups; then by other readings.
FILES: dict[str, Callable[[], Iterator[tuple[str, bytes, Layout]]]] = {
    "thresholds": _of_adt,
    "quarantine": _of_quarantine,
    "others": _of_others,
}
BY_READING = {note: _by(note) for note in OTHER_READINGS}


#: A column of each kind, and of each limit.
COLUMNS: dict[str, Column] = {
    "eui64": Column("C", Eui64()),
    "eui64 in either case": Column("C", Eui64(case="any")),
    "eui64 or null": Column("C", Eui64(), nullable=True),
    "request": Column("C", RequestId()),
    "integer": Column("C", Integer()),
    "integer from 5 to 744": Column("C", Integer(minimum=5, maximum=744)),
    "integer from 5": Column("C", Integer(minimum=5)),
    "integer of 3 digits": Column("C", Integer(maximum_digits=3)),
    "integer to 744 or null": Column("C", Integer(maximum=744), nullable=True),
    "instant": Column("C", Instant()),
    "code": Column("C", Code(values=("IS", "ES", "7.1", "none"))),
    "code or null": Column("C", Code(values=("IS", "none")), nullable=True),
    "variant": Column("C", Code(values=("7.1",)), Role.VARIANT),
    "many codes": Column("C", Code(values=tuple("ABCDEFGHI"))),
    "text": Column("C", Text(pattern="[a-z]+|NULL")),
    "any text": Column("C", Text()),
    "text or null": Column("C", Text(pattern="[a-z]+"), nullable=True),
    "action": Column("C", Action(), Role.ACTION),
    "action or null": Column("C", Action(), Role.ACTION, nullable=True),
    "nothing": Column("C", Nothing()),
}
VALUES = (
    "", " ", "  ", "NULL", "null", " nil ", "None", "n/a", "na", "NaN", "\\N", "-", "--", "#N/A",
    "(null)", "undefined", "''", '""', '"', "0", "4", "5", "6", "05", "-5", "+5", " 5", "5 ", "743",
    "744", "745", "998", "999", "1000", "1" * 30, "1.0", "IS", "is", " IS", "is ", "IS ES", "7.1",
    "7x1", "none", "A", "a", "abc", "aBc", "Release", "release", " Delete", "delete ", "Retain",
    SENDER, SENDER.lower(), f" {SENDER}", SENDER[:-1], f"{SENDER}-00", SENDER.replace("-", ""),
    f"{SENDER}:{TARGET}:0", f"{SENDER}:{TARGET}:{2**64 - 1}", f"{SENDER}:{TARGET}:{2**64}",
    f"{SENDER}:{TARGET.lower()}:1", f"{SENDER}:{TARGET}:01", f"{SENDER}:{TARGET}:1 ",
    "2024-02-29T00:00:00Z", "2025-02-29T00:00:00Z", "2025-02-28T24:00:00Z", "2025-02-28 00:00:00Z",
    "2025-02-28t00:00:00z", " 2025-02-28T00:00:00Z", "x" * 61,
)  # fmt: skip


def column_layout(column: Column, **readings: Any) -> Layout:
    """Return the layout of a file with ``column`` alone."""
    return layout(replace(ADT, columns=(column,), key=(), rules=()), **readings)
