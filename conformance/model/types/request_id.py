"""Request IDs: who asked whom, and the number of the request (DUIS)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from msgspec.structs import replace

from conformance.model.expression import between
from conformance.model.rule import Rule
from conformance.model.types.column_type import (
    ColumnType,
    Compile,
    Explanation,
    Judge,
    Meaning,
    ValueFault,
    spaces,
)
from conformance.model.types.eui64 import (
    LENGTH,
    LOOSE,
    digits_in_words,
    eui64_expression,
    eui64_of,
    explain_form,
)
from conformance.model.types.integer import NUMBER, size

if TYPE_CHECKING:
    from random import Random

#: The largest counter, an unsigned number of 64 bits (DUIS).
COUNTER_MAXIMUM = 2**64 - 1

_LARGEST = size(b"%d" % COUNTER_MAXIMUM)
_LOOSE = f"(?:{LOOSE}:){{2}}[0-9]+"


class RequestId(ColumnType, frozen=True):
    """An originator's EUI-64, a target's EUI-64 and a counter, joined by colons."""

    name = "request-id"
    reads_as = Meaning.REQUEST
    entries: ClassVar = {"upper_case": {"type": "boolean"}}
    after_party = b":"
    long_digits = True
    widest = 2 * (LENGTH + 1) + len(str(COUNTER_MAXIMUM))
    cell_limits = (2 * (LENGTH + 1) + 1, widest)
    cell_width = 64
    rules = (Rule.FIELD_FORM, Rule.RANGE)

    upper_case: bool = True

    def as_read(self, readings: Mapping[str, str], actions: tuple[str, ...]) -> Self:
        return replace(self, upper_case=False) if readings.get("eui64-case") == "any" else self

    def expression(self, separators: bytes) -> bytes:
        return self._from(eui64_expression(self.upper_case))

    def of_sender(self, party: bytes) -> bytes:
        return self._from(re.escape(party))

    def _from(self, originator: bytes) -> bytes:
        target = eui64_expression(self.upper_case)
        return originator + b":" + target + b":" + between(0, COUNTER_MAXIMUM)

    def _form(self) -> bytes:
        """Return an expression for values, however large the counter."""
        party = eui64_expression(self.upper_case)
        return party + b":" + party + b":(?:" + NUMBER + b")"

    def judge(self, compile_pattern: Compile) -> Judge:
        matches = re.compile(self._form()).fullmatch

        def broken(value: bytes) -> Rule | None:
            if not matches(value):
                return Rule.FIELD_FORM
            return Rule.RANGE if size(value.rpartition(b":")[2]) > _LARGEST else None

        return broken

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        if rule is Rule.RANGE:
            expected = f"a counter of at most {COUNTER_MAXIMUM}"
            return Explanation("the counter is too large", expected)
        digits = digits_in_words(self.upper_case)
        expected = f"a Request ID: two EUI-64s in {digits} and a counter, with colons"
        return explain_form(self._form(), expected, value)

    def resembles(self, text: str) -> bool:
        return re.fullmatch(_LOOSE, text) is not None

    @property
    def any_case(self) -> bool:
        return not self.upper_case

    def party(self, value: bytes) -> bytes:
        return value.partition(b":")[0].upper()

    def description(self) -> str:
        case = ", in upper case" if self.upper_case else ""
        return (
            "A Request ID: two EUI-64s and a counter, joined by colons"
            f"{case}, as the quarantine report has it."
        )

    def make(self, index: int, random: Random) -> str:
        return f"{eui64_of(random.getrandbits(32))}:{eui64_of(random.getrandbits(32))}:{index}"

    def of_request(self, party: str, target: str, counter: int) -> str | None:
        return f"{party}:{target}:{counter}"

    def faults(self) -> Iterator[ValueFault]:
        form = Rule.FIELD_FORM
        yield from spaces()
        if self.upper_case:
            yield ValueFault(
                form,
                "lower-case",
                "hex digits in lower case",
                lambda v: v[:24] + b"0a-00-00-00-00-00-00-bc" + v[47:],
            )
        yield ValueFault(form, "no-counter", "no counter", lambda v: v.rsplit(b":", 1)[0])
        yield ValueFault(
            form,
            "leading-zero",
            "a counter with a leading zero",
            lambda v: b":0".join(v.rsplit(b":", 1)),
        )
        yield ValueFault(form, "hyphens", "hyphens for colons", lambda v: v.replace(b":", b"-"))
        yield ValueFault(
            Rule.RANGE,
            "counter",
            "a counter of 2 to the 64th",
            lambda v: v.rsplit(b":", 1)[0] + b":%d" % (COUNTER_MAXIMUM + 1),
        )
