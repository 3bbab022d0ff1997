"""The parts of each type agree: its expression, its verdicts, its values and its faults."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import islice
from random import Random

import pytest

from conformance.model.rule import Rule
from conformance.model.types.action import Action
from conformance.model.types.code import Code
from conformance.model.types.column_type import ColumnType
from conformance.model.types.constant import Constant
from conformance.model.types.date import Date
from conformance.model.types.decimal_number import DecimalNumber
from conformance.model.types.eui64 import Eui64, Spelling
from conformance.model.types.given import Given
from conformance.model.types.instant import Instant
from conformance.model.types.integer import Integer
from conformance.model.types.language import texts_of
from conformance.model.types.nothing import Nothing
from conformance.model.types.period import Period
from conformance.model.types.registry import TYPES
from conformance.model.types.request_id import RequestId
from conformance.model.types.text import Text
from conformance.model.types.time_of_day import TimeOfDay
from conformance.model.types.word import Word
from conformance.model.types.worded import Worded
from tests.model.types.colour import Colour

UNLIMITED, NONE = Word("UNLIMITED", "infinity"), Word("NONE-SET", Given(5))
EXAMPLES: tuple[ColumnType, ...] = (
    Eui64(), Eui64(case="any"), Eui64("colons", "lower"), Eui64("none"), RequestId(),
    RequestId(case="any"), RequestId("none", "lower"), RequestId("colons"),
    RequestId("none", None, "-"), RequestId("hyphens", "any", "/"), RequestId(separator="-"),
    Integer(), Integer(minimum=5), Integer(5, 744), Integer(maximum_digits=3),
    Integer(7, 5000, maximum_digits=3),
    Integer(digits=3), Integer(digits=4, minimum=2000, maximum=4000), Integer(signed=True),
    Integer(-120, -7, signed=True), Integer(-5, 744, signed=True), Integer(signed=True, maximum=-3),
    Integer(width=6), Integer(7, 5000, width=4, pad="0"), Integer(width=6, pad=" "),
    Integer(-20, 130, width=5, signed=True), Integer(-20, 130, width=5, pad=" ", signed=True),
    Integer(-20, -3, width=4, signed=True), Integer(maximum_digits=3, signed=True),
    DecimalNumber(fraction_digits=2), DecimalNumber(maximum_fraction_digits=3),
    DecimalNumber(Decimal("0.05"), Decimal("99.955"), fraction_digits=2),
    DecimalNumber(Decimal("1.5"), Decimal("1.58"), maximum_fraction_digits=2),
    DecimalNumber(Decimal("7.35"), maximum_fraction_digits=2),
    DecimalNumber(Decimal("-10.5"), Decimal("30.25"), True, maximum_fraction_digits=2),
    DecimalNumber(maximum=Decimal("-2.5"), signed=True, fraction_digits=1),
    DecimalNumber(maximum=Decimal("99999.5"), signed=True, maximum_fraction_digits=1),
    DecimalNumber(fraction_digits=2, point="implied"),
    DecimalNumber(Decimal("0.5"), Decimal("12.5"), fraction_digits=2, point="implied"),
    DecimalNumber(fraction_digits=2, width=8), DecimalNumber(fraction_digits=1, width=6, pad=" "),
    DecimalNumber(fraction_digits=2, point="implied", width=7, signed=True),
    DecimalNumber(Decimal("-2.5"), Decimal("70.25"), True, 7, " ", fraction_digits=2),
    DecimalNumber(Decimal("0.5"), fraction_digits=3, point="implied", width=9, pad=" "),
    Period(), Period(minimum=24, maximum=744),
    Period((("H", 1), ("D", 24), ("W", 168), ("7D", 168))),
    Period(form="iso-8601"),
    Instant(), Instant(("DD/MM/YYYY hh:mm",)), Instant(("YYYYMMDDhhmmss", "YYYY-MM-DD hh:mm:ss")),
    Instant(("YYYY-MM-DDThh:mm:ssZ",), "Z"), Instant(("DD/MM/YYYY hh:mm:ss",), "Europe/London"),
    Instant(("hh:mm DD.MM.YYYY", "YYYY-MM-DD hh:mm"), "Africa/Casablanca"),
    Date(), Date(("DD/MM/YYYY",)), Date(("YYYYMMDD", "DD/MM/YYYY")), TimeOfDay(),
    TimeOfDay(("hhmm",)), TimeOfDay(("hh:mm", "hh:mm:ss")),
    Code(("IS", "ES", "7.1")), Text("[A-Z][a-z]{2,9}"), Action(),
    Text("[A-Z]+", 3, 30), Text(minimum_length=2), Text(maximum_length=4), Text("(ab|cde)*", 40),
    Constant("H"), Constant("99.99"),
    Action(words=("Keep", "Drop"), exact_case=False), Action((("Release", "R"), ("Delete", "D"))),
    Worded(Integer(5, 744), (NONE, UNLIMITED, Word("AS-ABOVE"))),
    Worded(DecimalNumber(maximum_fraction_digits=2), (Word("nil", Given(0)), UNLIMITED)),
    Worded(Integer(width=6, maximum=500), (Word("999999", "infinity"),)),
    Worded(Period((("H", 1), ("D", 24))), (UNLIMITED, Word("DAY", Given("D")))),
    Worded(Instant(("DD/MM/YYYY hh:mm",), "Europe/London"), (UNLIMITED, Word("OPEN", "infinity"))),
    Worded(Date(), (UNLIMITED,)), Worded(Eui64(case="any"), (Word("all"),)),
    Worded(Code(("IS", "ES")), (Word("ANY"), Word("ISX", Given("IS")))),
    Worded(Text("[A-Z]{3}"), (Word("n/k"),)),
    Worded(TimeOfDay(), (Word("noon", Given("12:00:00")),)),
    Worded(Action((("Release", "R"), ("Delete", "D"))), (Word("GO", Given("Release")),)),
    Worded(RequestId(), (Word("NEW"),)), Worded(Constant("H"), (Word("J"),)),
    Nothing(), Colour(), Colour(least_red=9),
)  # fmt: skip
VALUED = [one for one in EXAMPLES if not one.always_null]


def title(known: ColumnType) -> str:
    return repr(known)


def whole(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


def values(known: ColumnType) -> list[bytes]:
    random = Random(known.name)  # noqa: S311 - reproducible, not secret
    return [known.make(index, random).encode() for index in range(200)]


def test_each_type_has_an_example() -> None:
    assert {one.name for one in EXAMPLES} == {*TYPES, "colour"}


@pytest.mark.parametrize("known", VALUED, ids=title)
def test_a_made_up_value_conforms_and_matches_the_expression(known: ColumnType) -> None:
    judge, match = known.judge(whole), re.compile(known.expression(b",")).fullmatch
    for value in values(known):
        assert judge(value) is None, value
        assert match(value), value
        assert known.resembles(value.decode())
        assert known.widest is None or len(value) <= known.widest


@pytest.mark.parametrize("known", EXAMPLES, ids=title)
def test_a_fault_breaks_the_rule_that_it_names(known: ColumnType) -> None:
    judge, match = known.judge(whole), re.compile(known.expression(b",")).fullmatch
    value = values(known)[0]
    faults = list(known.faults())
    if known.exact:
        assert {fault.rule for fault in faults} == set(known.rules)
    assert len({(fault.rule, fault.name) for fault in faults}) == len(faults)
    for fault in faults:
        broken = fault.change(value)
        # Of an action, case is a fault by one of the two readings only.
        if isinstance(known, Action) and not known.exact_case and fault.name.endswith("-case"):
            continue
        assert (judge(broken) or known.null_rule) is fault.rule, fault.name
        assert not (known.exact and broken and match(broken)), fault.name
        why = known.explain(fault.rule, broken)
        assert why.message
        assert why.expected


@pytest.mark.parametrize("known", VALUED, ids=title)
def test_numbers_from_a_high_one_down_conform(known: ColumnType) -> None:
    judge, found = known.judge(whole), [*islice(known.downwards(), 50)]
    assert [one for one in found if judge(one.encode()) is not None] == []
    assert len({*found}) == len(found)


@pytest.mark.parametrize("known", VALUED, ids=title)
def test_another_value_conforms_too(known: ColumnType) -> None:
    judge = known.judge(whole)
    for value in values(known):
        other = known.other(value.decode())
        assert other is None or (judge(other.encode()) is None and other.encode() != value)


@pytest.mark.parametrize("known", EXAMPLES, ids=title)
def test_a_cell_takes_the_text_of_a_value(known: ColumnType) -> None:
    for value in values(known):
        typed = known.in_sheet(value.decode())
        assert getattr(known.from_text(typed), "text", None) == value.decode()
    assert known.description()


@pytest.mark.parametrize("known", EXAMPLES, ids=title)
def test_the_expression_and_the_judgement_are_of_one_mind(known: ColumnType) -> None:
    """Each change of one byte of a value: what the expression admits, the judgement does."""
    judge, match = known.judge(whole), re.compile(known.expression(b",")).fullmatch
    random = Random(1)  # noqa: S311 - reproducible, not secret
    for value in values(known)[:40]:
        for _ in range(40):
            at = random.randrange(len(value) + 1)
            byte = bytes((random.choice(b"0159AFaf:-#TZ .,xR"),))
            changed = value[:at] + byte + value[at + random.choice((0, 1)) :]
            admitted = match(changed) is not None
            if known.clocks and not admitted:
                continue  # Of other centuries, an expression does not know the clocks.
            if known.exact:
                assert admitted is (judge(changed) is None) or not changed.strip(), changed
            elif judge(changed) is None:
                assert admitted or b"," in changed


#: Differences between a column with words and its type: the words are in one case, are not
#: numbers, and have no place among the bytes of values.
OWN_OF_WORDED = {
    "any_case", "in_upper_case", "is_number", "long_digits", "always_null", "sorts_as_bytes",
    "between",
}  # fmt: skip


def test_a_type_with_words_hands_on_all_that_types_know() -> None:
    kinds = {base for one in EXAMPLES for base in type(one).__mro__ if base is not ColumnType}
    known = {name for kind in kinds for name in vars(kind) if hasattr(ColumnType, name)}
    public = {name for name in known if not name.startswith("_")}
    assert public - vars(Worded).keys() - {"entries", "needs", "configured"} == OWN_OF_WORDED


def test_null_breaks_the_rule_that_the_type_names() -> None:
    assert {one.name: one.null_rule for one in EXAMPLES if one.null_rule != Rule.NULL_ALLOWED} == {
        "action": Rule.ACTION
    }


def test_no_text_of_spaces_is_made_up_where_there_is_another() -> None:
    # A cell of a sheet with nothing but spaces is an empty one.
    random = Random(0)  # noqa: S311 - reproducible, not secret
    assert {texts_of("[ a]").make(random) for _ in range(40)} == {"a"}
    assert texts_of(" {1,2}").make(random).strip() == ""


@pytest.mark.parametrize("form", ["hyphens", "colons", "none"])
def test_a_malformed_eui64_is_shown_as_it_is(form: str) -> None:
    spelling = Spelling(form, "any")
    right = spelling.write("0a-00-00-00-00-00-00-bc").encode()
    assert spelling.canonical(right) == b"0A-00-00-00-00-00-00-BC"
    for wrong in (
        b"unknown",
        right + b"00",
        right[:-1],
        b"g" + right[1:],
        right.replace(b"a", b" "),
    ):
        assert spelling.canonical(wrong) == wrong
