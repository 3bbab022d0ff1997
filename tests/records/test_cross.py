"""Rules across the fields of a record and across records."""

from __future__ import annotations

from collections import Counter

import pytest
from msgspec.structs import replace

from conformance.model.column import Column, Role
from conformance.model.cross_rule import Comparator, CrossRule, CrossRuleName
from conformance.model.types.code import Code
from conformance.model.types.eui64 import Eui64
from conformance.model.types.instant import Instant
from conformance.model.types.integer import Integer
from conformance.model.types.text import Text
from conformance.records import Layout, Rule
from tests.records.formats import (
    ADT,
    ADT_COLUMNS,
    ELIGIBLE,
    OTHER,
    QCAF,
    SENDER,
    TARGET,
    adt,
    both_engines,
    layout,
    placed,
    places,
    qcaf,
)


def row(
    sender: str = SENDER, role: str = "IS", variant: str = "", warning: str = "", period: int = 24
) -> bytes:
    return f"{sender},{role},{variant},{period},{warning},100\n".encode()


def test_the_warning_is_not_above_the_threshold() -> None:
    def found(warning: str, threshold: str, **readings: str) -> bool:
        data = f"{SENDER},IS,,24,{warning},{threshold}\n".encode()
        found = places(data, layout(**readings))
        assert found in ([], [(Rule.COMPARE, 1, 5, 31)])
        return bool(found)

    above = {("101", "100"), ("1000", "999"), ("1", "0"), ("999999999", "999999998")}
    below = {("100", "100"), ("", "0"), ("0", "0"), ("9", "10"), ("999", "1000")}
    assert {pair for pair in above | below if found(*pair)} == above
    assert not any(found(*pair, warning_above_adt="allowed") for pair in above)


def test_the_finding_about_a_warning() -> None:
    (fault,) = both_engines(row(warning="101"), layout()).faults[Rule.COMPARE]
    above = "WarningThreshold is above AnomalyDetectionThreshold"
    assert fault.message == f"{above} (rule 6.3:warning-within-adt)"
    assert fault.found == "'101'"
    assert fault.expected == "at most AnomalyDetectionThreshold, 100"
    assert fault.notes == ("warning-above-adt",)
    assert fault.profile == ("files.adt.rules.warning-within-adt",)


def test_a_warning_in_the_middle_of_many_records() -> None:
    rows = [adt(n) for n in range(300)]
    rows[77] = rows[77][::-1].replace(b",,", b",999,", 1)[::-1]
    scan = both_engines(b"".join(rows), layout())
    start = sum(map(len, rows[:77])) + rows[77].index(b",999,") + 1
    assert placed(scan) == [(Rule.COMPARE, 78, 5, start)]


def test_the_sender_is_known() -> None:
    scan = both_engines(row(OTHER) + row(period=25) + row(OTHER, period=26), layout())
    assert placed(scan) == [(Rule.ONE_SENDER, 1, 1, 0), (Rule.ONE_SENDER, 3, 1, 72)]
    fault = scan.faults[Rule.ONE_SENDER][0]
    assert fault.message == "UserID is another User ID (rule 6.3:one-user-id)"
    assert fault.expected == f"{SENDER}, the sender's"
    in_lower_case = replace(layout(), sender=SENDER.lower())
    assert places(row(), in_lower_case) == []


def test_the_first_record_shows_the_sender() -> None:
    unknown = replace(layout(), sender=None)
    data = b",IS,,24,,100\n" + row(OTHER) + row(period=25) + row(OTHER, period=26)
    scan = both_engines(data, unknown)
    assert placed(scan) == [(Rule.NULL_ALLOWED, 1, 1, 0), (Rule.ONE_SENDER, 3, 1, 49)]
    assert scan.faults[Rule.ONE_SENDER][0].expected == f"{OTHER}, that of the first record"


def test_the_sender_in_either_case() -> None:
    data = row(SENDER.lower()) + row(period=25) + row(OTHER.lower(), period=26)
    for sender in (SENDER, SENDER.lower(), None):
        held_to = replace(layout(eui64_case="any"), sender=sender)
        assert places(data, held_to) == [(Rule.ONE_SENDER, 3, 1, 72)]


def test_the_originator_of_a_request_is_the_sender() -> None:
    rows = [qcaf(n) for n in range(5)]
    rows[3] = rows[3].replace(SENDER.encode(), OTHER.encode())
    offset = sum(map(len, rows[:3]))
    for sender in (SENDER, None):
        held_to = replace(layout(QCAF), sender=sender)
        assert places(b"".join(rows), held_to) == [(Rule.ONE_SENDER, 4, 1, offset)]
    swapped = rows[0].replace(f"{SENDER}:{TARGET}".encode(), f"{TARGET}:{SENDER}".encode())
    assert places(swapped, layout(QCAF)) == [(Rule.ONE_SENDER, 1, 1, 0)]


