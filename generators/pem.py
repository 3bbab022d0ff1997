"""PEM (RFC 7468)."""

from __future__ import annotations

import base64


def armour(label: str, der: bytes) -> bytes:
    """PEM armour around ``der``."""
    return f"-----BEGIN {label}-----\n".encode() + lines(der) + f"-----END {label}-----\n".encode()


def lines(der: bytes) -> bytes:
    """Base64 in lines of 64 characters."""
    text = base64.b64encode(der)
    return b"".join(text[start : start + 64] + b"\n" for start in range(0, len(text), 64))
