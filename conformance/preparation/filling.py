"""A filled-in sheet turned into the file of clause 6.1, or into a list of what to fix."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from conformance.checker import Result
from conformance.checks.context import Context, Setting
from conformance.content import Content
from conformance.errors import TadpError
from conformance.findings import Finding, before_signing
from conformance.model.cross_rule import CrossRuleName
from conformance.model.dialect import Quoting
from conformance.model.requirement import Kind
from conformance.model.types.cell import Text, Tidied, Unreadable
from conformance.phrases import listed
from conformance.preparation.around import Around, created_at
from conformance.preparation.cell import text_in
from conformance.preparation.headings import Headings, match, require_on_top
from conformance.preparation.placing import Placing
from conformance.preparation.proof import failures
from conformance.preparation.refusal import CAP, RefusedError, Trouble
from conformance.preparation.sheet import Row, Sheet, Value, is_blank
from conformance.records import Layout, Rule, assembly
from conformance.records.arranging import in_places, ranks
from conformance.records.wording import named, quoted
from conformance.submission.evidence import Submission

#: Places of cells that are named in a remark.
_NAMED = 5
#: Values of a column that are not read again.
_READ = 4096
#: Characters that end a record for some reader, or begin quoting for another.
_BREAKING = '\r\n\x85\u2028\u2029\0"'
_LAST_OF_LATIN_1 = 0xFF
#: Rules about all records together, which say nothing about some of them.
_TOGETHER = (Rule.MINIMUM_RECORDS, Rule.UNIQUE_KEY, Rule.ONE_SENDER, Rule.HEADER)


class Made(Struct, frozen=True):
    """A file that passes; ``remarks`` is what the User should know of how it was made."""

    data: bytes
    records: int
    remarks: tuple[str, ...]


class _Line(Struct, frozen=True):
    """A record to be: the row it is from, and for each column the text, or nothing."""

    row: int
    texts: tuple[str | None, ...]

    @property
    def whole(self) -> bool:
        return None not in self.texts


class _Rows(Struct, frozen=True):
    """The records to be of a file, and where in it they are."""

    lines: list[_Line]
    placing: Placing


def make_adt(
    sheet: Sheet,
    setting: Setting,
    given: Mapping[str, str] | None = None,
    created: datetime | None = None,
) -> Made:
    """The ADT File that ``sheet`` says, with the values ``given`` by kind and column.

    It says that it was made at ``created``, which is now where it is not given.
    What is made passes ``tadp check`` with the same profile, except for its signature.

    Raises:
        RefusedError: something in the sheet has to be fixed first.
        TadpError: the sheet cannot be read.
    """
    bare = Submission(sheet.name, Kind.ADT, Path())
    layout = Context(bare, setting).layout(setting.profile.files[Kind.ADT])
    layout = created_at(layout, created)
    rows = sheet.rows()
    first = next(rows, None)
    if first is None:
        raise TadpError("is empty", where=sheet.name, remedy="`tadp template adt` writes a sheet")
    form = layout.format
    names = [form.columns[index].name for index in form.asked]
    require_on_top(sheet, first, names)
    headings = match(sheet, first, names)
    around = Around(layout, given or {})
    made = _Filling(sheet, headings, layout, around).make(rows, setting)
    around.require_used()
    return made


class _Filling:
    """The state of one filling: the records so far, and what is wrong."""

    def __init__(self, sheet: Sheet, headings: Headings, layout: Layout, around: Around) -> None:
        self._sheet = sheet
        self._around = around
        self._headings = headings
        self._layout = layout
        self._given = [(layout.given(column) or b"").decode() for column in layout.columns]
        #: The place in a row and in the file of each column that a sheet has, and what reads it.
        self._asked = [
            (position, index, self._reader(index))
            for position, index in zip(headings.positions, layout.format.asked, strict=True)
        ]
        self._lines: list[_Line] = []
        self._troubles: list[tuple[int, int, Trouble]] = []  # with row and column, to sort by
        self._count = 0
        self._tidied: dict[Tidied, list[str]] = {}
        self._left_out: Counter[int] = Counter()
        self._arranged = False

    def make(self, rows: Iterable[Row], setting: Setting) -> Made:
        for row in rows:
            self._take(row)
        self._arrange()
        whole = [line for line in self._lines if line.whole]
        data = self._written(whole)
        self._look(whole, data, setting)
        if self._count:
            damaged = [line for line in self._lines if not line.whole]
            if damaged:
                self._look(damaged, self._written(damaged), setting)
            troubles = sorted(self._troubles, key=lambda found: found[:2])
            raise RefusedError(self._sheet.name, tuple(t for _, _, t in troubles), self._count)
        return Made(data, len(whole), tuple(self._remarks()))

    def _arrange(self) -> None:
        """Put the records in the order that the profile asks for: that of the rows is not meant."""
        rank = ranks(self._layout)
        if rank is None:
            return
        arranged = in_places(
            self._lines,
            lambda line: rank([(text or "").encode(errors="replace") for text in line.texts]),
        )
        self._arranged = arranged != self._lines
        self._lines = arranged

    def _take(self, row: Row) -> None:
        """Take a row of values."""
        if row.hidden:
            self._add(
                (row.number, None),
                Unreadable(
                    "the row has values and is hidden, perhaps by a filter",
                    "a hidden row",
                    "Show the row, and delete it if it is not meant.",
                ),
            )
            return
        self._stray(row)
        if all(is_blank(row.at(position)) for position in self._headings.positions):
            return
        texts: list[str | None] = [*self._given]
        for position, index, read in self._asked:
            place = (row.number, position)
            text = read(row.at(position))
            if isinstance(text, Unreadable):
                message = f"{self._layout.columns[index].name}: {text.message}"
                self._add(place, replace(text, message=message))
                texts[index] = None
            else:
                if text.tidied:
                    self._tidied.setdefault(text.tidied, []).append(self._sheet.place(*place))
                texts[index] = text.text
        self._lines.append(_Line(row.number, tuple(texts)))

    def _stray(self, row: Row) -> None:
        """Look at what is in a row beside the columns that are wanted."""
        named_others = {position for position, _ in self._headings.others}
        for position, value in enumerate(row.values):
            if position in self._headings.positions or is_blank(value):
                continue
            if position in named_others:
                self._left_out[position] += 1
                continue
            shown = value.found if isinstance(value, Unreadable) else str(value)
            self._add(
                (row.number, position),
                Unreadable(
                    "a value under no heading",
                    shown,
                    "Move it to its column, or delete it; a column with a heading of its own is "
                    "left out.",
                ),
            )

    def _reader(self, index: int) -> Callable[[Value], Text | Unreadable]:
        """Return what reads the cells of a column: the same value again without any work."""
        column = self._layout.columns[index]
        separator = self._layout.dialect.field_separator.decode()
        enclosed = self._layout.quoting_of(index) is not Quoting.NONE
        breaking = {*_BREAKING, separator} - ({'"', separator} if enclosed else set())

        @lru_cache(_READ, typed=True)
        def read(value: Value) -> Text | Unreadable:
            text = text_in(self._sheet, value, column)
            return (
                text if isinstance(text, Unreadable) else self._writable(text, breaking, enclosed)
            )

        return read

    def _writable(self, text: Text, breaking: set[str], enclosed: bool) -> Text | Unreadable:
        """``text``, if it can be in a record without ending it or the field."""
        bad = (
            None if breaking.isdisjoint(text.text) else next(c for c in text.text if c in breaking)
        )
        if bad is None and self._layout.latin:
            bad = next((c for c in text.text if ord(c) > _LAST_OF_LATIN_1), None)
        if bad is None:
            return text
        return Unreadable(
            f"a value cannot contain {named(bad.encode())}",
            text.text,
            "Take it out."
            if enclosed or self._layout.quoting is not Quoting.NONE or ord(bad) > _LAST_OF_LATIN_1
            else "Take it out; a file of clause 6.1 has no quoting.",
        )

    def _add(self, place: tuple[int, int | None], wrong: Unreadable) -> None:
        trouble = Trouble(
            self._sheet.place(*place), wrong.message, f"'{wrong.found}'", "", wrong.fix
        )
        self._keep(place, trouble)

    def _keep(self, place: tuple[int, int | None], trouble: Trouble) -> None:
        self._count += 1
        if len(self._troubles) < CAP:
            row, column = place
            self._troubles.append((row, -1 if column is None else column, trouble))

    def _written(self, lines: list[_Line]) -> bytes:
        """The bytes of the file: clause 6.1, with a separator after the last record if it may."""
        values = ([(text or "").encode(errors="replace") for text in line.texts] for line in lines)
        return assembly.file(self._layout, values, self._around.of)

    def _look(self, lines: list[_Line], data: bytes, setting: Setting) -> None:
        """Hold ``data``, which has ``lines``, to the checker; keep what it finds."""
        partial = len(lines) < len(self._lines)
        if partial and not lines:
            return
        placing = Placing.of(self._layout, data)
        content = Content.of_bytes(self._sheet.name, data)
        submission = Submission(self._sheet.name, Kind.ADT, Path(), file=content)
        unsure = self._unsure(lines)
        for result in failures(submission, setting):
            rules = set(result.requirement.checks)
            if partial and rules & {rule.value for rule in _TOGETHER if rule != Rule.UNIQUE_KEY}:
                continue
            keys = self._unread_keys(lines) if Rule.UNIQUE_KEY.value in rules else frozenset()
            found = map(placing.in_rows, result.findings)
            kept = [f for f in found if not self._known(f, lines, keys)]
            if partial:
                kept = [f for f in kept if unsure.isdisjoint(f.profile)]
            for finding in kept:
                self._keep(*self._trouble(finding, result, _Rows(lines, placing)))
            self._count += result.count - len(result.findings)

    def _unsure(self, lines: list[_Line]) -> set[str]:
        """The entries of rules across records that some of the records say nothing about.

        Others may be those that are missing; what is between damaged ones is not there.
        """
        damaged = any(not line.whole for line in lines)
        return {
            self._layout.entry(f"rules.{rule.id}")
            for rule in self._layout.format.rules
            if rule.rule is CrossRuleName.COMPLETE or (damaged and rule.rule.is_across_records)
        }

    def _unread_keys(self, lines: list[_Line]) -> frozenset[tuple[str, ...]]:
        """The keys of rows in which a cell of the key could not be read, with nothing for it.

        What has such a key may be the same only for that.
        """
        texts = [[line.texts[i] for i in self._key] for line in lines]
        return frozenset(tuple(t or "" for t in key) for key in texts if None in key)

    @property
    def _key(self) -> tuple[int, ...]:
        return self._layout.cross_columns(Rule.UNIQUE_KEY)

    def _known(
        self, finding: Finding, lines: list[_Line], keys: frozenset[tuple[str, ...]]
    ) -> bool:
        """Return True if the finding is about a cell whose problem is known already.

        ``keys`` are those that do not show whether rows are the same.
        """
        record, field = finding.place.record, finding.place.field
        if record is None or record > len(lines) or lines[record - 1].whole:
            return False
        if keys and tuple(lines[record - 1].texts[i] or "" for i in self._key) in keys:
            return True
        return field is None or lines[record - 1].texts[field - 1] is None

    def _trouble(
        self, finding: Finding, result: Result, rows: _Rows
    ) -> tuple[tuple[int, int | None], Trouble]:
        """Where in the sheet a finding of the checker is, and the finding in its words."""
        record, field = finding.place.record, finding.place.field
        row = rows.lines[record - 1].row if record and record <= len(rows.lines) else 0
        asked = self._layout.format.asked
        at = asked.index(field - 1) if field and row and field - 1 in asked else None
        column = None if at is None else self._headings.positions[at]
        where = self._sheet.place(row, column) if row else self._sheet.name
        trouble = Trouble(
            where,
            self._rows_named(finding.message, rows),
            finding.found or "",
            self._rows_named(finding.expected or "", rows),
            before_signing(finding.hint or result.requirement.hint),
            result.requirement.id,
        )
        return (row, column), trouble

    def _rows_named(self, text: str, rows: _Rows) -> str:
        """``text``, with rows of the sheet where it speaks of records of the file."""

        def named_row(match: re.Match[str]) -> str:
            number = rows.placing.row(int(match[1])) or 0
            known = 0 < number <= len(rows.lines)
            return self._sheet.place(rows.lines[number - 1].row, None) if known else match[0]

        return re.sub(r"record ([0-9]+)", named_row, text)

    def _remarks(self) -> Iterator[str]:
        yield from self._sheet.remarks
        for position, heading in self._headings.others:
            if self._left_out[position]:
                where = self._sheet.place(self._headings.row, position)
                yield f"{where}: {quoted(heading.encode())} is not a column of the file; left out"
        for tidied, places in self._tidied.items():
            yield f"{tidied} ({listed(places, _NAMED)})"
        if self._arranged:
            rules = self._layout.rules_of(CrossRuleName.SORTED)
            named = ", ".join(f"{self._layout.format.clause}:{rule.id}" for rule in rules)
            yield f"the records are in the order of rule {named}, not in that of the rows"
