"""Messages as tests read them: with the first submission among the attachments."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from conformance.content import Content
from conformance.submission.attachments import Enclosed, sort_attachments
from conformance.submission.kind import kind_by_name
from conformance.submission.message import Message, read_message


class Read(Struct, frozen=True):
    """A message, and the first submission among its attachments."""

    subject: str | None
    body: str
    recipients: tuple[str, ...]
    sent_at: datetime | None
    file: Content | None
    signature: Content | None
    signed: bool
    packed: bool
    whole: Message


def read_first(data: bytes) -> Read:
    """Read the message ``data``."""
    read = read_message(Content.of_bytes("m.eml", data))
    attached = sort_attachments(read.attachments, lambda file: kind_by_name(file.name))
    first = attached.enclosed[0] if attached.enclosed else Enclosed()
    said = (read.subject, read.body, read.recipients, read.sent_at)
    return Read(*said, first.file, first.signature, read.signed, attached.packed, read)
