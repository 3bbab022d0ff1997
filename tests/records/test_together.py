"""Rules across records: ``unique``, ``sorted`` and ``complete``."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from conformance.content import Content
from conformance.model.column import Column
from conformance.model.condition import Condition
from conformance.model.cross_rule import CrossRule, CrossRuleName, SortKey
from conformance.model.types.code import Code
from conformance.model.types.eui64 import Eui64
from conformance.model.types.instant import Instant
from conformance.model.types.integer import Integer
from conformance.records import Layout, Rule, completeness
from conformance.records.scan import Scanner
from tests.records.formats import ADT, SENDER, both_engines, layout, placed

COLUMNS = (
    Column("Kind", Code(values=("A", "B", "C")), nullable=True),
    Column("Number", Integer(), nullable=True),
    Column("Who", Eui64(case="any"), nullable=True),
    Column("When", Instant(format=("DD/MM/YYYY hh:mm",), zone="Europe/London"), nullable=True),
)
UNIQUE, SORTED, COMPLETE = CrossRuleName.UNIQUE, CrossRuleName.SORTED, CrossRuleName.COMPLETE
A_ALONE = (Condition("Kind", among=("A",)),)


def checked_by(*rules: CrossRule) -> Layout:
    return layout(replace(ADT, columns=COLUMNS, key=(), rules=rules))


def broken(rows: str, *rules: CrossRule) -> list[tuple[int | None, int | None]]:
    """The record and the field of each fault of ``rows``; each is of the profile's rules."""
    data = "".join(f"{row}\n" for row in rows.split()).encode()
    found = both_engines(data, checked_by(*rules))
    assert found.counts[Rule.PROFILE_RULES] == len(found.faults[Rule.PROFILE_RULES])
    assert {rule for rule, *_ in placed(found)} <= {Rule.PROFILE_RULES}
    return [(record, field) for _, record, field, _ in placed(found)]


def by(*keys: SortKey, when: tuple[Condition, ...] = ()) -> CrossRule:
    return CrossRule("s", SORTED, tuple(key.column for key in keys), by=keys, when=when)


# --- unique ---------------------------------------------------------------------------------------

LOWER = SENDER.lower()
PAIR = CrossRule("u", UNIQUE, ("Number", "Who"))


def test_values_together_do_not_repeat() -> None:
    """They are compared by value, and null equals null."""
    rows = f"A,1,{SENDER}, A,2,{SENDER}, B,1,{LOWER}, A,1,, B,1,, B,2,,"
    assert broken(rows, PAIR) == [(3, 2), (5, 2)]
    assert broken(f"A,1,{SENDER}, A,2,{SENDER},", PAIR) == []


def test_a_finding_names_the_record_that_had_the_values_before() -> None:
    scan = both_engines(f"A,1,{SENDER},\nA,2,,\nB,1,{LOWER},\n".encode(), checked_by(PAIR))
    (found,) = scan.faults[Rule.PROFILE_RULES]
    assert found.message == "Number and Who: the same as in record 1 (rule 6.3:u)"
    assert found.expected == "a value that no record before has; record 1 has it"
    assert found.profile == ("files.adt.rules.u",)


def test_two_rules_and_the_key_are_each_counted() -> None:
    form = replace(
        ADT,
        columns=COLUMNS,
        key=("Kind",),
        rules=(PAIR, replace(PAIR, id="n", columns=("Number",))),
    )
    scan = both_engines(b"A,1,,\nB,1,,\nA,2,,\n", layout(form))
    assert [(rule, n) for rule, n in scan.counts.items() if n] == [
        (Rule.PROFILE_RULES, 2), (Rule.UNIQUE_KEY, 1),
    ]  # fmt: skip


def test_only_records_that_meet_the_conditions_count_for_unique() -> None:
    rule = CrossRule("u", UNIQUE, ("Number",), when=A_ALONE)
    assert broken("A,1,, B,1,, B,1,, A,2,, A,1,,", rule) == [(5, 2)]
    present = replace(rule, when=(Condition("Number", null=False),))
    assert broken("A,,, B,,, A,1,, A,1,,", present) == [(4, 2)]


# --- sorted ---------------------------------------------------------------------------------------

NUMBER = SortKey("Number")


