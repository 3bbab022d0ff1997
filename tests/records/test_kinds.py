"""Files of several kinds of records: what is found does not depend on how they are read."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random
from zlib import crc32

import pytest

from conformance.checks import CHECKS
from conformance.content import Content
from conformance.model.loading import load_catalogue
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind
from conformance.model.rule import Rule
from conformance.records import READINGS, Dialect, Layout, Scan, read_records
from conformance.records.engine import Engine
from conformance.records.found import recomputed
from conformance.records.kinds import kinds_of
from conformance.records.scan import Scanner
from tests.model.profiles import extending
from tests.sampling import one_in

CATALOGUE = load_catalogue(CHECKS)
#: Changes a file and its profile.
Altering = Callable[[bytes, str], tuple[bytes, str]]
CLOSED = 'record_end = "separator"'
#: Two levels of parents, what repeats, what can be left out, a key over all, and totals.
DEEP = """
[files.adt]
unit = "limit.Band"
records = [
  { name = "head", at = 1, columns = [
    { name = "Tag", type = "constant", value = "HH", tag = true },
    { name = "No", type = "integer" },
  ] },
  { name = "user", key = ["UserID"], columns = [
    { name = "Tag", type = "constant", value = "U", tag = true },
    { name = "UserID", type = "eui64", role = "user-id" },
    { name = "Limits", type = "integer", derived = { count = ["limit"] } },
  ] },
  { name = "group", parent = "user", occurs = [0, 2], columns = [
    { name = "Tag", type = "constant", value = "GRP", tag = true },
    { name = "Name", type = "text", pattern = "[a-z]+" },
    { name = "Remark", type = "text", maximum_length = 3, nullable = true },
  ], optional_from = "Remark" },
  { name = "limit", parent = "group", key = ["user.UserID", "group.Name", "Band.Hours"], columns = [
    { name = "Tag", type = "constant", value = "L", tag = true },
    { repeat = "Band", occurs = [1, 3], columns = [
      { name = "Hours", type = "integer", role = "period" },
      { name = "Warn", type = "integer", nullable = true },
      { name = "Stop", type = "integer", role = "threshold" },
    ] },
    { name = "Group", type = "text", pattern = "[a-z]+", derived = { same = "group.Name" } },
  ] },
  { name = "tail", at = -1, columns = [
    { name = "Tag", type = "constant", value = "TT", tag = true },
    { name = "No", type = "integer", derived = { same = "head.No" } },
    { name = "Limits", type = "integer", derived = { count = ["user", "group", "limit", "tail"] } },
    { name = "Sum", type = "integer", derived = { sum = "limit.Stop" } },
    { name = "Check", type = "text", pattern = "[0-9a-f]{8}", nullable = true,
      derived = { digest = "crc-32", over = "records-before" } },
  ] },
]
[[files.adt.rules]]
id = "warn"
rule = "compare"
left = { column = "Warn" }
op = "<="
right = { column = "Stop" }
when = [{ column = "group.Name", not_in = ["free"] }]
"""
#: CliHints by the number of fields, and the first and the last record by their place.
BY_PLACE = """
[files.adt]
records = [
  { name = "head", at = 1, columns = [
    { name = "Made", type = "date" }, { name = "By", type = "text", pattern = "[a-z]+" },
  ] },
  { name = "limit", key = ["Hours"], columns = [
    { name = "Hours", type = "integer", role = "period" },
    { name = "Stop", type = "integer", role = "threshold" },
  ] },
  { name = "note", columns = [
    { name = "A", type = "integer" }, { name = "B", type = "integer" },
    { name = "C", type = "integer" },
  ] },
  { name = "tail", at = -1, columns = [
    { name = "Limits", type = "integer", derived = { count = ["limit"] } },
    { name = "Z", type = "integer" },
  ] },
]
"""


def layout(folder: Path, text: str) -> Layout:
    form = load_profile(str(extending(folder, text)), CATALOGUE).files[Kind.ADT]
    return Layout(form, Dialect(), READINGS, eligible=CATALOGUE.eligible)


def looked(data: bytes, form: Layout) -> Scan:
    return Scanner(Content.of_bytes("made", data), form).scan()


def places(scan: Scan) -> list[tuple[Rule, int | None, int | None]]:
    return [
        (rule, one.place.record, one.place.field)
        for rule, found in scan.faults.items()
        for one in found
        if one.place
    ]


def deep(users: int) -> bytes:
    """A conforming file: every other user has a group with three limits of two bands each."""
    lines = ["HH,7"]
    for user in range(users):
        has = user % 2
        lines.append(f"U,70-00-00-00-00-00-{user >> 8:02X}-{user & 255:02X},{3 * has}")
        if has:
            lines.append("GRP,ga,xy")
            lines += [f"L,{hour},,10,{hour + 1},5,20,ga" for hour in (1, 3, 5)]
    lines.append(f"TT,7,{len(lines)},{90 * (users // 2)},")
    return "".join(f"{line}\n" for line in lines).encode()


def closed(data: bytes, text: str) -> tuple[bytes, str]:
    """A file and its profile, with a separator after the last field of each record too."""
    return data.replace(b"\n", b",\n"), text.replace("[files.adt]", f"[files.adt]\n{CLOSED}")


def latin(data: bytes, text: str) -> tuple[bytes, str]:
    """A file and its profile in Latin-1, with letters beyond ASCII."""
    for old, new in (("ga", "gâ"), ("xy", "xÿ")):
        data = data.replace(old.encode(), new.encode("latin-1"))
    text = text.replace("[a-z]+", "[a-zà-ÿ]+")
    return data, text.replace("[files.adt]", '[files.adt]\ncharacters = "latin-1"')


def enclosed(data: bytes, text: str) -> tuple[bytes, str]:
    """A file and its profile with values in quotation marks, and separators in some of them."""
    data = re.sub(rb"[^,\n]+", rb'"\g<0>"', data).replace(b'"ga"', b'"g,a"').replace(b"xy", b'x""')
    text = text.replace("[a-z]+", "[a-z,]+").replace("[files.adt]", '[files.adt]\nquoting = "all"')
    return data, text


def damaged(data: bytes, random: Random) -> bytes:
    """The same with some records changed."""
    lines = data.decode("latin-1").split("\n")[:-1]
    for place in random.sample(range(len(lines)), 6):
        line = lines[place]
        ways = [
            line.replace("1", "9", 1), line[1:], line.replace(",", ";"), f"{line},4",
            "L,1,,10,gb", "U,70-00-00-00-00-00-00-01,0", "", f"{line}\r", f"{line}\n{line}",
        ]  # fmt: skip
        lines[place] = random.choice(ways)
    return "".join(f"{line}\n" for line in lines).encode("latin-1")


def test_a_conforming_file_has_no_fault_and_its_rows(tmp_path: Path) -> None:
    form, data = layout(tmp_path, DEEP), deep(40)
    assert places(looked(data, form)) == []
    rows = list(read_records(Content.of_bytes("made", data), form))
    assert len(rows) == 2 * data.count(b"\nL,")
    assert rows[0] == (
        5, 71, [b"L", b"1", b"", b"10", b"ga", b"ga", b"xy", b"70-00-00-00-00-00-00-01"],
    )  # fmt: skip
    assert rows[1][:2] == (5, 71)
    assert rows[1][2][1:4] == [b"2", b"5", b"20"]


def test_a_separator_after_the_last_field_is_not_a_field(tmp_path: Path) -> None:
    data, text = closed(deep(40), DEEP)
    bare, form = layout(tmp_path, DEEP), layout(tmp_path, text)
    assert places(looked(data, form)) == []
    read = [
        [(number, row) for number, _, row in read_records(Content.of_bytes("made", one), of)]
        for one, of in ((data, form), (deep(40), bare))
    ]
    assert read[0] == read[1] != []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"GRP,ga,xy,", b"GRP,ga,", []),
        (b"GRP,ga,xy,", b"GRP,ga,,", []),
        (b"HH,7,", b"HH,7", [(Rule.FIELD_COUNT, 1, 2)]),
        (b"GRP,ga,xy,", b"GRP,ga,xy", [(Rule.FIELD_COUNT, 4, 3)]),
        (b"GRP,ga,xy,", b"GRP,ga", [(Rule.FIELD_COUNT, 4, 2)]),
        (b"GRP,ga,xy,", b"GRP,ga,xy,,", [(Rule.FIELD_COUNT, 4, None)]),
        (b"L,3,,10,4,5,20,ga,", b"L,3,,10,4,5,20,ga", [(Rule.FIELD_COUNT, 6, 8)]),
        (b"L,3,,10,4,5,20,ga,", b"L,3,,10,4,5,20,ga,,", [(Rule.FIELD_COUNT, 6, None)]),
        (b"GRP,ga,xy,", b"GRP;ga;xy;", [(Rule.FIELD_SEPARATOR, 4, 1)]),
        (b"TT,7,7,90,,", b"TT,7,7,90,", [(Rule.FIELD_COUNT, 8, 5)]),
    ],
)
def test_a_record_without_the_separator_after_its_last_field_is_shown(
    tmp_path: Path, old: bytes, new: bytes, expected: list[tuple[Rule, int, int | None]]
) -> None:
    data, text = closed(deep(2), DEEP)
    assert old in data
    assert places(looked(data.replace(old, new, 1), layout(tmp_path, text))) == expected


@pytest.mark.parametrize("end", ["", CLOSED])
def test_letters_of_latin_1_are_read_and_compared(tmp_path: Path, end: str) -> None:
    data, text = latin(*(closed(deep(40), DEEP) if end else (deep(40), DEEP)))
    form = layout(tmp_path, text)
    assert places(looked(data, form)) == []
    rows = list(read_records(Content.of_bytes("made", data), form))
    both = [letters.encode() for letters in ("gâ", "gâ", "xÿ")]
    assert rows[0][2][4:7] == both
    for old, new, expected in (
        ("L,3,,10,4,5,20,gâ", "L,3,,10,4,5,20,gà", (Rule.DERIVED, 6, 8)),
        ("L,3,,10,4,5,20,gâ", "L,3,,10,2,5,20,gâ", (Rule.UNIQUE_KEY, 6, 5)),
        ("GRP,gâ,xÿ", "GRP,gâ,ÿþýü", (Rule.FIELD_FORM, 4, 3)),
        ("GRP,gâ,xÿ", "GRP,gâ,x\x9f", (Rule.CHARACTERS, 4, 3)),
        ("GRP,gâ,xÿ", "GRÝ,gâ,xÿ", (Rule.RECORD_KINDS, 4, None)),
    ):
        assert old.encode("latin-1") in data
        changed = data.replace(old.encode("latin-1"), new.encode("latin-1"), 1)
        assert places(looked(changed, form)) == [expected], new


@pytest.mark.parametrize("end", ["", CLOSED])
def test_separators_within_quotation_marks_are_in_values(tmp_path: Path, end: str) -> None:
    data, text = enclosed(*(closed(deep(40), DEEP) if end else (deep(40), DEEP)))
    form = layout(tmp_path, text)
    assert places(looked(data, form)) == []
    rows = list(read_records(Content.of_bytes("made", data), form))
    assert rows[0][2][4:7] == [b"g,a", b"g,a", b'x"']
    for old, new, expected in (
        ('"5","20","g,a"', '"5","20","g,b"', (Rule.DERIVED, 5, 8)),
        ('"L","3",,"10","4"', '"L","3",,"10","2"', (Rule.UNIQUE_KEY, 6, 5)),
        ('"L","3",,"10","4"', '"L","3",,10,"4"', (Rule.QUOTING, 6, 4)),
        ('"GRP","g,a"', 'GRP,"g,a"', (Rule.QUOTING, 4, 1)),
        ('"GRP","g,a"', '"GRP","g,a","",""', (Rule.FIELD_COUNT, 4, None)),
        ('"5","20","g,a"', '"5","20","g","a"', (Rule.FIELD_COUNT, 5, None)),
        ('"GRP","g,a"', '"GRX","g,a"', (Rule.RECORD_KINDS, 4, None)),
    ):
        assert old.encode() in data
        found = places(looked(data.replace(old.encode(), new.encode(), 1), form))
        assert found == [expected], new
    assert places(looked(data.replace(b',"x"""', b"", 1), form)) == []


