"""Faults of references and of the Incident: clauses 3.1, 3.4(a), 4.3, 4.7(a), 4.8 and 4.13."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from conformance.model.requirement import Kind, Requirement, SetBy
from conformance.records.found import records_in
from generators.draft import Draft
from generators.faults.entries import (
    INCIDENT,
    SECOND,
    SMSR,
    Path,
    entry,
    other_reference,
    set_entries,
    shifted,
    zoned,
)
from generators.faults.fault import Faulty, Variant, edit_bytes, operator
from generators.scenario import SUMMER

#: A component of the SSI by which no Incident is updated.
OTHER_COMPONENT = "Create Service Management Incident"


@operator("smsr-raised")
def smsr_raised(_: Draft, __: Requirement) -> Iterator[Variant]:
    """No SMSR, or one raised otherwise (3.1)."""
    yield "none", "no SMSR was raised", set_entries((SMSR, None))
    yield (
        "by-telephone",
        "the SMSR was raised by telephone",
        set_entries(((*SMSR, "via"), "telephone")),
    )


@operator("smsr-before-sending")
def smsr_before_sending(_: Draft, __: Requirement) -> Iterator[Variant]:
    """An SMSR raised too late (3.1)."""
    raised = (*SMSR, "raised_at")
    yield (
        "at-sending",
        "raised in the moment of sending",
        set_entries((raised, shifted(("sent_at",), 0 * SECOND))),
    )
    yield (
        "after-sending",
        "raised a second after sending",
        set_entries((raised, shifted(("sent_at",), SECOND))),
    )
    yield (
        "after-sending-by-the-clock-of-another-zone",
        "raised half an hour after sending, by a time in British Summer Time",
        set_entries(
            (raised, shifted(("sent_at",), 1800 * SECOND)),
            (("sent_at",), zoned(("sent_at",), SUMMER)),
        ),
    )


@operator("smsr-shape")
def smsr_shape(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A reference that the SSI would not make (3.1)."""
    old = entry(draft, *SMSR, "number")
    for name, new in (
        ("digit-missing", old[:-1]),
        ("digit-extra", old + "0"),
        ("lower-case", old.lower()),
        ("incident", other_reference(draft, INCIDENT)),
    ):
        if re.fullmatch(draft.profile.references.smsr, new):
            continue
        entries = set_entries(((*SMSR, "number"), new), *_renamed(draft, old, new))
        yield name, f"the reference {new}", _in_file_too(entries, new)


def _in_file_too(apply: Callable[[Draft], Faulty], number: str) -> Callable[[Draft], Faulty]:
    """Return ``apply``, after which the file has the number of the request where it repeats it."""

    def applied(draft: Draft) -> Faulty:
        faulty = apply(draft)
        changed, changes = faulty.draft, list(faulty.changes)
        for record in reversed(records_in(draft.layout, draft.csv or b"")):
            columns = record.kind.columns if record.kind is not None else ()
            for column, field in reversed(list(zip(columns, record.fields, strict=False))):
                if column.equals is not None:
                    raw = f'"{number}"' if field.enclosed else number
                    start = record.offset + field.start
                    changed, recorded = edit_bytes(changed, start, len(field.raw), raw.encode())
                    changes.append(recorded)
        return replace(faulty, draft=changed, changes=tuple(changes))

    return applied


def _renamed(draft: Draft, old: str, new: str) -> Iterator[tuple[Path, str]]:
    """The delivery with the reference ``new``, so that only the reference itself is wrong."""
    if "subject" in entry(draft, "delivery"):
        yield ("delivery", "subject"), entry(draft, "delivery", "subject").replace(old, new)
    else:
        # A subject carries the odd reference; the name keeps the form that the guidance wants.
        yield ("delivery", "subject"), new
    if "body" in entry(draft, "delivery"):
        yield ("delivery", "body"), entry(draft, "delivery", "body").replace(old, new)


@operator("smsr-after-advice")
def smsr_after_advice(_: Draft, __: Requirement) -> Iterator[Variant]:
    """No SMSR, or one raised out of order (4.13)."""
    raised = (*SMSR, "raised_at")
    yield "none", "no SMSR was raised", set_entries((SMSR, None))
    yield "by-email", "the SMSR was raised by email", set_entries(((*SMSR, "via"), "email"))
    yield (
        "before-advice",
        "raised a second before DCC advised",
        set_entries((raised, shifted(("quarantine", "advised_at"), -SECOND))),
    )
    for name, title, after in (
        ("at-sending", "raised in the moment of sending", 0),
        ("after-sending", "raised a second after sending", 1),
    ):
        yield name, title, set_entries((raised, shifted(("sent_at",), after * SECOND)))


