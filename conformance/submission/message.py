"""An email message as evidence: its subject, body, recipients and attachments."""

from __future__ import annotations

import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime

from conformance.content import Content
from conformance.errors import SubmissionError

#: The largest message that is read; an ADT File is far smaller, and a mail server takes no more.
MAXIMUM_BYTES = 64 << 20
MAXIMUM_PARTS = 1000
_SIGNATURE_TYPES = {"application/pkcs7-signature", "application/x-pkcs7-signature"}


@dataclass(frozen=True, slots=True)
class Message:
    """What a message tells. ``file`` and ``signature`` are its attachments."""

    subject: str | None
    body: str
    recipients: tuple[str, ...]
    sent_at: datetime | None
    file: Content | None
    signature: Content | None


def looks_like_message(head: bytes) -> bool:
    """Whether the first bytes of a file are header fields of a message."""
    first = head.split(b"\n", 1)[0]
    name, colon, _ = first.partition(b":")
    return bool(colon) and name.lower() in {
        b"from", b"to", b"date", b"subject", b"received", b"return-path", b"mime-version",
        b"message-id", b"delivered-to", b"content-type", b"x-mailer", b"reply-to",
    }  # fmt: skip


def read_message(content: Content) -> Message:
    """Read a message (RFC 5322).

    Raises:
        SubmissionError: it is too large, or nested beyond what a person would send.
    """
    data = content.read(MAXIMUM_BYTES)
    try:
        parsed = BytesParser(EmailMessage, policy=email.policy.default).parsebytes(data)
        return _message(parsed, content.name)
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


def _message(parsed: EmailMessage, name: str) -> Message:
    body, file, signature = "", None, None
    for number, part in enumerate(parsed.walk()):
        if number > MAXIMUM_PARTS:
            raise SubmissionError(f"has more than {MAXIMUM_PARTS} parts", where=name)
        if part.is_multipart():
            continue
        filename = part.get_filename()
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
        if filename is None and part.get_content_maintype() == "text" and not part.is_attachment():
            body += _text(part, data)
        elif _is_signature(filename, part.get_content_type()):
            signature = signature or Content.of_bytes(filename or "signature", data)
        elif file is None:
            file = Content.of_bytes(filename or "attachment", data)
    addresses = [v for h in ("to", "cc", "bcc") for v in parsed.get_all(h, [])]
    return Message(
        subject=None if parsed["subject"] is None else str(parsed["subject"]),
        body=body,
        recipients=tuple(a for _, a in getaddresses([str(v) for v in addresses]) if a),
        sent_at=_date(parsed),
        file=file,
        signature=signature,
    )


def _text(part: EmailMessage, data: bytes) -> str:
    try:
        return data.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return data.decode("latin-1")


def _is_signature(filename: str | None, content_type: str) -> bool:
    return content_type in _SIGNATURE_TYPES or (filename or "").lower().endswith((".p7s", ".sig"))


def _date(parsed: EmailMessage) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(parsed["date"]))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None
