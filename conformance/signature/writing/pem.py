"""Writes PEM (RFC 7468), piece by piece, so that a large file does not have to fit in memory."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator

#: Bytes that make a line of 64 characters.
LINE = 48
#: Bytes encoded at a time: whole lines.
BLOCK = LINE << 13


def armoured(label: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """PEM armour around the bytes of ``chunks``, in pieces."""
    yield f"-----BEGIN {label}-----\n".encode()
    held = bytearray()
    for chunk in chunks:
        held += chunk
        if len(held) >= BLOCK:
            whole = len(held) - len(held) % LINE
            yield lines(bytes(held[:whole]))
            del held[:whole]
    yield lines(bytes(held))
    yield f"-----END {label}-----\n".encode()


def armour(label: str, der: bytes) -> bytes:
    """PEM armour around ``der``."""
    return b"".join(armoured(label, [der]))


def certificates(ders: Iterable[bytes]) -> bytes:
    """Return certificates, given in DER, as one file of PEM."""
    return b"".join(armour("CERTIFICATE", der) for der in ders)


def lines(der: bytes) -> bytes:
    """Base64 in lines of 64 characters."""
    text = base64.b64encode(der)
    return b"".join(text[start : start + 64] + b"\n" for start in range(0, len(text), 64))
