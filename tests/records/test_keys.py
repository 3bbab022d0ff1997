"""Keys that occur twice."""

from __future__ import annotations

from array import array
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from conformance.content import Content
from conformance.model.column import Column
from conformance.model.types.constant import Constant
from conformance.model.types.eui64 import Eui64
from conformance.model.types.integer import Integer
from conformance.model.types.text import Text
from conformance.records import Rule, keys
from conformance.records.keys import FirstSeen
from conformance.records.scan import Scanner
from tests.records import formats
from tests.records.formats import (
    ADT,
    QCAF,
    SENDER,
    TARGET,
    both_engines,
    layout,
    placed,
    places,
    qcaf,
)


def test_a_key_that_was_there_before_is_a_fault_of_the_later_record() -> None:
    rows = [qcaf(n) for n in (1, 2, 1, 3, 1, 2)]
    scan = both_engines(b"".join(rows), layout(QCAF))
    starts = [sum(map(len, rows[:n])) for n in range(6)]
    assert placed(scan) == [(Rule.UNIQUE_KEY, n, 1, starts[n - 1]) for n in (3, 5, 6)]
    messages = [fault.message for fault in scan.faults[Rule.UNIQUE_KEY]]
    assert messages == [f"RequestID: the same as in record {n}" for n in (1, 1, 2)]
    first = scan.faults[Rule.UNIQUE_KEY][0]
    assert first.found == f"'{SENDER}:{formats.TARGET}:1'"
    assert first.profile == ("files.qcaf.key",)
    assert first.notes == ()
    assert first.excerpt is not None
    assert first.excerpt.data == rows[2][:-1]
    assert scan.counts[Rule.UNIQUE_KEY] == 3
    assert not any(scan.hidden.values())


def test_only_identifiers_in_either_case_are_the_same_key_in_either_case() -> None:
    """A reading that allows an EUI-64 in lower case does not change other columns."""
    columns = (Column("Who", Eui64()), Column("What", Text()))
    form = replace(ADT, columns=columns, key=("Who", "What"), rules=())
    held_to = layout(form, eui64_case="any")
    rows = [f"{who},{what}\n" for who in (SENDER, SENDER.lower()) for what in ("a", "A")]
    found = places("".join(rows).encode(), held_to)
    assert [p[:2] for p in found] == [(Rule.UNIQUE_KEY, 3), (Rule.UNIQUE_KEY, 4)]


def test_a_key_of_several_columns() -> None:
    def row(variant: str, period: int, threshold: int = 100) -> bytes:
        return f"{SENDER},IS,{variant},{period},,{threshold}\n".encode()

    data = row("", 1) + row("", 11) + row("1.1.1", 1) + row("", 1, 200)
    scan = both_engines(data, layout())
    assert placed(scan) == [(Rule.UNIQUE_KEY, 4, 1, len(data) - 35)]
    fault = scan.faults[Rule.UNIQUE_KEY][0]
    assert fault.message == (
        "UserID and UserRole and ServiceReferenceVariant and TimePeriodHours: "
        "the same as in record 1"
    )
    assert fault.notes == ("duplicate-rules",)
    assert places(data, layout(duplicate_rules="last-wins")) == []


