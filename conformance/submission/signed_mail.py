"""Mail signed as a whole (S/MIME, RFC 8551): what is in it is not signed by that."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.message import EmailMessage, MIMEPart

from conformance.content import Content
from conformance.signature.recognition import HEAD
from conformance.submission.kind import looks_like_message

#: The largest message that is read; an ADT File is far smaller, and few mail servers take more.
MAXIMUM_BYTES = 32 << 20
#: Messages within messages that are opened: signed, and signed again.
MAXIMUM_DEPTH = 4
_MESSAGE = "message/rfc822"
_OPAQUE = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
#: By what gateways call it that know no other media type.
_OPAQUE_NAME = "smime.p7m"
_ENTITY = re.compile(rb"\A(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*content-type:", re.IGNORECASE)
_SEVERAL = re.compile(rb"^content-type:\s*multipart/", re.IGNORECASE | re.MULTILINE)


class Opener:
    """Yields the parts of a message, and those of what is signed in it.

    ``parse`` reads an entity that was inside a signature. ``signed`` is True once a signature over
    such a whole was met.
    """

    def __init__(self, parse: Callable[[bytes], EmailMessage]) -> None:
        self._parse = parse
        self.signed = False

    def parts(self, part: MIMEPart, depth: int = 0) -> Iterator[MIMEPart]:
        """Yield each part that has no parts itself, except for the signatures over other parts.

        A message that is attached is one part.
        """
        if part.is_multipart() and part.get_content_type() != _MESSAGE:
            parts = list(part.iter_parts())
            if part.get_content_type() == "multipart/signed":
                self.signed = True
                parts = parts[:1]  # The signature over it follows.
            for one in parts:
                yield from self.parts(one, depth)
            return
        entity = _entity_in(part) if depth < MAXIMUM_DEPTH else None
        if entity is None:
            yield part
        else:
            self.signed = True
            yield from self.parts(self._parse(entity), depth + 1)

    def forwarded(self, part: MIMEPart) -> EmailMessage | None:
        """Return the message that ``part`` is, attached whole or as a file; None: it is not one."""
        if part.get_content_type() == _MESSAGE and part.is_multipart():
            inner = part.get_payload(0)
            if not isinstance(inner, EmailMessage) or inner.keys():
                return inner if isinstance(inner, EmailMessage) else None
            # Encoded, which RFC 2046 does not allow and some programs do.
            text = inner.get_payload()
            data = text.encode("ascii", "replace") if isinstance(text, str) else b""
        elif part.get_filename() or part.is_attachment():
            payload = part.get_payload(decode=True)
            data = payload if isinstance(payload, bytes) else b""
        else:
            return None
        if part.get_content_type() == _MESSAGE and not looks_like_message(data[:HEAD]):
            with suppress(ValueError):
                data = base64.b64decode(data)
        return self._parse(data) if looks_like_message(data[:HEAD]) else None


def has_parts(entity: bytes) -> bool:
    """Return True if ``entity`` says of itself that it has several parts."""
    headers = re.split(rb"\r?\n\r?\n", entity[:HEAD], maxsplit=1)[0]
    return _SEVERAL.search(headers) is not None


def _entity_in(part: MIMEPart) -> bytes | None:
    """Return the entity inside an opaque signature; None: it is something else, such as a file."""
    named = (part.get_filename() or "").lower() == _OPAQUE_NAME
    if part.get_content_type() not in _OPAQUE and not named:
        return None
    payload = part.get_payload(decode=True)
    return entity_in(Content.of_bytes("message", payload)) if isinstance(payload, bytes) else None


def entity_in(content: Content) -> bytes | None:
    """Return the entity that ``content`` is a signature around: CMS, with the entity inside."""
    # Loads the reader of CMS.
    from conformance.signature.message import Unreadable, read_message

    try:
        signed, _, _ = read_message(content)
    except Unreadable:
        return None
    inside = signed.content
    if inside is None or not signed.signers or not _ENTITY.match(inside.head(HEAD)):
        return None
    return inside.read(MAXIMUM_BYTES)
