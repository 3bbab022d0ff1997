"""The QCAF of clauses 4.7(b) and 4.13(b): the quarantine report with an action for each record.

The other fields are carried over byte for byte. Reports can be long: the file is written as the
report is read, and checked before it takes its name.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.checker import Result
from conformance.checks.context import Context, Setting
from conformance.content import Content
from conformance.errors import TadpError
from conformance.findings import Finding, Progress, before_signing
from conformance.model.column import Column, Role, carried
from conformance.model.counterparts import counterparts
from conformance.model.profile import FileFormat
from conformance.model.requirement import Kind
from conformance.model.types.choice import listed
from conformance.model.types.column_type import Meaning
from conformance.preparation.action import ActionForm, Actions
from conformance.preparation.around import Around, created_at, stated, there_in
from conformance.preparation.lateness import TIMED, late_warning
from conformance.preparation.proof import failures
from conformance.preparation.refusal import CAP, RefusedError, Trouble
from conformance.records import Rule, assembly, read_records
from conformance.records.arranging import Ranking, ranks, sorted_rows
from conformance.submission.evidence import Submission
from conformance.submission.kind import require_csv

#: Changes by a program that saved the report, which do not touch its fields.
_TOLERATED = {
    Rule.RECORD_SEPARATOR: "the records of the report are not separated by LF alone, as if a "
    "spreadsheet had saved it",
    Rule.BYTE_ORDER_MARK: "the report begins with a byte order mark, as if a spreadsheet had "
    "saved it",
    Rule.HEADER: "the first record of the report holds headings, and was left out",
}
#: The name of the file while it is made.
_QCAF = "the QCAF"
#: Bytes of the report after which progress is made.
_STEP = 1 << 16


class MadeQcaf(Struct, frozen=True):
    """A QCAF that passes: how many records, and of each action; ``warnings`` are about time."""

    records: int
    actions: dict[str, int]
    remarks: tuple[str, ...]
    warnings: tuple[str, ...]


class _Troubles(Struct):
    """The list of what has to be fixed, up to a cap, and a count of all."""

    kept: list[Trouble] = field(default_factory=list)
    count: int = 0

    def add(self, trouble: Trouble) -> None:
        self.count += 1
        if len(self.kept) < CAP:
            self.kept.append(trouble)


class QcafMaker:
    """Makes QCAFs of ``report`` under ``setting``, whose time of sending may be known.

    ``progress`` is called with the bytes of the report three times over: as it is read, as the
    QCAF is written, and as that is checked. ``given`` are values of fields of records that are not
    those of communications, by kind and column. A QCAF says that it was made at ``created``, which
    is now where it is not given.
    """

    def __init__(
        self,
        report: Content,
        setting: Setting,
        progress: Progress | None = None,
        given: Mapping[str, str] | None = None,
        created: datetime | None = None,
    ) -> None:
        bare = Submission(report.name, Kind.REPORT, Path(), file=report)
        self._report = report
        self._setting = setting
        self._context = Context(bare, setting, progress)
        self._progress = progress
        self._given = given or {}
        self._layout = created_at(self._context.layout(self._form), created)
        self._header = False
        self._variants: set[str] = set()
        #: The numbers in the report of the records of the QCAF, if these are sorted.
        self._numbers = array("q")

    @property
    def action_form(self) -> ActionForm:
        """Return the form of a sheet of actions for this report."""
        own = tuple(c for c in self._form.columns if self._is_own(c))
        return ActionForm(self._form.columns, self._form.key, self._context.actions, own)

    def make(self, actions: Actions, path: Path) -> MadeQcaf:
        """Write the QCAF to the file at ``path``, which is worth nothing if this raises.

        What is made passes ``tadp check`` with the same profile, except for its signature.

        Raises:
            RefusedError: something has to be fixed first.
            TadpError: the report cannot be read.
        """
        remarks = self.remarks()
        with path.open("wb") as output:
            counts = self._write(actions, output)
        made = self._submission(actions, path)
        found = failures(made, self._setting, self._scaled(path.stat().st_size))
        timed = [r for r in found if TIMED & set(r.requirement.checks)]
        wrong = [r for r in found if r not in timed]
        if wrong:
            raise self._refusal(wrong)
        warnings = tuple(self._warning(result) for result in timed)
        idle = [variant for variant in actions.by_variant if variant not in self._variants]
        if idle:
            remarks += (f"--variant: nothing in the report has {', '.join(idle)}",)
        return MadeQcaf(sum(counts.values()), counts, remarks, warnings)

    def remarks(self) -> tuple[str, ...]:
        """Return what is tolerated in the report, if all its fields can be read and are right.

        Raises:
            RefusedError: something else is wrong with it.
            TadpError: the report cannot be read.
        """
        context = self._context
        require_csv(self._report, "give the report as it came, as CSV")
        seen = context.scan
        if seen is None:
            raise TadpError("has no records that can be read", where=self._report.name)
        self._header = seen.counts[Rule.HEADER] > 0
        broken = [rule for rule, count in seen.counts.items() if count]
        tolerated = [rule for rule in broken if rule in _TOLERATED and rule not in seen.unread]
        if tolerated == broken:
            return tuple(_TOLERATED[rule] for rule in broken)
        names = {rule.value for rule in tolerated}
        found = failures(context.submission, self._setting)
        others = [r for r in found if not names >= set(r.requirement.checks)]
        # What one act of a spreadsheet program broke is one finding, at what is tolerated alone.
        raise self._refusal(others or found)

    def entries(self) -> Iterator[tuple[int, list[bytes]]]:
        """The records of the report as those of a QCAF, each with its number; no action yet.

        Raises:
            TadpError: the report cannot be read.
        """
        theirs = self._setting.profile.files[Kind.REPORT]
        layout = self._context.layout(theirs)
        mine = self._layout.columns
        both = counterparts(self._form.columns, theirs.columns)
        sources = [
            theirs.index(both[c.name]) if c.name in both else None for c in self._form.columns
        ]
        place = self._form.index_of_role(Role.ACTION)
        if place is not None:
            sources[place] = None
        to = self._form.index_of_role(Role.RECIPIENT)
        for own in self._form.created | ({to} if to is not None else set()):
            sources[own] = None
        always = [self._always(column) for column in mine]
        sender = self._form.index_of_role(Role.USER_ID)
        named = sender is not None and sources[sender] is None and not always[sender]
        advance = self._progress or (lambda _: None)
        done = 0
        for number, offset, fields in read_records(self._report, layout):
            if offset - done >= _STEP:
                advance(offset - done)
                done = offset
            found = [
                same if at is None else carried(fields[at], layout.columns[at], column)
                for at, column, same in zip(sources, mine, always, strict=True)
            ]
            if named and sender is not None:
                found[sender] = _sender(layout.format, fields, mine[sender])
            yield number, found
        advance(len(self._report) - done)

    def _always(self, column: Column) -> bytes:
        """Return what a column has in every record, if that is known, or was given."""
        if column.name in self._given:
            return stated(column, column.name, self._given[column.name])
        fixed = column.type.reads_as is Meaning.CONSTANT and not column.nullable
        if fixed:
            return column.type.choices[0].encode()
        return self._layout.given(column) or b""

    @property
    def _form(self) -> FileFormat:
        return self._setting.profile.files[Kind.QCAF]

    def _is_own(self, column: Column) -> bool:
        """Return True if the report has no such column, and it is not that of the action."""
        theirs = self._setting.profile.files[Kind.REPORT].columns
        if column.role in (Role.ACTION, Role.RECIPIENT) or column.tag or column.derived:
            return False
        if self._form.columns.index(column) in self._form.created:
            return False
        return column.name not in counterparts(self._form.columns, theirs)

    def _write(self, actions: Actions, output: IO[bytes]) -> dict[str, int]:
        """Write the QCAF, and return how many records have each action.

        The order is that of the report, or the one that the profile asks for.
        """
        layout, counts = self._layout, dict.fromkeys(self._context.actions, 0)
        numbered, rank = self._rows(actions, counts), ranks(layout)
        plain = (fields for _, fields in numbered)
        rows = plain if rank is None else self._arranged(numbered, rank)
        theirs = self._context.layout(self._setting.profile.files[Kind.REPORT])
        around = Around(layout, self._given, there_in(theirs, self._report))
        output.writelines(assembly.lines(layout, rows, around.of))
        around.require_used()
        return counts

    def _arranged(
        self, numbered: Iterator[tuple[int, list[bytes]]], rank: Ranking
    ) -> Iterator[list[bytes]]:
        """Yield the records in their order, and note their numbers in the report."""
        rows = ([b"%d" % number, *fields] for number, fields in numbered)
        for number, *fields in sorted_rows(rows, lambda row: rank(row[1:])):
            self._numbers.append(int(number))
            yield fields

    def _rows(self, actions: Actions, counts: dict[str, int]) -> Iterator[tuple[int, list[bytes]]]:
        """Yield the records of the QCAF, each with its number in the report.

        ``counts`` gets how many have each action.

        Raises:
            RefusedError: one has no action, or one is for none.
        """
        form = self._form
        keys = [form.index(name) for name in form.key]
        variant, place = form.index_of_role(Role.VARIANT), form.index_of_role(Role.ACTION)
        if place is None:
            raise TadpError("a QCAF has no action", where=f"profile {self._setting.profile.name}")
        kind_of_action = form.columns[place].type
        troubles = _Troubles()
        for number, fields in self.entries():
            key = tuple(fields[k].decode(errors="replace") for k in keys)
            kind = "" if variant is None else fields[variant].decode(errors="replace")
            self._variants.add(kind)
            given = actions.take(key, kind)
            if given is None:
                troubles.add(self._lacking(number, key, kind))
                continue
            counts[given.action] += 1
            fields[place] = (kind_of_action.of_action(given.action) or given.action).encode()
            for name, value in given.values.items():
                if value:  # what is blank is as it is without the sheet
                    fields[form.index(name)] = value.encode()
            yield number, fields
        for key, given in actions.each.items():
            troubles.add(_unknown(key, given.place))
        if troubles.count:
            raise RefusedError(self._report.name, tuple(troubles.kept), troubles.count)

    def _scaled(self, size: int) -> Progress | None:
        """Return what takes bytes of a QCAF of ``size`` as those of the report."""
        advance, of, done = self._progress, len(self._report), 0
        if advance is None:
            return None

        def step(count: int) -> None:
            nonlocal done
            before, done = done, done + count
            advance(done * of // size - before * of // size)

        return step

    def _submission(self, actions: Actions, path: Path) -> Submission:
        """The QCAF at ``path`` with what is known of its quarantine."""
        return Submission(
            self._report.name,
            Kind.QCAF,
            path.parent,
            file=Content.of_file(_QCAF, path),
            quarantine=replace(actions.advised, report=self._report),
        )

    def _lacking(self, number: int, key: tuple[str, ...], variant: str) -> Trouble:
        which = f" (Service Reference Variant {variant})" if variant else ""
        return Trouble(
            f"record {number:,}",
            "a quarantined communication has no action",
            found=f"nothing for {', '.join(key)}{which}",
            expected=listed(self._context.actions),
            fix="Give it one with --actions, by its variant with --variant, or one to all the "
            "rest with --action.",
        )

    def _refusal(self, results: list[Result]) -> RefusedError:
        troubles = tuple(self._trouble(f, r) for r in results for f in r.findings)
        return RefusedError(self._report.name, troubles, sum(result.count for result in results))

    def _trouble(self, finding: Finding, result: Result) -> Trouble:
        fix = before_signing(finding.hint or result.requirement.hint)
        action = self._setting.profile.files[Kind.REPORT].index_of_role(Role.ACTION)
        tolerated = not _TOLERATED.keys().isdisjoint(result.requirement.checks)
        in_action = action is not None and finding.place.field == action + 1
        if finding.place.file != _QCAF and in_action and not tolerated:
            fix = "Give the report as it came, and the copy with actions in it as --actions."
        return Trouble(
            self._place(finding),
            finding.message,
            finding.found or "",
            finding.expected or "",
            fix,
            result.requirement.id,
        )

    def _place(self, finding: Finding) -> str:
        """Where in the report a finding about it, or about the QCAF made of it, is."""
        record = finding.place.record
        if record is None:
            return self._report.name
        if self._numbers and finding.place.file == _QCAF:
            return f"record {self._numbers[record - 1]:,}"
        # A header of the report is all that a QCAF lacks of it.
        record += self._header and finding.place.file == _QCAF
        return f"record {record:,}"

    def _warning(self, result: Result) -> str:
        return late_warning(result, [self._place(finding) for finding in result.findings])


def _sender(report: FileFormat, fields: Sequence[bytes], column: Column) -> bytes:
    """Return the User ID that a record of the report names, as a column of the QCAF has it."""
    for role in (Role.USER_ID, Role.REQUEST_ID):
        place = report.index_of_role(role)
        if place is not None:
            party = report.columns[place].type.party(fields[place])
            return (column.type.of_party(party.decode(errors="replace")) or "").encode()
    return b""


def _unknown(key: tuple[str, ...], where: str) -> Trouble:
    return Trouble(
        where,
        "an action for a communication that is not in the report",
        found=", ".join(key),
        expected="only communications of the report",
        fix="Leave the row out, or look whether the report or the key is the wrong one.",
        requirement=None,
    )
