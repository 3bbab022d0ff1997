"""Updates of the Incident by the User (4.3, 4.8), and facts that only a person can attest."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks.context import Context
from conformance.checks.registry import check
from conformance.findings import Attested, Finding, NotShown, Outcome
from conformance.model.parameter import Parameter
from conformance.model.requirement import Requirement
from conformance.submission.evidence import ABSENT, Incident, Update
from conformance.submission.moments import format_moment


@check("incident-updated", component=Parameter())
def incident_updated(context: Context, requirement: Requirement) -> Iterator[Outcome]:
    """The Incident was updated with the right component of the SSI (4.3, 4.8)."""
    incident, wanted = context.submission.incident, requirement.parameters["component"]
    if incident is ABSENT:
        yield Finding("there is no Incident", found="none", expected=f"updated with {wanted}")
    elif incident is None or incident.updates is None:
        yield NotShown("no update of the Incident is known", ("references.incident.updates",))
    elif not _updates(incident, wanted):
        used = ", ".join(u.component or "" for u in incident.updates)
        yield Finding(
            "the Incident was not updated with the component that the clause names",
            found=used or "no update",
            expected=wanted,
        )


def _updates(incident: Incident, component: str) -> list[Update]:
    return [u for u in incident.updates or () if u.component == component]


@check("incident-assigned", to=Parameter())
def incident_assigned(context: Context, requirement: Requirement) -> Iterator[Outcome]:
    """The Incident was assigned to DCC (before MP109, the Service Desk), after the update."""
    incident, wanted = context.submission.incident, requirement.parameters["to"]
    if incident is ABSENT:
        yield NotShown("there is no Incident", blocked_by=("incident-updated",))
        return
    if incident is None or incident.assignments is None:
        yield NotShown(
            "no assignment of the Incident is known", ("references.incident.assignments",)
        )
        return
    mine = [a for a in incident.assignments if a.to.casefold() == wanted.casefold()]
    if not mine:
        to = ", ".join(a.to for a in incident.assignments)
        yield Finding(
            "the Incident was not assigned as the clause says",
            found=to or "no one",
            expected=wanted,
        )
        return
    if context.reading("update-then-assign") == "any-order":
        return
    updates = [u.at for u in incident.updates or () if u.at is not None]
    assigned = [a.at for a in mine if a.at is not None]
    if not updates or len(assigned) < len(mine):
        yield NotShown(
            "whether the assignment came after an update is not known",
            ("references.incident.updates", "references.incident.assignments"),
        )
    elif max(assigned) < min(updates):
        yield Finding(
            "the Incident was assigned before it was updated",
            found=f"assigned {format_moment(max(assigned))}",
            expected=f"not before {format_moment(min(updates))}, when it was updated",
            notes=("update-then-assign",),
        )


@check("attested")
def attested(context: Context, requirement: Requirement) -> Iterator[Outcome]:
    """A person says so; no file shows it."""
    for attestation in context.submission.attestations:
        if attestation.requirement == requirement.id:
            at = f", {format_moment(attestation.at)}" if attestation.at else ""
            yield Attested(f"by {attestation.by}{at}")
            return
    yield NotShown("only a person can attest it", ("attestations",))
