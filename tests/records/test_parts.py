"""The small parts: expressions, keys, plans, encodings, cuts, and what is shown of a fault."""

from __future__ import annotations

import re
from array import array
from itertools import product

import pytest
from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import ModelError
from conformance.findings import Excerpt
from conformance.model.expression import alternatives, between
from conformance.model.rule import CROSS_RULES, FIELD_RULES, HIDDEN_WITH_A_RECORD, Rule
from conformance.model.types.choice import any_case, plain
from conformance.model.types.integer import Integer
from conformance.records import Dialect, expression, keys
from conformance.records.characters import foreign_encoding
from conformance.records.duplicates import HashSink
from conformance.records.engine import Engine
from conformance.records.fault import Fault
from conformance.records.field import FieldCheck
from conformance.records.keys import FirstSeen, KeyHashes
from conformance.records.ledger import Ledger, LocatedRecord
from conformance.records.lines import Fragment, Run, lines
from conformance.records.plan import LayoutPlan, plan_of
from conformance.records.splitting import Splitter
from tests.records.files import COLUMNS, column_layout
from tests.records.formats import ADT, QCAF, REPORT, adt, both_engines, layout, qcaf

BOUNDS = (0, 1, 5, 8, 9, 10, 11, 19, 20, 99, 100, 101, 120, 744, 909, 999, 1000, 1234)


def test_numbers_between_bounds_are_those_of_the_expression() -> None:
    for low, high in product(BOUNDS, BOUNDS):
        pattern = re.compile(between(low, high))
        found = [n for n in range(1300) if pattern.fullmatch(b"%d" % n)]
        assert found == list(range(low, high + 1)), (low, high)
        assert not pattern.fullmatch(b"0%d" % low)


@pytest.mark.parametrize("minimum", [None, 0, 9, 15, 99, 100])
@pytest.mark.parametrize("maximum", [None, 0, 15, 99, 744, 1000])
@pytest.mark.parametrize("digits", [None, 1, 2, 3, 4, 1002])
def test_the_expression_of_an_integer(
    minimum: int | None, maximum: int | None, digits: int | None
) -> None:
    column = Integer(minimum=minimum, maximum=maximum, maximum_digits=digits)
    assert column.lowest == (minimum or 0)
    pattern = re.compile(column.expression(b","))
    most = [10**digits - 1] if digits else []
    most += [] if maximum is None else [maximum]
    for number in (*range(130), 743, 744, 745, 999, 1000, 1001, 9999, 10000, 10**999, 10**1001):
        fits = (minimum or 0) <= number <= min(most, default=number)
        found = pattern.fullmatch(b"%d" % number) is not None
        # One of more digits than RE2 counts may be left to a closer look.
        assert found == fits or (fits and number > 10**999), number
        assert not pattern.fullmatch(b"0%d" % number)


@pytest.mark.parametrize(
    ("name", "longest"),
    [
        ("eui64", 23), ("request", 68), ("integer", None), ("integer from 5 to 744", 3),
        ("integer from 5", None), ("integer of 3 digits", 3), ("instant", 20), ("code", 4),
        ("code or null", 4), ("many codes", 1), ("any text", None), ("action", 7), ("nothing", 0),
    ],
)  # fmt: skip
def test_the_longest_value_of_a_column(name: str, longest: int | None) -> None:
    assert COLUMNS[name].type.widest == longest
    assert expression.longest(column_layout(COLUMNS[name])) == longest


def test_without_actions_none_is_long() -> None:
    assert COLUMNS["action"].type.as_read({}, ()).widest == 0
    assert COLUMNS["instant"].type.as_read({}, ()).widest == 20


def test_the_longest_record() -> None:
    assert expression.longest(layout(ADT)) == 23 + 3 + 6 + 3 + 9 + 9 + 5
    assert expression.longest(layout(QCAF)) == 68 + 6 + 20 + 20 + 23 + 7 + 5
    assert expression.longest(layout(REPORT)) == 68 + 6 + 20 + 20 + 23 + 0 + 5


def test_values_that_a_field_can_hold() -> None:
    given = ("a", "a b", " a", " ", "", "a,b", "a;b", 'a"b', "é", "a\x7f", "~", "!")
    assert plain(given, b",") == [b"a", b"a b", b" a", b"a;b", b"~", b"!"]
    assert plain(given, b",;") == [b"a", b"a b", b" a", b"~", b"!"]
    assert any_case(b"aB-1.") == rb"[Aa][Bb]\-1\."
    never = re.compile(alternatives([]))
    assert not any(never.search(bytes((byte,))) for byte in range(256))
    assert alternatives([b"a", b"b"]) == b"(?:a|b)"


@pytest.mark.parametrize("name", COLUMNS)
def test_a_value_that_surely_fits_does(name: str) -> None:
    """Except for texts and odd types, valid values are known without a closer look."""
    check = FieldCheck(column_layout(COLUMNS[name]), 0, Engine.RE)
    from tests.records.files import VALUES

    for text in VALUES:
        value = text.encode()
        sure = check.surely_fits(value) is not None
        if not COLUMNS[name].type.exact:
            assert not sure
        else:
            assert sure == check.fits(value), value


