"""EUI-64 identifiers, such as User IDs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Self

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.rule import Rule
from conformance.model.types.choice import any_case
from conformance.model.types.column_type import ColumnType, Compile, Explanation, Judge, Meaning
from conformance.model.types.value_fault import ValueFault, spaces
from conformance.patterns import pattern

if TYPE_CHECKING:
    from random import Random

#: The text between the pairs of digits, by the name of the form.
_BETWEEN = {"hyphens": "-", "colons": ":", "none": ""}
#: The digits by the name of their case.
_DIGITS = {"upper": "0-9A-F", "lower": "0-9a-f", "any": "0-9A-Fa-f"}
#: Text that looks like one, in any form and either case.
LOOSE = "[0-9A-Fa-f]{2}(?:[-:]?[0-9A-Fa-f]{2}){7}"

#: The entries of a column whose values have EUI-64s.
ENTRIES = {
    "form": {
        "enum": list(_BETWEEN),
        "description": "What joins the pairs of digits of an EUI-64; hyphens where it is not said.",
    },
    "case": {
        "enum": list(_DIGITS),
        "description": "The case of the letters of an EUI-64; where it is not said, the reading of "
        "note eui64-case decides.",
    },
}


class Spelling(Struct, frozen=True):
    """How a column writes EUI-64s."""

    form: str
    case: str

    @property
    def width(self) -> int:
        """The length of an EUI-64."""
        return 16 + 7 * len(_BETWEEN[self.form])

    @property
    def expression(self) -> bytes:
        """An expression for an EUI-64."""
        pair = f"[{_DIGITS[self.case]}]{{2}}"
        return f"{pair}(?:{_BETWEEN[self.form]}{pair}){{7}}".encode()

    @property
    def digits(self) -> str:
        """The word for the digits."""
        return "hexadecimal digits" + ("" if self.case == "any" else f" in {self.case} case")

    @property
    def joined(self) -> str:
        """How the pairs are joined, in words."""
        return "with nothing between them" if self.form == "none" else f"joined by {self.form}"

    def write(self, eui64: str) -> str:
        """Return an EUI-64, which comes with hyphens and in upper case, as the column has it."""
        text = eui64.replace("-", _BETWEEN[self.form])
        return text.lower() if self.case == "lower" else text

    def only(self, eui64: str) -> bytes:
        """Return an expression for an EUI-64, which comes with hyphens and in upper case."""
        text = self.write(eui64).encode()
        return any_case(text) if self.case == "any" else re.escape(text)

    def canonical(self, value: bytes) -> bytes:
        """Return a value of the column with hyphens and in upper case; a malformed one as it is."""
        if not _matcher(self.form)(value):
            return value
        upper = value.upper()
        if self.form == "hyphens":
            return upper
        digits = upper.replace(b":", b"")
        return b"-".join(digits[i : i + 2] for i in range(0, 16, 2))

    def leading(self, data: bytes) -> bytes | None:
        """Return the EUI-64 that ``data`` begins with, with hyphens and in upper case, if any."""
        found = re.match(self.expression, data)
        return self.canonical(found[0]) if found else None


@lru_cache
def _matcher(form: str) -> Callable[[bytes], re.Match[bytes] | None]:
    """Return a test of whether a value is an EUI-64 of a form, in whatever case."""
    return re.compile(Spelling(form, "any").expression).fullmatch


@lru_cache(maxsize=512)
def canonical(text: str) -> str | None:
    """Return an EUI-64 with hyphens and in upper case; nothing if ``text`` is not one."""
    for form in _BETWEEN:
        spelling = Spelling(form, "any")
        if re.fullmatch(spelling.expression, text.encode()):
            return spelling.canonical(text.encode()).decode()
    return None


def eui64_of(number: int, prefix: int = 0x00DB) -> str:
    """Return the EUI-64 with ``prefix`` in two bytes and then ``number`` in six."""
    data = (prefix << 48 | number & 0xFFFFFFFFFFFF).to_bytes(8, "big")
    return data.hex("-").upper()


def explain_form(spelling: Spelling, form: bytes, expected: str, value: bytes) -> Explanation:
    """Return why ``value`` does not have a form, and whether the case of its letters is all."""
    changed = value.lower() if spelling.case == "lower" else value.upper()
    if re.fullmatch(form, changed):
        return Explanation(f"the value is not in {spelling.case} case", expected, ("eui64-case",))
    return Explanation("the value does not have the form of the column", expected)


class OfEui64s(ColumnType, frozen=True):
    """A type whose values have EUI-64s: joined as ``form`` says, their letters in ``case``."""

    long_digits = True

    form: str = "hyphens"
    case: str | None = None

    @property
    def spelling(self) -> Spelling:
        """How the column writes EUI-64s."""
        return Spelling(self.form, self.case or "upper")

    def as_read(self, readings: Mapping[str, str], actions: tuple[str, ...]) -> Self:
        any_case = self.case is None and readings.get("eui64-case") == "any"
        return replace(self, case="any") if any_case else self

    @property
    def any_case(self) -> bool:
        return self.case == "any"

    def in_upper_case(self) -> Self:
        return replace(self, case="upper") if self.any_case else self

    @property
    def sorts_as_bytes(self) -> bool:
        return not self.any_case

    def leading(self, data: bytes) -> bytes | None:
        return self.spelling.leading(data)


class Eui64(OfEui64s, frozen=True):
    """Eight pairs of hexadecimal digits, joined as ``form`` says, their letters in ``case``."""

    name = "eui64"
    reads_as = Meaning.PARTY
    entries: ClassVar = ENTRIES
    cell_width = 26

    def expression(self, separators: bytes) -> bytes:
        return self.spelling.expression

    @property
    def widest(self) -> int:
        return self.spelling.width

    @property
    def cell_limits(self) -> tuple[int, int]:
        return self.widest, self.widest

    @property
    def narrowest(self) -> int:
        return self.spelling.width

    def judge(self, compile_pattern: Compile) -> Judge:
        matches = re.compile(self.spelling.expression).fullmatch
        return lambda value: None if matches(value) else Rule.FIELD_FORM

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        spelling = self.spelling
        expected = f"an EUI-64: eight pairs of {spelling.digits} {spelling.joined}"
        return explain_form(spelling, spelling.expression, expected, value)

    def resembles(self, text: str) -> bool:
        return pattern(LOOSE).fullmatch(text) is not None

    @property
    def order(self) -> Callable[[bytes], tuple[int, bytes]]:
        return lambda value: (0, self.same(value))

    def same(self, value: bytes) -> bytes:
        return self.spelling.canonical(value)

    def spell(self, value: bytes) -> bytes:
        return self.spelling.write(value.decode()).encode()

    def party(self, value: bytes) -> bytes:
        return self.spelling.canonical(value)

    def of_sender(self, party: bytes) -> bytes:
        return self.spelling.only(party.decode())

    def renamed(self, value: bytes, party: str) -> bytes:
        return self.spelling.write(party).encode()

    def description(self) -> str:
        spelling = self.spelling
        example = spelling.write("70-00-00-00-00-00-00-01")
        case = "" if spelling.case == "any" else f", in {spelling.case} case"
        return (
            f"An EUI-64: eight pairs of hexadecimal digits {spelling.joined}{case}, "
            f"such as {example}."
        )

    def make(self, index: int, random: Random) -> str:
        return self.spelling.write(eui64_of(random.getrandbits(32)))

    count = 1 << 48

    def nth(self, index: int) -> str | None:
        return self.spelling.write(eui64_of(index))

    def of_party(self, party: str) -> str | None:
        return self.spelling.write(party)

    def faults(self) -> Iterator[ValueFault]:
        form, spelling = Rule.FIELD_FORM, self.spelling
        yield from spaces()
        if fault := other_case(spelling):
            yield fault
        other = Spelling("hyphens" if self.form == "colons" else "colons", spelling.case)
        yield ValueFault(
            form,
            other.form,
            f"{other.form} for {self.form}" if self.form != "none" else "colons in it",
            lambda v: other.write(spelling.canonical(v).decode()).encode(),
        )
        if self.form != "none":
            bare = Spelling("none", spelling.case)
            yield ValueFault(
                form,
                "no-separators",
                "nothing between the pairs",
                lambda v: bare.write(spelling.canonical(v).decode()).encode(),
            )
        more = _BETWEEN[self.form].encode() + b"00"
        yield ValueFault(form, "seven-pairs", "a pair too few", lambda v: v[: -len(more)])
        yield ValueFault(form, "nine-pairs", "a pair too many", lambda v: v + more)
        yield ValueFault(
            form, "not-hex", "a letter that is not a hex digit", lambda v: b"G" + v[1:]
        )


def other_case(spelling: Spelling) -> ValueFault | None:
    """Return the fault of a value that begins with an EUI-64 in the wrong case, if one is wrong."""
    if spelling.case == "any":
        return None
    wrong = "lower" if spelling.case == "upper" else "upper"
    text = Spelling(spelling.form, wrong).write("0A-00-00-00-00-00-00-BC").encode()
    return ValueFault(
        Rule.FIELD_FORM,
        f"{wrong}-case",
        f"hex digits in {wrong} case",
        lambda v: text + v[len(text) :],
    )
