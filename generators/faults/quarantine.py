"""Faults of a QCAF against its quarantine: clauses 4.7 and 4.13, guidance 1.2."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, timedelta, timezone

from msgspec.structs import replace

from conformance.checks.time_limit import RELEASE
from conformance.findings import Place
from conformance.model.column import Role
from conformance.model.counterparts import counterparts
from conformance.model.requirement import Kind, Requirement
from conformance.model.types.value_fault import always
from conformance.records.composing import RoleValue
from conformance.records.found import Row
from conformance.submission.moments import format_moment
from generators.draft import Draft
from generators.faults.cross import of_another_request
from generators.faults.fault import (
    DraftChange,
    Faulty,
    Variant,
    edit_manifest,
    operator,
)
from generators.faults.fields import other_value
from generators.faults.rows import (
    added,
    has_room,
    in_report,
    in_report_too,
    middle,
    place_of,
    rows,
    set_field,
    without,
    written,
)
from generators.faults.together import broken_by, with_record
from generators.settling import unmet
from generators.teller import REPORT


@operator("action-for-each")
def action_for_each(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A quarantined communication without a record (4.7, 4.13)."""
    there = rows(draft)
    for name, order in (("first", there), ("last", there[::-1])):
        for row in order:
            # What is left may be too few records, or too few for another rule.
            if not broken_by(draft, [one.fields for one in there if one is not row]):
                which = f"the {name}" if row is order[0] else "a"
                yield f"{name}-left-out", f"{which} record left out", _without(row)
                break


def _without(row: Row) -> Callable[[Draft], Faulty]:
    def apply(draft: Draft) -> Faulty:
        changed, recorded = without(draft, row)
        found = in_report(draft, row.fields)
        return Faulty(changed, (recorded,), Place(REPORT, found.number if found else None))

    return apply


