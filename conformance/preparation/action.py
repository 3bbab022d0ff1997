"""Actions for quarantined communications: clauses 4.7(b) and 4.13(b)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from msgspec import Struct, field

from conformance.model.column import Column, Role
from conformance.model.types.cell import Unreadable
from conformance.model.types.choice import listed
from conformance.preparation.cell import text_of
from conformance.preparation.headings import likeness, match, require_on_top
from conformance.preparation.refusal import CAP, RefusedError, Trouble
from conformance.preparation.sheet import Row, Sheet, is_blank
from conformance.submission.evidence import Quarantine

#: The values of the columns that identify a communication, mostly just its Request ID.
Key = tuple[str, ...]


class Given(Struct, frozen=True):
    """An action, the place that says so, and values of columns that only a QCAF has, by name."""

    action: str
    place: str = ""
    values: Mapping[str, str] = {}


class Actions(Struct, frozen=True):
    """Where actions come from, the most particular first.

    ``each`` is given for a communication; ``advised`` is what DCC advised; ``by_variant`` goes by
    Service Reference Variant; ``for_all`` is for the rest.
    """

    each: dict[Key, Given] = field(default_factory=dict)
    advised: Quarantine = field(default_factory=Quarantine)
    by_variant: Mapping[str, str] = field(default_factory=dict)
    for_all: str | None = None

    def take(self, key: Key, variant: str) -> Given | None:
        """The action for a communication, if there is one; each is asked for once."""
        given = self.each.pop(key, None)
        if given is not None:
            return given
        advised = self.advised.advice_for_all or (self.advised.advice or {}).get(", ".join(key))
        action = advised or self.by_variant.get(variant, self.for_all)
        return None if action is None else Given(action)


class ActionForm(Struct, frozen=True):
    """The form of a sheet of actions: the columns of a QCAF; some identify a record.

    ``own`` are the columns that the report does not have, without the action.
    """

    columns: tuple[Column, ...]
    key: tuple[str, ...]
    known: tuple[str, ...]  #: the actions that there are
    own: tuple[Column, ...] = ()

    @property
    def wanted(self) -> tuple[Column, ...]:
        """The columns that a sheet has to have: those of the key, and last the action."""
        by_name = {column.name: column for column in self.columns}
        action = (column for column in self.columns if column.role is Role.ACTION)
        return (*(by_name[name] for name in self.key), *action)

    @property
    def written(self) -> dict[str, str]:
        """The actions by how they may be written: in the clause's words or the profile's codes."""
        kind = self.wanted[-1].type
        codes = {kind.of_action(action) or action: action for action in self.known}
        return {**codes, **{action: action for action in self.known}}


def read_actions(sheet: Sheet, form: ActionForm) -> dict[Key, Given]:
    """The actions that ``sheet`` gives; a row with no action gives none.

    Without headings, its columns are those of a QCAF in their order: a report is mostly saved
    like that once the actions are entered.

    Raises:
        RefusedError: something in it has to be fixed first.
        TadpError: the sheet cannot be read.
    """
    names = [column.name for column in form.wanted]
    rows = sheet.rows()
    first = next(rows, None) or Row(1, ())
    require_on_top(sheet, first, names)
    columns = (*form.own, *form.wanted)
    if likeness(first.values, names) or len(first.values) < len(form.columns):
        own = (column for column in form.own if likeness(first.values, (column.name,)))
        columns = (*own, *form.wanted)
        positions = match(sheet, first, [column.name for column in columns]).positions
    else:
        positions = tuple(form.columns.index(column) for column in columns)
        rows = itertools.chain((first,), rows)
    reading = _Reading(sheet, tuple(zip(positions, columns, strict=True)), form)
    for row in rows:
        reading.take(row)
    if reading.count:
        raise RefusedError(sheet.name, tuple(reading.troubles), reading.count)
    return reading.found


class _Reading:
    """The actions read so far, and what is wrong."""

    def __init__(
        self, sheet: Sheet, columns: tuple[tuple[int, Column], ...], form: ActionForm
    ) -> None:
        self._sheet = sheet
        self._columns = columns
        self._positions = tuple(position for position, _ in columns)
        self._own = len(columns) - len(form.wanted)
        self._known = form.written
        self.found: dict[Key, Given] = {}
        self.troubles: list[Trouble] = []
        self.count = 0

    def take(self, row: Row) -> None:
        """Take the action of one row."""
        first, last = self._positions[self._own], self._positions[-1]
        if is_blank(row.at(last)) or row.hidden:
            self._hidden(row)
            return
        texts: list[str] = []
        for number, (position, column) in enumerate(self._columns):
            if number < self._own and is_blank(row.at(position)):
                texts.append("")
                continue
            text = text_of(row.at(position), column)
            if isinstance(text, Unreadable):
                self._add(row, position, f"{column.name}: {text.message}", (text.found, text.fix))
                return
            texts.append(text.text)
        key, action = tuple(texts[self._own : -1]), texts[-1]
        if action not in self._known:
            name = self._columns[-1][1].name
            fix = f"Write {listed(tuple(self._known))}, just so."
            self._add(row, last, f"{name}: the value is not an action", (action, fix))
            return
        place = f"{self._sheet.name}, {self._sheet.place(row.number, first)}"
        names = [column.name for _, column in self._columns[: self._own]]
        values = dict(zip(names, texts, strict=False))
        given = Given(self._known[action], place, values)
        before = self.found.setdefault(key, given)
        fix = f"Leave one of the two rows; {before.place} says {before.action}."
        if before.action != given.action:
            self._add(row, last, "another action for the same communication", (action, fix))
        elif before.values != given.values:
            fix = f"Leave one of the two rows; the other is {before.place}."
            self._add(row, last, "other values for the same communication", (action, fix))

    def _hidden(self, row: Row) -> None:
        if row.hidden and not all(is_blank(row.at(position)) for position in self._positions):
            fix = "Show the row, and delete it if it is not meant."
            what = "the row has values and is hidden, perhaps by a filter"
            self._add(row, None, what, ("a hidden row", fix))

    def _add(self, row: Row, column: int | None, message: str, rest: tuple[str, str]) -> None:
        found, fix = rest
        self.count += 1
        if len(self.troubles) < CAP:
            place = self._sheet.place(row.number, column)
            expected = "" if column is None else listed(tuple(self._known))
            expected = expected if column == self._positions[-1] else ""
            self.troubles.append(Trouble(place, message, f"'{found}'", expected, fix))