@pytest.mark.parametrize("change", [None, closed, latin, enclosed])
@pytest.mark.parametrize("seed", one_in(2, range(6)))
def test_the_findings_do_not_depend_on_how_the_file_is_read(
    tmp_path: Path, seed: int, change: Altering | None
) -> None:
    whole, text = change(deep(30), DEEP) if change else (deep(30), DEEP)
    form, data = layout(tmp_path, text), damaged(whole, Random(seed))  # noqa: S311 - not secret
    content = Content.of_bytes("made", data)
    first = Scanner(content, form, Engine.RE2, 1 << 16).scan()
    assert places(first)
    for engine, size in ((Engine.RE, 1 << 16), (Engine.RE2, 1), (Engine.RE2, 37), (Engine.RE, 300)):
        assert Scanner(content, form, engine, size).scan() == first, (engine, size)
    reads = {
        tuple(map(repr, Scanner(content, form, size=size).read())) for size in (1, 37, 1 << 16)
    }
    assert len(reads) == 1


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"HH,7", b"HH,8", [(Rule.DERIVED, 8, 2)]),
        (b"TT,7,7", b"TT,7,9", [(Rule.DERIVED, 8, 3)]),
        (b",90,", b",91,", [(Rule.DERIVED, 8, 4)]),
        (b"-01,3", b"-01,4", [(Rule.DERIVED, 3, 3)]),
        (b"L,3,,10,4,5,20,ga", b"L,3,,10,4,5,20,gb", [(Rule.DERIVED, 6, 8)]),
        (b"L,3,,10,4,5,20", b"L,3,,10,4,25,20", [(Rule.COMPARE, 6, 6)]),
        (b"L,3,,10,4,5,20", b"L,3,,10,2,5,20", [(Rule.UNIQUE_KEY, 6, 5)]),
        (b"U,70-00-00-00-00-00-00-01", b"U,70-00-00-00-00-00-00-00", [(Rule.UNIQUE_KEY, 3, 2)]),
        (b"GRP,ga,xy", b"GRP,ga,xyz4", [(Rule.FIELD_FORM, 4, 3)]),
        (b"GRP,ga,xy", b"GRP,ga", []),
        (b"GRP,ga,xy", b"GRP", [(Rule.FIELD_COUNT, 4, None)]),
        (b"GRP,ga,xy", b"GRP,gb\nGRP,gc\nGRP,ga,xy", [(Rule.RECORD_KINDS, 6, None)]),
        (b"GRP,ga,xy\n", b"", [(Rule.RECORD_KINDS, n, None) for n in (4, 5, 6)]),
        (b"TT,7,7,90,\n", b"", [(Rule.RECORD_KINDS, 7, None)]),
        (b"HH,7\n", b"", [(Rule.RECORD_KINDS, 1, None)]),
        (b"HH,7\n", b"HH,7\nHH,7\n", [(Rule.RECORD_KINDS, 2, None)]),
        (b"GRP,", b"GRX,", [(Rule.RECORD_KINDS, 4, None)]),
        # A record in a wrong place is of no kind, and that is the only fault.
        (b"HH,7\n", b"\nHH,7\n", [(Rule.RECORD_KINDS, 1, None)]),
        (b"TT,7,7,90,\n", b"TT,7,7,90,\n\n", [(Rule.RECORD_KINDS, 9, None)]),
        (b"GRP,ga,xy", b"GRP;ga;xy", [(Rule.FIELD_SEPARATOR, 4, 1)]),
        (b"GRP,ga,xy", b"GRP|ga", [(Rule.FIELD_SEPARATOR, 4, 1)]),
        (
            b"L,3,,10,4,5,20,ga",
            b"L;3;;10;4;25;20;ga",
            [(Rule.FIELD_SEPARATOR, 6, 1), (Rule.COMPARE, 6, 6)],
        ),
        (b"\nL,3", b"\n\nL,3", [(Rule.RECORD_KINDS, 6, None)]),
    ],
)
def test_a_fault_is_found_where_it_is(
    tmp_path: Path, old: bytes, new: bytes, expected: list[tuple[Rule, int, int | None]]
) -> None:
    data = deep(2)
    assert old in data
    found = places(looked(data.replace(old, new, 1), layout(tmp_path, DEEP)))
    assert found == expected


