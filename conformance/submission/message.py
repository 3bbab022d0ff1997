"""An email message as evidence: its subject, body, recipients and attachments."""

from __future__ import annotations

import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from functools import partial

from msgspec import Struct

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.submission.attachments import Attachment
from conformance.submission.signed_mail import MAXIMUM_BYTES, Opener
from conformance.submission.visible_text import visible_text

MAXIMUM_LINES = 1_000_000
MAXIMUM_PARTS = 1000
#: Fields of all headers, and bytes of those that tell something: of one, and of all. The time
#: that the standard library takes for a field grows with the square of its length.
MAXIMUM_FIELDS = 5000
MAXIMUM_FIELD = 4 << 10
MAXIMUM_TELLING = 16 << 10
_TELLING = {
    "subject", "to", "cc", "bcc", "date", "content-type", "content-disposition",
    "content-transfer-encoding",
}  # fmt: skip
#: Types of text that is a file, also where a mail program gave it no name.
_FILES = {"text/csv", "text/x-csv", "text/comma-separated-values", "text/tab-separated-values"}
_POLICY = email.policy.default
#: Messages that are forwarded within one another and opened; the others are attachments.
MAXIMUM_FORWARDED = 8
#: Encodings of host names, which are no text of a letter; their readers take their time.
_NO_CHARSETS = {"idna", "punycode"}


class Message(Struct, frozen=True):
    """The parts of a message that a person sees, and its attachments.

    ``signed``: the message is signed as a whole, which signs no file in it. ``forwarded`` are the
    messages that are attached to it.
    """

    subject: str | None
    body: str
    recipients: tuple[str, ...]
    sent_at: datetime | None
    attachments: tuple[Attachment, ...]
    signed: bool = False
    forwarded: tuple[Message, ...] = ()


def read_message(content: Content) -> Message:
    """Read a message (RFC 5322).

    Raises:
        SubmissionError: it is too large, or nested beyond what a person would send.
    """
    data = content.read(MAXIMUM_BYTES)
    bounds = _Bounds(content.name)
    bounds.count("lines", _lines(data), MAXIMUM_LINES)
    try:
        parser = BytesParser(bounds.part, policy=_POLICY)
        return _message(parser.parsebytes(data), Opener(partial(_entity, bounds)))
    except (
        RecursionError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
    ) as error:
        # The standard library's parser meets some malformed headers with these.
        raise SubmissionError(
            f"cannot be read as an email message: {type(error).__name__}", where=content.name
        ) from None


def _entity(bounds: _Bounds, data: bytes) -> EmailMessage:
    bounds.count("lines", _lines(data), MAXIMUM_LINES)
    return BytesParser(bounds.part, policy=_POLICY).parsebytes(data)


def _lines(data: bytes) -> int:
    """Lines as the standard library counts them: it ends one at a lone CR too."""
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")


class _Bounds:
    """Bounds on a message, so that reading it takes neither time nor memory without end."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._counts: dict[str, int] = {}

    def count(self, what: str, count: int, most: int) -> None:
        """Count more of something; complain if there are more of it than ``most``."""
        total = self._counts[what] = self._counts.get(what, 0) + count
        if total > most:
            raise SubmissionError(f"has more than {most:,} {what}", where=self._name)

    def part(self, policy: email.policy.EmailPolicy[EmailMessage] = _POLICY) -> EmailMessage:
        """An empty part; the parser asks for one wherever it sees one begin."""
        self.count("parts", 1, MAXIMUM_PARTS)
        return _Part(self, policy)


class _Part(EmailMessage):
    """A part of a message, which holds its header to the bounds before it is interpreted."""

    def __init__(self, bounds: _Bounds, policy: email.policy.EmailPolicy[EmailMessage]) -> None:
        super().__init__(policy)
        self._bounds = bounds

    def set_raw(self, name: str, value: str) -> None:
        """Take a field of the header as it was read."""
        self._bounds.count("fields in its headers", 1, MAXIMUM_FIELDS)
        if name.lower() in _TELLING:
            if len(value) > MAXIMUM_FIELD:
                self._bounds.count(f"bytes in a field {name[:40]}", len(value), MAXIMUM_FIELD)
            read = "bytes in the fields of its headers that are read"
            self._bounds.count(read, len(value), MAXIMUM_TELLING)
        super().set_raw(name, value)


def _message(parsed: EmailMessage, opener: Opener, depth: int = 0) -> Message:
    texts: list[str] = []
    attachments: list[Attachment] = []
    forwarded: list[Message] = []
    signed_before, opener.signed = opener.signed, False
    for part in opener.parts(parsed):
        kind, filename = part.get_content_type(), part.get_filename()
        inner = opener.forwarded(part) if depth < MAXIMUM_FORWARDED else None
        if inner is not None:
            forwarded.append(_message(inner, opener, depth + 1))
            continue
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
        shown = part.get_content_maintype() == "text" and kind not in _FILES
        if filename is None and shown and not part.is_attachment():
            text = _text(part, data)
            texts.append(visible_text(text) if kind == "text/html" else text)
        else:
            content = Content.of_bytes(filename or "attachment", data)
            attachments.append(Attachment(content, kind))
    addresses = [v for h in ("to", "cc", "bcc") for v in parsed.get_all(h, [])]
    signed, opener.signed = opener.signed, signed_before
    return Message(
        subject=None if parsed["subject"] is None else str(parsed["subject"]),
        body="\n".join(texts),
        recipients=tuple(a for _, a in getaddresses([str(v) for v in addresses]) if a),
        sent_at=_date(parsed),
        attachments=tuple(attachments),
        signed=signed,
        forwarded=tuple(forwarded),
    )


def _text(part: MIMEPart, data: bytes) -> str:
    charset = part.get_content_charset("utf-8")
    try:
        if charset not in _NO_CHARSETS:
            return data.decode(charset, "replace")
    except LookupError:
        pass
    return data.decode("latin-1")


def _date(parsed: EmailMessage) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(parsed["date"]))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None
