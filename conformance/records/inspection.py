"""Records checked by all rules, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace

from conformance.model.dialect import Quoting
from conformance.model.rule import FIELD_RULES, Rule
from conformance.records.cross import CrossChecks, Sender
from conformance.records.fault import Fault
from conformance.records.field import FieldCheck
from conformance.records.ledger import Ledger, LocatedRecord
from conformance.records.lines import Fragment, Run, halves, rows, split_at
from conformance.records.plan import LayoutPlan
from conformance.records.sink import Readable, RecordSink
from conformance.records.splitting import Field, Split
from conformance.records.wording import named, quoted

_SIGN_AGAIN = "Sign the file again afterwards."
#: Records that are looked at one by one rather than by halves.
FEW = 4


class Inspection:
    """Checks what ``lines`` yields; ``ledger`` gets the faults, and ``sinks`` the records."""

    def __init__(
        self,
        plan: LayoutPlan,
        ledger: Ledger,
        sinks: Sequence[RecordSink],
        sender: Sender | None = None,
    ) -> None:
        self.plan = plan
        self._ledger = ledger
        self._sinks = sinks
        self.sender = sender or Sender(plan.layout.party)
        self._cross = CrossChecks(plan.layout, plan.checks, self.sender)
        self.records = 0
        self.header = False
        # A tag is not a name.
        below = plan.layout.format.below
        self._may_be_header = not below or all(not column.tag for column in plan.layout.own)

    @property
    def undecided(self) -> int:
        """How many comparisons do not decide, as clocks show a time twice."""
        return self._cross.undecided

    def inspect(self, event: Run | Fragment) -> None:
        """Look at what ``lines`` yields."""
        if isinstance(event, Run):
            self._run(event)
        else:
            self._piece(event)

    def _run(self, run: Run) -> None:
        """Look at a run of records that match the expression."""
        if run.separator != self.plan.separator:
            self.wrongly_separated(run)
        if run.number == 1 or not self._cross.knows_sender:
            others = self._first_of(run)
            self._conforming(others)
            run.counted = others.count + 1
        else:
            self._conforming(run)
        self.records = run.number + run.count - 1

    def _conforming(self, run: Run) -> None:
        """Look at records that match the expression, again by halves if not all is well."""
        if not run.data:
            return
        if self._cross.all_valid(run):
            for sink in self._sinks:
                sink.run(run)
        elif run.count > FEW:
            for half in halves(run):
                self._conforming(half)
        else:
            for number, offset, data in rows(run):
                self.whole(LocatedRecord(number, offset, data))

    def wrongly_separated(self, run: Run) -> None:
        """Lay the separator of each record of ``run`` at clause 6.1, and show the first ones."""
        shown = 0
        for number, offset, data in rows(run):
            if not self._ledger.wants(Rule.RECORD_SEPARATOR):
                break
            piece = Fragment(offset, data, len(data), run.separator)
            self._ledger.add(
                self._separator(piece), LocatedRecord(number, offset, data + run.separator)
            )
            shown += 1
        self._ledger.count(Rule.RECORD_SEPARATOR, run.count - shown)

    def _first_of(self, run: Run) -> Run:
        """Look at the first record of ``run`` by itself; give back the others."""
        first, others = split_at(run, run.written.index(run.separator) + len(run.separator))
        record = LocatedRecord(run.number, run.offset, first.written.removesuffix(run.separator))
        self.whole(record, matched=True)
        return others

    def _piece(self, piece: Fragment) -> None:
        """Look at one record, or at a fragment of one."""
        self.records = piece.number
        if not self.damaged(piece):
            self.whole(LocatedRecord(piece.number, piece.offset, piece.data))

    def damaged(self, piece: Fragment) -> bool:
        """Report what is wrong with a piece; return True if it cannot be read as a record."""
        unread = piece.fragment or piece.length > self.plan.cut.limit
        separated = piece.separator in (self.plan.separator, b"")
        if separated and not unread:
            return False
        record = LocatedRecord(piece.number, piece.offset, piece.data)
        if not separated:
            ended = replace(record, data=piece.data + piece.separator)
            self._ledger.note(Rule.RECORD_SEPARATOR, partial(self._separator, piece), ended)
        if piece.length > self.plan.cut.limit:
            self._ledger.add(self._too_long(piece), record)
            self._ledger.hide_record(Rule.RECORD_LENGTH)
        elif piece.fragment:
            self._ledger.hide_record(Rule.RECORD_SEPARATOR)
            split = self.plan.splitter.split(piece.data)
            self._characters(split, record, piece.before)
        return unread

    def holds(self, run: Run) -> bool:
        """Return True if records that match the expression surely keep all rules."""
        return self._cross.knows_sender and self._cross.all_valid(run)

    def only_characters(self, record: LocatedRecord) -> None:
        """Check the bytes of a record that cannot be read further."""
        self._characters(self.plan.splitter.split(record.data), record, 0)

    def _separator(self, piece: Fragment) -> Fault:
        """The fault that ``piece`` is not ended by the right separator (clause 6.1)."""
        before = piece.before + self.plan.splitter.separators(piece.data)
        return Fault(
            Rule.RECORD_SEPARATOR,
            "a line break inside a field"
            if piece.inside
            else f"something other than {named(self.plan.separator)} separates records",
            found=named(piece.separator),
            expected=named(self.plan.separator),
            start=piece.length,
            length=len(piece.separator),
            field=before + 1,
        )

    def _too_long(self, piece: Fragment) -> Fault:
        limit = self.plan.cut.limit
        return Fault(
            Rule.RECORD_LENGTH,
            "a record that is too long; it was not read",
            found=f"{piece.length:,} bytes",
            expected=f"at most {limit:,} bytes",
            start=limit,
            length=1,
            profile=(self.plan.layout.entry("maximum_record_bytes"),),
        )

    def whole(
        self, record: LocatedRecord, beside: Readable = (), *, matched: bool = False
    ) -> Readable | None:
        """Look at a record that is all there; return its fields, if there are as many as columns.

        ``beside`` are those that it has from other records. It is ``matched`` if it matches the
        expression, which is then not compiled again for each field.
        """
        if record.number == 1 and self._may_be_header:
            fault = self.plan.header.fault(record.data)
            if fault:
                self._ledger.add(fault, record)
            self.header = self.plan.header.is_header(record.data)
            if self.header:
                return None
        split = self.plan.splitter.split(record.data)
        cause = split.rule
        if cause is Rule.FIELD_COUNT and self.plan.characters.all_wrong(record.data):
            cause = None  # such as 0x1A at the end: not being a field is not a second fault
            self._ledger.hide_record(Rule.CHARACTERS)
        elif cause is None and not split.readable:
            self._ledger.hide_record(Rule.RECORD_SIGN)
        if cause and split.fault:
            self._ledger.note(cause, split.fault, record)
        if split.readable:
            return self._fields(split, record, beside, matched=matched)
        self._characters(split, record, 0)
        if cause:
            self._ledger.hide_record(cause)
        return None

    def _characters(self, split: Split, record: LocatedRecord, before: int) -> None:
        """Check the bytes of fields that cannot be read further."""
        if self.plan.characters.all_allowed(record.data):
            return
        for index, field in enumerate(split.fields, before + 1):
            if self.plan.characters.all_allowed(field.raw):
                continue
            for fault in self.plan.characters.faults(field.raw, field.start, index):
                self._ledger.add(fault, record)

    def _fields(
        self, split: Split, record: LocatedRecord, beside: Readable, *, matched: bool
    ) -> Readable:
        """Look at each field by itself, then at all of them together."""
        readable: list[Field | None] = list(split.fields)
        allowed = None
        for index, (field, check) in enumerate(zip(split.fields, self.plan.checks, strict=True)):
            if (matched and check.column.type.exact) or check.surely_fits(field.raw):
                continue
            if allowed is None:
                allowed = self.plan.characters.all_allowed(record.data)
            broken = self._field(index, field, record, allowed=allowed)
            if broken:
                self._ledger.hide_field(broken, index)
                readable[index] = None
            elif check.is_null(field.value):
                readable[index] = Field(field.raw, field.start, b"")
        readable += beside
        self._across(readable, record)
        for sink in self._sinks:
            sink.record(readable, record)
        return readable

    def _across(self, readable: Readable, record: LocatedRecord) -> None:
        """Look at the fields of a record together."""
        for rule, compose in self._cross.faults(readable):
            if rule not in FIELD_RULES:
                self._ledger.note(rule, compose, record)
                continue
            fault = compose()
            self._ledger.add(fault, record)
            if fault.field is not None:
                for place in fault.parts or (fault.field - 1,):
                    self._ledger.hide_field(fault.rule, place)

    def _field(
        self, index: int, field: Field, record: LocatedRecord, *, allowed: bool
    ) -> Rule | None:
        """Look at one field by itself; gives the rule that it breaks.

        ``allowed``: all characters of its record are.
        """
        check, raw, ledger = self.plan.checks[index], field.raw, self._ledger
        if not allowed and not self.plan.characters.all_allowed(raw):
            faults = list(self.plan.characters.faults(raw, field.start, index + 1))
            for fault in faults:
                ledger.add(replace(fault, message=f"{check.column.name}: {fault.message}"), record)
            return faults[0].rule
        null_in_quotes = raw == b'""' and check.column.nullable
        if not null_in_quotes and _is_misquoted(check, field):
            ledger.note(Rule.QUOTING, partial(self._misquoted, index, field), record)
            return Rule.QUOTING
        value = raw if null_in_quotes else field.value
        broken = check.broken(value)
        if broken and not value:
            ledger.refuse_null(index)
        if broken and ledger.wants(broken):
            fault = check.fault(broken, value, field.start)
            if raw != value:
                fault = replace(fault, length=len(raw))
            ledger.add(fault, record)
        elif broken:
            ledger.count(broken, 1)
        return broken

    def _misquoted(self, index: int, field: Field) -> Fault:
        """The fault that quotes are missing, or are where there should be none."""
        layout, check, raw = self.plan.layout, self.plan.checks[index], field.raw
        hint = None
        if field.enclosed:
            message, expected = "is in quotes, which only text is", "a value without quotes"
            hint = "Take the quotes off; only fields of text have them. " + _SIGN_AGAIN
        elif b'"' in raw:
            if layout.quoting is Quoting.NONE:
                message, expected = "a quote; the file has no quoting", "a field without quotes"
            else:
                message, expected = "a quote that is not around the field", "quotes around a field"
                hint = "Put quotes around the whole field, and double those inside. " + _SIGN_AGAIN
        else:
            message, expected = "is not in quotes", "quotes around the value"
            hint = "Put quotes around the value, but not where it is null. " + _SIGN_AGAIN
        notes, entries = layout.grounds("quotes")
        return Fault(
            Rule.QUOTING,
            f"{check.column.name}: {message}",
            found=quoted(layout.decoded(raw)),
            expected=expected,
            start=field.start + max(raw.find(b'"'), 0),
            length=1,
            field=index + 1,
            hint=hint,
            notes=notes,
            profile=entries or (layout.entry(),),
        )


def _is_misquoted(check: FieldCheck, field: Field) -> bool:
    """Return True if quotes are missing around a field, or are where there should be none."""
    if field.enclosed:
        return check.quoting is Quoting.NONE
    return b'"' in field.raw or (check.quoting is Quoting.ALL and not check.is_null(field.value))