def test_of_two_records_one_is_at_the_other_end_and_in_another_place(tmp_path: Path) -> None:
    lines, form = deep(2).splitlines(keepends=True), layout(tmp_path, DEEP)
    first_at_the_end = looked(b"".join([*lines[1:], lines[0]]), form)
    last_at_the_start = looked(b"".join([lines[-1], *lines[:-1]]), form)
    assert (Rule.RECORD_KINDS, 8, None) in places(first_at_the_end)
    assert (Rule.RECORD_KINDS, 1, None) in places(last_at_the_start)
    assert first_at_the_end.counts[Rule.RECORD_KINDS] == 1
    assert last_at_the_start.counts[Rule.RECORD_KINDS] == 1


@pytest.mark.parametrize("other", [b"\r", b"\r\n", "\u2028".encode()])
def test_records_of_any_length_are_distinguished_by_their_tags(
    tmp_path: Path, other: bytes
) -> None:
    found = looked(deep(2).replace(b"\n", other), layout(tmp_path, DEEP))
    assert {rule for rule, count in found.counts.items() if count} == {Rule.RECORD_SEPARATOR}
    assert found.counts[Rule.RECORD_SEPARATOR] == len(deep(2).split())


def test_values_are_not_compared_with_totals_while_a_record_is_not_understood(
    tmp_path: Path,
) -> None:
    scan = looked(
        deep(2).replace(b"GRP,", b"GRX,").replace(b",7,90", b",1,2"), layout(tmp_path, DEEP)
    )
    assert not scan.counts[Rule.DERIVED]
    assert scan.hidden[Rule.DERIVED] == {Rule.RECORD_KINDS}