def is_incident_in_name(draft: Draft) -> bool:
    """Return True if the name of the submission, and nothing else, has to have the Incident."""
    rules, delivery = draft.profile.delivery, entry(draft, "delivery")
    method = rules.methods.get(delivery["method"])
    asked = draft.profile.readings["incident-and-request-id"] == "name"
    uploaded = "name" in delivery and (method is None or not method.subject_line)
    return asked and uploaded and draft.kind is Kind.QCAF


def without_incident(name: str, number: str) -> str:
    """Return the name of a QCAF without the Incident, and without what joins that to the rest."""
    return re.sub(rf"[ \u2013-]+{re.escape(number)}", "", name)


@operator("reference-in-subject")
def reference_in_subject(draft: Draft, requirement: Requirement) -> Iterator[Variant]:
    """The reference missing from the subject line, another's there, or elsewhere (3.4(a) ...)."""
    smsr = requirement.parameters["reference"] == "smsr"
    number = entry(draft, *(SMSR if smsr else INCIDENT), "number")
    other = other_reference(draft, SMSR if smsr else INCIDENT)
    in_name = not smsr and is_incident_in_name(draft)
    place = "subject" if "subject" in entry(draft, "delivery") and not in_name else "name"
    path = ("delivery", place)
    text = entry(draft, *path)
    missing = text.replace(number, "").strip() if place == "subject" else text.replace(number, "")
    if in_name:
        missing = without_incident(text, number)
    yield "missing", f"no reference in the {place}", set_entries((path, missing))
    yield (
        "another",
        "the reference of another submission",
        set_entries((path, text.replace(number, other))),
    )
    if place == "subject":
        for name, title, new in (
            ("run-together", "run together with a digit", f"{number}0"),
            ("run-together-with-a-letter", "run together with a letter", f"{number}X"),
            ("run-together-in-front", "run together with a letter in front", f"X{number}"),
            ("in-lower-case", "in lower case", number.lower()),
        ):
            if new == number:
                continue
            yield name, f"the reference {title}", set_entries((path, text.replace(number, new)))
    elif not in_name:
        yield (
            "empty-subject",
            "an empty title, the reference in the name only",
            set_entries((("delivery", "subject"), "")),
        )


@operator("catalogue-item")
def catalogue_item(draft: Draft, requirement: Requirement) -> Iterator[Variant]:
    """Another item of the SSI's catalogue (guidance 1.3)."""
    wanted = requirement.parameters[draft.kind]
    other = next(
        item for items in requirement.parameters.values() for item in items if item not in wanted
    )
    for name, item in (("other-file", other), ("unrelated", "Password Reset")):
        yield name, f"raised as {item}", set_entries(((*SMSR, "catalogue_item"), item))
    if draft.set_by is SetBy.USER and "folder" in draft.manifest["delivery"]:
        # For any other, that there is none breaks clause 3.1 or 4.13.
        yield "none", "no SMSR was raised", set_entries((SMSR, None))


@operator("incident-updated")
def incident_updated(draft: Draft, requirement: Requirement) -> Iterator[Variant]:
    """The Incident not updated as the clause says (4.3, 4.8)."""
    updates = (*INCIDENT, "updates")
    if draft.kind is Kind.INCIDENT:
        yield "no-incident", "there is no Incident", set_entries((INCIDENT, None))
    component = requirement.parameters["component"]
    for name, title, other in (
        ("other-component", "updated with another component", OTHER_COMPONENT),
        ("longer", "updated with a component of a longer name", f"{component} 2"),
        ("in-lower-case", "updated with the component in lower case", component.lower()),
    ):
        yield name, title, set_entries(((*updates, 0, "component"), other))


@operator("incident-assigned")
def incident_assigned(draft: Draft, requirement: Requirement) -> Iterator[Variant]:
    """The Incident not assigned as the clause says (4.3, 4.8)."""
    assignments, wanted = (*INCIDENT, "assignments"), requirement.parameters["to"]
    yield "nobody", "not assigned to anyone", set_entries((assignments, []))
    yield (
        "another",
        "assigned to somebody else",
        set_entries(((*assignments, 0, "to"), "Another Party")),
    )
    editions = draft.ground.catalogue.editions.values()
    others = (requirement.in_edition(one.id).parameters["to"] for one in editions)
    other = next((one for one in others if one != wanted), None)
    if other is not None:
        title = "assigned to whom another edition names"
        yield "of-another-edition", title, set_entries(((*assignments, 0, "to"), other))
    yield (
        "before-update",
        "assigned before it was updated",
        set_entries(((*assignments, 0, "at"), shifted((*INCIDENT, "updates", 0, "at"), -SECOND))),
    )
