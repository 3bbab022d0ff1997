"""The 120 hours from the quarantine to the QCAF: guidance 1.2."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import Enum

from conformance.checks.comparison import Tally, picker, start_of
from conformance.checks.context import Context
from conformance.checks.file import hiding, unreadable
from conformance.checks.registry import check
from conformance.content import Content
from conformance.findings import Finding, NotApplicable, NotShown, Outcome, Place
from conformance.model.column import Role
from conformance.model.profile import FileFormat
from conformance.model.requirement import Kind, Requirement
from conformance.records import read_records
from conformance.records.time_limit import NOTES, TimeLimit, moment_of
from conformance.submission.moments import format_moment

#: Kept in the context's memory, since two requirements ask for it.
_MEMORY = "late"


@check("within-hours")
def within_hours(context: Context, _: Requirement) -> Iterator[Outcome]:
    """The QCAF was made and sent within 120 hours of quarantine (guidance 1.2).

    A late Release is the fault of ``no-late-release``, through which this one fails too.
    """
    yield from _late(context, Late.NOT_RELEASED)


@check("no-late-release")
def no_late_release(context: Context, _: Requirement) -> Iterator[Outcome]:
    """Nothing is released that was quarantined more than 120 hours before (guidance 1.2)."""
    yield from _late(context, Late.RELEASED)


class Late(Enum):
    """What became of a communication too long after its quarantine."""

    RELEASED = "released"
    NOT_RELEASED = "not released"


def _late(context: Context, which: Late) -> Iterator[Outcome]:
    form, data = context.format, context.data
    hidden = unreadable(context)
    when = form.index_of_role(Role.QUARANTINED_AT) if form else None
    action = form.index_of_role(Role.ACTION) if form else None
    if hidden or form is None or data is None or when is None or action is None:
        yield hidden or NotApplicable("the profile has no time of quarantine")
        return
    end, missing = _end(context)
    if end is None:
        yield NotShown("when it was done is not known", (missing,))
        return
    found = context.memory.get(_MEMORY)
    if not isinstance(found, dict):
        found = context.memory[_MEMORY] = _found(context, form, data, end)
    yield from found[which].outcomes()
    blocked = hiding(context, form.columns[when].name, form.columns[action].name)
    if blocked:
        yield NotShown("part of the file cannot be read", blocked_by=blocked)


def _found(context: Context, form: FileFormat, data: Content, end: datetime) -> dict[Late, Tally]:
    """What was done too late by ``end``, in one pass for both requirements that ask."""
    when, action = form.index_of_role(Role.QUARANTINED_AT), form.index_of_role(Role.ACTION)
    tallies = {which: Tally() for which in Late}
    if when is None or action is None:
        return tallies
    limit = TimeLimit.of(context.profile)
    in_time = limit.first_in_time(end)
    reported = _reported(context)
    key_of = picker(form, form.key)
    for number, offset, fields in read_records(data, context.layout(form)):
        value = fields[when]
        if reported:
            value = reported.get(key_of(fields), value)
        # Written alike, moments sort as their bytes do; what is written otherwise is not read.
        if value >= in_time or len(value) != len(in_time):
            continue
        quarantined = moment_of(value)
        if quarantined is None:
            continue
        released = fields[action].lower() == b"release"
        place = Place(data.name, number, when + 1, offset + start_of(fields, when + 1))
        tally = tallies[Late.RELEASED if released else Late.NOT_RELEASED]
        tally.add(_finding(quarantined, end, limit, place))
    return tallies


def _reported(context: Context) -> dict[tuple[bytes, ...], bytes]:
    """When each communication was quarantined by the report, where the QCAF need not agree.

    Otherwise a moment that differs is a fault of its own, and the QCAF's own moments will do.
    """
    report, form = context.submission.quarantine.report, context.profile.files[Kind.REPORT]
    when = form.index_of_role(Role.QUARANTINED_AT)
    if report is None or when is None or context.reading("qcaf-other-fields") != "ignored":
        return {}
    key_of = picker(form, form.key)
    return {
        key_of(fields): fields[when] for _, _, fields in read_records(report, context.layout(form))
    }


def _end(context: Context) -> tuple[datetime | None, str]:
    """The moment up to which the hours are counted (note hours-counted-to)."""
    if TimeLimit.of(context.profile).to_completion:
        return context.submission.completed_at, "completed_at"
    return context.sent_at, "sent_at"


def _finding(quarantined: datetime, end: datetime, limit: TimeLimit, place: Place) -> Finding:
    return Finding(
        f"more than the {limit.hours} hours since the quarantine had passed",
        found=f"quarantined {format_moment(quarantined)}, done {format_moment(end)}",
        expected=f"done by {format_moment(quarantined + limit.length)}",
        place=place,
        notes=NOTES,
        profile=("delivery.hours", "files.qcaf.columns"),
    )