def test_the_sender_in_another_column_than_the_first() -> None:
    columns = (Column("N", Integer()), Column("U", Eui64(), Role.USER_ID))
    form = replace(
        ADT, columns=columns, key=(), rules=(CrossRule("own", CrossRuleName.ONE_SENDER, ("U",)),)
    )
    data = f"1,{SENDER}\n2,{SENDER}\n3,{OTHER}\n".encode()
    for sender in (SENDER, None):
        held_to = replace(layout(form), sender=sender)
        assert places(data, held_to) == [(Rule.ONE_SENDER, 3, 2, 2 * 26 + 2)]


def test_the_variant_is_one_for_the_role() -> None:
    def found(role: str, variant: str) -> bool:
        found = places(row(role=role, variant=variant))
        assert found in ([], [(Rule.ELIGIBLE_VARIANT, 1, 3, 25 + len(role))])
        return bool(found)

    assert {
        (role, variant)
        for role in ("IS", "GS", "ED")
        for variant in ELIGIBLE
        if found(role, variant)
    } == {
        ("ED", "1.1.1"),
        ("GS", "1.2.1"),
        ("ED", "1.2.1"),
        ("IS", "4.6.1"),
        ("GS", "4.6.1"),
    }
    assert not found("IS", "")
    assert not found("IS", "7.2")  # nothing is known of these
    (fault,) = both_engines(row(role="ED", variant="1.1.1"), layout()).faults[Rule.ELIGIBLE_VARIANT]
    assert (
        fault.message
        == "ServiceReferenceVariant may not be sent in the User Role ED (rule 6.3:variant-of-role)"
    )
    assert fault.expected == "a variant for that role; this one is for GS or IS"


def test_nothing_known_of_eligibility() -> None:
    assert places(row(role="ED", variant="1.1.1"), replace(layout(), eligible={})) == []


def test_the_breach_fits() -> None:
    rows = [qcaf(n) for n in range(4)]
    rows[2] = rows[2].replace(b"ADUser", b"ADDCC")
    data = b"".join(rows)
    offset = sum(map(len, rows[:2])) + rows[2].index(b"ADDCC")
    of_user = replace(layout(QCAF), breaches=frozenset({"ADUserThresholdBreach"}))
    scan = both_engines(data, of_user)
    assert placed(scan) == [(Rule.BREACH_FITS, 3, 5, offset)]
    (fault,) = scan.faults[Rule.BREACH_FITS]
    assert fault.expected == "ADUserThresholdBreach"
    assert "breaches" in fault.profile
    assert places(data, layout(QCAF)) == []
    none_fits = replace(layout(QCAF), breaches=frozenset())
    assert both_engines(data, none_fits).counts[Rule.BREACH_FITS] == 4


def test_the_breach_as_text() -> None:
    columns = (
        Column("A", Integer()),
        Column("B", Text(), Role.BREACH, nullable=True),
    )
    form = replace(
        QCAF,
        columns=columns,
        key=(),
        rules=(CrossRule("breach", CrossRuleName.BREACH_FITS, ("B",)),),
    )
    held_to = replace(layout(form), breaches=frozenset({"x"}))
    data = b"1,x\n2,x\n3,y\n4,\n"
    assert places(data, held_to) == [(Rule.BREACH_FITS, 3, 2, 10)]


def test_a_null_user_id_is_not_a_ones() -> None:
    optional = replace(ADT, columns=(replace(ADT_COLUMNS[0], nullable=True), *ADT_COLUMNS[1:]))
    nobodys = b"".join(b",IS,,%d,,100\n" % n for n in range(1, 9))
    assert places(nobodys + row(period=25), layout(optional)) == []
    unknown = replace(layout(optional), sender=None)
    assert places(nobodys + row(OTHER), unknown) == []
    assert places(nobodys + row(OTHER) + row(), unknown) == [
        (Rule.ONE_SENDER, 10, 1, len(nobodys + row()))
    ]


def test_words_for_null_are_null_in_texts() -> None:
    text = Column("T", Text(), nullable=True)
    form = replace(ADT, columns=(text, text), key=("T",), rules=())
    data = b"a,b\nNULL,x\n,y\n"
    assert places(data, layout(form, null_form="words")) == [(Rule.UNIQUE_KEY, 3, 1, 11)]


