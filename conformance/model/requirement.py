"""One testable sentence of a clause, as data."""

# No annotations from __future__: msgspec would compile the text of each at the start.

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Self, assert_never

from msgspec import Struct, field
from msgspec.structs import replace


class Actor(StrEnum):
    """Who must do it."""

    USER = "User"
    DCC = "DCC"


class Strength(StrEnum):
    """How binding the sentence is: a duty, a recommendation of the guidance, a permission."""

    SHALL = "shall"
    SHOULD = "should"
    MAY = "may"


class Basis(StrEnum):
    """The basis of a requirement."""

    CLAUSE = "clause"  #: the legal text
    GUIDANCE = "guidance"  #: the ADT User Guidance
    PROFILE = "profile"  #: an assumption of the profile
    NOTE = "note"  #: an interpretation of the legal text


class Testable(StrEnum):
    """How it can be shown."""

    MECHANICAL = "mechanical"  #: from the files alone
    EVIDENCE = "evidence"  #: from a record of an event
    ATTESTATION = "attestation"  #: only by a person who says so


class Phase(StrEnum):
    """When it is looked at, in the order of clause 4.8 and of dependence."""

    DELIVERY = "delivery"
    REFERENCES = "references"
    SIGNATURE = "signature"
    CERTIFICATE = "certificate"
    BYTES = "bytes"
    RECORDS = "records"
    FIELDS = "fields"
    KEYS = "keys"
    QUARANTINE = "quarantine"


class Subject(StrEnum):
    """The thing that a requirement is about."""

    PUBLICATION = "publication"
    SUBMISSION = "submission"
    SIGNATURE = "signature"
    FILE = "file"
    RECORD = "record"
    FIELD = "field"
    INCIDENT = "incident"
    RECEIVER = "receiver"


class Kind(StrEnum):
    """The kind of a submission."""

    ADT = "adt"  #: an ADT File, clause 3.4
    QCAF = "qcaf"  #: a Quarantined Communications Action File, clauses 4.7 and 4.13
    REPORT = "report"  #: DCC's Quarantined Communications Report, clause 6.4
    INCIDENT = "incident"  #: the record of an Incident after a Warning Threshold, clause 4.3
    PUBLICATION = "publication"  #: what DCC publishes under clause 2.2
    AREA = "area"  #: a copy of a Party's SharePoint area, guidance 1.4 and 1.5

    @property
    def one(self) -> str:
        """Return the label with the article before it."""
        return f"{'an' if self.label[0] in 'AEIO' else 'a'} {self.label}"

    @property
    def label(self) -> str:
        """The name that the field uses."""
        match self:
            case Kind.ADT:
                return "ADT File"
            case Kind.QCAF:
                return "QCAF"
            case Kind.REPORT:
                return "Quarantined Communications Report"
            case Kind.INCIDENT:
                return "Incident"
            case Kind.PUBLICATION:
                return "publication"
            case Kind.AREA:
                return "SharePoint area"
            case _:
                assert_never(self)


class SetBy(StrEnum):
    """Who set the threshold that was exceeded: clause 4.7 or clause 4.13."""

    USER = "user"
    DCC = "dcc"

    @property
    def clause(self) -> str:
        """The clause about a quarantine because of such a threshold."""
        match self:
            case SetBy.USER:
                return "4.7"
            case SetBy.DCC:
                return "4.13"
            case _:
                assert_never(self)


class Delivered(StrEnum):
    """How a submission is sent that a requirement on one way of sending bears on."""

    CONTINGENCY = "contingency"  #: by the method for an outage, guidance 1.6
    FOLDER = "folder"  #: by another, so that it has a folder and a name


class Example(Struct, frozen=True):
    """A case that keeps to a requirement, and one that does not."""

    conforms: str
    violates: str


class EditionFile(Struct, frozen=True):
    """Whose word an edition is that somebody states in a file of their own.

    ``sha256`` is that of the file at ``path``, ``source`` the document that was read. If it is
    ``verified``, ``by`` names who compared the two, and ``on`` the day.
    """

    edition: str
    extends: str
    path: str
    sha256: str
    source: str
    verified: bool
    by: str
    on: str