@pytest.mark.parametrize(
    ("keys", "rows", "wrong"),
    [
        ((NUMBER,), "A,9,, A,10,, A,10,, A,11,,", []),
        ((NUMBER,), "A,10,, A,9,, A,10,,", [(2, 2)]),
        ((NUMBER,), "A,10,, A,11,, A,9,,", [(3, 2)]),
        ((NUMBER,), "A,,, A,0,, A,,, A,1,,", [(3, 2)]),
        ((SortKey("Number", as_bytes=True),), "A,,, A,10,, A,9,,", []),
        ((SortKey("Number", as_bytes=True),), "A,9,, A,10,,", [(2, 2)]),
        ((SortKey("Number", descending=True),), "A,10,, A,9,, A,,,", []),
        ((SortKey("Number", descending=True),), "A,9,, A,10,, A,,, A,1,,", [(2, 2), (4, 2)]),
        ((SortKey("Kind"), NUMBER), "A,9,, B,1,, B,2,, C,0,,", []),
        ((SortKey("Kind"), NUMBER), "A,9,, B,2,, B,1,, A,3,,", [(3, 2), (4, 1)]),
        ((SortKey("Kind"), SortKey("Number", descending=True)), "A,1,, B,2,, B,1,, C,9,,", []),
        ((SortKey("Who"),), f"A,1,{LOWER}, A,1,{SENDER}, A,1,{LOWER},", []),
        ((SortKey("Who", as_bytes=True),), f"A,1,{LOWER}, A,1,{SENDER},", [(2, 3)]),
        ((SortKey("When"),), "A,,,31/01/2026_10:00 A,,,01/02/2026_09:00", []),
        ((SortKey("When"),), "A,,,01/02/2026_09:00 A,,,31/01/2026_10:00", [(2, 4)]),
    ],
)
def test_records_are_sorted(
    keys: tuple[SortKey, ...], rows: str, wrong: list[tuple[int, int]]
) -> None:
    data = "".join(f"{row.replace('_', ' ')}\n" for row in rows.split()).encode()
    scan = both_engines(data, checked_by(by(*keys)))
    assert [(record, field) for _, record, field, _ in placed(scan)] == wrong


def test_a_record_out_of_order_is_compared_with_the_one_before_it() -> None:
    scan = both_engines(b"A,9,,\nA,x,,\nA,10,,\nA,3,,\nA,4,,\n", checked_by(by(NUMBER)))
    (found,) = scan.faults[Rule.PROFILE_RULES]
    assert (found.place.record, found.place.field) == (4, 2)
    assert found.message == "Number is out of order (rule 6.3:s)"
    assert (found.found, found.expected) == ("'3'", "nothing before '10', which record 3 has")
    assert scan.hidden[Rule.PROFILE_RULES] == {Rule.FIELD_FORM}


def test_only_records_that_meet_the_conditions_are_sorted() -> None:
    rule = by(NUMBER, when=A_ALONE)
    assert broken("A,1,, B,0,, A,2,, B,9,, A,3,, B,1,,", rule) == []
    assert broken("A,1,, B,0,, A,3,, B,9,, A,2,, B,1,,", rule) == [(5, 2)]


def test_the_order_of_times_that_clocks_show_twice_is_left_open() -> None:
    """01:30 on 25 October 2026 is before and after 01:10; 01:30 is after 00:30 in any case."""
    layouts = checked_by(by(SortKey("When")))
    twice = "A,,,25/10/2026 {}\n"
    early, doubtful, later = (twice.format(time).encode() for time in ("00:30", "01:30", "01:10"))
    scan = both_engines(early + doubtful, layouts)
    assert (scan.counts[Rule.PROFILE_RULES], scan.left_open) == (0, ())
    scan = both_engines(early + doubtful + later, layouts)
    assert scan.counts[Rule.PROFILE_RULES] == 0
    (why,) = scan.left_open
    assert why.endswith("depends on which is meant, 1 times (rule 6.3:s)")
    assert both_engines(doubtful + early, layouts).counts[Rule.PROFILE_RULES] == 1


# --- complete -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "rows", "wrong"),
    [
        (CrossRule("c", COMPLETE, ("Kind",)), "C,,, B,,, A,,, A,,,", []),
        (CrossRule("c", COMPLETE, ("Kind",)), "B,,, A,,, ,,,", [(None, None)]),
        (CrossRule("c", COMPLETE, ("Kind",), values=("A", "B")), "B,,, A,,,", []),
        (CrossRule("c", COMPLETE, ("Number",), values=("7", "8")), "B,8,, A,9,,", [(None, None)]),
        (CrossRule("c", COMPLETE, ("Kind", "Number"), values=("A", "B")),
         "A,1,, A,2,, B,1,, C,3,, B,2,, A,3,, B,,,", [(4, 2), (7, 2)]),
        (CrossRule("c", COMPLETE, ("Kind", "Who"), values=("A", "B")),
         f"A,1,{LOWER}, B,2,{SENDER},", []),
        (CrossRule("c", COMPLETE, ("Kind", "Number", "Who"), values=("A", "B")),
         f"A,1,, B,1,{SENDER}, A,1,{SENDER}, C,1,,", [(1, 2)]),
        (CrossRule("c", COMPLETE, ("Kind", "Who"), values=("A", "B"),
                   when=(Condition("Number", null=False),)),
         f"A,1,, B,,, A,,{SENDER},", [(1, 3)]),
    ],
)  # fmt: skip
def test_each_value_has_a_record(
    rule: CrossRule, rows: str, wrong: list[tuple[int | None, int | None]]
) -> None:
    assert broken(rows, rule) == wrong


