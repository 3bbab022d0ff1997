"""Digests of a file as it is, and as tools change it that sign it as if it were an e-mail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from enum import Enum

from conformance.content import Content

#: Of a file that is not what the digest in its signature is of.
OTHER_BYTES = "the file was changed after it was signed, or the signature is another file's"
#: The same of a file beside a signature with what it is of inside; its name follows.
OTHER_FILE = "the file differs from what was signed, which is in"
#: The header that ``openssl cms -sign -text`` puts before the file.
TEXT_HEADER = b"Content-Type: text/plain\r\n\r\n"


class TextChange(Enum):
    """Bytes that a signature may be over instead of the file's own."""

    CRLF = "every line feed became CR LF"
    TEXT = "a MIME header was put before it and every line feed became CR LF"
    LF = "every CR LF became a line feed"


def text_digest(content: Content) -> bytes:
    """The SHA-256 of a text that does not depend on whether its lines end in LF or CR LF."""
    state = hashlib.sha256()
    for text in _with_line_feeds(content.chunks()):
        state.update(text)
    return state.digest()


def matching_change(
    content: Content, algorithm: str, matches: Callable[[bytes], bool]
) -> TextChange | None:
    """The form of ``content`` whose digest ``matches``, if one does; reads it once."""
    states = {change: hashlib.new(algorithm, usedforsecurity=False) for change in TextChange}
    states[TextChange.TEXT].update(TEXT_HEADER)
    for text in _with_line_feeds(content.chunks()):
        states[TextChange.LF].update(text)
        as_mail = text.replace(b"\n", b"\r\n")
        states[TextChange.CRLF].update(as_mail)
        states[TextChange.TEXT].update(as_mail)
    return next((change for change, state in states.items() if matches(state.digest())), None)


def _with_line_feeds(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same text with LF where it had CR LF, also across chunks."""
    held = b""
    for chunk in chunks:
        text = held + chunk
        held = b"\r" if text.endswith(b"\r") else b""
        yield text.removesuffix(b"\r").replace(b"\r\n", b"\n")
    yield held
