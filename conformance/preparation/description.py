"""The columns of a profile in plain words, for those who fill in a sheet."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.column import Column, Role
from conformance.model.profile import CrossRule, FileFormat, Profile

#: What a column means, where its role tells.
_MEANINGS = {
    Role.USER_ID: "The User ID that the rule is for.",
    Role.USER_ROLE: "The User Role in which the communications are sent.",
    Role.VARIANT: "The Service Reference Variant of the communications.",
    Role.PERIOD: "The time over which communications are counted.",
    Role.WARNING: "The Warning Threshold: when the count exceeds it, an Incident tells you.",
    Role.THRESHOLD: "The Anomaly Detection Threshold: what exceeds it is quarantined.",
    Role.REQUEST_ID: "The Request ID of the quarantined communication.",
    Role.EVENT: "The reference of the event that quarantined it.",
    Role.QUARANTINED_AT: "When it was quarantined.",
    Role.BREACH: "Which threshold was exceeded.",
    Role.ACTION: "What is to become of the communication.",
}
_RULES = {
    "not-above": "{0} must not be above {1}.",
    "one-sender": "All rows must have the same User ID in {0}.",
    "eligible-variant": "{1} must be one that the User Role in {0} may send.",
    "breach-fits": "All rows must have a {0} of thresholds set by the same side, the User or DCC.",
}


def meaning(column: Column) -> str:
    """What the column is for, if the profile tells."""
    return _MEANINGS.get(column.role, "")


def form(column: Column, actions: tuple[str, ...]) -> str:
    """How a value is written. ``actions`` are those of clause 4.7(b)."""
    null = " Leave it blank for none." if column.nullable else ""
    if column.role is Role.VARIANT and column.nullable:
        null = " Leave it blank for communications in general."
    return column.type.as_read({}, actions).description() + null


def rule(found: CrossRule) -> str:
    """A rule across columns or rows, in a sentence."""
    return _RULES[found.rule].format(*found.columns)


def notes(profile: Profile, layout: FileFormat, actions: tuple[str, ...]) -> Iterator[str]:
    """What to know when filling in a sheet for a file of this form, line by line."""
    yield f"{layout.kind.label}, clause {layout.clause} of Appendix AA, as profile {profile.name}"
    yield f"({profile.title}, version {profile.version}) has it."
    yield ""
    yield from unconfirmed(profile, layout)
    yield "One row for each record, below the headings. The order of the columns does not matter;"
    yield "blank rows, and columns with other headings, are left out."
    yield ""
    for column in layout.columns:
        yield f"{column.name}: {meaning(column)} {form(column, actions)}".replace("  ", " ")
    yield ""
    if layout.key:
        yield f"No two rows may have the same {' and '.join(layout.key)}."
    yield from map(rule, layout.rules)


def unconfirmed(profile: Profile, layout: FileFormat) -> Iterator[str]:
    """That nobody has confirmed the columns, if so, and why they were assumed."""
    for assumption in profile.unverified:
        if assumption.entry == f"files.{layout.kind.value}":
            yield "NOT CONFIRMED: whether DCC wants these columns in this form is not known."
            yield assumption.reason
            yield ""
