"""The 120 hours from the quarantine to the QCAF: guidance 1.2."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum, auto
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from conformance.checks.context import Context
from conformance.checks.file import hiding, no_file, unreadable
from conformance.checks.registry import check
from conformance.content import Content
from conformance.findings import Finding, NotApplicable, NotShown, Outcome, Place
from conformance.model.column import Role
from conformance.model.profile import FileFormat
from conformance.model.requirement import Kind, Requirement
from conformance.records import Layout, read_records
from conformance.records.composing import RoleValue
from conformance.records.time_limit import NOTES, TimeLimit
from conformance.submission.moments import format_moment

if TYPE_CHECKING:
    from conformance.checks.differences import Tally
    from conformance.records.stretches import Stretch

#: Kept in the context's memory, since two requirements ask for it.
_MEMORY = "late"
_NOTE = "late-release"
#: The evidence that has the times where the QCAF has none.
_REPORT = ("quarantine.report",)
#: The action of clause 4.7(b) that the guidance does not allow after the hours.
RELEASE = "Release"


@check("within-hours")
def within_hours(context: Context, _: Requirement) -> Iterator[Outcome]:
    """The QCAF was made and sent within 120 hours of quarantine (guidance 1.2).

    A late Release is the fault of ``no-late-release``, through which this one fails too, unless
    by note late-release that is not a fault.
    """
    yield from _late(context, Late.NOT_RELEASED)
    if context.reading(_NOTE) == "in-vain":
        yield from _late(context, Late.RELEASED)


@check("no-late-release")
def no_late_release(context: Context, _: Requirement) -> Iterator[Outcome]:
    """Nothing is released that was quarantined more than 120 hours before (guidance 1.2)."""
    if context.reading(_NOTE) == "in-vain":
        yield NotApplicable("by the profile's reading of note late-release")
        return
    for outcome in _late(context, Late.RELEASED):
        if isinstance(outcome, Finding):
            yield replace(outcome, notes=(*outcome.notes, _NOTE))
        else:
            yield outcome


#: The earliest and the latest moment that a time can be.
_Moments = tuple[datetime, datetime]


class Late(Enum):
    """The end of a communication that was dealt with too long after its quarantine."""

    RELEASED = auto()
    NOT_RELEASED = auto()


def _late(context: Context, which: Late) -> Iterator[Outcome]:
    hidden = unreadable(context)
    form, data = context.format, context.data
    if hidden or form is None or data is None:
        yield hidden or no_file(context)
        return
    report = context.layout(context.profile.files[Kind.REPORT])
    here, there = (RoleValue.of(one, Role.QUARANTINED_AT) for one in (context.layout(form), report))
    action = form.index_of_role(Role.ACTION)
    if (here is None and there is None) or action is None:
        yield NotApplicable("the profile has no time of quarantine")
        return
    end, missing = _end(context)
    if end is None:
        yield NotShown("when it was done is not known", (missing,))
        return
    if here is None and context.submission.quarantine.report is None:
        yield NotShown("the times are in the quarantine report, which was not given", _REPORT)
        return
    found = context.memory.get(_MEMORY)
    if not isinstance(found, _Found):
        found = context.memory[_MEMORY] = _look(_Times.of(context, form), action, data, end)
    yield from found.tallies[which].outcomes()
    if found.early and which is Late.NOT_RELEASED:
        yield NotShown(
            "by the times given, the file was sent before the quarantine "
            f"{_of(found.early)}, so one of these times is wrong"
        )
    read = form.key if here is None else here.names
    blocked = hiding(context, *read, form.columns[action].name)
    if blocked:
        yield NotShown("part of the file cannot be read", blocked_by=blocked)
    elif found.unread:
        yield NotShown(f"the time of quarantine {_of(found.unread)} cannot be read")
    if found.doubtful:
        yield NotShown(
            f"the clocks showed the time of quarantine {_of(found.doubtful)} twice, and only the "
            "later one is in time"
        )


def _of(count: int) -> str:
    return f"of {count:,} communications" if count > 1 else "of a communication"


class _Found(Struct):
    """Communications that were late, and the number of those whose time cannot be read."""

    tallies: dict[Late, Tally]
    unread: int = 0
    doubtful: int = 0  #: quarantined when clocks showed a time twice, of which one is in time
    early: int = 0  #: quarantined after the file was sent


class _Times(Struct, frozen=True):
    """Where the time of a communication is read: in the QCAF, or in the report by its key.

    The report's goes first if the QCAF need not agree with it, and is all there is for a file that
    has none. ``here`` is where the QCAF has it.
    """

    context: Context
    layout: Layout
    here: RoleValue | None
    reported: Mapping[tuple[bytes, ...], _Moments | None]

    @classmethod
    def of(cls, context: Context, form: FileFormat) -> _Times:
        """Where the times are for a QCAF of the form ``form``."""
        layout = context.layout(form)
        here = RoleValue.of(layout, Role.QUARANTINED_AT)
        ignored = context.reading("qcaf-other-fields") == "ignored"
        wanted = here is None or ignored or here.nullable
        reported = _reported(context) if wanted else {}
        return cls(context, layout, here, reported)

    def unsure(self, data: Content) -> Iterable[Stretch]:
        """Return what is left of ``data`` without records that are surely in time."""
        from conformance.records.stretches import Stretch, run_with, unsure

        scan, expected = self.context.scan, None if self.reported else self.context.in_time
        if expected is None:
            return [Stretch(data)]
        if scan is not None and scan.as_expected == expected:
            return []
        passing = run_with(self.layout, expected)
        return unsure(data, passing) if passing else [Stretch(data)]

    def reader(self) -> Callable[[list[bytes]], _Moments | None]:
        """Takes the time of a record; nothing if it cannot be read."""
        here = self.here
        if here is not None and not self.reported:
            own, take = here.type.moments, here.take
            return lambda fields: own(take(fields))
        key_of = _key_of(self.layout)

        def read(fields: list[bytes]) -> _Moments | None:
            moments = self.reported.get(key_of(fields))
            return here.type.moments(here.take(fields)) if moments is None and here else moments

        return read


def _look(times: _Times, action: int, data: Content, end: datetime) -> _Found:
    """Find what was done later than ``end``, in one pass for both requirements that ask."""
    # Loaded only here, where the times are known: of a lone file they are not.
    from conformance.checks.differences import Tally
    from conformance.records.row_place import place_in

    found = _Found({which: Tally() for which in Late})
    limit, layout, here = TimeLimit.of(times.context.profile), times.layout, times.here
    first, sent = limit.earliest_in_time(end), times.context.sent_at or end
    time_of = times.reader()
    action_of = layout.columns[action].type.action
    for row in chain.from_iterable(part.records(layout) for part in times.unsure(data)):
        fields = row[2]
        moments = time_of(fields)
        if moments is None:
            found.unread += 1
            continue
        quarantined, latest = moments
        found.early += quarantined > sent
        if quarantined >= first:
            continue
        if latest >= first:
            found.doubtful += 1
            continue
        released = action_of(fields[action]) == RELEASE
        tally = found.tallies[Late.RELEASED if released else Late.NOT_RELEASED]
        column = action if here is None else here.index
        place = Place() if tally.is_full else place_in(data, layout, row, column)
        tally.add(_finding(quarantined, end, limit, place))
    return found


def _key_of(layout: Layout) -> Callable[[list[bytes]], tuple[bytes, ...]]:
    """Takes the key of a record, by which it is the same in the QCAF and the report."""
    from conformance.checks.comparison import same_as
    from conformance.checks.side import picker

    take = picker(layout.format, layout.format.key)
    alike = [same_as(layout.columns[layout.format.index(name)]) for name in layout.format.key]
    return lambda fields: tuple(same(part) for same, part in zip(alike, take(fields), strict=True))


def _reported(context: Context) -> dict[tuple[bytes, ...], _Moments | None]:
    """When each communication was quarantined by the report, if that can be read."""
    report, form = context.submission.quarantine.report, context.profile.files[Kind.REPORT]
    layout = context.layout(form)
    when = RoleValue.of(layout, Role.QUARANTINED_AT)
    if report is None or when is None:
        return {}
    key_of, moments = _key_of(layout), when.type.moments
    return {
        key_of(fields): moments(when.take(fields)) for _, _, fields in read_records(report, layout)
    }


def _end(context: Context) -> tuple[datetime | None, str]:
    """The moment up to which the hours are counted (note hours-counted-to)."""
    limit = TimeLimit.of(context.profile)
    end = limit.end(context.sent_at, context.submission.completed_at)
    return end, "completed_at" if limit.to_completion else "sent_at"


def _finding(quarantined: datetime, end: datetime, limit: TimeLimit, place: Place) -> Finding:
    return Finding(
        f"more than the {limit.hours} hours since the quarantine had passed",
        found=f"quarantined {format_moment(quarantined)}, done {format_moment(end)}",
        expected=f"done by {format_moment(quarantined + limit.length)}",
        place=place,
        notes=NOTES,
        profile=("delivery.hours", "files.qcaf.columns"),
    )
