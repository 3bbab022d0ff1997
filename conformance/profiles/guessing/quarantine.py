"""The report and the QCAF of a guessed profile, which have to go together (clause 4.7(b))."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from conformance.errors import TadpError
from conformance.model.column import Role
from conformance.model.requirement import Kind
from conformance.model.types.column_type import Meaning
from conformance.profiles.guessing.columns import ACTION, NO_ACTION, action_place
from conformance.profiles.guessing.file import ColumnGuess, FileGuess
from conformance.profiles.guessing.survey import Survey

Files = dict[Kind, FileGuess]


def join_samples(report: Survey, qcaf: Survey, names: Mapping[Kind, tuple[str, ...]]) -> None:
    """Take columns of one name in both to have the same values, as far as those seen go."""
    places = {name: place for place, name in enumerate(names[Kind.REPORT])}
    action = action_place(names[Kind.QCAF], qcaf.data.seen)
    for place, name in enumerate(names[Kind.QCAF]):
        if name in places and place != action:
            one, other = report.data.seen[places[name]], qcaf.data.seen[place]
            if one.values and other.values:
                report.data.seen[places[name]], qcaf.data.seen[place] = (
                    one.joined(other),
                    other.joined(one),
                )


def require_shared(names: Mapping[Kind, tuple[str, ...]], layouts: Collection[Kind]) -> None:
    """Raise an error if it is not known which columns are in both a report and a QCAF.

    ``layouts`` are the kinds whose names are those of a layout; others are by position.

    Raises:
        TadpError: it is not known.
    """
    report, qcaf = names[Kind.REPORT], names[Kind.QCAF]
    by_place = not {Kind.REPORT, Kind.QCAF} & {*layouts}
    if not {*report} & {*qcaf} or (by_place and len(report) != len(qcaf)):
        raise TadpError(
            f"the report has {len(report)} fields and the QCAF {len(qcaf)}, and which of them are "
            "the same is not known",
            remedy="give the names of both, with --from-layout report and --from-layout qcaf",
        )


def with_counterpart(files: Files) -> Files:
    """Return ``files`` with a report like the QCAF, or the other way round, if one is missing."""
    if Kind.QCAF in files and Kind.REPORT not in files:
        known = files[Kind.QCAF]
        columns = [
            ColumnGuess(one.name, [NO_ACTION], Role.ACTION, nullable=True)
            if one.role is Role.ACTION
            else one
            for one in known.columns
        ]
        return {Kind.REPORT: _like(known, Kind.REPORT, columns), **files}
    if Kind.REPORT in files and Kind.QCAF not in files:
        known = files[Kind.REPORT]
        empty = [one for one in known.columns if one.meaning is Meaning.NULL]
        named = [one for one in empty if one.role is Role.ACTION] or empty[-1:]
        columns = [
            ColumnGuess(one.name, [ACTION], Role.ACTION) if one in named[:1] else one
            for one in known.columns
        ]
        if not named:
            name = Role.ACTION.value.capitalize()
            name = f"{name} taken" if known.column(name) else name
            columns.append(ColumnGuess(name, [ACTION], Role.ACTION))
        return {**files, Kind.QCAF: _like(known, Kind.QCAF, columns)}
    return files


def _like(known: FileGuess, kind: Kind, columns: list[ColumnGuess]) -> FileGuess:
    source = f"assumed to be like the {known.kind.label}, which is {known.source}"
    return FileGuess(kind, source, columns, entries=known.entries, kinds=known.kinds)


def reconcile(files: Files) -> None:
    """Give columns of one name the same type in both, and let the QCAF have what is in it alone."""
    report, qcaf = files[Kind.REPORT], files[Kind.QCAF]
    leads = qcaf if qcaf.rows else report
    for column in qcaf.columns:
        other = report.column(column.name)
        if column.role is Role.ACTION:
            if other is not None and other.meaning is Meaning.NULL:
                other.role, other.nullable = Role.ACTION, True
        elif other is None:
            column.nullable = True
        else:
            taken = max(column.taken, other.taken)
            guesses = column.guesses if leads is qcaf else other.guesses
            for one in (column, other):
                one.guesses, one.taken = guesses, min(taken, len(guesses) - 1)
