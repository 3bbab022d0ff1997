"""Rules that hold where a condition does: ``require``, ``forbid``, ``one-of`` and ``compare``."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from conformance.model.column import Column
from conformance.model.condition import Condition
from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.model.requirement import Kind
from conformance.model.types.action import Action
from conformance.model.types.code import Code
from conformance.model.types.eui64 import Eui64
from conformance.model.types.integer import Integer
from conformance.records import Layout, Rule
from tests.records.formats import ADT, OTHER, SENDER, both_engines, layout, placed, places

WHERE_A = (Condition("Kind", among=("A",)),)
COLUMNS = (
    Column("Kind", Code(values=("A", "B", "C")), nullable=True),
    Column("Left", Integer(), nullable=True),
    Column("Right", Integer(), nullable=True),
    Column("Who", Eui64(case="any"), nullable=True),
)


def layout_with(*rules: CrossRule) -> Layout:
    return layout(replace(ADT, columns=COLUMNS, key=(), rules=rules))


def broken(data: bytes, *rules: CrossRule) -> list[tuple[int | None, int | None]]:
    """The record and the field of each fault; each is of the profile's rules."""
    found = placed(both_engines(data, layout_with(*rules)))
    assert {rule for rule, *_ in found} <= {Rule.PROFILE_RULES}
    return [(record, field) for _, record, field, _ in found]


REQUIRED = CrossRule("both", CrossRuleName.REQUIRE, ("Left", "Right"), when=WHERE_A)
FORBIDDEN = CrossRule("none", CrossRuleName.FORBID, ("Left", "Right"), when=WHERE_A)
#: Records: both values, one of them, none; and where the condition does not hold.
RECORDS = b"A,1,2,\nA,1,,\nA,,,\nB,,,\n,,,\nB,1,2,\n"


def test_a_value_is_required_where_the_condition_is_met() -> None:
    """Each column without one is a finding of its own, in records that meet the others."""
    assert broken(RECORDS, REQUIRED) == [(2, 3), (3, 2), (3, 3)]


def test_a_value_is_forbidden_where_the_condition_is_met() -> None:
    assert broken(RECORDS, FORBIDDEN) == [(1, 2), (1, 3), (2, 2)]


@pytest.mark.parametrize(
    ("condition", "records"),
    [
        (Condition("Kind", null=True), [5]),
        (Condition("Kind", null=False), [3, 4]),
        (Condition("Kind", among=("A", "B")), [3, 4]),
        (Condition("Kind", among=("A",), refused=True), [4]),
        (Condition("Kind", among=("C",)), []),
    ],
)
def test_null_is_met_by_the_condition_on_null_alone(
    condition: Condition, records: list[int]
) -> None:
    rule = CrossRule("r", CrossRuleName.REQUIRE, ("Left",), when=(condition,))
    assert broken(RECORDS, rule) == [(record, 2) for record in records]


def test_all_conditions_have_to_hold() -> None:
    both = (*WHERE_A, Condition("Right", null=True))
    rule = CrossRule("r", CrossRuleName.REQUIRE, ("Left",), when=both)
    assert broken(RECORDS, rule) == [(3, 2)]


def test_one_of_some_values_or_null() -> None:
    rule = CrossRule("r", CrossRuleName.ONE_OF, ("Left",), values=("1", "3"), when=WHERE_A)
    assert broken(b"A,1,,\nA,2,,\nA,,,\nB,2,,\nA,3,,\n", rule) == [(2, 2)]


def test_an_identifier_is_compared_whatever_the_case_of_its_letters() -> None:
    rule = CrossRule("r", CrossRuleName.ONE_OF, ("Who",), values=(SENDER,), when=WHERE_A)
    data = f"A,,,{SENDER.lower()}\nA,,,{OTHER}\n".encode()
    assert broken(data, rule) == [(2, 4)]


def test_an_action_is_what_it_means() -> None:
    """A condition says Release, whatever code the column has for it."""
    columns = (Column("Do", Action((("Release", "R"), ("Delete", "D")))), *COLUMNS[1:])
    where = (Condition("Do", among=("Release",)),)
    rule = CrossRule("r", CrossRuleName.REQUIRE, ("Left",), when=where)
    form = replace(ADT, kind=Kind.QCAF, columns=columns, key=(), rules=(rule,))
    assert places(b"R,,,\nD,,,\nR,1,,\n", layout(form)) == [(Rule.PROFILE_RULES, 1, 2, 2)]


def test_a_comparison_can_have_a_condition() -> None:
    rule = CrossRule("r", CrossRuleName.COMPARE, ("Left", "Right"), when=WHERE_A)
    found = placed(both_engines(b"A,2,1,\nB,2,1,\n,2,1,\n", layout_with(rule)))
    assert [fault[:3] for fault in found] == [(Rule.COMPARE, 1, 2)]


def test_a_value_that_cannot_be_read_breaks_no_rule_and_hides_it() -> None:
    scan = both_engines(b"X,,,\nA,01,1,\n", layout_with(REQUIRED))
    assert not scan.counts[Rule.PROFILE_RULES]
    assert scan.hidden[Rule.PROFILE_RULES] == {Rule.FIELD_FORM, Rule.LISTED_VALUE}


def test_one_record_in_many() -> None:
    rows = [b"B,,,\n", b"A,1,1,\n"] * 2000
    rows[1234] = b"A,1,,\n"
    assert broken(b"".join(rows), REQUIRED) == [(1235, 3)]


def test_the_words_of_the_findings() -> None:
    listed = CrossRule("list", CrossRuleName.ONE_OF, ("Left",), values=("1", "3"), when=WHERE_A)
    other = replace(
        FORBIDDEN, columns=("Right",), when=(Condition("Left", among=("2", "4"), refused=True),)
    )
    scan = both_engines(b"A,2,,\nB,3,1,\n", layout_with(REQUIRED, other, listed))
    found = [(one.message, one.found, one.expected) for one in scan.faults[Rule.PROFILE_RULES]]
    assert found == [
        ("Right is null where Kind is A (rule 6.3:both)", "null", "a value"),
        (
            "Left does not have one of the values allowed where Kind is A (rule 6.3:list)",
            "'2'",
            "1 or 3",
        ),
        (
            "Right has a value where Left is neither null nor 2 or 4 (rule 6.3:none)",
            "'1'",
            "null",
        ),
    ]
    entries = [one.profile for one in scan.faults[Rule.PROFILE_RULES]]
    assert entries == [(f"files.adt.rules.{name}",) for name in ("both", "list", "none")]
