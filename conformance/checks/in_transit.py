"""A file that was changed on its way after it was signed, such as by a mail gateway.

What is known is the file that the signature is over: the change is undone until it is that.
"""

from __future__ import annotations

import base64
import hashlib
import quopri
from collections.abc import Iterator

from msgspec import Struct

from conformance.records import Rule
from conformance.records.wording import named

#: The most lines that are taken away, at the end of a file and at its start.
_LAST, _FIRST = 100, 10
_CR_LF, _CR, _LF = b"\r\n", b"\r", b"\n"
#: The characters of a line that a report shows.
_SHOWN = 60
_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n")
_AGAIN = (
    "Send the original file again as an attachment, with its signature. Do not put it into a zip "
    "archive, which is not allowed."
)
_GATEWAY = "Mail servers do that to files that they take for text."


class Transit(Struct, frozen=True):
    """What happened to a file on its way, and the bytes of it ``before``."""

    before: bytes
    message: str
    found: str
    expected: str
    causes: str
    #: The rule with the finding, where it is broken; else that is at the signature.
    rule: Rule | None = None
    #: True if the lines that were added may be records that somebody meant to add.
    added: bool = False

    @property
    def hint(self) -> str:
        """Return what may have changed the file, and how to send it again."""
        return f"{self.causes} {_AGAIN}"


def with_other_line_ends(data: bytes) -> Iterator[Transit]:
    """Yield what a file may have been whose line ends were changed."""
    plain = _plain(data)
    end = next((one for one in (_CR_LF, _CR) if one in data), None)
    if end is not None:
        found, expected = f"{named(end)} at the end of a line", named(_LF)
    elif data.endswith(_LF):
        found, expected = "a line end after the last record", "none, as it was signed"
    else:
        found, expected = "no line end after the last record", "one, as it was signed"
    for before in _ends(plain):
        if before != data:
            yield Transit(
                before,
                "the line ends of the file were changed after it was signed",
                found,
                expected,
                "Mail servers, file transfers in text mode, editors and spreadsheet programs do "
                "that.",
                Rule.RECORD_SEPARATOR,
            )


def in_encoding_of_mail(data: bytes) -> Iterator[Transit]:
    """Yield what a file may have been that is still encoded as an email message has it."""
    for name, decoded in (("base64", _from_base64(data)), ("quoted-printable", _unquoted(data))):
        for before in _ends(_plain(decoded)) if decoded else ():
            yield Transit(
                before,
                "the file was encoded for a mail message after it was signed",
                f"{name}, as a mail message has its attachments",
                "the file itself, as it was signed",
                _GATEWAY,
            )


def with_lines_added(data: bytes, stated: list[tuple[str, bytes]]) -> Iterator[Transit]:
    """Yield the file with one of the digests that are ``stated``, to which lines were added."""
    for text in dict.fromkeys((data, _plain(data))):
        for algorithm in dict.fromkeys(name for name, _ in stated):
            wanted = {digest for name, digest in stated if name == algorithm}
            for place, before in _parts(text, algorithm, wanted):
                rest = text[len(before) :] if place == "end" else text[: -len(before)]
                lines = [line for line in rest.split(_LF) if line.strip()]
                first = lines[0].decode("ascii", "replace").strip() if lines else "an empty line"
                yield Transit(
                    before,
                    f"lines were added at the {place} of the file after it was signed",
                    repr(first[:_SHOWN]),
                    "the file as it was signed",
                    "Mail servers add notices to files that they take for text.",
                    added=True,
                )


def _parts(text: bytes, algorithm: str, wanted: set[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the start or the end of ``text`` that has a digest that is ``wanted``."""
    ends = [len(text)]
    while len(ends) <= _LAST and (at := text.rfind(_LF, 0, ends[-1] - 1)) >= 0:
        ends.append(at + 1)
    done, state = 0, hashlib.new(algorithm, usedforsecurity=False)
    for end in reversed(ends[1:]):
        for stop in (end - 1, end):
            state.update(text[done:stop])
            done = stop
            if state.copy().digest() in wanted:
                yield "end", text[:stop]
    start = 0
    for _ in range(_FIRST):
        start = text.find(_LF, start) + 1
        if not start:
            return
        if hashlib.new(algorithm, text[start:], usedforsecurity=False).digest() in wanted:
            yield "start", text[start:]


def _plain(data: bytes) -> bytes:
    return data.replace(_CR_LF, _LF).replace(_CR, _LF)


def _ends(text: bytes) -> Iterator[bytes]:
    """Yield ``text`` as it is, and without or with a line end after the last record."""
    bare = text.rstrip(_LF)
    yield from dict.fromkeys((text, bare, bare + _LF))


def _from_base64(data: bytes) -> bytes:
    if not _BASE64.issuperset(data):
        return b""
    try:
        return base64.b64decode(data.replace(_CR, b"").replace(_LF, b""), validate=True)
    except ValueError:
        return b""


def _unquoted(data: bytes) -> bytes:
    return quopri.decodestring(data) if b"=" in data else b""
