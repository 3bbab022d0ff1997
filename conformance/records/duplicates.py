"""Records that repeat what another had before them: keys, and the values of rules ``unique``."""

from __future__ import annotations

from array import array

from conformance.content import Content
from conformance.records.distinct import Distinct
from conformance.records.fault import Fault
from conformance.records.keys import FirstSeen, Key, KeyHashes
from conformance.records.ledger import Ledger, LocatedRecord
from conformance.records.lines import Run, first_record
from conformance.records.plan import LayoutPlan
from conformance.records.sink import Readable, readable, values_at
from conformance.records.wording import quoted


class HashSink:
    """Takes the hashes of keys, in the first pass."""

    def __init__(self, distinct: Distinct) -> None:
        self.distinct = distinct
        self._hashes = KeyHashes()

    def run(self, run: Run) -> None:
        """Take the keys of a run of conforming records."""
        count = 0
        for keys in self.distinct.keys(run):
            self._hashes.extend(keys)
            count += len(keys)
        if not self.distinct.where.places:
            run.counted = count

    def record(self, fields: Readable, record: LocatedRecord) -> None:  # noqa: ARG002 - a RecordSink
        """Take the key of one record."""
        values = values_at(fields, self.distinct.looked_at)
        if values is not None and self.distinct.where.holds(values):
            self._hashes.extend((self.distinct.key(values),))

    def repeated(self) -> tuple[int, array[int]]:
        """The number of keys that were there before, and the hashes that show it."""
        return self._hashes.repeated()


class LocatingSink:
    """Takes keys with their places, in the second pass, and shows those that were there before.

    ``full`` once enough are shown.
    """

    def __init__(
        self,
        content: Content,
        plan: LayoutPlan,
        ledger: Ledger,
        distinct: Distinct,
        seen: FirstSeen,
    ) -> None:
        self._content = content
        self._plan = plan
        self._ledger = ledger
        self._distinct = distinct
        self._seen = seen
        self.full = not ledger.wants(distinct.laid_at)

    def run(self, run: Run) -> None:
        """Take the keys of a run of conforming records."""
        if self.full or all(map(self._seen.knows_none_of, self._distinct.keys(run))):
            return
        for fields, record in readable(run, self._plan.splitter):
            self.record(fields, record)

    def record(self, fields: Readable, record: LocatedRecord) -> None:
        """Take the key of one record."""
        values = values_at(fields, self._distinct.looked_at)
        if self.full or values is None or not self._distinct.where.holds(values):
            return
        key = self._distinct.key(values)
        before = self._seen.before(key, record.number, record.offset)
        if before is None:
            return
        number, offset = before
        if not self._is_at(key, offset):
            self._ledger.count(self._distinct.laid_at, -1)
            return
        fault = self._fault(number + self._content.before[0], fields, again=number == record.number)
        self.full = not self._ledger.show(fault, record)

    def _is_at(self, key: Key, offset: int) -> bool:
        """Return True if ``key`` is that of the record at ``offset``, which has one."""
        room = self._plan.cut.limit + 16
        data = first_record(self._content.slice(offset, room).head(room))
        return key == self._distinct.key(self._plan.values(data))

    def _fault(self, number: int, fields: Readable, *, again: bool) -> Fault:
        """Return that record ``number`` has the same; ``again``: it is the same record."""
        layout, distinct = self._plan.layout, self._distinct
        parts = [one.value for place in distinct.columns if (one := fields[place])]
        before = f"the same as in record {number}", f"no record before has; record {number} has it"
        if again:
            before = "the same twice in the record", "the record does not have before"
        rule = distinct.rule
        said = f" (rule {layout.format.clause}:{rule.id})" if rule else ""
        condition = rule.condition if rule else ""
        own = [place for place in distinct.columns if place < len(layout.own)]
        field = fields[own[0]] if own else None
        return Fault(
            distinct.laid_at,
            f"{distinct.names}: {before[0]}{condition}{said}",
            found=quoted(layout.dialect.field_separator.join(parts)),
            expected=f"a value that {before[1]}",
            start=field.start if field else 0,
            length=len(field.value) if field else 0,
            field=own[0] + 1 if own else None,
            notes=("duplicate-rules",) if layout.holds_rules and rule is None else (),
            profile=(distinct.entry,),
        )