# --- Encodings ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["a", "ab", "a,b\n", "abcdefgh", "12345678901234567890"])
def test_the_encoding_of_a_file(text: str) -> None:
    for codec, name in (("utf-16", "UTF-16"), ("utf-32", "UTF-32")):
        for order, mark in (("-le", "\ufeff"), ("-be", "\ufeff")):
            encoded = text.encode(codec + order)
            assert foreign_encoding((mark + text).encode(codec + order)) == name
            if len(text) > 1:
                assert foreign_encoding(encoded) == name, encoded
    assert foreign_encoding(text.encode()) is None


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"", None), (b"\0", None), (b"\0" * 64, None), (b"a\0b", None), (b"a\0b\0", "UTF-16"),
        (b"\0a\0b", "UTF-16"), (b"a\0\0\0", "UTF-32"), (b"\0\0\0a", "UTF-32"),
        (b"\0\0a\0", "UTF-32"), (b"a\0bc", None), (b"\0a\0\0", "UTF-32"),
        (b"a\0\0\0b\0\0\0", "UTF-32"), (b"a\0b\0\0\0c\0", "UTF-16"),
        (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"\xff\xfe\0\0", "UTF-32"),
        (b"\0\0\xfe\xff", "UTF-32"), (b"\xff\xfe\0", "UTF-16"), (b"\xfe\xff\0\0", "UTF-16"),
    ],
)  # fmt: skip
def test_the_encoding_of_some_bytes(head: bytes, name: str | None) -> None:
    assert foreign_encoding(head) == name


# --- Keys ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 100, 4095, 4096, 4097, 9000])
@pytest.mark.parametrize("batch", [1, 7, 5000])
def test_keys_that_recur_are_counted(size: int, batch: int) -> None:
    given = [b"%d" % (n % (size - size // 10) if size > 9 else n) for n in range(size)]
    hashes = KeyHashes()
    for start in range(0, size, batch):
        hashes.extend(given[start : start + batch])
    count, repeated = hashes.repeated()
    again = {key for key in given if given.count(key) > 1} if size <= 100 else None
    assert count == size - len(set(given))
    assert list(repeated) == sorted(repeated)
    if again is not None:
        assert set(repeated) == {keys.digest(key) for key in again}
    else:
        assert len(repeated) == size // 10


def test_keys_that_occur_once_do_not_recur() -> None:
    hashes = KeyHashes()
    hashes.extend([b"a", b"b"])
    assert hashes.repeated() == (0, array("q"))
    hashes.extend([b"a", b"a"])
    assert hashes.repeated() == (2, array("q", [keys.digest(b"a")]))


def test_where_a_key_was_seen_first() -> None:
    seen = FirstSeen(array("q", sorted(map(keys.digest, (b"a", b"b", b"z")))))
    assert seen.knows_none_of([b"c", b"d"])
    assert not seen.knows_none_of([b"c", b"a"])
    assert seen.before(b"c", 1, 0) is None
    assert seen.before(b"a", 2, 10) is None
    assert seen.before(b"b", 3, 20) is None
    assert seen.before(b"a", 4, 30) == (2, 10)
    assert seen.before(b"a", 5, 40) == (2, 10)
    assert seen.before(b"b", 6, 50) == (3, 20)
    assert FirstSeen(array("q")).before(b"a", 1, 0) is None
    assert FirstSeen(array("q")).knows_none_of([b"a"])


@pytest.mark.parametrize("key", [(), ("RequestID",), ("Breach",), ("RequestID", "Breach")])
def test_the_keys_of_a_run_are_those_of_its_records(key: tuple[str, ...]) -> None:
    plan = LayoutPlan(layout(replace(QCAF, key=key)), Engine.RE)
    rows = [qcaf(n) for n in range(50)]
    run = Run(0, b"".join(rows), b"\n", 1)
    columns = [QCAF.index(name) for name in key]
    expected = [tuple(row[:-1].split(b",")[c] for c in columns) for row in rows]
    if not key:
        assert plan.distinct == ()
        return
    (distinct,) = plan.distinct
    found = [one for some in distinct.keys(run) for one in some]
    assert [one if isinstance(one, tuple) else (one,) for one in found] == expected
    assert [distinct.key(plan.values(row[:-1])) for row in rows] == found
    sink = HashSink(distinct)
    sink.run(run)
    assert run.counted == 50
    assert sink.repeated()[0] == 50 - len(set(expected))


def test_plans_are_made_once() -> None:
    assert plan_of(layout(), Engine.RE) is plan_of(layout(), Engine.RE)
    assert plan_of(layout(), Engine.RE) is not plan_of(layout(quotes="rfc4180"), Engine.RE)
    assert plan_of(layout(), Engine.RE) is not plan_of(layout(QCAF), Engine.RE)


# --- What is shown ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "start", "length", "first", "shown"),
    [
        (0, 0, 0, 0, 0), (10, 3, 2, 0, 10), (200, 150, 10, 0, 200), (201, 0, 1, 0, 200),
        (201, 200, 1, 1, 200), (1000, 500, 0, 400, 200), (1000, 500, 10, 405, 200),
        (1000, 500, 200, 500, 200), (1000, 500, 300, 500, 200), (1000, 999, 1, 800, 200),
        (1000, 1000, 0, 800, 200), (1000, 95, 10, 0, 200), (1000, 96, 10, 1, 200),
        (1000, 1005, 3, 800, 200),
    ],
)  # fmt: skip
def test_the_bytes_around_a_fault(
    size: int, start: int, length: int, first: int, shown: int
) -> None:
    data = bytes(n % 251 for n in range(size))
    ledger = Ledger("x", layout(), LayoutPlan(layout(), Engine.RE).checks)
    ledger.add(Fault(Rule.QUOTING, "m", "f", "e", start, length), LocatedRecord(7, 100, data))
    (finding,) = ledger.close(9).faults[Rule.QUOTING]
    at = min(start - first, shown)
    assert finding.excerpt == Excerpt(data[first : first + shown], at, min(length, shown - at))
    assert (finding.place.record, finding.place.offset) == (7, 100 + start)


def test_rules_are_known_once_and_hide_what_comes_after() -> None:
    assert len(set(FIELD_RULES)) == len(FIELD_RULES)
    assert not set(FIELD_RULES) & set(CROSS_RULES)
    counting = {Rule.FIELD_SEPARATOR, Rule.FIELD_COUNT}
    assert {rule: set(hidden) for rule, hidden in HIDDEN_WITH_A_RECORD.items()} == {
        Rule.RECORD_LENGTH: counting | {Rule.RECORD_SIGN, Rule.CHARACTERS},
        Rule.RECORD_SEPARATOR: counting,
        Rule.RECORD_KINDS: counting,
        Rule.RECORD_SIGN: counting,
        Rule.CHARACTERS: counting,
        Rule.QUOTING: counting,
        Rule.FIELD_COUNT: set(),
        Rule.FIELD_SEPARATOR: {Rule.FIELD_COUNT},
    }


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"field_separator": b":"}, "the field separator is not a comma, semicolon, tab or bar"),
        ({"field_separator": b""}, "the field separator is not a comma, semicolon, tab or bar"),
        ({"record_separator": b"\r"}, "the record separator is neither LF nor CR LF"),
        ({"record_sign": b""}, "the record sign is empty, or could be in any value"),
        ({"record_sign": b"x"}, "the record sign is empty, or could be in any value"),
        *(({"field_separator": one}, None) for one in (b",", b";", b"\t", b"|")),
        *(({"record_separator": one}, None) for one in (b"\n", b"\r\n")),
        ({"record_sign": b"\xe2\x96\xb3"}, None),
    ],
)
def test_dialects(entries: dict[str, bytes], said: str | None) -> None:
    if said is None:
        assert Dialect(**entries)
        return
    with pytest.raises(ModelError) as caught:
        Dialect(**entries)
    assert str(caught.value) == said