def test_a_checksum_is_of_the_records_before(tmp_path: Path) -> None:
    form, data = layout(tmp_path, DEEP), deep(2)
    before = data[: data.rindex(b"TT")]
    right = data.removesuffix(b"\n") + f"{crc32(before):08x}\n".encode()
    assert places(looked(right, form)) == []
    assert places(looked(right.replace(b"HH,7", b"HH,07").replace(b"TT,7", b"TT,07"), form))[
        -1:
    ] == [(Rule.DERIVED, 8, 5)]


QUOTED = """
[files.adt]
quoting = "all"
rules = []
[[files.adt.records]]
name = "one"
columns = [
  { name = "Tag", type = "constant", value = "1", tag = true },
  { name = "Any", type = "text", maximum_length = 9, nullable = true },
]
[[files.adt.records]]
name = "three"
columns = [
  { name = "Tag", type = "constant", value = "3", tag = true },
  { name = "First", type = "text", maximum_length = 9, nullable = true },
  { name = "Second", type = "text", maximum_length = 9, nullable = true },
  { name = "Third", type = "text", maximum_length = 9, nullable = true },
]
"""


@pytest.mark.parametrize("quoting", ["all", "text", "allowed"])
def test_separators_are_distinguished_from_those_in_values_of_any_kind(
    tmp_path: Path, quoting: str
) -> None:
    form = layout(tmp_path, QUOTED.replace("all", quoting))
    kinds, chance = kinds_of(form, Engine.RE2), Random(7)  # noqa: S311 - not secret
    assert kinds.cut.plain is not None
    for _ in range(2000):
        rows = []
        for _ in range(chance.randint(1, 3)):
            tag, count = chance.choice([(b"1", 1), (b"3", 3)])
            letters = chance.choice([b',"a', b",a", b"a"])
            texts = [bytes(chance.choices(letters, k=chance.randint(0, 3))) for _ in range(count)]
            rows.append([tag, *texts])
        written = b"".join(
            b",".join(
                kinds.by_code[kinds.code_of["one" if len(row) == 2 else "three"]].layout.field(i, v)
                for i, v in enumerate(row)
            )
            + b"\n"
            for row in rows
        )
        wanted = b"".join(b"\r".join(row) + b"\n" for row in rows)
        assert kinds.cut.plain(written, b"\n") == wanted, written


