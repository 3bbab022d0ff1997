"""Values that have to have a record each: rules ``complete`` of a profile's clauses 6.3 to 6.5."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from conformance.content import Content
from conformance.model.cross_rule import CrossRule
from conformance.model.rule import Rule
from conformance.model.types.given import as_read, conforming_value
from conformance.records.fault import Fault
from conformance.records.ledger import Ledger, LocatedRecord
from conformance.records.lines import Run, first_record
from conformance.records.plan import LayoutPlan
from conformance.records.sink import Readable, readable, values_at
from conformance.records.where import Columns, Where
from conformance.records.wording import quoted

#: Combinations of values that are kept in mind, which takes some 60 MB.
MOST = 1 << 18
#: Values that a finding names.
_NAMED = 10

#: Values of the columns of ``for_each`` in a record, with one spelling for each value.
_Group = tuple[bytes, ...]


class CompleteSink:
    """Notes which values of a column occur, for each combination of values of other columns.

    Memory is for ``most`` combinations. If there are more, it is not shown whether all is there.
    """

    def __init__(
        self, content: Content, plan: LayoutPlan, rule: CrossRule, ledger: Ledger, most: int = MOST
    ) -> None:
        layout = plan.layout
        self._content, self._plan, self._rule, self._ledger = content, plan, rule, ledger
        self._most, self._full = most, False
        self._where = Where(layout, rule)
        self._places = layout.positions(rule)
        self._looked_at = layout.looked_at(rule)
        self._folds = [layout.columns[place].type.fold for place in self._places[1:]]
        self._column = layout.columns[self._places[0]]
        self._values = rule.wanted(self._column)
        self._bits = {value: 1 << number for number, value in enumerate(self._values)}
        self._role = None if rule.eligible_for is None else rule.for_each.index(rule.eligible_for)
        #: The place of each combination in the lists, which have what is known of it.
        self._groups: dict[_Group, int] = {}
        self._seen: list[int] = []
        self._numbers, self._offsets = array("q"), array("q")
        own = len(layout.own)
        # A column of another record, which this one belongs to, is not in it.
        self._shown = next((place for place in self._places[1:] if place < own), None)
        #: The number of the field that is shown, in the first record of a combination.
        self._fields = array("q")
        if not rule.for_each:
            self._add((), LocatedRecord(0, 0, b""))

    def run(self, run: Run) -> None:
        """Take a run of conforming records."""
        if self._full:
            return
        layout = self._plan.layout
        columns = Columns(run, layout, self._where)
        found = zip(*(columns.at(place) for place in self._places), strict=True)
        for value, *others in set(found):
            known = self._groups.get(self._group(others))
            if known is None:
                break
            self._mark(known, value)
        else:
            return
        for fields, record in readable(run, self._plan.splitter):
            self.record(fields, record)

    def record(self, fields: Readable, record: LocatedRecord) -> None:
        """Take one record."""
        values = values_at(fields, self._looked_at)
        if self._full or values is None or not self._where.holds(values):
            return
        value, *others = (values[place] for place in self._places)
        group = self._group(others)
        known = self._groups.get(group)
        if known is None:
            if len(self._groups) >= self._most:
                self._full = True
                return
            known = self._add(group, record)
        self._mark(known, value)

    def _group(self, values: Iterable[bytes]) -> _Group:
        """Return the combination of what the columns of ``for_each`` have."""
        pairs = zip(values, self._folds, strict=True)
        return tuple([fold(value) if fold else value for value, fold in pairs])

    def _add(self, group: _Group, record: LocatedRecord) -> int:
        known = self._groups[group] = len(self._seen)
        self._seen.append(0)
        self._numbers.append(record.number)
        self._offsets.append(record.offset)
        shown = None if self._shown is None else record.field(self._shown + 1)
        self._fields.append(shown or 0)
        return known

    def _mark(self, known: int, value: bytes) -> None:
        if value:
            self._seen[known] |= self._bits.get(as_read(self._column.type, value), 0)

    def close(self) -> None:
        """Note what is missing, unless something that cannot be read may be it."""
        names = " and ".join(self._rule.for_each)
        if self._full:
            self._ledger.leave_open(
                f"{names} has more than {self._most:,} different values, too many to look for the "
                f"records of each{self._said}"
            )
        elif self._ledger.has(Rule.MINIMUM_RECORDS):
            self._ledger.hide(Rule.PROFILE_RULES, Rule.MINIMUM_RECORDS)
        elif not self._ledger.is_unread(self._looked_at):
            doubtful: set[str] = set()
            for group, known in self._groups.items():
                missing = []
                for value in self._missing(known):
                    wanted = self._is_wanted(value, group)
                    if wanted:
                        missing.append(value)
                    elif wanted is None:
                        doubtful.add(value)
                if missing:
                    self._lacks(group, known, missing)
            for value in sorted(doubtful):
                what = f"which User Roles may send {value} is not known to this suite{self._said}"
                self._ledger.leave_open(what)

    @property
    def _said(self) -> str:
        return f" (rule {self._plan.layout.format.clause}:{self._rule.id})"

    def _missing(self, known: int) -> Iterator[str]:
        """Yield the values that have no record."""
        seen = self._seen[known]
        if seen + 1 < 1 << len(self._values):
            yield from (value for value, bit in self._bits.items() if not seen & bit)

    def _is_wanted(self, value: str, group: _Group) -> bool | None:
        """Return whether a combination has to have a record with ``value``; None: not known."""
        if self._role is None:
            return True
        roles = self._plan.layout.eligible.get(value)
        if not group[self._role]:
            return False  # where no User Role is named, none asks for a variant
        return group[self._role].decode() in roles if roles else None

    def _lacks(self, group: _Group, known: int, missing: list[str]) -> None:
        """Note that a combination lacks records."""
        if not self._ledger.wants(Rule.PROFILE_RULES):
            self._ledger.count(Rule.PROFILE_RULES, 1)
            return
        layout = self._plan.layout
        pairs = zip(self._rule.for_each, group, strict=True)
        each = " and ".join(f"{name} {quoted(value) if value else 'null'}" for name, value in pairs)
        seen = self._seen[known]
        fault = Fault(
            Rule.PROFILE_RULES,
            f"{self._column.name}: no record for {self._listed(missing)}"
            f"{' with ' if each else ''}{each}{self._rule.condition}{self._said}",
            found=self._listed([v for v, bit in self._bits.items() if seen & bit])
            or "none of them",
            expected=f"a record with {self._listed(missing)}",
            profile=(layout.entry(f"rules.{self._rule.id}"),),
        )
        if not group:
            self._ledger.add_to_file(fault)
            return
        offset, room = self._offsets[known], self._plan.cut.limit + 16
        data = first_record(self._content.slice(offset, room).head(room))
        at = replace(fault, length=len(data))
        split = self._plan.splitter.split(data)
        # Where columns repeat, there are more fields than in a row.
        fields = split.fields if split.readable else self._plan.splitter.fields(data)
        if 0 < (number := self._fields[known]) <= len(fields):
            field = fields[number - 1]
            at = replace(fault, start=field.start, length=len(field.raw), field=number)
        self._ledger.add(at, LocatedRecord(self._numbers[known], offset, data))

    def _listed(self, values: list[str]) -> str:
        """Return values as they are written, in words."""
        shown = (conforming_value(self._column.type, value) for value in values[:_NAMED])
        words = [one.decode() if one else "" for one in shown]
        words += [f"{len(values) - _NAMED} more"] if len(values) > _NAMED else []
        return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
