"""A QCAF against the quarantine that it answers: clauses 4.7 and 4.13."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from conformance.checks.context import Context
from conformance.checks.file import hiding, unreadable
from conformance.checks.memory import once
from conformance.checks.registry import check
from conformance.findings import Finding, NotApplicable, NotShown, Outcome, Place, Through
from conformance.model.column import Role
from conformance.model.requirement import Kind, Requirement
from conformance.phrases import beyond
from conformance.records import Layout, read_records
from conformance.records.splitting import OTHERS
from conformance.records.wording import named
from conformance.submission.kind import HEAD, wrong_kind

if TYPE_CHECKING:
    from conformance.checks.differences import Comparison


@once
def _outcome_of_report(context: Context) -> Outcome | None:
    """Why there is no comparison, if there is none."""
    hidden = unreadable(context)
    if hidden:
        return hidden
    report = context.submission.quarantine.report
    if report is None:
        return NotShown("the quarantine report is not known", ("quarantine.report",))
    if wrong := wrong_kind(report, Kind.REPORT, context.profile):
        return NotShown(
            f"the file that was given as the quarantine report {wrong}; give the CSV file as it "
            "was exported, and do not open it in a spreadsheet"
        )
    form = context.format
    if context.scan is None or form is None or not form.key:
        return NotShown("the profile has no key to compare by")
    blocked = hiding(context, *form.key)
    if blocked:
        return NotShown("part of the file cannot be read", blocked_by=blocked)
    return None


def _compared(context: Context) -> Comparison:
    """Return the comparison with the report; a lone file has none, and loads nothing for it."""
    from conformance.checks.comparison import comparison

    return comparison(context)


@check("action-for-each")
def action_for_each(context: Context, _: Requirement) -> Iterator[Outcome]:
    """An action for each quarantined communication (4.7, 4.13)."""
    reason = _outcome_of_report(context)
    if reason:
        yield reason
    elif context.reading("qcaf-completeness") == "missing-allowed":
        yield NotApplicable("by the profile's reading of note qcaf-completeness")
    elif _apart(found := _compared(context)):
        yield Through(("no-other-communication",), ("qcaf-completeness",))
    else:
        yield from found.missing.outcomes()
        yield from _unread(found, context)


@check("no-other-communication")
def no_other_communication(context: Context, _: Requirement) -> Iterator[Outcome]:
    """No action for a communication that is not quarantined (4.7, 4.13; an interpretation)."""
    reason = _outcome_of_report(context)
    if reason:
        yield reason
    elif (found := _compared(context)).unread:
        # Each of those that were added may be one of these.
        yield from _unread(found, context)
    elif apart := _apart(found):
        yield apart
    else:
        if found.slips.count and context.reading("qcaf-completeness") != "missing-allowed":
            yield Through(("action-for-each",), ("qcaf-completeness",))
        else:
            yield from found.slips.outcomes()
        yield from found.added.outcomes()


def _apart(found: Comparison) -> Finding | None:
    """Return the finding that the two files have nothing in common, if that is known."""
    return None if found.unread else found.apart


#: The remedy for a report that is not as it was exported.
_AS_EXPORTED = "export it again, and do not open it in a spreadsheet"


def _unread(found: Comparison, context: Context) -> Iterator[Outcome]:
    """Say that there are communications in the report that are not known, if so."""
    report = context.submission.quarantine.report
    if found.unread and report is not None:
        first = f"record {found.first_unread} of {report.name}"
        said = first if found.unread == 1 else f"{found.unread:,} records, the first {first},"
        yield NotShown(f"{said} cannot be read in the quarantine report; {_AS_EXPORTED}")


@check("report-unchanged")
def report_unchanged(context: Context, _: Requirement) -> Iterator[Outcome]:
    """The file is the report with actions entered, and nothing else changed (4.7(b), 4.13(b))."""
    reason = _outcome_of_report(context)
    if reason:
        yield reason
        return
    if context.reading("qcaf-other-fields") == "ignored":
        yield NotApplicable("by the profile's reading of note qcaf-other-fields")
        return
    found = _compared(context)
    if found.apart:
        yield NotShown(
            "it has no communication of the quarantine report",
            blocked_by=("no-other-communication",) if _apart(found) else (),
        )
    for name, tally in found.altered.items():
        blocked = hiding(context, name)
        if blocked:
            yield NotShown(f"{name} cannot be read", blocked_by=blocked)
        else:
            yield from tally.outcomes()
    yield from _malformed(found)
    yield from _saved_again(context)
    # Its records may be compared with these.
    yield from _unread(found, context)


def _saved_again(context: Context) -> Iterator[Outcome]:
    """Say that the report is not as DCC wrote it, if it has other separators.

    Its values are read all the same. But those of a QCAF that was made from them may be the same,
    and not what was exported.
    """
    report = context.submission.quarantine.report
    form = context.profile.files[Kind.REPORT]
    right = context.layout(form).dialect.field_separator
    if report is None or len(form.columns) == 1:
        return
    first = report.head(HEAD).partition(b"\n")[0]
    wrong = next((one for one in OTHERS if one in first), None)
    if wrong is not None and right not in first:
        yield NotShown(
            f"{named(wrong)} and not {named(right)} separates the fields of the quarantine report, "
            "so it was saved by another program, which may have rewritten its values too; "
            f"{_AS_EXPORTED}"
        )


def _malformed(found: Comparison) -> Iterator[Outcome]:
    """Say which values of the report nothing can be compared with, since they are malformed."""
    for name, one in found.malformed.items():
        place = f"{one.place.file}, record {one.place.record}"
        more = f" {beyond(one.count, 1)}".rstrip()
        yield NotShown(
            f"{name} does not have the form of its column in the quarantine report ({place}: "
            f"{one.value.decode('latin-1') or 'null'!r}{more}); {_AS_EXPORTED}"
        )


@check("actions-match-advice")
def actions_match_advice(context: Context, _: Requirement) -> Iterator[Outcome]:
    """Where DCC advised an action, the QCAF has that action (4.13)."""
    quarantine = context.submission.quarantine
    hidden = unreadable(context)
    form, data = context.format, context.data
    column = form.index_of_role(Role.ACTION) if form else None
    if hidden or form is None or data is None or column is None:
        yield hidden or NotShown("the profile's file has no action")
        return
    if context.reading("where-relevant") == "users-judgement":
        yield NotApplicable("by the profile's reading of note where-relevant")
        return
    if quarantine.advice is None and quarantine.advice_for_all is None:
        yield NotShown("DCC's advice is not known", ("quarantine.advice",))
        return
    layout = context.layout(form)
    wanted_of, unknown = _advice(context, layout)
    kind = layout.columns[column].type
    blocked = hiding(context, form.columns[column].name, *form.key)
    if blocked:
        yield NotShown("part of the file cannot be read", blocked_by=blocked)
    from conformance.checks.differences import Tally
    from conformance.records.row_place import place_in

    tally, unread = Tally(), 0
    for row in read_records(data, layout):
        fields = row[2]
        wanted = wanted_of(fields)
        given = kind.action(fields[column])
        if wanted is None or given == wanted:
            continue
        if given is None:
            unread += 1
            continue
        place = Place() if tally.is_full else place_in(data, layout, row, column)
        tally.add(
            Finding(
                "the action is not the one that DCC advised",
                found=fields[column].decode(errors="replace"),
                expected=kind.of_action(wanted) or wanted,
                notes=("where-relevant",),
                place=place,
                profile=("files.qcaf.key", f"files.qcaf.columns.{form.columns[column].name}"),
            )
        )
    if unread and not blocked:
        yield NotShown(f"{unread} actions cannot be read")
    if unknown:
        named = "a communication" if unknown == 1 else f"{unknown:,} communications"
        yield NotShown(f"DCC's advice names {named} by a key that cannot be read")
    yield from tally.outcomes()


def _advice(context: Context, layout: Layout) -> tuple[Callable[[list[bytes]], str | None], int]:
    """Return a function that gives the action DCC advised for a record, if it advised one.

    And the number of those that it advised for a key that is malformed.
    """
    quarantine, form = context.submission.quarantine, layout.format
    for_all = quarantine.advice_for_all
    if for_all:
        return (lambda _: for_all), 0
    from conformance.checks.comparison import same_as
    from conformance.checks.side import admits, picker

    columns = [layout.columns[form.index(name)] for name in form.key]
    alike, tests = [same_as(column) for column in columns], [admits(column) for column in columns]
    advice: dict[tuple[bytes, ...], str] = {}
    unread = 0
    for key, action in (quarantine.advice or {}).items():
        parts = [part.encode() for part in key.split(", ")]
        if len(parts) == len(tests) and all(test(v) for test, v in zip(tests, parts, strict=True)):
            advice[tuple(same(v) for same, v in zip(alike, parts, strict=True))] = action
        else:
            unread += 1
    key_of = picker(form, form.key)
    return (
        lambda fields: advice.get(
            tuple(same(part) for same, part in zip(alike, key_of(fields), strict=True))
        )
    ), unread