class Requirement(Struct, frozen=True, eq=False):
    """A requirement, in one edition; equal to itself only, so that it can be looked up.

    ``checks`` names the registered checks, run in order with ``parameters``; ``derived_from``
    holds ids, or patterns of ids (``6.1-*``), whose failure is a failure of this one too;
    ``rejects`` (for a receiver) those whose failure the receiver must reject.
    """

    id: str
    clause: str
    statement: str
    actor: Actor
    subject: Subject
    strength: Strength
    basis: Basis
    testable: Testable
    phase: Phase
    kinds: frozenset[Kind]
    editions: tuple[str, ...]
    effect: str
    hint: str
    source: str
    example: Example
    checks: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    derived_from: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()
    set_by: SetBy | None = None
    delivered: Delivered | None = None
    notes: tuple[str, ...] = ()
    #: The text of other editions in place of this, by edition and then by field.
    overrides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: The edition file that states what it asks for, if one does.
    stated: EditionFile | None = None

    @property
    def is_guidance(self) -> bool:
        """Return True if it is in the User Guidance, or a reading of that."""
        return self.clause.startswith("UG")

    @property
    def all_notes(self) -> tuple[str, ...]:
        """The notes that bear on it in one edition or another."""
        others = (n for o in self.overrides.values() for n in o.get("notes", ()))
        return tuple(dict.fromkeys((*self.notes, *others)))

    def in_edition(self, edition: str) -> Self:
        """The requirement as ``edition`` words it."""
        override = self.overrides.get(edition)
        return replace(self, **override) if override else self


class Exclusion(Struct, frozen=True):
    """A sentence of a clause that no requirement covers, and why."""

    sentence: str
    reason: str


class Clause(Struct, frozen=True):
    """A clause of Appendix AA, or a section of the guidance, with its requirements."""

    number: str
    title: str
    summary: str
    requirements: tuple[Requirement, ...]
    excluded: tuple[Exclusion, ...]


def citation_of(clause: str) -> str:
    """Return how to refer to ``clause``: ``clause 6.1``, or the section of the User Guidance."""
    section = clause.removeprefix("UG")
    if section == clause:
        return f"clause {clause}"
    return f"User Guidance, section {section}" if section else "User Guidance"


class Reading(Struct, frozen=True):
    """One way to read an open question of the text."""

    id: str
    text: str


class Reads(StrEnum):
    """The bytes to look at again for the result of another reading, if that takes time."""

    BYTES = "bytes"
    RECORDS = "records"
    CERTIFICATE = "certificate"


class Note(Struct, frozen=True):
    """An open question of the text, the ways to read it, and the one that is the default.

    A profile chooses another in its table ``readings``, under the id of the note, unless no check
    depends on it (``decides`` is false). What passes by the ``strictest`` reading passes by the
    others as well.
    """

    id: str
    title: str
    question: str
    readings: tuple[Reading, ...]
    default: str
    reason: str
    source: str
    decides: bool = True
    strictest: str | None = None
    reads: Reads | None = None


class Edition(Struct, frozen=True):
    """A version of Appendix AA, in force from ``in_force`` (a date).

    Of the first the start may not be known: then ``known_from`` is a day from which it is known
    to have applied.
    """

    id: str
    title: str
    summary: str
    in_force: str | None = None
    known_from: str | None = None
    #: The file that states it, and why it has not some requirements of the edition before, by id.
    file: EditionFile | None = None
    withdrawn: Mapping[str, str] = {}


class NotCovered(Struct, frozen=True):
    """Part of the Code or of the guidance that no requirement covers, since its words are unknown.

    ``clauses`` are labels for people (``2.1``, ``4.4 to 4.6``); ``editions`` the ids of the
    editions in which it is missing.
    """

    clauses: tuple[str, ...]
    what: str
    reason: str
    editions: tuple[str, ...]


class Variant(Struct, frozen=True):
    """A Service Reference Variant: its number, name, criticality and who may send it."""

    srv: str
    name: str
    critical: str
    roles: frozenset[str]
