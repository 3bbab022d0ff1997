"""The columns of a register, in the words of its headings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from msgspec import Struct

from conformance.model.catalogue import Catalogue
from conformance.model.profile import Profile
from conformance.model.requirement import Edition, Kind
from conformance.submission.facts import FACTS, NONE, Answer, Fact

FILE, KIND, USER_ID, USER_ROLE, LIVE = "File", "Kind", "User ID", "User Role", "Is live"
#: The kind of a row that is about a User ID and a User Role, and about no file.
OF_USER = "User ID"
#: The answer of a request that DCC has not completed.
NOT_YET = "not yet"
#: Characters that a spreadsheet program takes for the beginning of a formula.
FORMULA = frozenset("=+-@\t\r")
#: The kinds of files that an area has, by their names in a register.
KINDS = {kind.label: kind for kind in (Kind.ADT, Kind.QCAF)}
#: The facts that a register has columns for, and what is said at each heading.
OF_FILES = tuple(fact for fact in FACTS if fact.in_register)


def heading(fact: Fact) -> str:
    """Return the heading of a fact's column, which says in which zone its times are."""
    return f"{fact.heading} (UK time)" if fact.answer is Answer.TIME else fact.heading


#: The headings of a register, in their order.
HEADINGS = (FILE, KIND, USER_ID, USER_ROLE, *map(heading, OF_FILES), LIVE)


#: The facts whose answer a requirement names: by its check, and under which parameter.
_PARAMETERS = {
    "references.smsr.via": ("smsr-raised", "via"),
    "references.incident.updates.0.component": ("incident-updated", "component"),
    "references.incident.assignments.0.to": ("incident-assigned", "to"),
}


class Choices(Struct, frozen=True):
    """The answers that the model and the profile know, by the heading of the column."""

    catalogue: Catalogue
    profile: Profile
    edition: Edition

    def of(self, key: str, kinds: Iterable[Kind]) -> tuple[str, ...]:
        """Return the known answers to a fact about a submission of one of these kinds."""
        if key == "delivery.method":
            return tuple(self.profile.delivery.methods)
        if key == "delivery.folder":
            return tuple(self.profile.delivery.folders[kind] for kind in kinds)
        if key == "references.smsr.catalogue_item":
            found = [self._named("catalogue-item", kind.value) for kind in kinds]
            return tuple(item for items in found for item in items)
        return self._named(*_PARAMETERS[key]) if key in _PARAMETERS else ()

    def _named(self, check: str, parameter: str) -> tuple[str, ...]:
        found: list[str] = []
        for requirement in self.catalogue.using(check, self.edition.id):
            value = requirement.parameters.get(parameter, ())
            found += [value] if isinstance(value, str) else value
        return tuple(dict.fromkeys(found))


def choices_of(fact: Fact, known: Choices) -> tuple[str, ...]:
    """Return the answers to choose from in the column of a fact; none where any is possible."""
    match fact.answer:
        case Answer.CHOICE:
            return fact.choices
        case Answer.YES_OR_NO:
            return ("yes", "no")
    return known.of(fact.key, fact.kinds)


def note_of(fact: Fact) -> str:
    """Return what is said at the heading of a fact."""
    words = [fact.question]
    if len(fact.kinds) == 1:
        words.append(f"For a row of kind {fact.kinds[0].label}.")
    match fact.answer:
        case Answer.TIME:
            words.append("A date and time by UK clocks, or as text with its zone: "
                         "2025-06-01T08:30:00Z.")  # fmt: skip
        case Answer.FILE:
            words.append("The name of a file beside the register or in the area.")
        case Answer.CERTIFICATE:
            words.append("The name of a file beside the register (PEM or DER), or its SHA-256.")
        case Answer.YES_OR_NO:
            words.append("yes or no.")
    if fact.absent:
        words.append(f"Write {NONE} if there was none.")
    if fact.key == "completed_at":
        words.append(f"Write {NOT_YET} if DCC has not.")
    return " ".join(words)


def answers_to(fact: Fact, known: Choices, kind: Kind) -> str:
    """Return what answers a fact about a submission of a kind, in a few words."""
    match fact.answer:
        case Answer.TIME:
            words = "a date and time by UK clocks, such as 2025-06-01 09:30, or with its zone"
        case Answer.FILE:
            words = "the name of a file in the same folder"
        case Answer.CERTIFICATE:
            words = "the name of its file, PEM or DER, or its SHA-256"
        case Answer.CHOICE:
            words = " or ".join(fact.choices)
        case Answer.YES_OR_NO:
            words = "yes or no"
        case Answer.LIST:
            words = "separated by semicolons"
        case Answer.SETTERS:
            words = "each as USER-ID USER-ROLE FILE, without FILE if it has none; then a semicolon"
        case Answer.TEXT:
            words = " or ".join(known.of(fact.key, (kind,))) or "text"
        case _ as other:
            assert_never(other)
    return words
