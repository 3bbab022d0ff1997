"""Rules across the fields of a record: the profile's clauses 6.3 to 6.5, and 4.13(b)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.model.rule import Rule
from conformance.model.types.choice import listed
from conformance.model.types.column_type import Meaning
from conformance.model.types.given import as_read, conforming_value
from conformance.records import composing
from conformance.records.comparing import Comparison, Miss
from conformance.records.fault import Fault
from conformance.records.field import FieldCheck
from conformance.records.following import Following
from conformance.records.layout import Layout
from conformance.records.lines import Run
from conformance.records.sink import Readable
from conformance.records.splitting import Field
from conformance.records.where import Row, Where, rows_of
from conformance.records.wording import quoted


class _Bound(Struct, frozen=True):
    """A rule, the positions of its columns, and of all that it looks at; and its conditions."""

    rule: CrossRule
    columns: tuple[int, ...]
    looked_at: tuple[int, ...]
    where: Where


#: Composes a fault, which most callers do not show.
_Compose = Callable[[], Fault]
#: Finds the fault of a record by a rule.
_Check = Callable[[Readable, _Bound], _Compose | None]
#: Returns True if all records are without that fault.
_AllHold = Callable[[Sequence[Row], _Bound], bool]


@lru_cache(maxsize=64)
def _bounds(layout: Layout) -> tuple[_Bound, ...]:
    names = (name for name in CrossRuleName if not name.is_across_records)
    rules = (rule for name in names for rule in layout.rules_of(name))
    return tuple(bound for rule in rules for bound in _bound(layout, rule))


def _bound(layout: Layout, rule: CrossRule) -> Iterator[_Bound]:
    """Yield ``rule`` as a record is checked against it; one that wants a value, for each column."""
    positions, looked_at = layout.positions(rule), layout.looked_at(rule)
    where = Where(layout, rule)
    if rule.rule not in (CrossRuleName.REQUIRE, CrossRuleName.FORBID):
        yield _Bound(rule, positions, looked_at, where)
        return
    for index in positions:
        yield _Bound(rule, (index,), (index, *where.places), where)


class Sender(Struct):
    """Who sends a file, once it is known."""

    party: bytes | None = None


class CrossChecks:
    """Checks records against the rules that the layout has.

    Stateful: without a known sender, the first record that can be read shows who it is.
    """

    def __init__(
        self, layout: Layout, checks: Sequence[FieldCheck], sender: Sender | None = None
    ) -> None:
        self._layout = layout
        self._columns = layout.columns
        self._checks = checks
        self._following = Following(layout)
        self._composed = bool(layout.own_composed)
        # Constants before the first column that differs.
        self._lead = layout.lead
        self._first = self._lead.count(layout.between)
        self._whose = sender or Sender(layout.party)
        self._breaches = {breach.encode() for breach in layout.breaches or ()}
        self._rules = [(bound, *self._ways(bound.rule.rule)) for bound in _bounds(layout)]
        #: Comparisons that hold by one moment of a time that clocks show twice, not by the other.
        self.undecided = 0
        self._compared = {
            bound.rule: Comparison(bound.rule, layout.columns, *bound.columns)
            for bound, *_ in self._rules
            if bound.rule.rule is CrossRuleName.COMPARE
        }
        self._texts = [i for i, c in enumerate(layout.own) if not c.type.exact]

    def _ways(self, name: CrossRuleName) -> tuple[_Check, _AllHold]:
        """Return how one record is checked against a rule, and how many are at once."""
        ways: tuple[_Check, _AllHold]
        match name:
            case CrossRuleName.COMPARE:
                ways = self._compare, self._all_compare
            case CrossRuleName.ONE_SENDER:
                ways = self._one_sender, self._all_of_sender
            case CrossRuleName.ELIGIBLE_VARIANT:
                ways = self._eligible_variant, self._all_eligible
            case CrossRuleName.BREACH_FITS:
                ways = self._breach_fits, self._all_fit
            case CrossRuleName.REQUIRE:
                ways = self._require, self._all_there
            case CrossRuleName.FORBID:
                ways = self._forbid, self._all_null
            case CrossRuleName.ONE_OF:
                ways = self._one_of, self._all_of
            case CrossRuleName.UNIQUE | CrossRuleName.SORTED | CrossRuleName.COMPLETE:
                raise ValueError(f"{name} is about several records")
            case _:
                assert_never(name)
        return ways

    @property
    def knows_sender(self) -> bool:
        """Return True if the sender is known, or makes no difference."""
        return self._whose.party is not None or all(
            bound.rule.rule is not CrossRuleName.ONE_SENDER for bound, *_ in self._rules
        )

    def faults(self, fields: Readable) -> Iterator[tuple[Rule, _Compose]]:
        """The rules that one record breaks; a field that cannot be read is ``None``."""
        unread = {index for index, field in enumerate(fields) if field is None}
        for bound, check, _ in self._rules:
            if unread and not unread.isdisjoint(bound.looked_at):
                continue
            if bound.where.places and not bound.where.holds(
                [field.value if field else b"" for field in fields]
            ):
                continue
            fault = check(fields, bound)
            if fault:
                yield bound.rule.rule.laid_at, fault
        if self._composed:
            for found in composing.faults(self._layout, fields):
                yield found.rule, partial(replace, found)
        if self._following:
            for found in self._following.faults(fields):
                yield found.rule, partial(replace, found)

    def all_valid(self, run: Run) -> bool:
        """Return True if all records of ``run`` are surely without fault across their fields.

        Their text columns are checked by their patterns too, which the run was not. If not, the
        records are to be looked at one by one.
        """
        rows: Sequence[Row] | None = None
        for bound, _, all_hold in self._rules:
            name, columns = bound.rule.rule, bound.columns
            if name is CrossRuleName.BREACH_FITS and self._reads_as(columns[0], Meaning.CODE):
                held = True  # the expression for a record sees to it
            elif name is CrossRuleName.ONE_SENDER and columns == (self._first,):
                held = self._all_begin_with_sender(run)
            else:
                rows = rows or rows_of(run, self._layout)
                held = all_hold(bound.where.among(rows), bound)
            if not held:
                return False
        if self._composed:
            rows = rows or rows_of(run, self._layout)
            if not composing.all_composed(self._layout, rows):
                return False
        if self._following:
            rows = rows or rows_of(run, self._layout)
            if not self._following.all_valid(rows):
                return False
        if self._texts:
            rows = rows or rows_of(run, self._layout)
            return all(self._all_fit_as_written(rows, index) for index in self._texts)
        return True

    def _all_fit_as_written(self, rows: Sequence[Row], index: int) -> bool:
        """Return True if each text of a column conforms, and none is a word for null."""
        check = self._checks[index]
        texts = {r[index] for r in rows} - {b""}
        return all(check.fits(text) and not check.is_null(text) for text in texts)

    def _all_begin_with_sender(self, run: Run) -> bool:
        if self._whose.party is None or run.sender == self._whose.party:
            return self._whose.party is not None  # the expression for a record has seen to it
        kind = self._columns[self._first].type
        conforming_value = kind.renamed(b"", self._whose.party.decode())
        lead = self._lead.upper() if kind.any_case else self._lead
        start = lead + conforming_value + (kind.after_party or self._layout.between)
        data = run.data.upper() if kind.any_case else run.data
        return data.startswith(start) and data.count(run.separator + start) == run.count - 1

    def _all_compare(self, rows: Sequence[Row], bound: _Bound) -> bool:
        return self._compared[bound.rule].holds_for(rows)

    def _all_of_sender(self, rows: Sequence[Row], bound: _Bound) -> bool:
        (index,) = bound.columns
        return {self._party(value, index) for value in {r[index] for r in rows}} == {
            self._whose.party
        }

    def _all_eligible(self, rows: Sequence[Row], bound: _Bound) -> bool:
        role, variant = bound.columns
        return all(self._may_send(bound, *pair) for pair in {(r[role], r[variant]) for r in rows})

    def _all_fit(self, rows: Sequence[Row], bound: _Bound) -> bool:
        (index,) = bound.columns
        return {r[index] for r in rows} <= self._breaches

    def _all_there(self, rows: Sequence[Row], bound: _Bound) -> bool:
        (index,) = bound.columns
        return all(row[index] for row in rows)

    def _all_null(self, rows: Sequence[Row], bound: _Bound) -> bool:
        (index,) = bound.columns
        return not any(row[index] for row in rows)

    def _all_of(self, rows: Sequence[Row], bound: _Bound) -> bool:
        (index,) = bound.columns
        return all(self._is_one_of(value, bound) for value in {row[index] for row in rows})

    def _is_one_of(self, value: bytes, bound: _Bound) -> bool:
        """Return True if a value is null, or one of those that a rule wants."""
        kind = self._columns[bound.columns[0]].type
        return not value or as_read(kind, value) in bound.rule.values

    def _party(self, value: bytes, index: int) -> bytes:
        """The EUI-64 of who sends: the value, or a Request ID's originator."""
        return self._columns[index].type.party(value)

    def _reads_as(self, index: int, meaning: Meaning) -> bool:
        return self._columns[index].type.reads_as is meaning

    def _may_send(self, bound: _Bound, role: bytes, variant: bytes) -> bool:
        """Return True if ``role`` may send ``variant``; a variant without roles is for any."""
        roles = self._roles_for(bound, variant)
        kind = self._columns[bound.columns[0]].type
        return not role or not roles or kind.same(role).decode() in roles

    def _roles_for(self, bound: _Bound, variant: bytes) -> frozenset[str]:
        """The User Roles that may send ``variant``; none, if none is named."""
        kind = self._columns[bound.columns[1]].type
        return self._layout.eligible.get(kind.same(variant).decode(), frozenset())

    def _compare(self, fields: Readable, bound: _Bound) -> _Compose | None:
        found = self._compared[bound.rule].compare(fields)
        if not isinstance(found, Miss):
            self.undecided += bool(found)
            return None
        thresholds = self._layout.is_of_thresholds(bound.rule) and not found.null
        notes = ("warning-above-adt",) if thresholds else ()
        at = (found.field, found.index)
        return self._fault(bound, at, found.message, found.expected, notes)

    def _one_sender(self, fields: Readable, bound: _Bound) -> _Compose | None:
        index = bound.columns[0]
        field = fields[index]
        if not field or not field.value:
            return None
        party = self._party(field.value, index)
        if self._whose.party is None:
            self._whose.party = party
        if party == self._whose.party:
            return None
        whose = "the sender's" if self._layout.sender else "that of the first record"
        expected = f"{self._whose.party.decode()}, {whose}"
        return self._fault(bound, (field, index), "is another User ID", expected)

    def _eligible_variant(self, fields: Readable, bound: _Bound) -> _Compose | None:
        role, variant = (fields[index] for index in bound.columns)
        if not role or not variant or self._may_send(bound, role.value, variant.value):
            return None
        roles = sorted(self._roles_for(bound, variant.value))
        return self._fault(
            bound,
            (variant, bound.columns[1]),
            f"may not be sent in the User Role {role.value.decode()}",
            f"a variant for that role; this one is for {listed(tuple(roles))}",
        )

    def _breach_fits(self, fields: Readable, bound: _Bound) -> _Compose | None:
        field = fields[bound.columns[0]]
        if not field or not field.value or field.value in self._breaches:
            return None
        choices = self._layout.columns[bound.columns[0]].type.choices
        return self._fault(
            bound,
            (field, bound.columns[0]),
            "does not match who set the threshold",
            listed(tuple(one for one in choices if one.encode() in self._breaches)),
        )

    def _require(self, fields: Readable, bound: _Bound) -> _Compose | None:
        field = fields[bound.columns[0]]
        if not field or field.value:
            return None
        message = f"is null{bound.rule.condition}"
        return self._fault(bound, (field, bound.columns[0]), message, "a value")

    def _forbid(self, fields: Readable, bound: _Bound) -> _Compose | None:
        field = fields[bound.columns[0]]
        if not field or not field.value:
            return None
        message = f"has a value{bound.rule.condition}"
        return self._fault(bound, (field, bound.columns[0]), message, "null")

    def _one_of(self, fields: Readable, bound: _Bound) -> _Compose | None:
        index = bound.columns[0]
        field = fields[index]
        if not field or self._is_one_of(field.value, bound):
            return None
        message = f"does not have one of the values allowed{bound.rule.condition}"
        wanted = (conforming_value(self._columns[index].type, value) for value in bound.rule.values)
        expected = listed(tuple(one.decode() for one in wanted if one))
        return self._fault(bound, (field, index), message, expected)

    def _fault(
        self,
        bound: _Bound,
        at: tuple[Field, int],
        message: str,
        expected: str,
        notes: tuple[str, ...] = (),
    ) -> _Compose:
        return partial(self._fault_of, bound, at, (message, expected), notes)

    def _fault_of(
        self, bound: _Bound, at: tuple[Field, int], words: tuple[str, str], notes: tuple[str, ...]
    ) -> Fault:
        (field, index), (message, expected) = at, words
        form, rule = self._layout.format, bound.rule
        return Fault(
            rule.rule.laid_at,
            f"{form.columns[index].name} {message} (rule {form.clause}:{rule.id})",
            found=quoted(field.value) if field.value else "null",
            expected=expected,
            start=field.start,
            length=len(field.raw),
            field=index + 1 if index < len(self._layout.own) else None,
            notes=notes,
            profile=(
                self._layout.entry(f"rules.{rule.id}"),
                *(("breaches",) if rule.rule is CrossRuleName.BREACH_FITS else ()),
            ),
        )
