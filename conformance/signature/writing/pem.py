"""Writes CMS in its encodings, piece by piece: a large file does not have to fit in memory."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator

#: The label of CMS in PEM armour.
LABEL = "CMS"
#: Bytes that make a line of 64 characters.
LINE = 48
#: Bytes encoded at a time: whole lines.
BLOCK = LINE << 13


def encoded(encoding: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield CMS in DER, the bytes of ``chunks``, in ``encoding``: DER, PEM or BASE64."""
    match encoding:
        case "PEM":
            yield from _armoured(LABEL, chunks)
        case "BASE64":
            yield from _lines(chunks)
        case _:
            yield from chunks


def armour(label: str, der: bytes) -> bytes:
    """PEM armour around ``der``."""
    return b"".join(_armoured(label, [der]))


def certificates(ders: Iterable[bytes]) -> bytes:
    """Return certificates, given in DER, as one file of PEM."""
    return b"".join(armour("CERTIFICATE", der) for der in ders)


def lines(der: bytes) -> bytes:
    """Base64 in lines of 64 characters."""
    text = base64.b64encode(der)
    return b"".join(text[start : start + 64] + b"\n" for start in range(0, len(text), 64))


def _armoured(label: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    yield f"-----BEGIN {label}-----\n".encode()
    yield from _lines(chunks)
    yield f"-----END {label}-----\n".encode()


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for chunk in chunks:
        held += chunk
        if len(held) >= BLOCK:
            whole = len(held) - len(held) % LINE
            yield lines(bytes(held[:whole]))
            del held[:whole]
    yield lines(bytes(held))
