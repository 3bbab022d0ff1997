"""EUI-64 identifiers, such as User IDs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from msgspec.structs import replace

from conformance.model.rule import Rule
from conformance.model.types.column_type import (
    ColumnType,
    Compile,
    Explanation,
    Judge,
    Meaning,
    ValueFault,
    always,
    spaces,
)

if TYPE_CHECKING:
    from random import Random

LENGTH = 23
#: What looks like one, in either case.
LOOSE = "[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){7}"


def eui64_expression(upper_case: bool) -> bytes:
    """Return an expression for eight pairs of hexadecimal digits joined by hyphens."""
    pair = b"[0-9A-F]{2}" if upper_case else b"[0-9A-Fa-f]{2}"
    return pair + b"(?:-" + pair + b"){7}"


def eui64_of(number: int, prefix: int = 0x00DB) -> str:
    """Return the EUI-64 with ``prefix`` in two bytes and then ``number`` in six."""
    data = (prefix << 48 | number & 0xFFFFFFFFFFFF).to_bytes(8, "big")
    return "-".join(f"{byte:02X}" for byte in data)


def explain_form(form: bytes, expected: str, value: bytes) -> Explanation:
    """Return why ``value`` does not have a form in upper case, and whether its case is all."""
    if re.fullmatch(form, value.upper()):
        return Explanation("the value is not in upper case", expected, ("eui64-case",))
    return Explanation("the value does not have the form of the column", expected)


def digits_in_words(upper_case: bool) -> str:
    """Return what the digits are called."""
    return "hexadecimal digits" + (" in upper case" if upper_case else "")


class Eui64(ColumnType, frozen=True):
    """Eight pairs of hexadecimal digits joined by hyphens; ``upper_case`` fixes their case."""

    name = "eui64"
    reads_as = Meaning.PARTY
    entries: ClassVar = {"upper_case": {"type": "boolean"}}
    long_digits = True
    widest = LENGTH
    cell_limits = (LENGTH, LENGTH)
    cell_width = 26

    upper_case: bool = True

    def as_read(self, readings: Mapping[str, str], actions: tuple[str, ...]) -> Self:
        return replace(self, upper_case=False) if readings.get("eui64-case") == "any" else self

    def expression(self, separators: bytes) -> bytes:
        return eui64_expression(self.upper_case)

    def judge(self, compile_pattern: Compile) -> Judge:
        matches = re.compile(eui64_expression(self.upper_case)).fullmatch
        return lambda value: None if matches(value) else Rule.FIELD_FORM

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        expected = f"an EUI-64: eight pairs of {digits_in_words(self.upper_case)} joined by hyphens"
        return explain_form(eui64_expression(self.upper_case), expected, value)

    def resembles(self, text: str) -> bool:
        return re.fullmatch(LOOSE, text) is not None

    @property
    def any_case(self) -> bool:
        return not self.upper_case

    def description(self) -> str:
        case = ", in upper case" if self.upper_case else ""
        return (
            "An EUI-64: eight pairs of hexadecimal digits joined by hyphens"
            f"{case}, such as 70-00-00-00-00-00-00-01."
        )

    def make(self, index: int, random: Random) -> str:
        return eui64_of(random.getrandbits(32))

    def of_party(self, party: str) -> str | None:
        return party

    def faults(self) -> Iterator[ValueFault]:
        form = Rule.FIELD_FORM
        yield from spaces()
        if self.upper_case:
            lower = always(b"0a-00-00-00-00-00-00-bc")
            yield ValueFault(form, "lower-case", "hex digits in lower case", lower)
        yield ValueFault(form, "colons", "colons for hyphens", lambda v: v.replace(b"-", b":"))
        yield ValueFault(form, "seven-pairs", "a pair too few", lambda v: v[:-3])
        yield ValueFault(form, "nine-pairs", "a pair too many", lambda v: v + b"-00")
        yield ValueFault(form, "not-hex", "a letter that is no hex digit", lambda v: b"G" + v[1:])
