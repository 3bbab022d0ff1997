"""The columns of a profile in plain words, for those who fill in a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from conformance.model.column import Column, Role
from conformance.model.cross_rule import Comparator, CrossRule, CrossRuleName
from conformance.model.profile import FileFormat, Profile


def meaning(column: Column) -> str:  # noqa: C901, PLR0912 - one for each role
    """Return the purpose of the column, if the profile says so."""
    match column.role:
        case Role.USER_ID:
            text = "The User ID that the rule is for."
        case Role.USER_ROLE:
            text = "The User Role in which the communications are sent."
        case Role.VARIANT:
            text = "The Service Reference Variant of the communications."
        case Role.PERIOD:
            text = "The time over which communications are counted."
        case Role.WARNING:
            text = "The Warning Threshold: when the count exceeds it, DCC raises an Incident."
        case Role.THRESHOLD:
            text = "The Anomaly Detection Threshold: what exceeds it is quarantined."
        case Role.REQUEST_ID:
            text = "The Request ID of the quarantined communication."
        case Role.EVENT:
            text = "The reference of the event that quarantined it."
        case Role.QUARANTINED_AT:
            text = "When it was quarantined."
        case Role.CREATED_AT:
            text = "When the file was made."
        case Role.RECIPIENT:
            text = "To whom the file is sent."
        case Role.BREACH:
            text = "Which threshold was exceeded."
        case Role.ACTION:
            text = "What is to become of the communication."
        case Role.OTHER:
            text = ""
        case _:
            assert_never(column.role)
    return text


def form(column: Column, actions: tuple[str, ...]) -> str:
    """How a value is written. ``actions`` are those of clause 4.7(b)."""
    null = " Leave it blank for none." if column.nullable else ""
    if column.role is Role.VARIANT and column.nullable:
        null = " Leave it blank for communications in general."
    return column.type.as_read({}, actions).description() + null


_WORDS = {
    Comparator.BELOW: "be below",
    Comparator.AT_MOST: "not be above",
    Comparator.EQUAL: "be the same as",
    Comparator.UNEQUAL: "not be the same as",
}


def rule(found: CrossRule) -> str:  # noqa: C901 - one for each kind
    """A rule across columns or rows, in a sentence."""
    first, last = found.columns[0], found.columns[-1]
    match found.rule:
        case CrossRuleName.COMPARE:
            both = "Both" if len(found.columns) > 1 else "It"
            null = "" if found.null_passes else f" {both} must be filled in."
            said = (
                f"{first} must {_WORDS[found.comparator]} {found.against}{found.condition}.{null}"
            )
        case CrossRuleName.ONE_SENDER:
            said = f"All rows must have the same User ID in {first}."
        case CrossRuleName.ELIGIBLE_VARIANT:
            said = f"{last} must be one that the User Role in {first} may send."
        case CrossRuleName.BREACH_FITS:
            same = "thresholds set by the same side, the User or DCC"
            said = f"All rows must have a {first} of {same}."
        case CrossRuleName.REQUIRE:
            said = f"{' and '.join(found.columns)} must be filled in{found.condition}."
        case CrossRuleName.FORBID:
            said = f"{' and '.join(found.columns)} must be left blank{found.condition}."
        case CrossRuleName.ONE_OF:
            said = f"{first} must be {' or '.join(found.values)}{found.condition}."
        case CrossRuleName.UNIQUE:
            names = " and ".join(found.columns)
            said = f"No two rows may have the same {names}{found.condition}."
        case CrossRuleName.SORTED:
            said = f"The file is sorted by {_sorting(found)}; rows may be in any order."
        case CrossRuleName.COMPLETE:
            said = f"{_complete(found)}{found.condition}."
        case _:
            assert_never(found.rule)
    return said


def _sorting(found: CrossRule) -> str:
    names = (f"{one.column}{', descending' if one.descending else ''}" for one in found.by)
    return ", then ".join(names) + found.condition


def _complete(found: CrossRule) -> str:
    values = ", ".join(found.values) or "each value that it can have"
    each = " and ".join(found.for_each)
    role = f", as far as the User Role in {found.eligible_for} may send it"
    return (
        f"{found.columns[0]}: there must be a row with {'each of ' if found.values else ''}{values}"
        f"{f' for each {each}' if each else ''}{role if found.eligible_for else ''}"
    )


def notes(profile: Profile, layout: FileFormat, actions: tuple[str, ...]) -> Iterator[str]:
    """Yield the notes for filling in a sheet for a file of this form, line by line."""
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
    """Return that the columns are unconfirmed, if so, and why they were assumed."""
    unverified = profile.unverified_in(f"files.{layout.kind.value}")
    if unverified:
        yield "NOT CONFIRMED: whether DCC wants these columns in this form is not known."
        yield from dict.fromkeys(one.reason for one in unverified)
        yield ""
