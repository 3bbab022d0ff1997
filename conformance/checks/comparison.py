"""A QCAF beside the report that it was made from: clauses 4.7 and 4.13.

The two are read side by side. Where the bytes of one without its actions are those of the other,
as nearly always, its records are not even read. Of the others those that are alike are forgotten;
a record that stands elsewhere waits for its like. What is then left, or
differs, is in question, and only that is looked at again. So a QCAF in the order of its report
takes no more memory than a small one, and one in another order as much as the records that wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, zip_longest
from operator import itemgetter

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.checks.context import Context
from conformance.content import Content
from conformance.findings import CAP, Finding, More, Outcome, Place
from conformance.model.column import Column, Role, conforming
from conformance.model.profile import FileFormat
from conformance.model.requirement import Kind
from conformance.model.rule import Rule
from conformance.model.types.column_type import Meaning
from conformance.records import Layout, Scan, read_records
from conformance.records.row_place import place_in
from conformance.records.stretches import Stretch, apart
from conformance.records.without_actions import without_actions

#: Kept in the context's memory, since several requirements ask for it.
_MEMORY = "comparison"
#: The entries of the profile by which records of the two files are read, and found to be the same.
_READ_BY = ("files.qcaf.key", "files.report.key", "files.qcaf.columns", "files.report.columns")
#: The values of some columns of a record.
Values = tuple[bytes, ...]
#: A record's number, its offset, and all its fields.
_Record = tuple[int, int, list[bytes]]


class Tally(Struct):
    """Findings up to the cap, and a count of all."""

    findings: list[Finding] = field(default_factory=list)
    count: int = 0

    @property
    def is_full(self) -> bool:
        """Return True if no more findings are kept, so that no place has to be looked for."""
        return len(self.findings) >= CAP

    def add(self, finding: Finding) -> None:
        """Count ``finding``, and keep it while there is room."""
        self.count += 1
        if len(self.findings) < CAP:
            self.findings.append(finding)

    def outcomes(self) -> Iterator[Outcome]:
        """Yield the findings that are kept, and the number of the others."""
        yield from self.findings
        if self.count > len(self.findings):
            yield More(self.count - len(self.findings))


class Comparison(Struct, frozen=True):
    """The differences between a QCAF and the report it was made from.

    ``altered`` goes by the name of the column; ``unread`` are records of the report that cannot be
    taken apart, or whose key is malformed: any communication may be meant. ``apart`` is true if
    no record of the QCAF is one of the report, so that nothing could be compared.
    """

    missing: Tally
    added: Tally
    altered: Mapping[str, Tally]
    unread: int = 0
    apart: bool = False


class Side(Struct, frozen=True):
    """One of the two files: its records, its form, and the columns that are compared."""

    content: Content
    layout: Layout
    names: tuple[str, ...]
    #: What each value of the key, and then each that is compared, is compared by; none: as it is.
    by: tuple[Callable[[bytes], bytes] | None, ...] = ()

    @property
    def form(self) -> FileFormat:
        return self.layout.format

    @property
    def whole(self) -> Stretch:
        """All of the file."""
        return Stretch(self.content)

    def records(self) -> Iterator[_Record]:
        """The records that have all their fields."""
        return read_records(self.content, self.layout)

    def rows(
        self, stretch: Stretch, unread: Callable[[int], object] = lambda _: None
    ) -> Iterator[Values]:
        """The key of each record, and behind it the values that are compared, as they are.

        ``unread`` gets the numbers of records that do not have all their fields.
        """
        row_of = picker(self.form, (*self.form.key, *self.names))
        return (row_of(fields) for _, _, fields in stretch.records(self.layout, unread))

    def key_of(self) -> Callable[[list[bytes]], Values]:
        """Takes the key of a record, as it is compared."""
        take = picker(self.form, self.form.key)
        return lambda fields: self.alike(take(fields))

    def has_key(self) -> Callable[[list[bytes]], bool]:
        """Return a test of whether the key of a record is made of values that conform."""
        tests = [admits(self.layout.columns[self.form.index(name)]) for name in self.form.key]
        take = picker(self.form, self.form.key)
        return lambda fields: all(
            test(value) for test, value in zip(tests, take(fields), strict=True)
        )

    def values_of(self) -> Callable[[list[bytes]], Values]:
        """Takes the values of a record that are compared, as they are compared."""
        take, width = picker(self.form, self.names), len(self.form.key)
        by = self.by[width:]
        if not any(by):
            return take
        return lambda fields: _by(by, take(fields))

    def alike(self, row: Values) -> Values:
        """Return a row, or its first values, as they are compared."""
        return _by(self.by, row) if any(self.by) else row


def _by(by: tuple[Callable[[bytes], bytes] | None, ...], row: Values) -> Values:
    return tuple(same(value) if same else value for same, value in zip_longest(by[: len(row)], row))


def comparison(context: Context) -> Comparison:
    """The comparison of the submission's QCAF with its report, made once."""
    kept = context.memory.get(_MEMORY)
    if not isinstance(kept, Comparison):
        kept = context.memory[_MEMORY] = _of(context)
    return kept