# --- Cutting ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 5, 100, 1 << 16])
@pytest.mark.parametrize("start", [0, 3])
def test_pieces_and_runs_have_their_places(size: int, start: int) -> None:
    data = adt(0) + b"x\r\n" + adt(1) + b"a\rb\n" + adt(2)[:-1]
    content = Content.of_bytes("x", b"." * start + data)
    reported: list[int] = []
    events = list(lines(content, start, LayoutPlan(layout(), Engine.RE).cut, size, reported.append))
    assert sum(reported) == len(data)
    for event in events:
        assert content.slice(event.offset, len(event.data)).read(1000) == event.data
    shown = [
        (e.number, e.offset - start, e.separator, e.inside, e.fragment, e.follows, e.before)
        for e in events
        if isinstance(e, Fragment) and e.data != adt(2)[:-1]
    ]
    first, second = len(adt(0)), len(adt(0) + b"x\r\n" + adt(1))
    assert shown == [
        (2, first, b"\r\n", False, False, False, 0),
        (4, second, b"\r", True, True, False, 0),
        (4, second + 2, b"\n", False, True, True, 0),
    ]
    assert sum(event.count for event in events if not event.follows) == 5


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (b"", 0), (b",,", 2), (b'"a,b",c', 2), (b"a;b;c;d;e;f", 0), (b"a;b", 0), (b'"a', 0),
        (adt(0)[:-1], 5), (adt(0)[:-1].replace(b",", b";"), 5),
        (adt(0)[:-1].replace(b",", b";", 1), 5), (adt(0)[:-1] + b",x", 6),
        (adt(0)[:-1].replace(b",", b";") + b";x", 6),
    ],
)  # fmt: skip
def test_the_separators_of_a_record(data: bytes, count: int) -> None:
    plan = LayoutPlan(layout(), Engine.RE)
    assert Splitter(layout(), plan.checks).separators(data) == count


def test_faults_of_fields_beyond_those_shown_are_counted_once() -> None:
    data = b"".join(map(adt, range(23))).replace(b",IS,", b",XX,")
    found = both_engines(data, layout())
    assert (found.counts[Rule.LISTED_VALUE], len(found.faults[Rule.LISTED_VALUE])) == (23, 20)