#: A sum and a checksum of what belongs to a record, one of all before it, and a sum of its own.
BELOW = """
[files.adt]
rules = []
unit = "limit.Part"
[[files.adt.records]]
name = "user"
columns = [
  { name = "Tag", type = "constant", value = "1", tag = true },
  { name = "Sum", type = "decimal", maximum_fraction_digits = 2, derived = { sum = "limit.Stop" } },
  { name = "Own", type = "text", maximum_length = 64, derived = { digest = "sha-256", over = "records-below" } },
  { name = "All", type = "integer", derived = { digest = "crc-32", over = "records-before" } },
]
[[files.adt.records]]
name = "limit"
parent = "user"
columns = [
  { name = "Tag", type = "constant", value = "2", tag = true },
  { repeat = "Part", columns = [{ name = "Stop", type = "decimal", maximum_fraction_digits = 2 }] },
  { name = "Stops", type = "decimal", maximum_fraction_digits = 2, derived = { sum = "limit.Stop" } },
  { name = "Parts", type = "integer", derived = { repetitions = "Part" } },
]
[[files.adt.records]]
name = "other"
columns = [{ name = "Tag", type = "constant", value = "3", tag = true }]
"""  # noqa: E501 - a table of TOML is on one line


def below(end: bytes = b"\n") -> bytes:
    first, second = b"2,1.5,2,3.5,2\n2,4,4,1\n", b"2,7,7,1\n"
    data = b"1,7.5,%b,0\n%b3\n" % (sha256(first).hexdigest().encode(), first)
    data += b"1,7,%b,%d\n" % (sha256(second).hexdigest().upper().encode(), crc32(data))
    return data + second.removesuffix(b"\n") + end


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"", b"", []),
        (b"1,7.5,", b"1,7.50,", [(Rule.DERIVED, 5, 4)]),
        (b"1,7,", b"1,8,", [(Rule.DERIVED, 5, 2)]),
        (b",2,3.5,2\n", b",2,3.6,2\n", [(Rule.DERIVED, n, p) for n, p in ((1, 3), (2, 4), (5, 4))]),
        (b",4,1\n", b",4,2\n", [(Rule.DERIVED, n, p) for n, p in ((1, 3), (3, 4), (5, 4))]),
        (b"\n3\n", b"\n", [(Rule.DERIVED, 4, 4)]),
        (b"\n3\n", b"\n4\n", [(Rule.RECORD_KINDS, 4, None)]),
    ],
)
def test_totals_are_of_what_belongs_to_a_record(
    tmp_path: Path, old: bytes, new: bytes, expected: list[tuple[Rule, int, int | None]]
) -> None:
    form = layout(tmp_path, BELOW)
    for data in (below(), below(b"")):
        content = Content.of_bytes("made", data.replace(old, new, 1) if old else data)
        for engine, size in ((Engine.RE2, 1 << 16), (Engine.RE, 1), (Engine.RE2, 37)):
            assert places(Scanner(content, form, engine, size).scan()) == expected, (data, size)


def computed(form: Layout, data: bytes) -> bytes:
    """A file with all right that is computed of it."""
    for start, before, after in recomputed(form, data):
        data = data[:start] + after + data[start + len(before) :]
    return data


MIXED = """
[files.adt]
rules = []
[[files.adt.records]]
name = "count"
at = 1
columns = [
  { name = "Tag", type = "constant", value = "1", tag = true },
  { name = "Count", type = "integer" },
]
[[files.adt.records]]
name = "words"
columns = [
  { name = "A", type = "text", pattern = "[a-z]+" },
  { name = "B", type = "text", pattern = "[a-z]+" },
  { name = "C", type = "text", pattern = "[a-z]+" },
]
"""


def test_a_tag_says_the_kind_also_in_another_place_and_with_a_wrong_value(tmp_path: Path) -> None:
    form = layout(tmp_path, MIXED)
    assert places(looked(b"1,5\na,b,c\n", form)) == []
    found = places(looked(b"1,5\n1,x\na,b,c\n", form))
    assert found == [(Rule.RECORD_KINDS, 2, None), (Rule.FIELD_FORM, 2, 2)]