def _of(context: Context) -> Comparison:
    report, data = context.submission.quarantine.report, context.data
    mine, theirs = context.profile.files[Kind.QCAF], context.profile.files[Kind.REPORT]
    # What follows from the rest of a file follows from another rest in the other.
    known = {column.name: column for column in theirs.columns if column.derived is None}
    names = tuple(
        c.name for c in mine.columns
        if c.role is not Role.ACTION and c.name not in mine.key and c.name in known
        and c.derived is None and c.role is not Role.RECIPIENT
        and not _is_fixed(c, known[c.name])
    )  # fmt: skip
    if report is None or data is None:
        return Comparison(Tally(), Tally(), {name: Tally() for name in names})
    layouts = context.layout(mine), context.layout(theirs)
    one, other = (
        [layout.columns[layout.format.index(name)] for name in (*layout.format.key, *names)]
        for layout in layouts
    )
    by = [
        _compared_by(*pair, n < len(mine.key))
        for n, pair in enumerate(zip(one, other, strict=False))
    ]
    sides = (
        Side(data, layouts[0], names, tuple(mine_by for mine_by, _ in by)),
        Side(report, layouts[1], names, tuple(their_by for _, their_by in by)),
    )
    bare = without_actions(*layouts) if _is_clean(context.scan) else None
    return compare(*sides, apart(data, report, bare) if bare else None)


def _is_clean(scan: Scan | None) -> bool:
    """Return whether the bytes of a file show no fault but in its actions."""
    counts = scan.counts if scan else {}
    return bool(counts) and not any(n for rule, n in counts.items() if rule is not Rule.ACTION)


#: Returns what a value is compared by.
_Same = Callable[[bytes], bytes]


def _compared_by(mine: Column, theirs: Column, in_key: bool) -> tuple[_Same | None, _Same | None]:
    """Return by what the values of a column of each file are compared, unless as they are.

    Two columns may write the same differently; in a key, so may two records.
    """
    if mine.type != theirs.type:
        return same_as(mine), same_as(theirs)
    same = same_as(mine) if in_key and mine.type.fold else None
    return same, same


def admits(column: Column) -> Callable[[bytes], bool]:
    """Return a test of whether a field of ``column`` may have a value, or be null."""
    conforms = conforming(column)
    return lambda value: conforms(value) if value else column.nullable


def _is_fixed(mine: Column, theirs: Column) -> bool:
    """Return True if each file always has a value of its own, which says nothing of a record."""
    return mine.type.reads_as is Meaning.CONSTANT and (
        mine.type != theirs.type or not (mine.nullable or mine.type.sentinels)
    )


def same_as(column: Column) -> _Same:
    """Return by what values of ``column`` are compared: one that does not conform, as it is."""
    conforms, same = conforming(column), column.type.same
    return lambda value: same(value) if conforms(value) else value