def test_words_for_null_are_null_across_fields() -> None:
    held_to: Layout = layout(null_form="words")
    data = f"{SENDER},ED,null,24,NULL,100\n{SENDER},ED,,24,,100\n".encode()
    assert places(data, held_to) == [(Rule.UNIQUE_KEY, 2, 1, len(data) // 2 + 4)]


def _numbers(*rules: CrossRule) -> Layout:
    """A file of three numbers that may each be null, and a rule id for each comparison."""
    columns = tuple(Column(name, Integer(), nullable=True) for name in "ABC")
    return layout(replace(ADT, columns=columns, key=(), rules=rules))


def _comparison(
    name: str, left: str, comparator: str, right: str, null_passes: bool = True
) -> CrossRule:
    kind = CrossRuleName.COMPARE
    return CrossRule(name, kind, (left, right), Comparator(comparator), null_passes)


@pytest.mark.parametrize(
    ("comparator", "kept"),
    [("<", {"1,2"}), ("<=", {"1,2", "2,2"}), ("=", {"2,2"}), ("!=", {"1,2", "3,2", "12,2"})],
)
def test_numbers_compare_as_the_rule_says(comparator: str, kept: set[str]) -> None:
    held_to = _numbers(_comparison("r", "A", comparator, "B"))
    pairs = {"1,2", "2,2", "3,2", "12,2"}
    assert {pair for pair in pairs if not places(f"{pair},\n".encode(), held_to)} == kept
    assert places(b",2,\n2,,\n,,\n", held_to) == []


def test_instants_compare() -> None:
    columns = (Column("From", Instant()), Column("To", Instant()))
    form = replace(ADT, columns=columns, key=(), rules=(_comparison("r", "From", "<", "To"),))
    early, late = b"2025-06-01T08:30:00Z", b"2025-06-01T08:30:01Z"
    data = early + b"," + late + b"\n" + late + b"," + early + b"\n"
    assert places(data, layout(form)) == [(Rule.COMPARE, 2, 1, 42)]


def test_null_fails_where_the_rule_says_so() -> None:
    held_to = _numbers(_comparison("r", "A", "<=", "B", null_passes=False))
    scan = both_engines(b"1,2,\n,2,\n1,,\n,,\n", held_to)
    assert placed(scan) == [
        (Rule.COMPARE, 2, 1, 5), (Rule.COMPARE, 3, 2, 11), (Rule.COMPARE, 4, 1, 13),
    ]  # fmt: skip
    assert scan.faults[Rule.COMPARE][1].message == "B is null (rule 6.3:r)"
    assert scan.faults[Rule.COMPARE][1].found == "null"


def test_each_of_several_comparisons_counts() -> None:
    rules = (_comparison("one", "A", "<=", "B"), _comparison("other", "B", "<=", "C"))
    data = b"1,2,3\n3,2,4\n1,3,2\n3,2,1\n"
    for held_to in (_numbers(*rules), _numbers(*reversed(rules))):
        scan = both_engines(data, held_to)
        named = Counter((fault.place.record, fault.profile) for fault in scan.faults[Rule.COMPARE])
        one, other = (f"files.adt.rules.{name}" for name in ("one", "other"))
        assert named == {(2, (one,)): 1, (3, (other,)): 1, (4, (one,)): 1, (4, (other,)): 1}
        assert scan.counts[Rule.COMPARE] == 4


def test_the_note_on_thresholds_leaves_other_comparisons_alone() -> None:
    period = _comparison("period", "TimePeriodHours", "<=", "AnomalyDetectionThreshold")
    form = replace(ADT, rules=(*ADT.rules, period))
    held_to = layout(form, warning_above_adt="allowed")
    (fault,) = both_engines(row(warning="101", period=744), held_to).faults[Rule.COMPARE]
    assert fault.profile == ("files.adt.rules.period",)
    assert fault.notes == ()


@pytest.mark.parametrize("first", [0, 1])
def test_each_of_several_columns_has_to_name_the_sender(first: int) -> None:
    columns = (Column("U", Eui64(), Role.USER_ID), Column("V", Eui64()))
    rules = [CrossRule(name.lower(), CrossRuleName.ONE_SENDER, (name,)) for name in "UV"]
    form = replace(ADT, columns=columns, key=(), rules=(rules[first], rules[1 - first]))
    data = f"{SENDER},{SENDER}\n{SENDER},{OTHER}\n{OTHER},{SENDER}\n".encode()
    for sender in (SENDER, None):
        assert places(data, replace(layout(form), sender=sender)) == [
            (Rule.ONE_SENDER, 2, 2, 72), (Rule.ONE_SENDER, 3, 1, 96),
        ]  # fmt: skip


def test_each_of_several_variants_has_to_be_one_for_the_role() -> None:
    code = ADT_COLUMNS[2]
    columns = (ADT_COLUMNS[1], code, replace(code, name="Other", role=Role.OTHER))
    rules = tuple(
        CrossRule(name.lower(), CrossRuleName.ELIGIBLE_VARIANT, ("UserRole", name))
        for name in ("ServiceReferenceVariant", "Other")
    )
    form = replace(ADT, columns=columns, key=(), rules=rules)
    data = b"IS,1.1.1,1.1.1\nED,1.1.1,4.6.1\nED,4.6.1,1.1.1\n"
    assert places(data, layout(form)) == [
        (Rule.ELIGIBLE_VARIANT, 2, 2, 18), (Rule.ELIGIBLE_VARIANT, 3, 3, 39),
    ]  # fmt: skip


def test_each_of_several_breaches_has_to_fit() -> None:
    columns = (
        Column("A", Code(values=("x", "y")), Role.BREACH),
        Column("B", Code(values=("x", "y"))),
    )
    rules = tuple(CrossRule(n.lower(), CrossRuleName.BREACH_FITS, (n,)) for n in "AB")
    form = replace(QCAF, columns=columns, key=(), rules=rules)
    held_to = replace(layout(form), breaches=frozenset({"x"}))
    assert places(b"x,x\nx,y\ny,x\n", held_to) == [
        (Rule.BREACH_FITS, 2, 2, 6), (Rule.BREACH_FITS, 3, 1, 8),
    ]  # fmt: skip
