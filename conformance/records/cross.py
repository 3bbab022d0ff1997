"""Rules across the fields of a record: the profile's clauses 6.3 to 6.5, and 4.13(b)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import assert_never

from conformance.model.profile import CrossRuleName
from conformance.model.rule import Rule
from conformance.model.types.choice import listed
from conformance.model.types.column_type import Meaning
from conformance.records.fault import Fault
from conformance.records.field import FieldCheck
from conformance.records.layout import Layout
from conformance.records.lines import Run
from conformance.records.splitting import Field
from conformance.records.wording import quoted

#: The fields of a record, where one that cannot be read is missing.
Readable = Sequence[Field | None]
#: Finds the fault of a record in the columns of a rule.
_Check = Callable[[Readable, tuple[int, ...]], Fault | None]
#: Tells whether all records are without that fault.
_AllHold = Callable[[list[list[bytes]], tuple[int, ...]], bool]


class CrossChecks:
    """Holds records to the rules that the layout has.

    Stateful: without a known sender, the first record that can be read tells who it is.
    """

    def __init__(self, layout: Layout, checks: Sequence[FieldCheck]) -> None:
        self._layout = layout
        self._columns = layout.columns
        self._checks = checks
        self._sender = layout.sender.upper().encode() if layout.sender else None
        self._breaches = {breach.encode() for breach in layout.breaches or ()}
        self._rules = [
            (name, *self._ways(name), layout.cross_columns(Rule(name)))
            for name in CrossRuleName
            if layout.cross_columns(Rule(name))
        ]
        self._texts = [i for i, c in enumerate(layout.columns) if not c.type.exact]

    def _ways(self, name: CrossRuleName) -> tuple[_Check, _AllHold]:
        """Return how one record is held to a rule, and how many records are at once."""
        match name:
            case CrossRuleName.NOT_ABOVE:
                return self._not_above, self._none_above
            case CrossRuleName.ONE_SENDER:
                return self._one_sender, self._all_of_sender
            case CrossRuleName.ELIGIBLE_VARIANT:
                return self._eligible_variant, self._all_eligible
            case CrossRuleName.BREACH_FITS:
                return self._breach_fits, self._all_fit
            case _:
                assert_never(name)

    @property
    def knows_sender(self) -> bool:
        """Whether it is known who the sender is, or makes no difference."""
        return self._sender is not None or all(
            name is not CrossRuleName.ONE_SENDER for name, *_ in self._rules
        )

    def faults(self, fields: Readable) -> Iterator[Fault]:
        """The faults of one record; a field that cannot be read is ``None``."""
        for _, check, _, columns in self._rules:
            if all(fields[index] is not None for index in columns):
                fault = check(fields, columns)
                if fault:
                    yield fault

    def hold(self, run: Run) -> bool:
        """Whether all records of ``run`` are surely without fault across their fields.

        Their text columns are held to their patterns too, which the run was not. If not, the
        records are to be looked at one by one.
        """
        rows: list[list[bytes]] | None = None
        for name, _, all_hold, columns in self._rules:
            if name is CrossRuleName.BREACH_FITS and self._reads_as(columns[0], Meaning.CODE):
                held = True  # the expression for a record sees to it
            elif name is CrossRuleName.ONE_SENDER and columns == (0,):
                held = self._all_begin_with_sender(run)
            else:
                rows = rows or self._rows(run)
                held = all_hold(rows, columns)
            if not held:
                return False
        if self._texts:
            rows = rows or self._rows(run)
            return all(self._all_fit_as_written(rows, index) for index in self._texts)
        return True

    def _all_fit_as_written(self, rows: list[list[bytes]], index: int) -> bool:
        """Whether each text of a column conforms, and none is a word for null."""
        check = self._checks[index]
        texts = {r[index] for r in rows} - {b""}
        return all(check.fits(text) and not check.is_null(text) for text in texts)

    def _rows(self, run: Run) -> list[list[bytes]]:
        separator = self._layout.dialect.field_separator
        return [data.split(separator) for data in run.data.split(run.separator)[:-1]]

    def _all_begin_with_sender(self, run: Run) -> bool:
        if self._sender is None or run.sender == self._sender:
            return self._sender is not None  # the expression for a record has seen to it
        kind = self._columns[0].type
        start = self._sender + (kind.after_party or self._layout.dialect.field_separator)
        data = run.data.upper() if kind.any_case else run.data
        return data.startswith(start) and data.count(run.separator + start) == run.count - 1

    def _none_above(self, rows: list[list[bytes]], columns: tuple[int, ...]) -> bool:
        lower, upper = columns
        low, high = (self._columns[index].type.order for index in columns)
        return not any(r[lower] and r[upper] and low(r[lower]) > high(r[upper]) for r in rows)

    def _all_of_sender(self, rows: list[list[bytes]], columns: tuple[int, ...]) -> bool:
        (index,) = columns
        return {self._party(value, index) for value in {r[index] for r in rows}} == {self._sender}

    def _all_eligible(self, rows: list[list[bytes]], columns: tuple[int, ...]) -> bool:
        role, variant = columns
        return all(self._may_send(*pair) for pair in {(r[role], r[variant]) for r in rows})

    def _all_fit(self, rows: list[list[bytes]], columns: tuple[int, ...]) -> bool:
        (index,) = columns
        return {r[index] for r in rows} <= self._breaches

    def _party(self, value: bytes, index: int) -> bytes:
        """The EUI-64 of who sends, in upper case: the value, or a Request ID's originator."""
        return self._columns[index].type.party(value)

    def _reads_as(self, index: int, meaning: Meaning) -> bool:
        return self._columns[index].type.reads_as is meaning

    def _may_send(self, role: bytes, variant: bytes) -> bool:
        """Whether ``role`` may send ``variant``; where nobody is named, anybody may."""
        roles = self._layout.eligible.get(variant.decode())
        return not role or not roles or role.decode() in roles

    def _not_above(self, fields: Readable, columns: tuple[int, ...]) -> Fault | None:
        lower, upper = (fields[index] for index in columns)
        if not lower or not upper or not lower.value or not upper.value:
            return None
        low, high = (self._columns[index].type.order for index in columns)
        if low(lower.value) <= high(upper.value):
            return None
        names = [self._layout.format.columns[index].name for index in columns]
        return self._fault(
            Rule.NOT_ABOVE,
            (lower, columns[0]),
            f"is above {names[1]}",
            f"at most {names[1]}, {upper.value.decode()}",
            ("warning-above-adt",),
        )

    def _one_sender(self, fields: Readable, columns: tuple[int, ...]) -> Fault | None:
        index = columns[0]
        field = fields[index]
        if not field or not field.value:
            return None
        party = self._party(field.value, index)
        if self._sender is None:
            self._sender = party
        if party == self._sender:
            return None
        whose = "the sender's" if self._layout.sender else "that of the first record"
        expected = f"{self._sender.decode()}, {whose}"
        return self._fault(Rule.ONE_SENDER, (field, index), "is another User ID", expected, ())

    def _eligible_variant(self, fields: Readable, columns: tuple[int, ...]) -> Fault | None:
        role, variant = (fields[index] for index in columns)
        if not role or not variant or self._may_send(role.value, variant.value):
            return None
        roles = sorted(self._layout.eligible[variant.value.decode()])
        return self._fault(
            Rule.ELIGIBLE_VARIANT,
            (variant, columns[1]),
            f"may not be sent in the User Role {role.value.decode()}",
            f"a variant for that role; this one is for {listed(tuple(roles))}",
            (),
        )

    def _breach_fits(self, fields: Readable, columns: tuple[int, ...]) -> Fault | None:
        field = fields[columns[0]]
        if not field or not field.value or field.value in self._breaches:
            return None
        return self._fault(
            Rule.BREACH_FITS,
            (field, columns[0]),
            "does not go with who set the threshold",
            listed(tuple(sorted(self._layout.breaches or ()))),
            (),
        )

    def _fault(
        self,
        rule: Rule,
        at: tuple[Field, int],
        message: str,
        expected: str,
        notes: tuple[str, ...],
    ) -> Fault:
        field, index = at
        return Fault(
            rule,
            f"{self._layout.format.columns[index].name} {message}",
            found=quoted(field.value),
            expected=expected,
            start=field.start,
            length=len(field.raw),
            field=index + 1,
            notes=notes,
            profile=(
                self._layout.entry(f"rules.{rule}"),
                *(("breaches",) if rule is Rule.BREACH_FITS else ()),
            ),
        )