def test_a_finding_says_which_records_are_missing() -> None:
    rule = CrossRule("c", COMPLETE, ("Kind", "Number"))
    scan = both_engines(b"A,1,,\nB,1,,\nC,1,,\nB,2,,\n", checked_by(rule))
    (found,) = scan.faults[Rule.PROFILE_RULES]
    assert found.message == "Kind: no record for A and C with Number '2' (rule 6.3:c)"
    assert (found.found, found.expected) == ("B", "a record with A and C")
    assert (found.place.record, found.place.field, found.place.offset) == (4, 2, 20)


def test_a_record_that_cannot_be_read_may_be_the_one_that_is_missing() -> None:
    scan = both_engines(b"A,1,,\nB,1,,\nX,1,,\n", checked_by(CrossRule("c", COMPLETE, ("Kind",))))
    assert scan.counts[Rule.PROFILE_RULES] == 0
    assert scan.hidden[Rule.PROFILE_RULES] == {Rule.LISTED_VALUE}


def test_too_few_records_are_not_incomplete_as_well() -> None:
    scan = both_engines(b"", checked_by(CrossRule("c", COMPLETE, ("Kind",))))
    assert [rule for rule, count in scan.counts.items() if count] == [Rule.MINIMUM_RECORDS]
    assert scan.hidden[Rule.PROFILE_RULES] == {Rule.MINIMUM_RECORDS}


#: ES may send 1.1.1 alone of these, IS both; who may send 6.15.1 is not known.
ROLES = (
    Column("Role", Code(values=("IS", "GS", "ED")), nullable=True),
    Column("Variant", Code(values=("1.1.1", "1.2.1", "6.15.1"))),
)


@pytest.mark.parametrize(
    ("rows", "wrong", "left_open"),
    [
        (b"IS,1.1.1\nIS,1.2.1\nIS,6.15.1\nGS,1.1.1\nGS,6.15.1\n", [], 0),
        (b"IS,1.1.1\nIS,6.15.1\nGS,1.1.1\nGS,6.15.1\n", [1], 0),
        (b"IS,1.1.1\nIS,1.2.1\nIS,6.15.1\nGS,1.1.1\n", [], 1),
        (b"ED,6.15.1\n,1.1.1\n", [], 0),
    ],
)
def test_only_variants_that_the_role_may_send_are_wanted(
    rows: bytes, wrong: list[int], left_open: int
) -> None:
    rule = CrossRule("c", COMPLETE, ("Variant", "Role"), eligible_for="Role")
    scan = both_engines(rows, layout(replace(ADT, columns=ROLES, key=(), rules=(rule,))))
    assert [record for _, record, *_ in placed(scan)] == wrong
    assert len(scan.left_open) == left_open


def test_more_combinations_than_are_kept_in_mind_are_left_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(completeness.CompleteSink.__init__, "__defaults__", (2,))
    rule = CrossRule("c", COMPLETE, ("Kind", "Number"), values=("A",))
    content = Content.of_bytes("data.csv", b"A,1,,\nA,2,,\nA,3,,\nB,4,,\n")
    scan = Scanner(content, checked_by(rule)).scan()
    assert scan.counts[Rule.PROFILE_RULES] == 0
    assert scan.left_open == (
        "Number has more than 2 different values, too many to look for the records of each "
        "(rule 6.3:c)",
    )


@pytest.mark.parametrize("place", [0, 1, 2500, 4999])
def test_one_wrong_record_is_found_wherever_it_is(place: int) -> None:
    """In large pieces and one by one: the rest is in order, unique and complete."""
    rows = [f"{'ABC'[n % 3]},{n},," for n in range(5000)]
    rules = (by(NUMBER), CrossRule("u", UNIQUE, ("Number",)))
    scan = both_engines("\n".join([*rows, ""]).encode(), checked_by(*rules))
    assert not any(scan.counts.values())
    rows[place : place + 1] = [rows[place], rows[place]]
    scan = both_engines("\n".join([*rows, ""]).encode(), checked_by(*rules))
    assert [record for _, record, *_ in placed(scan)] == [place + 2]
