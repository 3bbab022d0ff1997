"""Signed mail: an S/MIME message around the file, as ``openssl smime`` writes by default."""

from __future__ import annotations

import binascii
import re
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from msgspec import Struct

from conformance.content import Content
from conformance.signature.ber import Malformed
from conformance.signature.recognition import HEAD, MAIL_HEADERS

#: Bytes of a message that are read; base64 and all.
MAX_MESSAGE = 1 << 26
#: Parts that are distinguished; a signed message has two.
MAX_PARTS = 64


class Mail(Struct, frozen=True):
    """A message taken apart.

    ``signature`` is the CMS in it; ``signed`` what a detached one may be over, first with the
    line endings of mail, then as it is; ``data`` the file in that, decoded. If the CMS has
    the file inside, there is neither.
    """

    signature: bytes
    signed: tuple[bytes, ...] = ()
    data: bytes | None = None


def open_mail(content: Content) -> Mail:
    """Take a signed message apart.

    Raises:
        Malformed: it is not a message of the kind that its headers announce, or is too large.
    """
    if len(content) > MAX_MESSAGE:
        raise Malformed(f"is a message of more than {MAX_MESSAGE:,} bytes", 0)
    raw = content.read(MAX_MESSAGE)
    headers, body = _split(raw)
    if headers.get_content_type() != "multipart/signed":
        return Mail(_decoded(headers, body))
    boundary = headers.get_boundary()
    if not boundary:
        raise Malformed("is a message of several parts without a boundary", 0)
    parts = _parts(raw, boundary.encode("ascii", "replace"))
    if len(parts) != 2:
        raise Malformed(f"is a signed message of {len(parts)} parts instead of 2", 0)
    signed, signature = parts
    as_mail = signed.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return Mail(_decoded(*_split(signature)), (as_mail, signed), file_in(signed))


def _split(raw: bytes) -> tuple[Message, bytes]:
    """The headers of a message or of a part of one, and what follows them."""
    found = re.match(MAIL_HEADERS, raw[:HEAD])
    size = found.end() if found else 0
    headers = BytesParser(policy=compat32).parsebytes(raw[:size], headersonly=True)
    rest = raw[size:]
    return headers, rest[2:] if rest.startswith(b"\r\n") else rest.removeprefix(b"\n")


def _decoded(headers: Message, body: bytes) -> bytes:
    encoding = str(headers.get("content-transfer-encoding", "")).strip().lower()
    try:
        if encoding == "base64":
            return binascii.a2b_base64(body)
    except binascii.Error as error:
        raise Malformed("is a message with broken base64", 0) from error
    return binascii.a2b_qp(body) if encoding == "quoted-printable" else body


def _parts(raw: bytes, boundary: bytes) -> list[bytes]:
    """Return the parts between the boundaries, without the line endings that belong to these."""
    line = rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)"
    pieces = re.split(line, raw, maxsplit=MAX_PARTS)
    found: list[bytes] = []
    for closing, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if closing:
            break
        found.append(piece[2:] if piece.startswith(b"\r\n") else piece[1:])
    return found


def file_in(part: bytes) -> bytes:
    """The file in what a message signs; OpenSSL puts it there without any headers."""
    headers, body = _split(part)
    return _decoded(headers, body) if headers.get("content-type") else part
