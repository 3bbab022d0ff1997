"""A submission: what was sent, how, by whom, when and under which references.

Every part may be missing. ``None`` means that it is not stated; where the record may say that there
was none (no SMSR was raised, no signature was sent), that is a value of its own.
"""

# No annotations from __future__: msgspec would compile the text of each at the start.

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from conformance.content import Content
from conformance.model.requirement import Kind, SetBy

if TYPE_CHECKING:
    from conformance.submission.area.stray import Stray
    from conformance.submission.area.survey import Survey
    from conformance.submission.strayed import Strayed


class Absent(StrEnum):
    """The record says that there was none, as against saying nothing."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT

#: How mail programs begin the subject line of a message that is forwarded.
_FORWARDED = r"\s*(?:fwd?|wg|tr|rv|i)\s*:"


#: The line before the text of a message that is forwarded in another one.
_FORWARDED_TEXT = r"^[>\s]*(?:-{2,}\s*forwarded message\b|begin forwarded message\b)"


def is_forwarded(subject: str | None, body: str | None = None) -> bool:
    """Return True if a message with this subject line and text forwards another in its text."""
    if re.match(_FORWARDED, subject or "", re.IGNORECASE):
        return True
    return re.search(_FORWARDED_TEXT, body or "", re.IGNORECASE | re.MULTILINE) is not None


class ResponsibleOfficer(Struct, frozen=True):
    """An entry of the register of Authorised Responsible Officers of a Party.

    ``certificate`` is the SHA-256, in hex, of the File Signing Certificate provided to them;
    ``credential`` the common name in it.
    """

    credential: str | None = None
    certificate: str | None = field(name="certificate_sha256", default=None)


class AdtSetter(Struct, frozen=True):
    """A User ID in a User Role that sets ADTs, and the ADT File provided for it, if one was."""

    user_id: str
    user_role: str
    file: str | None = None


class Sender(Struct, frozen=True):
    """Who sends: a Party, under a User ID (an EUI-64), in a User Role."""

    party: str | None = None
    party_eui64: str | None = None
    user_id: str | None = None
    user_role: str | None = None
    officers: tuple[ResponsibleOfficer, ...] | None = None
    adt_setters: tuple[AdtSetter, ...] | None = None


class Delivery(Struct, frozen=True):
    """How the submission reached DCC.

    ``primary_unavailable``: the method of choice was unavailable to the User;
    ``unavailable_because``: of an outage, announced or not, or of a right that the User lacked.
    ``mailed``: an email message was read, and shows what was attached to it.
    ``message_signed``: the email message is signed as a whole, whatever is in it.
    ``message_packed``: its attachments are in a file of Outlook's own, which is not opened here.
    ``forwarded``: the file was attached to a message of this subject, and that to the one sent.
    ``passed_on``: the text of another message is in this one, which did not go to DCC.
    """

    method: str | None = None
    folder: str | None = None
    name: str | None = None
    subject: str | None = None
    body: str | None = None
    recipients: tuple[str, ...] | None = None
    primary_unavailable: bool | None = None
    mailed: bool = False
    message_signed: bool = False
    message_packed: bool = False
    forwarded: str | None = None
    passed_on: bool = False
    unavailable_because: str | None = None


class ServiceRequest(Struct, frozen=True):
    """A Service Management Service Request (SMSR)."""

    number: str | None = None
    raised_at: datetime | None = None
    via: str | None = None
    catalogue_item: str | None = None


class Update(Struct, frozen=True):
    """An update of an Incident, made with a component of the SSI."""

    at: datetime | None
    component: str | None


class Assignment(Struct, frozen=True):
    """An assignment of an Incident to somebody."""

    at: datetime | None
    to: str


class Incident(Struct, frozen=True):
    """A Service Management Incident."""

    number: str | None = None
    updates: tuple[Update, ...] | None = None
    assignments: tuple[Assignment, ...] | None = None


class Quarantine(Struct, frozen=True):
    """The quarantine that a QCAF answers.

    ``advice`` is DCC's, by Request ID; ``advice_for_all`` is for every communication.
    """

    set_by: SetBy | None = None
    report: Content | None = None
    advised_at: datetime | None = None
    advice: Mapping[str, str] | None = None
    advice_for_all: str | None = None


class Area(Struct, frozen=True):
    """The Party's SharePoint area: its live User IDs, and the names in its Live folder.

    ``part``: the submission is in a copy of the area, which is looked at as a whole.
    ``early``: it is in the Live folder, and its request is not completed.
    """

    live_user_ids: tuple[str, ...] | None = None
    live_names: tuple[str, ...] | None = field(default=None, name="live")
    part: bool = False
    early: bool = False


class Replaced(Struct, frozen=True):
    """The ADT File in force before, and the keys of the rules that the User meant to remove.

    Without ``removed``, all that are left out were meant to be removed.
    """

    file: Content
    removed: frozenset[tuple[str, ...]] | None


class Attestation(Struct, frozen=True):
    """A person's word that a requirement was met."""

    requirement: str
    by: str
    at: datetime | None
    statement: str | None


class PublishedItem(Struct, frozen=True):
    """Something that DCC publishes under clause 2.2, and where, if anything says so."""

    item: str
    via: tuple[str, ...] | None
    file: Content | None
    filled_in: Content | None


class Submission(Struct, frozen=True):
    """Everything that is known of one submission.

    ``file`` is what was sent: plain, or a container with the file in it. ``signature`` and
    ``certificate`` are files beside it. ``root`` is the directory that everything is in.
    """

    source: str
    kind: Kind
    root: Path
    edition: str | None = None
    sent_at: datetime | None = None
    completed_at: datetime | None = None
    sender: Sender = field(default_factory=Sender)
    file: Content | None = None
    signature: Content | Absent | None = None
    certificate: Content | None = None
    #: The name of a signature beside ``file`` that is not called after all of the file's name.
    misnamed: str | None = None
    #: The signature over ``file`` that is elsewhere, or called after another file.
    strayed: "Strayed | None" = None
    delivery: Delivery = field(default_factory=Delivery)
    request: ServiceRequest | Absent | None = None
    incident: Incident | Absent | None = None
    quarantine: Quarantine = field(default_factory=Quarantine)
    area: Area = field(default_factory=Area)
    #: The contents of the area, where the area itself is checked.
    survey: "Survey | None" = None
    replaced: Replaced | Absent | None = None
    attestations: tuple[Attestation, ...] = ()
    published: tuple[PublishedItem, ...] = ()
    #: The email message by which it was sent, until that is read.
    message: Content | None = None
    #: The name of the archive in which the file was sent, if it was.
    archive: str | None = None
    #: Files that came with it and belong to no submission.
    passed_over: "tuple[Stray, ...]" = ()
    #: Every file that was read, for the report.
    inputs: tuple[Content, ...] = ()
