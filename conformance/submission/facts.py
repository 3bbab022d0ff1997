"""The facts that no file shows, each an entry of the manifest, as questions for a person.

What kind of answer an entry takes is in the schema of the manifest, and only there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import pairwise
from typing import Any

from msgspec import Struct

from conformance.model.requirement import Kind
from conformance.model.schema import schema_of

_SENT = (Kind.ADT, Kind.QCAF)
#: The answer that there is none, or that there was none.
NONE = "none"


class Answer(StrEnum):
    """The form of the answer to a fact."""

    TEXT = "text"
    TIME = "time"
    FILE = "file"
    CERTIFICATE = "certificate"  #: a file, or the SHA-256 of one
    CHOICE = "choice"
    LIST = "list"
    SETTERS = "list of User IDs"  #: each with a User Role, and with an ADT File if it has one
    YES_OR_NO = "yes or no"


class Fact(Struct, frozen=True):
    """A fact: the ``key`` of its entry in the manifest, and how a person is asked for it.

    ``heading`` is that of its column in a register, and the name of its option. With ``absent``,
    the answer "none" is one: the entry called so is null.
    """

    key: str
    heading: str
    question: str
    kinds: tuple[Kind, ...] = _SENT
    absent: str | None = None
    #: True if a register has a column for it.
    in_register: bool = True

    @property
    def option(self) -> str:
        """The option that answers it."""
        return "--" + self.name.replace("_", "-")

    @property
    def name(self) -> str:
        """The heading as a name in a program."""
        return re.sub("[^a-z0-9]+", "_", self.heading.lower().replace("'", ""))

    @property
    def answer(self) -> Answer:
        """The form of its answer, by the schema of the manifest."""
        schema = self._schema
        if self.key.endswith("certificate_sha256"):
            return Answer.CERTIFICATE
        match schema.get("$ref", "").rpartition("/")[2]:
            case "time":
                return Answer.TIME
            case "path":
                return Answer.FILE
        if "enum" in schema:
            return Answer.CHOICE
        if "items" in schema:
            return Answer.SETTERS if "properties" in schema["items"] else Answer.LIST
        yes_or_no = schema.get("type") == "boolean" or "const" in schema
        return Answer.YES_OR_NO if yes_or_no else Answer.TEXT

    @property
    def choices(self) -> tuple[str, ...]:
        """The answers that the schema allows, where it has a list of them."""
        return tuple(self._schema.get("enum", ()))

    @property
    def yes(self) -> Any:
        """The entry for the answer yes."""
        return self._schema.get("const", True)

    @property
    def _schema(self) -> Mapping[str, Any]:
        """The schema of the entry; of several that it may fit, the one for a single answer."""
        schema: Mapping[str, Any] = schema_of("submission")
        for step in self.key.split("."):
            schema = _single(schema)
            schema = schema["items"] if step.isdigit() else schema["properties"][step]
        return _single(schema, last=True)


def _single(schema: Mapping[str, Any], *, last: bool = False) -> Mapping[str, Any]:
    simple = ("enum", "const", "$ref") if last else ("properties", "items")
    return next((s for s in schema.get("oneOf", ()) if any(k in s for k in simple)), schema)


FACTS = (
    Fact("sent_at", "Sent at", "When was it sent to DCC?"),
    Fact("delivery.method", "Sent by", "How was it sent to DCC?"),
    Fact("delivery.folder", "Folder", "Into which folder was it put?"),
    Fact("delivery.name", "Name", "Under which name was it sent?", in_register=False),
    Fact(
        "delivery.subject",
        "Subject",
        "What was its subject line, or the title that went with the upload?",
    ),
    Fact("delivery.body", "Body", "What was the text of the message?", in_register=False),
    Fact(
        "delivery.recipients",
        "Recipients",
        "To which addresses was it sent?",
        in_register=False,
    ),
    Fact(
        "delivery.primary_unavailable",
        "Method of choice unavailable",
        "Was DCC's secure delivery method of choice unavailable to you?",
        in_register=False,
    ),
    Fact(
        "delivery.unavailable_because",
        "Unavailable because",
        "Why was it unavailable?",
        in_register=False,
    ),
    Fact(
        "references.smsr.number",
        "Service Request",
        "What is the number of the Service Request (SMSR)?",
        absent="references.smsr",
    ),
    Fact(
        "references.smsr.raised_at",
        "Service Request raised at",
        "When was the Service Request raised?",
    ),
    Fact(
        "references.smsr.via",
        "Service Request raised via",
        "Through which system was the Service Request raised?",
    ),
    Fact(
        "references.smsr.catalogue_item",
        "Catalogue item",
        "With which item of the catalogue was the Service Request raised?",
    ),
    Fact(
        "references.incident.number",
        "Incident",
        "What is the number of the Incident?",
        (Kind.QCAF,),
        absent="references.incident",
    ),
    Fact(
        "references.incident.updates.0.component",
        "Incident updated with",
        "With which component was the Incident updated?",
        (Kind.QCAF,),
    ),
    Fact(
        "references.incident.updates.0.at",
        "Incident updated at",
        "When was the Incident updated?",
        (Kind.QCAF,),
    ),
    Fact(
        "references.incident.assignments.0.to",
        "Incident assigned to",
        "To whom was the Incident assigned?",
        (Kind.QCAF,),
    ),
    Fact(
        "references.incident.assignments.0.at",
        "Incident assigned at",
        "When was the Incident assigned?",
        (Kind.QCAF,),
    ),
    Fact("quarantine.set_by", "Threshold set by", "Who set the threshold?", (Kind.QCAF,)),
    Fact(
        "quarantine.report",
        "Report file",
        "Which file is the Quarantined Communications Report?",
        (Kind.QCAF,),
    ),
    Fact("quarantine.advised_at", "Advised at", "When did DCC advise of the action?", (Kind.QCAF,)),
    Fact(
        "quarantine.advice",
        "Advice",
        "Which action did DCC advise, for all communications?",
        (Kind.QCAF,),
    ),
    Fact(
        "sender.aros.0.certificate_sha256",
        "ARO's certificate",
        "Which file is the File Signing Certificate provided to your ARO?",
    ),
    Fact(
        "replaces.file",
        "Replaces",
        "Which ADT File was in force before?",
        (Kind.ADT,),
        absent="replaces",
    ),
    Fact(
        "replaces.removed",
        "Rules removed on purpose",
        "Were all rules that it leaves out meant to be removed?",
        (Kind.ADT,),
    ),
    Fact(
        "sender.sets_adts",
        "Sets ADTs",
        "Under which User IDs and in which User Roles does your Party set ADTs, and in which file?",
        (Kind.ADT,),
        in_register=False,
    ),
    Fact(
        "area.live_user_ids",
        "Live User IDs",
        "Which User IDs of your Party are live?",
        (Kind.ADT,),
        in_register=False,
    ),
    Fact(
        "area.live",
        "Live files",
        "Which files, by their names, are in production now?",
        (Kind.ADT,),
        in_register=False,
    ),
    Fact("completed_at", "Completed at", "When did DCC complete the Service Request?"),
    Fact(
        "attestations.0.by",
        "Investigated and resolved by",
        "Who attests that the cause was investigated and resolved?",
        (Kind.QCAF,),
    ),
    Fact("sender.user_id", "User ID", "What is the sender's User ID?", in_register=False),
    Fact(
        "sender.party_eui64",
        "Party EUI-64",
        "What is the Party's EUI-64?",
        in_register=False,
    ),
)


def facts_for(evidence: Iterable[str], kind: Kind) -> list[Fact]:
    """Return the facts that give any of the ``evidence`` that is missing, in their order."""
    wanted = tuple(evidence)
    return [
        fact
        for fact in FACTS
        if kind in fact.kinds
        and any(fact.key == one or fact.key.startswith(f"{one}.") for one in wanted)
    ]


def put(manifest: dict[str, Any], key: str, value: Any) -> None:
    """Give the entry ``key`` of a manifest a value; ``0`` in it is the first of a list."""
    here: Any = manifest
    steps: list[str | int] = [int(s) if s.isdigit() else s for s in key.split(".")]
    for step, following in pairwise(steps):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(step, int):
            if not here:
                here.append(empty)
            here = here[step]
        else:
            here = here.setdefault(step, empty)
    if isinstance(steps[-1], int) and not here:
        here.append(value)
    else:
        here[steps[-1]] = value
