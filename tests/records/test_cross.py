"""Rules across the fields of a record and across records."""

from __future__ import annotations

from msgspec.structs import replace

from conformance.model.column import Column, Role
from conformance.model.profile import CrossRule
from conformance.model.types.eui64 import Eui64
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
        assert found in ([], [(Rule.NOT_ABOVE, 1, 5, 31)])
        return bool(found)

    above = {("101", "100"), ("1000", "999"), ("1", "0"), ("999999999", "999999998")}
    below = {("100", "100"), ("", "0"), ("0", "0"), ("9", "10"), ("999", "1000")}
    assert {pair for pair in above | below if found(*pair)} == above
    assert not any(found(*pair, warning_above_adt="allowed") for pair in above)


def test_the_finding_about_a_warning() -> None:
    (fault,) = both_engines(row(warning="101"), layout()).faults[Rule.NOT_ABOVE]
    assert fault.message == "WarningThreshold is above AnomalyDetectionThreshold"
    assert fault.found == "'101'"
    assert fault.expected == "at most AnomalyDetectionThreshold, 100"
    assert fault.notes == ("warning-above-adt",)
    assert fault.profile == ("files.adt.rules.not-above",)


def test_a_warning_in_the_middle_of_many_records() -> None:
    rows = [adt(n) for n in range(300)]
    rows[77] = rows[77][::-1].replace(b",,", b",999,", 1)[::-1]
    scan = both_engines(b"".join(rows), layout())
    start = sum(map(len, rows[:77])) + rows[77].index(b",999,") + 1
    assert placed(scan) == [(Rule.NOT_ABOVE, 78, 5, start)]


def test_the_sender_is_known() -> None:
    scan = both_engines(row(OTHER) + row(period=25) + row(OTHER, period=26), layout())
    assert placed(scan) == [(Rule.ONE_SENDER, 1, 1, 0), (Rule.ONE_SENDER, 3, 1, 72)]
    fault = scan.faults[Rule.ONE_SENDER][0]
    assert fault.message == "UserID is another User ID"
    assert fault.expected == f"{SENDER}, the sender's"
    in_lower_case = replace(layout(), sender=SENDER.lower())
    assert places(row(), in_lower_case) == []


def test_the_first_record_tells_the_sender() -> None:
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
    form = replace(ADT, columns=columns, key=(), rules=(CrossRule("one-sender", ("U",)),))
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
    assert not found("IS", "7.2")  # of which nothing is known
    (fault,) = both_engines(row(role="ED", variant="1.1.1"), layout()).faults[Rule.ELIGIBLE_VARIANT]
    assert fault.message == "ServiceReferenceVariant may not be sent in the User Role ED"
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
    assert scan.faults[Rule.BREACH_FITS][0].expected == "ADUserThresholdBreach"
    assert places(data, layout(QCAF)) == []
    none_fits = replace(layout(QCAF), breaches=frozenset())
    assert both_engines(data, none_fits).counts[Rule.BREACH_FITS] == 4


def test_the_breach_as_text() -> None:
    columns = (
        Column("A", Integer()),
        Column("B", Text(), Role.BREACH, nullable=True),
    )
    form = replace(QCAF, columns=columns, key=(), rules=(CrossRule("breach-fits", ("B",)),))
    held_to = replace(layout(form), breaches=frozenset({"x"}))
    data = b"1,x\n2,x\n3,y\n4,\n"
    assert places(data, held_to) == [(Rule.BREACH_FITS, 3, 2, 10)]


def test_a_null_user_id_is_nobodys() -> None:
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
