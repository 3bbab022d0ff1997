"""The faults found, rule by rule, and what could not be looked at because of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from conformance.findings import CAP, Excerpt, Finding, Place
from conformance.model.rule import CROSS_RULES, HIDDEN_WITH_A_RECORD, Rule
from conformance.records.expression import Expected
from conformance.records.fault import Fault
from conformance.records.field import FieldCheck
from conformance.records.layout import Layout

_RULES = tuple(Rule)
#: The entries of all rules, where none of them is broken.
_NO_FAULTS: dict[Rule, tuple[Finding, ...]] = dict.fromkeys(_RULES, ())
_NO_COUNTS = dict.fromkeys(_RULES, 0)
_NONE_HIDDEN: dict[Rule, frozenset[Rule]] = dict.fromkeys(_RULES, frozenset())
#: Bytes of a record that are shown around a fault.
_SHOWN = 200

#: A null in quotation marks, as a finding has it.
_EMPTY = "'\"\"'"


class Scan(Struct, frozen=True):
    """The result of a scan of a file's bytes.

    ``records`` were seen, a header included; ``around`` of them are not of the kind that is
    counted: the names of columns, headers, trailers and what records belong to. ``faults`` holds
    at most ``CAP`` findings of each rule, ``counts`` all of them. ``hidden`` names, for each rule,
    the rules whose faults kept it from looking at something; ``unread`` those whose faults left a
    record or a field unreadable, ``columns_unread`` the same for each column by name. Every rule
    and every column has an entry. ``nulls`` names the columns in which a null breaks a rule.
    ``undecided`` comparisons hold by one of two moments only, that clocks showed alike.
    """

    records: int
    faults: Mapping[Rule, tuple[Finding, ...]]
    counts: Mapping[Rule, int]
    hidden: Mapping[Rule, frozenset[Rule]]
    unread: frozenset[Rule]
    columns_unread: Mapping[str, frozenset[Rule]]
    nulls: frozenset[str]
    undecided: int = 0
    #: Results that rules across records leave open, although all records can be read.
    left_open: tuple[str, ...] = ()
    around: int = 0
    #: What all records are sure to have, if it was expected.
    as_expected: Expected | None = None

    @property
    def quotes_nulls(self) -> bool:
        """Return True if nulls are in quotation marks, as values are: what does that does both."""
        null = self.faults.get(Rule.NULL_FORM, ())
        quoted = bool(self.counts.get(Rule.QUOTING) and null)
        return quoted and all(one.found == _EMPTY for one in null)


class LocatedRecord(Struct, frozen=True):
    """A record, or a fragment of one, and where it is; ``data`` lacks the separator."""

    number: int
    offset: int
    data: bytes
    #: The number that each field has in the file, where these are not all, as what repeats has it.
    numbers: tuple[int, ...] = ()

    def field(self, number: int | None) -> int | None:
        """Return the number that a field has in the file."""
        return self.numbers[number - 1] if number and self.numbers else number


class Ledger:
    """Collects the findings about one file, after the records and bytes ``before`` these."""

    def __init__(
        self,
        name: str,
        layout: Layout,
        checks: Sequence[FieldCheck],
        before: tuple[int, int] = (0, 0),
    ) -> None:
        self._name = name
        self._before = before
        self._layout = layout
        self._checks = checks
        self._faults: defaultdict[Rule, list[Finding]] = defaultdict(list)
        self._counts = _NO_COUNTS.copy()
        self._hidden: defaultdict[Rule, set[Rule]] = defaultdict(set)
        self._unread: list[set[Rule]] = [set() for _ in checks]
        self._fields: set[tuple[Rule, int]] = set()  # what hid fields, to do it once
        self._records: set[Rule] = set()  # what hid records
        self._nulls: set[int] = set()
        self._open: list[str] = []
        #: Columns with a value that, by other ledgers, cannot be read.
        self._unread_there: set[int] = set()

    @property
    def records_before(self) -> int:
        """How many records come before those of the file."""
        return self._before[0]

    def beside(self, layout: Layout, checks: Sequence[FieldCheck]) -> Ledger:
        """Return another ledger about the same file, for records of another layout."""
        return Ledger(self._name, layout, checks, self._before)

    @cached_property
    def _cross(self) -> list[tuple[Rule, tuple[int, ...]]]:
        """The columns of each rule across fields, wanted for the first fault that hides any."""
        return [(rule, self._layout.cross_columns(rule)) for rule in CROSS_RULES]

    def add(self, fault: Fault, record: LocatedRecord) -> None:
        """Note ``fault``, which is in ``record``, or right after it."""
        self._counts[fault.rule] += 1
        if self.wants(fault.rule):
            records, size = self._before
            offset = record.offset + fault.start + size
            place = Place(self._name, record.number + records, record.field(fault.field), offset)
            self._keep(fault, place, self._excerpt(record.data, fault))

    def note(self, rule: Rule, fault: Callable[[], Fault], record: LocatedRecord) -> None:
        """Note a fault of ``rule``, which is composed if there is room to show it."""
        if self.wants(rule):
            self.add(fault(), record)
        else:
            self._counts[rule] += 1

    def wants(self, rule: Rule) -> bool:
        """Return True if there is room to show another fault of ``rule``."""
        return len(self._faults[rule]) < CAP

    def add_to_file(
        self, fault: Fault, offset: int | None = None, record: int | None = None
    ) -> None:
        """Note ``fault``, of the file as a whole, which begins at ``offset`` or with ``record``."""
        self._counts[fault.rule] += 1
        records, size = self._before
        offset = None if offset is None else offset + size
        record = None if record is None else record + records
        self._keep(fault, Place(self._name, record, offset=offset), None)

    def count(self, rule: Rule, number: int) -> None:
        """Count ``number`` more faults of ``rule``; ``show`` then shows some of them."""
        self._counts[rule] += number

    def show(self, fault: Fault, record: LocatedRecord) -> bool:
        """Show ``fault``, which was counted before; return True if there is room for more."""
        self._counts[fault.rule] -= 1
        self.add(fault, record)
        return self.wants(fault.rule)

    def _keep(self, fault: Fault, place: Place, excerpt: Excerpt | None) -> None:
        self._faults[fault.rule].append(
            Finding(
                fault.message,
                fault.found,
                fault.expected,
                place,
                excerpt,
                fault.hint,
                fault.notes,
                fault.profile,
            )
        )

    def _excerpt(self, data: bytes, fault: Fault) -> Excerpt:
        found = _excerpt(data, fault)
        return _recoded(found, self._layout.decoded) if self._layout.latin else found

    def hide_field(self, rule: Rule, index: int) -> None:
        """A fault of ``rule`` keeps the value of the column at ``index`` from being read."""
        if (rule, index) in self._fields:
            return
        self._fields.add((rule, index))
        self._unread[index].add(rule)
        held = self._checks[index].rules
        later = held[held.index(rule) + 1 :] if rule in held else ()
        across = (other for other, columns in self._cross if index in columns)
        for other in (*later, *across):
            self._hidden[other].add(rule)

    def hide_record(self, rule: Rule) -> None:
        """A fault of ``rule`` keeps all fields of a record from being read."""
        if rule in self._records:
            return
        self._records.add(rule)
        for index, check in enumerate(self._checks):
            self._unread[index].add(rule)
            for other in check.rules:
                if other not in (Rule.RECORD_SIGN, Rule.CHARACTERS, rule):
                    self._hidden[other].add(rule)
        for other, columns in self._cross:
            if columns:
                self._hidden[other].add(rule)
        for other in HIDDEN_WITH_A_RECORD[rule]:
            self._hidden[other].add(rule)

    def hide_file(self, rule: Rule) -> None:
        """A fault of ``rule`` keeps the whole file from being read."""
        for unread in self._unread:
            unread.add(rule)
        for other in _RULES:
            if other not in (rule, Rule.BYTE_ORDER_MARK):
                self._hidden[other].add(rule)

    def hide(self, rule: Rule, by: Rule) -> None:
        """A fault of the rule ``by`` keeps ``rule`` from being looked at."""
        self._hidden[rule].add(by)

    def is_unread(self, columns: Sequence[int]) -> bool:
        """Return True if a fault keeps a value of one of ``columns`` from being read."""
        own = [index for index in columns if index < len(self._unread)]
        return any(self._unread[index] for index in own) or not self._unread_there.isdisjoint(
            columns
        )

    def learn(self, other: Ledger, columns: Mapping[int, int]) -> None:
        """Take over what ``other`` cannot read; ``columns`` are those here by those there."""
        self._unread_there |= {here for there, here in columns.items() if other.is_unread([there])}

    def learn_all(self, columns: int) -> None:
        """Take over that a record cannot be read, of as many ``columns``."""
        self._unread_there.update(range(columns))

    def has(self, rule: Rule) -> bool:
        """Return True if ``rule`` is broken."""
        return self._counts[rule] > 0

    def leave_open(self, why: str) -> None:
        """Note why it is not shown whether a rule across records is kept."""
        self._open.append(why)

    def refuse_null(self, index: int) -> None:
        """A null in the column at ``index`` breaks a rule."""
        self._nulls.add(index)

    def close(self, records: int, undecided: int = 0, around: int = 0) -> Scan:
        """All that was found, in a file of ``records`` records, ``around`` of them not counted."""
        names = [column.name for column in self._layout.format.own]
        return Scan(
            records,
            _NO_FAULTS | {rule: tuple(found) for rule, found in self._faults.items()},
            self._counts,
            _NONE_HIDDEN | {rule: frozenset(hiding) for rule, hiding in self._hidden.items()},
            frozenset().union(*self._unread),
            dict(zip(names, map(frozenset, self._unread), strict=True)),
            frozenset(names[index] for index in self._nulls),
            undecided,
            tuple(self._open),
            around,
        )


def _excerpt(data: bytes, fault: Fault) -> Excerpt:
    """The part of ``data`` around ``fault``."""
    room = max(0, _SHOWN - fault.length) // 2
    first = max(0, min(fault.start - room, len(data) - _SHOWN))
    shown = data[first : first + _SHOWN]
    start = min(fault.start - first, len(shown))
    return Excerpt(shown, start, min(fault.length, len(shown) - start))


def _recoded(excerpt: Excerpt, decoded: Callable[[bytes], bytes]) -> Excerpt:
    """Return an excerpt in UTF-8."""
    data, start, stop = excerpt.data, excerpt.start, excerpt.start + excerpt.length
    before, wrong = decoded(data[:start]), decoded(data[start:stop])
    return Excerpt(before + wrong + decoded(data[stop:]), len(before), len(wrong))