def test_the_digest_of_a_record_with_none_below_it_is_of_no_bytes(tmp_path: Path) -> None:
    data = computed(layout(tmp_path, BELOW), b"1,0,-,0\n1,0,-,0\n")
    assert data.count(sha256(b"").hexdigest().encode()) == 2


@pytest.mark.parametrize("count", [1, -1])
@pytest.mark.parametrize("other", [b"\r", b"\r\n", b"\n\r", b"\xc2\x85", b"\xe2\x80\xa8"])
def test_checksums_are_of_records_with_what_separates_them(
    tmp_path: Path, other: bytes, count: int
) -> None:
    form = layout(tmp_path, BELOW)
    for place in range(below().count(b"\n")) if count == 1 else (0,):
        pieces = below().split(b"\n")
        start, rest = b"\n".join(pieces[:place]), b"\n".join(pieces[place:])
        data = start + b"\n" * bool(place) + rest.replace(b"\n", other, count)
        found = looked(computed(form, data), form)
        wrong = {rule for rule, count in found.counts.items() if count}
        assert wrong == {Rule.RECORD_SEPARATOR}, place


#: A checksum that any text can be, at the end of the file.
LAST = """
[files.adt]
rules = []
unit = "limit"
[[files.adt.records]]
name = "limit"
columns = [
  { name = "Tag", type = "constant", value = "1", tag = true },
  { name = "Stop", type = "integer" },
]
[[files.adt.records]]
name = "end"
at = -1
columns = [
  { name = "Tag", type = "constant", value = "9", tag = true },
  { name = "Sum", type = "integer", derived = { sum = "limit.Stop" } },
  { name = "Check", type = "text", maximum_length = 64, derived = { digest = "crc-32", over = "records-before" } },
]
"""  # noqa: E501 - a table of TOML is on one line


def test_a_wrong_separator_behind_a_checksum_is_kept(tmp_path: Path) -> None:
    form, before = layout(tmp_path, LAST), b"1,5\n1,6\n"
    end = b"9,11,%08x" % crc32(before)
    for other in (b"\n", b"\r\n", b"\r", b""):
        assert computed(form, before + end + other) == before + end + other
    assert computed(form, before + b"9,2,x\r\n") == before + end + b"\r\n"


def test_computed_fields_are_right_between_semicolons_too(tmp_path: Path) -> None:
    form, before = layout(tmp_path, LAST), b"1;5\n1;6\n"
    assert computed(form, before + b"9;2;x\n") == before + b"9;11;%08x\n" % crc32(before)


#: Groups within groups, each with a last record that has totals; one kind may lack it.
ENDED = """
[files.adt]
rules = []
unit = "limit"
[[files.adt.records]]
name = "batch"
columns = [{ name = "Tag", type = "constant", value = "1", tag = true }]
[[files.adt.records]]
name = "account"
parent = "batch"
columns = [{ name = "Tag", type = "constant", value = "2", tag = true }]
[[files.adt.records]]
name = "limit"
parent = "account"
columns = [
  { name = "Tag", type = "constant", value = "3", tag = true },
  { name = "Stop", type = "decimal", maximum_fraction_digits = 2 },
]
[[files.adt.records]]
name = "account-end"
parent = "account"
at = -1
occurs = [0, 1]
columns = [
  { name = "Tag", type = "constant", value = "8", tag = true },
  { name = "Sum", type = "decimal", maximum_fraction_digits = 2, derived = { sum = "limit.Stop" } },
]
[[files.adt.records]]
name = "batch-end"
parent = "batch"
at = -1
columns = [
  { name = "Tag", type = "constant", value = "9", tag = true },
  { name = "All", type = "integer", derived = { count = ["batch", "limit", "batch-end"] } },
  { name = "Sum", type = "decimal", maximum_fraction_digits = 2, derived = { sum = "limit.Stop" } },
]
"""
FIRST = b"1\n2\n3,1.5\n3,2\n8,3.5\n2\n3,4\n9,5,7.5\n"
SECOND = b"1\n9,2,0\n1\n2\n8,0\n2\n3,6\n8,6\n9,3,6\n"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"", b"", []),
        (b"3,2\n", b"3,3\n", [(Rule.DERIVED, 5, 2), (Rule.DERIVED, 8, 3)]),
        (b"9,3,6\n", b"9,4,13.5\n", [(Rule.DERIVED, 17, 2), (Rule.DERIVED, 17, 3)]),
        (b"3,6\n8,6\n", b"8,0\n3,6\n", [(Rule.RECORD_KINDS, 16, None)]),
        (b"9,5,7.5\n", b"", [(Rule.RECORD_KINDS, 1, None)]),
        (b"9,5,7.5\n", b"9,5,7.5\n9,5,7.5\n", [(Rule.RECORD_KINDS, 9, None)]),
        (b"9,5,7.5\n1\n", b"9,5,7.5\n", [(Rule.RECORD_KINDS, 9, None)]),
    ],
)
def test_the_last_record_of_a_group_has_its_totals(
    tmp_path: Path, old: bytes, new: bytes, expected: list[tuple[Rule, int, int | None]]
) -> None:
    form, data = layout(tmp_path, ENDED), (FIRST + SECOND).replace(old, new, 1)
    content = Content.of_bytes("made", data if old else FIRST + SECOND)
    for engine, size in ((Engine.RE2, 1 << 16), (Engine.RE, 1), (Engine.RE2, 7)):
        assert places(Scanner(content, form, engine, size).scan()) == expected, size
    if not expected:
        wrong = data.replace(b"9,5,7.5", b"9,1,1").replace(b"8,6", b"8,2").replace(b"8,0", b"8,1")
        assert computed(form, wrong) == data