@operator("no-other-communication")
def no_other_communication(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A record for a communication that is not in the report (4.7, 4.13)."""
    if not has_room(draft) or of_another_request(draft, rows(draft)[-1]) is None:
        return

    def apply(draft: Draft) -> Faulty:
        last = rows(draft)[-1]
        fields = of_another_request(draft, last) or []
        changed, recorded = added(draft, written(draft, fields))
        return Faulty(changed, (recorded,), Place(record=last.number + 1))

    title = "a record for a communication that is not quarantined"
    form = draft.format
    if not form.several and not any(rule.rule.is_across_records for rule in form.rules):
        yield "one-added", title, apply
        return
    other = with_record(draft, of_another_request(draft, rows(draft)[-1]) or [], [])
    if other is not None:
        yield "one-added", title, other


@operator("report-unchanged")
def report_unchanged(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Another field than the action changed (4.7(b), 4.13(b))."""
    report = draft.profile.files[Kind.REPORT].columns
    both = counterparts(draft.format.columns, [c for c in report if c.derived is None])
    fixed = {draft.format.index(name) for rule in draft.format.rules for name in rule.looks_at}
    # Another day would be one of which the 120 hours may be over.
    fixed |= {one.places[0] for one in draft.format.composed}
    for number, column in enumerate(draft.format.columns, 1):
        if column.role is Role.ACTION or column.name in draft.format.key or number - 1 in fixed:
            continue
        in_both = column.name in both and column.derived is None
        if in_both and other_value(draft, number) is not None:
            yield column.name, f"{column.name} changed", _alter(number)
    yield from _of_the_same_setter(draft, both)


def _of_the_same_setter(draft: Draft, both: Collection[str]) -> Iterator[Variant]:
    """Yield another breach of a threshold that the same one has set."""
    form, breaches, row = draft.format, draft.profile.breaches, middle(draft)
    place = form.index_of_role(Role.BREACH)
    if place is None or form.columns[place].name not in both:
        return
    column = form.columns[place]
    others = (one for one, by in breaches.items() if by is draft.set_by)
    for value in (one.encode() for one in others if one in column.type.choices):
        fields = [*row.fields[:place], value, *row.fields[place + 1 :]]
        if value != row.fields[place] and not any(unmet(form, fields)):
            yield column.name, f"{column.name} changed", _set(row, place, value)
            return


def _alter(number: int) -> Callable[[Draft], Faulty]:
    def apply(draft: Draft) -> Faulty:
        found = other_value(draft, number)
        assert found is not None  # noqa: S101 - the operator asked before
        row, value = found
        faulty = set_field(draft, row, number, value)
        return replace(faulty, place=place_of(rows(faulty.draft)[row.index], number - 1))

    return apply


@operator("actions-match-advice")
def actions_match_advice(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """An action other than DCC advised (4.13)."""
    number = draft.format.index_of_role(Role.ACTION)
    if number is None or not draft.manifest["quarantine"].get("advice"):
        return
    kind = draft.format.columns[number].type
    for row in sorted(rows(draft), key=lambda row: row.number != middle(draft).number):
        other = next(c.encode() for c in kind.choices if c.encode() != row.fields[number])
        fields = [*row.fields[:number], other, *row.fields[number + 1 :]]
        if not any(unmet(draft.format, fields)):
            yield "contrary", "the other action than the one advised", _set(row, number, other)
            return


def _set(row: Row, place: int, value: bytes) -> Callable[[Draft], Faulty]:
    return lambda draft: set_field(draft, row, place + 1, value)


@operator("within-hours")
def within_hours(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A QCAF made too late, that deletes; or that releases, if that is not a fault of its own."""
    in_vain = draft.profile.readings["late-release"] == "in-vain"
    yield from _late(draft, {False, True} if in_vain else {False})


@operator("no-late-release")
def no_late_release(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A QCAF made too late, that releases (guidance 1.2)."""
    yield from _late(draft, {True})


def _late(draft: Draft, released: set[bool]) -> Iterator[Variant]:
    """One communication just too old; the others are as old, and ``released`` or not.

    Only a file whose records all have the action shows one fault and not two.
    """
    form = draft.format
    when, what = RoleValue.of(draft.layout, Role.QUARANTINED_AT), form.index_of_role(Role.ACTION)
    if when is None or what is None:
        return
    action_of = form.columns[what].type.action
    if not any(when.type.moments(when.take(r.fields)) for r in rows(draft)):
        return
    if not {action_of(r.fields[what]) == RELEASE for r in rows(draft)} <= released:
        return
    hours = draft.profile.delivery.hours
    for name, over in (
        ("one-second-late", timedelta(seconds=1)),
        ("121-hours", timedelta(hours=1)),
    ):
        late = "one second" if over < timedelta(minutes=1) else "an hour"
        yield name, f"sent {late} late", _sent_late(when, timedelta(hours=hours) + over)
    if when.is_field:
        yield "last-one-late", "sent in time for all but the last record", _last_late(when, hours)
    yield (
        "late-by-the-clock-of-another-zone",
        "sent half an hour late, by a time in a zone an hour behind",
        _sent_late(when, timedelta(hours=hours, minutes=30), timezone(timedelta(hours=-1))),
    )


def _last_late(when: RoleValue, hours: int) -> Callable[[Draft], Faulty]:
    """Let the first and the last communication change their times, and send too late for the last.

    The first has the earliest time where files are made up.
    """

    def apply(draft: Draft) -> Faulty:
        number, changes = when.index + 1, list[DraftChange]()
        ends = (rows(draft)[0], rows(draft)[-1])
        for row, other in (ends, ends[::-1]):
            value = other.fields[when.index]
            made = in_report_too(draft, rows(draft)[row.index], number, always(value))
            draft, changes = made.draft, [*changes, *made.changes]
        made = _sent_late(when, timedelta(hours=hours, seconds=1))(draft)
        return Faulty(made.draft, (*changes, *made.changes), made.place)

    return apply


def _sent_late(
    when: RoleValue, after: timedelta, zone: timezone = UTC
) -> Callable[[Draft], Faulty]:
    """Sent and completed ``after`` the first communication was quarantined."""

    def apply(draft: Draft) -> Faulty:
        moments = ((when.type.moments(when.take(row.fields)), row) for row in rows(draft))
        known = [(one[0], row) for one, row in moments if one]
        first, oldest = min(known, key=lambda pair: pair[0])
        sent = first + after
        changes: list[DraftChange] = []
        for path in (("sent_at",), ("completed_at",)):
            draft, change = edit_manifest(draft, path, format_moment(sent, zone))
            changes.append(change)
        return Faulty(draft, tuple(changes), replace(place_of(oldest, when.index), offset=None))

    return apply