def test_that_the_last_wins_is_about_rules() -> None:
    data = qcaf(1) + qcaf(1)
    last_wins = layout(QCAF, duplicate_rules="last-wins")
    assert places(data, last_wins) == [(Rule.UNIQUE_KEY, 2, 1, len(data) // 2)]


def test_keys_in_either_case_are_the_same() -> None:
    first, second = qcaf(1), qcaf(2)
    data = first + second + first.replace(SENDER.encode(), SENDER.lower().encode())
    held_to = layout(QCAF, eui64_case="any")
    assert places(data, held_to) == [(Rule.UNIQUE_KEY, 3, 1, len(first + second))]


@pytest.mark.parametrize("large", [0, 1 << 30], ids=["large", "small"])
@pytest.mark.parametrize("before", [str.upper, str.lower])
@pytest.mark.parametrize("after", [str.upper, str.lower])
def test_records_that_begin_in_one_case_and_go_on_in_the_other(
    before: Callable[[str], str], after: Callable[[str], str], large: int
) -> None:
    def row(number: int, write: Callable[[str], str]) -> bytes:
        return qcaf(number).replace(TARGET.encode(), write(TARGET).encode())

    held_to = layout(QCAF, eui64_case="any")
    data = b"".join([*(row(n, before) for n in range(9)), *(row(n, after) for n in range(8, 20))])
    scan = Scanner(Content.of_bytes("data.csv", data), held_to, size=200, large=large).scan()
    assert [p[:2] for p in placed(scan)] == [(Rule.UNIQUE_KEY, 10)]


def test_a_key_that_is_not_the_first_column() -> None:
    columns = (Column("A", Integer()), Column("B", Integer()))
    form = replace(ADT, columns=columns, key=("B",), rules=())
    assert places(b"1,2\n10,3\n3,2\n", layout(form)) == [(Rule.UNIQUE_KEY, 3, 2, 11)]
    assert places(b"1,2\n10,3\n3,2\n", layout(replace(form, key=()))) == []


@pytest.mark.parametrize("case", ["upper", "any"])
def test_a_key_and_a_sender_after_a_constant(case: str) -> None:
    form = replace(QCAF, columns=(Column("Form", Constant(value="q7")), *QCAF.columns))
    records = [b"q7," + qcaf(n) for n in (*range(9), 4)]
    held_to = layout(form, eui64_case=case)
    assert placed(both_engines(b"".join(records), held_to))[0][:3] == (Rule.UNIQUE_KEY, 10, 2)
    other = records[2].replace(SENDER.encode(), b"00-00-00-00-00-00-00-00", 1)
    found = places(b"".join([*records[:2], other]), held_to)
    assert [one[:3] for one in found] == [(Rule.ONE_SENDER, 3, 2)]


def test_records_that_cannot_be_read_have_no_key() -> None:
    bad = qcaf(1).replace(b":1,", b":01,")
    scan = both_engines(bad + bad + qcaf(1), layout(QCAF))
    assert scan.counts[Rule.UNIQUE_KEY] == 0
    assert scan.hidden[Rule.UNIQUE_KEY] == {Rule.FIELD_FORM}


def test_keys_are_found_in_records_that_are_faulty_otherwise() -> None:
    crlf = qcaf(1).replace(b"\n", b"\r\n")
    semicolons = qcaf(1).replace(b",", b";")
    shouting = qcaf(1).replace(b"elete", b"ELETE")
    data = crlf + semicolons + shouting + qcaf(1)
    scan = both_engines(data, layout(QCAF))
    assert [p[1] for p in placed(scan) if p[0] == Rule.UNIQUE_KEY] == [2, 3, 4]


def test_many_duplicates_are_counted_and_the_first_shown() -> None:
    numbers = [n * 7919 % 3000 // 3 for n in range(3000)]
    scan = both_engines(b"".join(map(qcaf, numbers)), layout(QCAF))
    assert scan.counts[Rule.UNIQUE_KEY] == 2000
    seen: dict[int, int] = {}
    expected = []
    for place, number in enumerate(numbers, 1):
        if number in seen:
            expected.append((place, f"RequestID: the same as in record {seen[number]}"))
        seen.setdefault(number, place)
    shown = [(f.place.record, f.message) for f in scan.faults[Rule.UNIQUE_KEY]]
    assert shown == expected[:20]


def test_hashes_that_agree_by_accident_are_not_duplicates(monkeypatch: pytest.MonkeyPatch) -> None:
    def poor(key: keys.Key) -> int:
        return len(key)

    monkeypatch.setattr(keys, "digest", poor)
    content = Content.of_bytes("data.csv", b"".join(map(qcaf, (1, 2, 3, 1))))
    scan = Scanner(content, layout(QCAF)).scan()
    assert scan.counts[Rule.UNIQUE_KEY] == 1
    assert [p[1] for p in placed(scan)] == [4]


def test_hashes_without_a_set() -> None:
    """With many hashes to find, there is no set of them to ask first."""
    few, many = FirstSeen(array("q", [hash(b"a")])), FirstSeen(array("q", range(1 << 17)))
    assert few.knows_none_of([b"b", b"c"])
    assert not few.knows_none_of([b"b", b"a"])
    assert not many.knows_none_of([b"b"])
    assert few.before(b"a", 3, 30) is None
    assert few.before(b"b", 4, 40) is None
    assert few.before(b"a", 5, 50) == (3, 30)
    assert many.before(b"no such number", 1, 0) is None
