"""Request IDs: who asked whom, and the number of the request (DUIS)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from conformance.model.expression import between
from conformance.model.rule import Rule
from conformance.model.types.column_type import Compile, Explanation, Judge, Meaning
from conformance.model.types.eui64 import (
    ENTRIES,
    LOOSE,
    OfEui64s,
    eui64_of,
    explain_form,
    other_case,
)
from conformance.model.types.integer import NUMBER
from conformance.model.types.number import size
from conformance.model.types.value_fault import ValueFault, spaces
from conformance.patterns import pattern

if TYPE_CHECKING:
    from random import Random

#: The largest counter, an unsigned number of 64 bits (DUIS).
COUNTER_MAXIMUM = 2**64 - 1

_LARGEST = size(b"%d" % COUNTER_MAXIMUM)
#: The separators of the parts, with their names.
_SEPARATORS = {":": "colons", "-": "hyphens", "/": "slashes", "_": "underscores", ".": "full stops"}
_LOOSE = f"(?:{LOOSE}[-:/_.]){{2}}[0-9]+"
#: The parts before the counter as they are compared, which nearly all values have already.
_COMPARED = re.compile(rb"(?:(?:[0-9A-F]{2}-){7}[0-9A-F]{2}:){2}").match


class RequestId(OfEui64s, frozen=True):
    """An originator's EUI-64, a target's EUI-64 and a counter, joined by colons, or otherwise."""

    name = "request-id"
    reads_as = Meaning.REQUEST
    entries: ClassVar = {
        **ENTRIES,
        "separator": {
            "enum": list(_SEPARATORS),
            "description": "What is between the EUI-64s and the counter; colons where it is not "
            "said.",
        },
    }
    cell_width = 64
    rules = (Rule.FIELD_FORM, Rule.RANGE)

    separator: str | None = None

    @property
    def after_party(self) -> bytes:
        return (self.separator or ":").encode()

    @property
    def widest(self) -> int:
        return 2 * (self.spelling.width + 1) + len(str(COUNTER_MAXIMUM))

    @property
    def cell_limits(self) -> tuple[int, int]:
        return 2 * (self.spelling.width + 1) + 1, self.widest

    def expression(self, separators: bytes) -> bytes:
        return self._from(self.spelling.expression)

    def of_sender(self, party: bytes) -> bytes:
        return self._from(self.spelling.only(party.decode()))

    def _from(self, originator: bytes) -> bytes:
        target = self.spelling.expression
        between_parts = re.escape(self.after_party)
        return originator + between_parts + target + between_parts + between(0, COUNTER_MAXIMUM)

    def _form(self) -> bytes:
        """Return an expression for values, however large the counter."""
        party = self.spelling.expression
        between_parts = re.escape(self.after_party)
        return party + between_parts + party + between_parts + b"(?:" + NUMBER + b")"

    @property
    def narrowest(self) -> int:
        return 2 * (self.spelling.width + 1) + 1

    def judge(self, compile_pattern: Compile) -> Judge:
        matches, separator = re.compile(self._form()).fullmatch, self.after_party

        def broken(value: bytes) -> Rule | None:
            if not matches(value):
                return Rule.FIELD_FORM
            return Rule.RANGE if size(value.rpartition(separator)[2]) > _LARGEST else None

        return broken

    def explain(self, rule: Rule, value: bytes) -> Explanation:
        if rule is Rule.RANGE:
            expected = f"a counter of at most {COUNTER_MAXIMUM}"
            return Explanation("the counter is too large", expected)
        spelling = self.spelling
        joined = "" if self.form == "hyphens" else f" {spelling.joined}"
        expected = (
            f"a Request ID: two EUI-64s in {spelling.digits}{joined} and a counter, "
            f"with {self._separators}"
        )
        return explain_form(spelling, self._form(), expected, value)

    def resembles(self, text: str) -> bool:
        return pattern(_LOOSE).fullmatch(text) is not None

    @property
    def order(self) -> Callable[[bytes], tuple[int, bytes]]:
        return self._order

    def _order(self, value: bytes) -> tuple[int, bytes]:
        before, _, counter = self.same(value).rpartition(b":")
        length, digits = size(counter)
        return 0, b"%b:%c%b" % (before, length, digits)

    def same(self, value: bytes) -> bytes:
        if _COMPARED(value):
            return value
        target = self.spelling.width + 1
        counter = 2 * target
        parts = value[: target - 1], value[target : counter - 1]
        return b":".join((*map(self.spelling.canonical, parts), value[counter:]))

    def spell(self, value: bytes) -> bytes:
        originator, target, counter = value.decode().split(":")
        write = self.spelling.write
        return self._joined(write(originator), write(target), counter).encode()

    def _joined(self, *parts: str) -> str:
        return (self.separator or ":").join(parts)

    @property
    def _separators(self) -> str:
        """Return the separators of the parts, in words."""
        return _SEPARATORS[self.separator or ":"]

    def party(self, value: bytes) -> bytes:
        return self.spelling.canonical(value[: self.spelling.width])

    def renamed(self, value: bytes, party: str) -> bytes:
        spelling = self.spelling
        return spelling.write(party).encode() + value[spelling.width :]

    def description(self) -> str:
        spelling = self.spelling
        case = "" if spelling.case == "any" else f", in {spelling.case} case"
        form = "" if self.form == "hyphens" else f", with pairs of digits {spelling.joined}"
        return (
            f"A Request ID: two EUI-64s and a counter, joined by {self._separators}"
            f"{case}{form}, as the quarantine report has it."
        )

    def make(self, index: int, random: Random) -> str:
        write = self.spelling.write
        parties = (write(eui64_of(random.getrandbits(32))) for _ in range(2))
        return self._joined(*parties, str(index))

    count = COUNTER_MAXIMUM + 1

    def nth(self, index: int) -> str | None:
        return self.of_request(eui64_of(1), eui64_of(2), index)

    def of_request(self, party: str, target: str, counter: int) -> str | None:
        write = self.spelling.write
        return self._joined(write(party), write(target), str(counter))

    def highest(self, value: bytes) -> bytes | None:
        mark = self.after_party
        return value.rsplit(mark, 1)[0] + mark + b"%d" % COUNTER_MAXIMUM

    def faults(self) -> Iterator[ValueFault]:
        form, mark = Rule.FIELD_FORM, self.after_party
        yield from spaces()
        width = self.spelling.width
        if fault := other_case(self.spelling):
            # The target's, so that the originator stays the sender.
            wrong = fault.change(b"")
            yield ValueFault(
                form, fault.name, fault.title, lambda v: v[: width + 1] + wrong + v[2 * width + 1 :]
            )
        yield ValueFault(form, "no-counter", "no counter", lambda v: v.rsplit(mark, 1)[0])
        yield ValueFault(
            form, "empty-counter", "nothing for a counter", lambda v: v.rsplit(mark, 1)[0] + mark
        )
        yield ValueFault(
            form,
            "leading-zero",
            "a counter with a leading zero",
            lambda v: (mark + b"0").join(v.rsplit(mark, 1)),
        )
        other = "-" if mark != b"-" else ":"
        yield ValueFault(
            form,
            _SEPARATORS[other],
            f"{_SEPARATORS[other]} for {self._separators}",
            lambda v: other.encode().join(
                (v[:width], v[width + 1 : 2 * width + 1], v[2 * width + 2 :])
            ),
        )
        yield ValueFault(
            Rule.RANGE,
            "counter",
            "a counter of 2 to the 64th",
            lambda v: v.rsplit(mark, 1)[0] + mark + b"%d" % (COUNTER_MAXIMUM + 1),
        )
