"""The interface of every type of column."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Self

from msgspec import Struct

from conformance.model.rule import Rule
from conformance.model.types.cell import AS_TEXT, Text, Tidied, Unreadable
from conformance.model.types.number import size
from conformance.model.types.value_fault import ValueFault

if TYPE_CHECKING:
    from random import Random

#: Returns the rule that a value breaks, if it breaks one.
Judge = Callable[[bytes], Rule | None]
#: A limit; infinite where there is none.
Number = int | float | Decimal
#: Compiles a pattern of the profile into a test of whole texts.
Compile = Callable[[str], Callable[[str], object]]

#: Not compiled before it is wanted, as elsewhere here: nothing is to slow the start down.
_SHORTENED = r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+"


class Meaning(StrEnum):
    """The meaning of values to the rules that compare them."""

    PARTY = "party"  #: a User ID, an EUI-64
    REQUEST = "request"  #: an originator, a target and a counter
    NUMBER = "number"
    PERIOD = "period"  #: hours
    INSTANT = "instant"
    DATE = "date"
    TIME = "time"
    CODE = "code"  #: one of ``choices``
    CONSTANT = "constant"
    TEXT = "text"
    ACTION = "action"
    NULL = "null"

    @property
    def is_identifier(self) -> bool:
        """Return True if values have EUI-64s, which can be written in several ways."""
        return self in (Meaning.PARTY, Meaning.REQUEST)


class Explanation(Struct, frozen=True):
    """Why a value breaks a rule: what is wrong, what was expected, and the notes about it.

    Under another reading of the notes, the value might have passed.
    """

    message: str
    expected: str
    notes: tuple[str, ...] = ()


class ColumnType(Struct, frozen=True):
    """The type of a column, with what the profile says of its values.

    A type is a module with a subclass: what it must know is abstract here. Its fields
    are its own entries of a column in a profile. Values are bytes as the file has them, never null.
    """

    #: The JSON Schema of each entry that only columns of certain types have.
    entries: ClassVar[Mapping[str, Any]] = {}
    #: Further JSON Schema of a column: the entries that must be there.
    needs: ClassVar[Mapping[str, Any]] = {}
    always_null: ClassVar[bool] = False
    #: Spreadsheet programs shorten such values if they take them for numbers.
    long_digits: ClassVar[bool] = False

    # --- In a profile -----------------------------------------------------------------------------

    @property
    @abstractmethod
    def name(self) -> str:
        """The name of the type in a profile."""

    @property
    @abstractmethod
    def reads_as(self) -> Meaning:
        """The meaning of its values."""

    @property
    def null_rule(self) -> Rule:
        """The rule that null breaks where it is not allowed."""
        return Rule.NULL_ALLOWED

    @property
    def exact(self) -> bool:
        """False: ``expression`` matches values that do not conform, and each is to be judged."""
        return True

    @property
    def sentinels(self) -> Mapping[str, bool]:
        """The words that a column can have in the place of values; True: it can be compared."""
        return {}

    def configured(
        self, entries: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]]
    ) -> ColumnType:
        """Return the type with the entries of a column, which fit the schema."""
        return type(self)(**{k: tuple(v) if isinstance(v, list) else v for k, v in entries.items()})

    def problem(self, nullable: bool) -> str | None:
        """Return why the entries make no sense together, if they make none."""
        return None

    def enclosed(self, separators: bytes) -> bytes:
        """Return an expression for values as they are written within quotation marks."""
        return self.expression(separators)

    def with_characters(self, beyond: str) -> Self:
        """Return the type in a file that has characters of one byte ``beyond`` ASCII."""
        return self

    def as_read(self, readings: Mapping[str, str], actions: tuple[str, ...]) -> Self:
        """Return the type under readings of notes; ``actions`` are those of clause 4.7(b)."""
        return self

    @property
    def choices(self) -> tuple[str, ...]:
        """The values to choose from, where they are listed."""
        return ()

    @property
    def pattern_of_text(self) -> str | None:
        """The pattern that a value has to fit, if the profile gives one."""
        return None

    def admits_any_of(self, characters: str) -> bool:
        """Return True if a value of ``characters`` is known, which any field can have."""
        return True

    def among(self, allowed: Collection[str]) -> Self:
        """Return the type with only those of its ``choices`` that are allowed."""
        return self

    @property
    def shapes(self) -> tuple[str, ...]:
        """Expressions for values by which these are recognised in other texts."""
        return ()

    # --- In a file --------------------------------------------------------------------------------

    @abstractmethod
    def expression(self, separators: bytes) -> bytes:
        """Return an expression (RE2 syntax) for conforming values without ``separators``.

        It may leave out values that are to be judged one by one.
        """

    @property
    @abstractmethod
    def widest(self) -> int | None:
        """The length in bytes of the longest value, if there is one."""

    @property
    def narrowest(self) -> int:
        """The length in bytes of the shortest value, or less where that is not known."""
        return 1

    @property
    def bounds(self) -> tuple[Number, Number] | None:
        """The least and the greatest number, if values are numbers."""
        return None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that a value can break."""
        return (Rule.FIELD_FORM,)

    @abstractmethod
    def judge(self, compile_pattern: Compile) -> Judge:
        """Return a function that names the rule that a value breaks."""

    @abstractmethod
    def explain(self, rule: Rule, value: bytes) -> Explanation:
        """Return why ``value`` breaks ``rule``. Null is a value here if ``null_rule`` is own."""

    @abstractmethod
    def resembles(self, text: str) -> bool:
        """Return True if ``text``, perhaps faulty, looks like a value."""

    # --- Read -------------------------------------------------------------------------------------

    @property
    def any_case(self) -> bool:
        """Return True if values that differ in case alone are the same."""
        return False

    def in_upper_case(self) -> Self:
        """Return the type without those of its values that are not in upper case."""
        return self

    @property
    def order(self) -> Callable[[bytes], tuple[int, bytes]]:
        """Return what gives of a conforming value what it is compared by."""
        return _as_written

    @property
    def sorts_as_bytes(self) -> bool:
        """Return True if values of one length sort like their bytes; False where in doubt."""
        return self.order in (_as_written, size)

    @property
    def fold(self) -> Callable[[bytes], bytes] | None:
        """Return what gives of any value what its spellings share, if a value has several."""
        return bytes.upper if self.any_case else None

    def same(self, value: bytes) -> bytes:
        """Return what conforming values share that mean the same, whatever column has them."""
        return value

    def spell(self, value: bytes) -> bytes:
        """Return what ``same`` gave as this column writes it."""
        return value

    def party(self, value: bytes) -> bytes:
        """Return the User ID that a conforming value names, with hyphens and in upper case."""
        return value

    @property
    def after_party(self) -> bytes:
        """The part of a value after the User ID; empty where the value is the User ID."""
        return b""

    def leading(self, data: bytes) -> bytes | None:
        """Return the User ID that ``data`` begins with, with hyphens and in upper case, if any."""
        return None

    def of_sender(self, party: bytes) -> bytes:
        """Return an expression for the values that name ``party``."""
        return re.escape(party)

    def moments(self, value: bytes) -> tuple[datetime, datetime] | None:
        """Return the earliest and the latest moment that a value can be, if it says one.

        They differ where clocks that are put back show a time twice.
        """
        return None

    def between(self, first: datetime, last: datetime) -> bytes:
        """Return an expression for values that surely say a moment of a span, if one is made."""
        return b""

    @property
    def clocks(self) -> str | None:
        """The zone whose clocks show a value, if these are put forward and back."""
        return None

    def orders(self, value: bytes) -> tuple[tuple[int, bytes], ...]:
        """Return all that a value may be compared by: more than one where clocks show it twice."""
        return (self.order(value),)

    def action(self, value: bytes) -> str | None:
        """Return the action of clause 4.7(b) that a value says, if it is one."""
        return None

    # --- In a sheet -------------------------------------------------------------------------------

    @abstractmethod
    def description(self) -> str:
        """Return how a value is written, in a sentence for who fills in a sheet."""

    @property
    def is_number(self) -> bool:
        """Return True if values are numbers that a program keeps digit by digit."""
        return False

    @property
    def cell_limits(self) -> tuple[int, int] | None:
        """The least and the greatest number in a cell, or length of text if not a number."""
        return None

    @property
    def cell_width(self) -> int | None:
        """The width of a column of cells, in characters, unless the heading decides."""
        return None

    def in_sheet(self, value: str) -> str:
        """Return what a person writes into a sheet for a value of the file, other than null."""
        return value

    def from_text(self, text: str) -> Text | Unreadable:
        """Return what a cell with a text says."""
        bare = text.strip()
        if self.long_digits and re.fullmatch(_SHORTENED, bare):
            return Unreadable("the program shortened the number", bare, AS_TEXT)
        return Text(bare, None if bare == text else Tidied.SPACES)

    def from_number(self, value: float, text: str) -> Text | Unreadable:
        """Return what a cell with a number says; ``text`` is the number as Python writes it."""
        return Text(text)

    def from_moment(self, value: datetime) -> Text | Unreadable:
        """Return what a cell with a date, which has no time zone, says."""
        shown = value.isoformat(sep=" ")
        return Unreadable("the program made a date of the value", shown, AS_TEXT)

    # --- Made up ----------------------------------------------------------------------------------

    @abstractmethod
    def make(self, index: int, random: Random) -> str:
        """Return a conforming value for record ``index`` (from 0)."""

    def of_party(self, party: str) -> str | None:
        """Return the value for a User ID, if the type has values for them."""
        return None

    def renamed(self, value: bytes, party: str) -> bytes:
        """Return a conforming value with another User ID in it, if the type has User IDs."""
        return value

    def of_request(self, party: str, target: str, counter: int) -> str | None:
        """Return the value for a Request ID, if the type has values for them."""
        return None

    @property
    @abstractmethod
    def count(self) -> int:
        """How many different values can be made up with ``nth``; a great number if without end."""

    @abstractmethod
    def nth(self, index: int) -> str | None:
        """Return the value number ``index`` (from 0), or nothing if none is made for it."""

    def of_action(self, action: str) -> str | None:
        """Return the value for an action of clause 4.7(b), if the type has values for them."""
        return None

    def of_moment(self, moment: datetime, turn: int = 0) -> str | None:
        """Return the value for a moment in UTC, if the type has values for them.

        Of several ways to write it, each has its ``turn``; the first is 0.
        """
        return None

    def near(self, low: int, high: int, random: Random) -> str | None:
        """Return a number from ``low`` to ``high``, or the next best, if values are numbers."""
        return None

    def downwards(self) -> Iterator[str]:
        """Yield different values from a high one down, if values are numbers."""
        yield from ()

    def highest(self, value: bytes) -> bytes | None:
        """Return the highest value, which is else as ``value``, if there is one."""
        return None

    def beside(self, value: bytes) -> Iterator[bytes]:
        """Yield values next to one that ``same`` gave, of this type or another that it is like."""
        other = self.other(self.spell(value).decode()) if value else None
        if other:
            yield other.encode()

    def other(self, value: str) -> str | None:
        """Return another conforming value that breaks no rule across fields, if there is one."""
        return None

    @abstractmethod
    def faults(self) -> Iterator[ValueFault]:
        """Yield the ways in which a value can break the ``rules``."""


def _as_written(value: bytes) -> tuple[int, bytes]:
    return 0, value