def test_a_value_beside_what_repeats_is_added_once(tmp_path: Path) -> None:
    form = layout(
        tmp_path,
        """
[files.adt]
rules = []
unit = "limit.Part"
[[files.adt.records]]
name = "limit"
columns = [
  { name = "Tag", type = "constant", value = "2", tag = true },
  { name = "Rate", type = "integer" },
  { repeat = "Part", columns = [{ name = "Stop", type = "integer" }, { name = "No", type = "integer" }] },
]
[[files.adt.records]]
name = "end"
at = -1
columns = [
  { name = "Tag", type = "constant", value = "9", tag = true },
  { name = "Rates", type = "integer", derived = { sum = "limit.Rate" } },
  { name = "Stops", type = "integer", derived = { sum = "limit.Stop" } },
]
""",  # noqa: E501 - a table of TOML is on one line
    )
    data = b"2,5,1,0,1,0,1,0\n2,6,4,0\n"
    assert places(looked(data + b"9,11,7\n", form)) == []
    assert places(looked(data + b"9,21,8\n", form)) == [(Rule.DERIVED, 3, 2), (Rule.DERIVED, 3, 3)]


#: Rules across records, where columns repeat.
TOGETHER = """
[files.adt]
unit = "limit.Part"
[[files.adt.records]]
name = "limit"
columns = [
  { name = "Who", type = "text", maximum_length = 9 },
  { repeat = "Part", columns = [
    { name = "Hours", type = "integer", role = "period" },
    { name = "Ref", type = "integer" },
  ] },
  { name = "Note", type = "text", maximum_length = 9, nullable = true },
]
[[files.adt.records]]
name = "end"
at = -1
columns = [{ name = "No", type = "integer", derived = { count = ["limit"] } }]
[[files.adt.rules]]
id = "each-once"
rule = "unique"
columns = ["Ref"]
[[files.adt.rules]]
id = "in-order"
rule = "sorted"
by = [{ column = "limit.Who", as = "bytes" }, { column = "Hours" }]
[[files.adt.rules]]
id = "all-hours"
rule = "complete"
column = "Hours"
values = [1, 2, 3]
for_each = ["limit.Who"]
"""


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a,1,1,2,2,n\na,3,3,\nb,1,4,2,5,3,6,\n3\n", []),
        (b"a,1,1,2,2,n\na,3,3,\nb,1,4,2,5,3,6,\n", [(Rule.RECORD_KINDS, 3, None)]),
        (b"a,1,1,2,2,3,1,\n1\n", [(Rule.PROFILE_RULES, 1, 7)]),
        (b"a,1,1,3,3,2,2,\n1\n", [(Rule.PROFILE_RULES, 1, 6)]),
        (b"a,1,1,2,2,3,3,\nb,1,4,2,5,n\n2\n", [(Rule.PROFILE_RULES, 2, 1)]),
        (b"a,1,1,2,2,3,3,\nb,1,4,2,5,x3,6,n\n2\n", [(Rule.FIELD_FORM, 2, 6)]),
    ],
)
@pytest.mark.parametrize("size", [1, 1 << 16])
def test_rules_across_records_are_about_what_repeats(
    tmp_path: Path, data: bytes, expected: list[tuple[Rule, int, int | None]], size: int
) -> None:
    form = layout(tmp_path, TOGETHER)
    found = Scanner(Content.of_bytes("made", data), form, Engine.RE2, size).scan()
    assert places(found) == expected
    starts = [one.place.offset for one in found.faults[Rule.PROFILE_RULES] if one.place]
    for (_, record, field), start in zip(expected, starts, strict=False):
        lines = data.split(b"\n")
        before = lines[record - 1].split(b",")[: (field or 1) - 1]
        assert start == len(b"\n".join([*lines[: record - 1], b",".join([*before, b""])]))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"2025-01-01,us\n1,2\n3,4\n1,2,3\n2,0\n", []),
        (b"2025-01-01,us\n1,2\n3,4\n1,2,3\n3,0\n", [(Rule.DERIVED, 5, 1)]),
        (b"2025-01-01,us\n1,2\n1,4\n2,0", [(Rule.UNIQUE_KEY, 3, 1)]),
        (b"us,2025-01-01\n1,2\n1,0\n", [(Rule.FIELD_FORM, 1, 1), (Rule.FIELD_FORM, 1, 2)]),
        (b"2025-01-01,us\n1;2\n1,0\n", [(Rule.FIELD_SEPARATOR, 2, 1)]),
        (b"2025-01-01,us\n1,2\n1,2,3,4\n1,0\n", [(Rule.RECORD_KINDS, 3, None)]),
    ],
)
@pytest.mark.parametrize("size", [1, 1 << 16])
@pytest.mark.parametrize("end", ["", CLOSED])
def test_records_are_recognised_by_their_fields_and_their_place(
    tmp_path: Path, data: bytes, expected: list[tuple[Rule, int, int | None]], size: int, end: str
) -> None:
    if end:
        data, text = closed(data if data.endswith(b"\n") else data + b"\n", BY_PLACE)
    form = layout(tmp_path, text if end else BY_PLACE)
    assert places(Scanner(Content.of_bytes("made", data), form, size=size).scan()) == expected


