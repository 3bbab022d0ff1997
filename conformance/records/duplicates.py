"""Records whose key another had before them: the profile's keys of clauses 6.3 to 6.5."""

from __future__ import annotations

from array import array

from conformance.content import Content
from conformance.model.rule import Rule
from conformance.records.fault import Fault
from conformance.records.keys import FirstSeen, Key, KeyHashes
from conformance.records.ledger import Ledger, Record
from conformance.records.lines import Run, first_record, rows
from conformance.records.plan import Plan
from conformance.records.wording import quoted


class HashSink:
    """Takes the hashes of keys, in the first pass."""

    def __init__(self, plan: Plan) -> None:
        self._hashes = KeyHashes()
        self._plan = plan

    def run(self, run: Run) -> None:
        """Take the keys of a run of conforming records."""
        count = 0
        for keys in self._plan.keys(run):
            self._hashes.extend(keys)
            count += len(keys)
        run.counted = count

    def record(self, key: Key, record: Record, start: int) -> None:  # noqa: ARG002 - a KeySink
        """Take the key of one record."""
        self._hashes.extend((key,))

    def repeated(self) -> tuple[int, array[int]]:
        """How many keys were there before, and the hashes that tell so."""
        return self._hashes.repeated()


class LocatingSink:
    """Takes keys with their places, in the second pass, and shows those that were there before.

    ``full`` once enough are shown.
    """

    def __init__(self, content: Content, plan: Plan, ledger: Ledger, seen: FirstSeen) -> None:
        self._content = content
        self._plan = plan
        self._ledger = ledger
        self._seen = seen
        self._key = plan.key()
        self.full = False

    def run(self, run: Run) -> None:
        """Take the keys of a run of conforming records."""
        if all(map(self._seen.knows_none_of, self._plan.keys(run))):
            return
        for number, offset, data in rows(run):
            fields = self._plan.splitter.fields(data)
            start = fields[self._plan.key_columns[0]].start
            self.record(
                self._key([one.value for one in fields]), Record(number, offset, data), start
            )

    def record(self, key: Key, record: Record, start: int) -> None:
        """Take the key of one record, whose first column begins at ``start``."""
        if self.full:
            return
        before = self._seen.before(key, record.number, record.offset)
        if before is None:
            return
        number, offset = before
        if key != self._key_at(offset):
            self._ledger.count(Rule.UNIQUE_KEY, -1)
            return
        fault = self._fault(key, number + self._content.before[0], start)
        self.full = not self._ledger.show(fault, record)

    def _key_at(self, offset: int) -> Key:
        """The key of the record at ``offset``, which is known to have one."""
        room = self._plan.cut.limit + 16
        data = first_record(self._content.slice(offset, room).head(room))
        return self._key(self._plan.values(data))

    def _fault(self, key: Key, number: int, start: int) -> Fault:
        layout = self._plan.layout
        parts = (key,) if isinstance(key, bytes) else key
        names = " and ".join(layout.format.key)
        separator = layout.dialect.field_separator
        return Fault(
            Rule.UNIQUE_KEY,
            f"{names}: the same as in record {number}",
            found=quoted(separator.join(parts)),
            expected=f"a value that no record before has; record {number} has it",
            start=start,
            length=len(parts[0]),
            field=self._plan.key_columns[0] + 1,
            notes=("duplicate-rules",) if layout.holds_rules else (),
            profile=(layout.entry("key"),),
        )