def compare(
    qcaf: Side, report: Side, parts: Iterable[tuple[Stretch, Stretch]] | None = None
) -> Comparison:
    """What ``qcaf`` has more, less and other than ``report``; both name the same columns.

    ``parts`` are where they may differ, if that is known.
    """
    unread: set[int] = set()
    asked = _in_question(qcaf, report, parts or [(qcaf.whole, report.whole)], unread.add)
    there = _asked_for(report, asked, unread.add) if asked else {}
    altered = {name: Tally() for name in qcaf.names}
    result = Comparison(Tally(), Tally(), altered, len(unread))
    if not asked:
        return result
    key_of, count = qcaf.key_of(), 0
    for count, record in enumerate(qcaf.records(), 1):  # noqa: B007 - how many there are
        key = key_of(record[2])
        if key not in asked:
            continue
        if key not in there:
            result.added.add(_added(key, Place(qcaf.content.name, record[0], None, record[1])))
            continue
        before = there[key]
        if before is not None:  # A second record for one communication is the key's fault.
            there[key] = None
            _alter(result, qcaf, record, before[1])
    for key, left in there.items():
        if left is not None:
            result.missing.add(_missing(key, Place(report.content.name, left[0])))
    return replace(result, apart=0 < count == result.added.count)


def _asked_for(
    report: Side, asked: set[Values], unread: Callable[[int], object]
) -> dict[Values, tuple[int, Values] | None]:
    """Return the records of ``report`` whose key is asked for, as far as the keys conform."""
    key_of, values_of, is_key = report.key_of(), report.values_of(), report.has_key()
    found: dict[Values, tuple[int, Values] | None] = {}
    for number, _, fields in report.records():
        key = key_of(fields)
        if key not in asked:
            continue
        if is_key(fields):
            found[key] = (number, values_of(fields))
        else:
            unread(number)
    return found


def _in_question(
    mine: Side,
    theirs: Side,
    parts: Iterable[tuple[Stretch, Stretch]],
    unread: Callable[[int], object] = lambda _: None,
) -> set[Values]:
    """The keys of all records that have no like in the other file.

    A record's like may stand anywhere. Keys that stand twice in a file are in question unless
    each of their records has its like.
    """
    here: dict[Values, Values] = {}
    there: dict[Values, Values] = {}
    asked: set[Values] = set()
    width, same_way = len(mine.form.key), mine.by == theirs.by
    rows = (zip_longest(mine.rows(one), theirs.rows(other, unread)) for one, other in parts)
    for my_row, their_row in chain.from_iterable(rows):
        if same_way and my_row == their_row:
            continue  # As nearly all are: they need not be made alike.
        one, other = my_row and mine.alike(my_row), their_row and theirs.alike(their_row)
        if one == other:
            continue
        for row, own, others in ((one, here, there), (other, there, here)):
            if row is None:
                continue
            key = row[:width]
            like = others.pop(key, None)
            if like is None:
                own.setdefault(key, row)
            elif like != row:
                asked.add(key)
    return asked.union(here, there)


def _alter(result: Comparison, qcaf: Side, record: _Record, before: Values) -> None:
    """Note the columns of ``record`` that are not what the report had ``before``."""
    *_, fields = record
    form = qcaf.form
    for name, old, new in zip(qcaf.names, before, qcaf.values_of()(fields), strict=True):
        if old != new:
            tally, place = result.altered[name], Place()
            if not tally.is_full:
                place = place_in(qcaf.content, qcaf.layout, record, form.index(name))
            tally.add(_altered(name, old, new, place))


def picker(form: FileFormat, names: tuple[str, ...]) -> Callable[[list[bytes]], Values]:
    """Takes the fields of some columns, always as a tuple."""
    positions = tuple(form.index(name) for name in names)
    if len(positions) > 1:
        return itemgetter(*positions)
    return lambda fields: tuple(fields[p] for p in positions)


def key_text(key: Values) -> str:
    """A key as findings and DCC's advice write it."""
    return ", ".join(part.decode("latin-1") for part in key)


def _added(key: Values, place: Place) -> Finding:
    return Finding(
        "an action for a communication that is not in the quarantine report",
        found=key_text(key),
        expected="only communications of the report",
        place=place,
        notes=("qcaf-completeness",),
        profile=_READ_BY,
    )


def _missing(key: Values, place: Place) -> Finding:
    return Finding(
        "a quarantined communication has no action",
        found=f"no record for {key_text(key)}",
        expected="a record with an action for each communication of the report",
        place=place,
        notes=("qcaf-completeness",),
        profile=_READ_BY,
    )


def _altered(name: str, old: bytes, new: bytes, place: Place) -> Finding:
    return Finding(
        f"{name} is not what the quarantine report says",
        found=new.decode("latin-1") or "null",
        expected=old.decode("latin-1") or "null",
        place=place,
        notes=("qcaf-other-fields",),
        profile=_READ_BY,
    )
