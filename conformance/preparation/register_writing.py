"""Writing the register of an area: a row for each submission, filled in from names and contents."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from conformance.checks.context import Context, Setting
from conformance.errors import TadpError
from conformance.model.requirement import Kind
from conformance.model.types.cell import Unreadable
from conformance.preparation.answer import plain
from conformance.preparation.headings import key_of
from conformance.preparation.opening import open_sheet
from conformance.preparation.register_form import (
    FILE,
    FORMULA,
    HEADINGS,
    KIND,
    LIVE,
    OF_FILES,
    OF_USER,
    USER_ID,
    USER_ROLE,
    Choices,
    choices_of,
    heading,
    note_of,
)
from conformance.preparation.sheet import Sheet, is_blank
from conformance.preparation.sheet_style import MOMENT, TEXT, Column, save_table
from conformance.submission.area.reading import to_check
from conformance.submission.area.spot import Folder
from conformance.submission.area.survey import AreaFile, survey
from conformance.submission.facts import Answer
from conformance.submission.hints import CliHints
from conformance.submission.reading import read_submission

Cells = dict[str, str | datetime]
_TITLES = {fact.key: heading(fact) for fact in OF_FILES}
_NUMBER = _TITLES["references.smsr.number"]
#: What is filled in here, so that a row that has no more says nothing that was typed.
_FILLED_IN = frozenset((FILE, KIND, USER_ID, USER_ROLE)) | {
    _TITLES[key]
    for key in (
        "delivery.method",
        "delivery.folder",
        "references.smsr.number",
        "references.incident.number",
        "quarantine.set_by",
        "replaces.file",
    )
}


class RegisterDraft:
    """The register of the area in ``folder``, as far as it shows what happened.

    What an ``earlier`` register has in a row is taken over.

    Raises:
        TadpError: there are no submissions in the area, or the earlier register cannot be read.
    """

    def __init__(self, folder: Path, setting: Setting, earlier: Path | None = None) -> None:
        self._setting = setting
        self._survey = survey(folder, setting.profile)
        self._replaced = _Replaced(self._survey.files)
        #: What to say of files whose User ID is not known, by their names.
        self._doubts: dict[str, str] = {}
        self.rows = [*self._files()]
        if not self.rows:
            raise TadpError(
                "no submission is in a folder of an area",
                where=str(folder),
                remedy="`tadp profile show` lists the folders that an area has",
            )
        self.rows += self._users(self.rows)
        #: The treatment of rows whose files are not there by their names; cells in doubt.
        self.remarks: list[str] = []
        if earlier is not None:
            taken = _take_over(self.rows, open_sheet(earlier, HEADINGS))
            self.remarks += [f"{earlier}: {remark}" for remark in taken]
        unknown = [str(row[FILE]) for row in self.rows if row.get(FILE) and not row.get(USER_ID)]
        self.remarks += [self._doubts[name] for name in unknown if name in self._doubts]

    def text(self) -> bytes:
        """Return the register as CSV, for spreadsheet programs."""
        file = io.StringIO(newline="")
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(HEADINGS)
        for row in self.rows:
            writer.writerow([_harmless(str(row.get(name, ""))) for name in HEADINGS])
        return file.getvalue().encode("utf-8-sig")

    def workbook(self) -> bytes:
        """Return the register as a workbook (.xlsx), with lists to choose from."""
        setting = self._setting
        known = Choices(setting.catalogue, setting.profile, setting.catalogue.latest)
        facts = {heading(fact): fact for fact in OF_FILES}
        columns = []
        for name in HEADINGS:
            fact = facts.get(name)
            choices = choices_of(fact, known) if fact else ("yes", "no") if name == LIVE else ()
            note = note_of(fact) if fact else _NOTES[name]
            form = MOMENT if fact and fact.answer is Answer.TIME else TEXT
            columns.append(Column(name, note, choices, form))
        rows = ([row.get(name, "") for name in HEADINGS] for row in self.rows)
        return save_table("Register", columns, rows)

    def _files(self) -> Iterator[Cells]:
        found: dict[str, list[AreaFile]] = {}
        for file in to_check(self._survey, self._setting.profile):
            found.setdefault(file.path.name, []).append(file)
        for name, files in found.items():
            # Where it was submitted says more than Live does.
            files.sort(key=lambda one: one.spot.folder is not Folder.SUBMITTED)
            yield {FILE: name, **self._shown(files[0])}

    def _shown(self, file: AreaFile) -> Cells:
        """Return what the name of a file, its place and its content show."""
        try:
            submission = read_submission(str(file.path), CliHints(), self._setting.profile)
            context = Context(submission, self._setting)
            user_id, roles, set_by = context.sender_user_id, context.file_user_roles, context.set_by
            if file.user_id and user_id and user_id != file.user_id:
                self._doubts[file.path.name] = (
                    f"{file.name}: the name has the User ID {file.user_id}, and the file has "
                    f"{user_id}; the cell {USER_ID} is left empty: correct the one that is wrong"
                )
                user_id = ""
            elif not user_id:
                user_id = file.user_id or ""
        except TadpError:
            return {KIND: file.spot.kind.label, USER_ID: file.user_id or ""}
        delivery = submission.delivery
        replaces = self._replaced.by(file) if submission.kind is Kind.ADT else None
        return {
            KIND: submission.kind.label,
            USER_ID: user_id,
            USER_ROLE: ", ".join(roles),
            _TITLES["delivery.method"]: delivery.method or "",
            _TITLES["delivery.folder"]: delivery.folder or "",
            _TITLES["references.smsr.number"]: file.reference or "",
            _TITLES["references.incident.number"]: file.incident or "",
            _TITLES["quarantine.set_by"]: set_by.value if set_by else "",
            _TITLES["replaces.file"]: replaces.path.name if replaces else "",
        }

    def _users(self, rows: Sequence[Cells]) -> list[Cells]:
        known: dict[tuple[str, str], None] = {}
        for row in rows:
            if row[KIND] == Kind.ADT.label and row[USER_ID]:
                for role in str(row.get(USER_ROLE, "")).split(", "):
                    known[str(row[USER_ID]), role] = None
        return [{KIND: OF_USER, USER_ID: one, USER_ROLE: role} for one, role in sorted(known)]


def _take_over(rows: list[Cells], earlier: Sheet) -> list[str]:
    """Put what an earlier register says into ``rows``; return what was done with lost rows.

    Those are rows of files that are not new or live now. One is of the file of its request, or else
    of the one of its kind and User ID, if that has no row; else it is kept as it is.
    """
    known = {_identity(row): row for row in rows}
    new = {key: row for key, row in known.items() if row.get(FILE)}
    lost: list[Cells] = []
    for cells in _rows_of(earlier):
        here = known.get(_identity(cells))
        if here is not None:
            here.update(cells)
            new.pop(_identity(cells), None)
        elif cells.get(KIND) == OF_USER:
            rows.append(cells)
        elif cells.get(FILE) and not _FILLED_IN.issuperset(cells):
            lost.append(cells)
    remarks = []
    for cells in lost:
        alike = [row for row in new.values() if row[KIND] == cells.get(KIND)]
        same = [row for row in alike if row.get(_NUMBER) and row[_NUMBER] == cells.get(_NUMBER)]
        mine = [row for row in alike if row.get(USER_ID) == cells.get(USER_ID)]
        rivals = [one for one in lost if one.get(KIND) == cells.get(KIND)]
        if len(same) == 1 or (len(mine) == len(rivals) == 1 and not same):
            (row,) = same or mine
            name = row[FILE]
            row.update({**cells, FILE: name})
            del new[_identity(row)]
            remarks.append(f"the row of {cells[FILE]} was taken over for {name}, which had none")
        else:
            rows.append(cells)
    return remarks


def _rows_of(sheet: Sheet) -> Iterator[Cells]:
    """Yield the cells of each row of a register, by their headings."""
    reading = sheet.rows()
    first = next(reading, None)
    names = {key_of(name): name for name in HEADINGS}
    columns = [names.get(key_of(value)) for value in first.values] if first else []
    for row in reading:
        cells: Cells = {}
        for index, value in enumerate(row.values):
            name = columns[index] if index < len(columns) else None
            if isinstance(value, Unreadable):
                place = f"{sheet.name}, {sheet.place(row.number, index)}"
                raise TadpError(value.message, where=place, remedy=value.fix)
            if name is not None and not is_blank(value):
                cells[name] = value if isinstance(value, datetime) else plain(value)
        yield cells


def _identity(row: Cells) -> tuple[object, ...]:
    """Return what a row is about: a file, or a User ID in a User Role."""
    if row.get(FILE):
        return (row[FILE],)
    return row.get(KIND, ""), row.get(USER_ID, ""), row.get(USER_ROLE, "")


class _Replaced:
    """The ADT Files of each User ID in Live and in the archive, which others replace."""

    def __init__(self, files: Iterable[AreaFile]) -> None:
        self._live_names: set[str] = set()
        self._live: dict[str | None, list[AreaFile]] = defaultdict(list)
        self._archived: dict[str | None, list[AreaFile]] = defaultdict(list)
        for one in files:
            is_live = one.spot.folder is Folder.LIVE
            if is_live:
                self._live_names.add(one.path.name)
            if one.spot.kind is not Kind.ADT or one.user_id is None:
                continue
            if is_live:
                self._live[one.user_id].append(one)
            elif one.spot.folder is Folder.ARCHIVE and not one.lone_signature:
                self._archived[one.user_id].append(one)

    def by(self, file: AreaFile) -> AreaFile | None:
        """Return the one that was in force before ``file``, as far as folders and numbers show.

        For a file that is not in Live itself, that is the one in Live; else the archived one with
        the greatest Request Id before its own.
        """
        if file.path.name not in self._live_names:
            there = self._live[file.user_id]
            return there[0] if len(there) == 1 else None
        before = [
            one
            for one in self._archived[file.user_id]
            if one.path.name != file.path.name and (one.reference or "~") < (file.reference or "")
        ]
        return max(before, key=lambda one: one.reference or "", default=None)


def _harmless(value: str) -> str:
    """Return text that no program takes for a formula when it opens the CSV."""
    return f"'{value}" if value[:1] in FORMULA else value


_NOTES = {
    FILE: "The name of the file in the area. One row for each submission.",
    KIND: f"{Kind.ADT.label}, {Kind.QCAF.label}, or {OF_USER} for a row about a User ID.",
    USER_ID: "In a row about a User ID: one of the Party's. Add a row for each that is not here.",
    USER_ROLE: "In a row about a User ID: a User Role in which it sets ADTs. A row for each.",
    LIVE: f"In a row of kind {OF_USER}: yes if the User ID is live, else no.",
}