@pytest.mark.parametrize(
    ("entries", "names", "right"),
    [
        ('quoting = "all"', b'"Hours","Stop"', True),
        ('quoting = "all"', b"Hours,Stop", False),
        ('quoting = "allowed"', b'"Hours",Stop', True),
        ('quoting = "none"', b'"Hours",Stop', False),
        ('quoting = "all"\nrecord_end = "separator"', b'"Hours","Stop",', True),
        (CLOSED, b"Hours,Stop", False),
    ],
)
def test_names_of_columns_are_written_as_values_are(
    tmp_path: Path, entries: str, names: bytes, right: bool
) -> None:
    columns = """columns = [
      { name = "Hours", type = "integer", role = "period" },
      { name = "Stop", type = "integer", role = "threshold" },
    ]"""
    text = f'[files.adt]\nheader = "names"\nkey = ["Hours"]\nrules = []\n{entries}\n{columns}\n'
    row = b'"1","2"' if "all" in entries and "allowed" not in entries else b"1,2"
    data = names + b"\n" + row + (b"," if "record_end" in entries else b"") + b"\n"
    found = places(looked(data, layout(tmp_path, text)))
    assert found == ([] if right else [(Rule.RECORD_KINDS, 1, None)])


def test_records_that_are_recognised_by_their_place_are_not_read_as_rows(tmp_path: Path) -> None:
    form, data = layout(tmp_path, BY_PLACE), b"2025-01-01,us\n1,2\n3,4\n2,6\n"
    rows = [(n, row[:2]) for n, _, row in read_records(Content.of_bytes("made", data), form)]
    assert rows == [(2, [b"1", b"2"]), (3, [b"3", b"4"])]


#: Records that all have the same columns, below a record whose name they repeat.
FLAT = """
[files.adt]
records = [
  { name = "user", key = ["UserID"], columns = [
    { name = "Tag", type = "constant", value = "U", tag = true },
    { name = "UserID", type = "eui64", role = "user-id" },
    { name = "Name", type = "text", pattern = "[a-z]+" },
  ] },
  { name = "limit", parent = "user", key = ["user.UserID", "Hours"], columns = [
    { name = "Tag", type = "constant", value = "L", tag = true },
    { name = "Hours", type = "integer", role = "period" },
    { name = "Warn", type = "integer", nullable = true },
    { name = "Stop", type = "integer", role = "threshold" },
    { name = "Name", type = "text", pattern = "[a-z]+", derived = { same = "user.Name" } },
  ] },
]
[[files.adt.rules]]
id = "warn"
rule = "compare"
left = { column = "Warn" }
op = "<="
right = { column = "Stop" }
"""


def flat() -> list[str]:
    """The records of a conforming file: two users with nine limits each."""
    return [
        line
        for user in "ab"
        for line in (
            f"U,70-00-00-00-00-00-00-0{user.upper()},g{user}",
            *(f"L,{hours},5,10,g{user}" for hours in range(1, 10)),
        )
    ]


def test_rows_below_a_record_have_its_values_behind_their_own(tmp_path: Path) -> None:
    data = "".join(f"{line}\n" for line in flat()).encode()
    form = layout(tmp_path, FLAT)
    assert places(looked(data, form)) == []
    rows = [(n, row) for n, _, row in read_records(Content.of_bytes("made", data), form)]
    assert [n for n, _ in rows] == [*range(2, 11), *range(12, 21)]
    assert rows[9] == (
        12, [b"L", b"1", b"5", b"10", b"gb", b"70-00-00-00-00-00-00-0B", b"gb"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "rule", "field"),
    [
        (",5,10,", ",11,10,", Rule.COMPARE, 3),
        (",ga", ",gb", Rule.DERIVED, 5),
        ("L,4,", "L,3,", Rule.UNIQUE_KEY, 2),
    ],
)
def test_one_fault_among_many_records_below_another_is_found_at_its_record(
    tmp_path: Path, old: str, new: str, rule: Rule, field: int
) -> None:
    lines = flat()
    lines[4] = lines[4].replace(old, new)
    data = "".join(f"{line}\n" for line in lines).encode()
    assert places(looked(data, layout(tmp_path, FLAT))) == [(rule, 5, field)]
