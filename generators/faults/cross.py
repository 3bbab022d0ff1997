"""Faults across fields and records: clauses 6.3 to 6.5, as far as the profile has the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from conformance.model.column import Role
from conformance.model.requirement import Kind, Requirement
from conformance.model.types.column_type import Meaning
from conformance.model.types.eui64 import eui64_of
from generators.draft import Draft
from generators.faults.fault import Faulty, Variant, edit_bytes, edit_file, operator
from generators.faults.rows import Row, middle, rows, set_field
from generators.teller import REPORT

#: A User ID that is no one's in any scenario.
STRANGER = eui64_of(0xFFFF, prefix=0x7000)


@operator("not-above")
def not_above(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A Warning Threshold above its Anomaly Detection Threshold."""
    rule = draft.format.rule("not-above")
    if rule is None:
        return
    low, high = (draft.format.index(name) for name in rule.columns)

    def apply(draft: Draft) -> Faulty:
        row = next(r for r in rows(draft) if r.fields[high])
        return set_field(draft, row, low + 1, str(int(row.fields[high]) + 1).encode())

    yield "one-above", f"{rule.columns[0]} one above {rule.columns[1]}", apply


@operator("one-sender")
def one_sender(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A record of another User's."""
    rule = draft.format.rule("one-sender")
    if rule is None:
        return
    number = draft.format.index(rule.columns[0]) + 1

    def change(old: bytes) -> bytes:
        return STRANGER.encode() + old[len(STRANGER) :]

    def apply(draft: Draft) -> Faulty:
        return _in_report_too(draft, middle(draft), number, change)

    yield "another-user", "a record with another User ID", apply


@operator("eligible-variant")
def eligible_variant(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A Service Reference Variant that the User Role may not send."""
    rule = draft.format.rule("eligible-variant")
    if rule is None:
        return
    role, variant = (draft.format.index(name) for name in rule.columns)

    def apply(draft: Draft) -> Faulty:
        # The last record is not in the file in force, from which nothing may be left out.
        row = rows(draft)[-1]
        mine = row.fields[role].decode()
        values = draft.format.columns[variant].type.choices
        wrong = next(
            v.srv
            for v in draft.ground.catalogue.variants.values()
            if v.roles and mine not in v.roles and v.srv in values
        )
        return set_field(draft, row, variant + 1, wrong.encode())

    yield "other-role", "a variant that the role may not send", apply


@operator("breach-fits")
def breach_fits(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A breach of a threshold that somebody else set."""
    rule, breaches = draft.format.rule("breach-fits"), draft.profile.breaches
    if rule is None:
        return
    number = draft.format.index(rule.columns[0]) + 1
    values = draft.format.columns[number - 1].type.choices
    for name, by in breaches.items():
        if by is not draft.set_by and name in values:
            title = f"{name} where the threshold was set by the other"
            yield name, title, _breach(number, name.encode())


def _breach(number: int, value: bytes) -> Callable[[Draft], Faulty]:
    return lambda draft: _in_report_too(draft, middle(draft), number, lambda _: value)


def _in_report_too(draft: Draft, row: Row, number: int, change: Callable[[bytes], bytes]) -> Faulty:
    """Change a field in the file, and in the quarantine report if it has the same record there.

    Else the file would also differ from its report, which is another fault.
    """
    old = row.fields[number - 1]
    faulty = set_field(draft, row, number, change(old))
    if draft.kind is not Kind.QCAF or REPORT not in draft.files:
        return faulty
    report, mine = draft.profile.files[Kind.REPORT], draft.format.columns[number - 1]
    position = report.index(mine.name)
    offset = 0
    for line in draft.files[REPORT].split(b"\n")[:-1][: row.number - 1]:
        offset += len(line) + 1
    fields = draft.files[REPORT][offset:].split(b"\n", 1)[0].split(b",")
    start = offset + sum(len(f) + 1 for f in fields[:position])
    changed, recorded = edit_file(faulty.draft, REPORT, start, len(old), change(old))
    return Faulty(changed, (*faulty.changes, recorded), faulty.place)


def key_value(draft: Draft, row: Row) -> bytes | None:
    """Another Request ID than any in the file, for a record of a QCAF."""
    number = draft.format.index_of_role(Role.REQUEST_ID)
    if number is None or draft.format.columns[number].type.reads_as is not Meaning.REQUEST:
        return None
    head = row.fields[number].rsplit(b":", 1)[0]
    return head + b":999999999"


def appended(draft: Draft, line: bytes) -> Faulty:
    """The draft with one record more at the end."""
    changed, recorded = edit_bytes(draft, len(draft.csv or b""), 0, line + b"\n")
    return Faulty(changed, (recorded,))
