"""Signed messages with one thing wrong, or nothing, opened; and what signed inputs are made of."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from conformance.signature import Opened
from tests.signature import pki
from tests.signature.signing import ALL_CONTAINERS, Forgery, Hierarchy, open_bytes

DATA = b"a,b\nc,d\n"
TEXT = DATA.replace(b"\n", b"\r\n")
HEADER = b"Content-Type: text/plain\r\n\r\n"

Case = tuple[str, Opened]


def armoured(der: bytes, label: bytes = b"CMS") -> bytes:
    text = base64.encodebytes(der)
    return b"-----BEGIN " + label + b"-----\n" + text + b"-----END " + label + b"-----\n"


def forged(holder: pki.Holder, **options: Any) -> bytes:
    return Forgery(holder, **{"data": DATA, **options}).der()


def message(*parts: bytes, boundary: bytes = b"b") -> bytes:
    """A signed message of these parts."""
    head = b"Content-Type: multipart/signed; boundary=" + boundary + b"\n\n"
    line = b"--" + boundary
    body = b"".join(line + b"\n" + part + b"\n" for part in parts)
    return head + body + line + b"--\n"


def signature_part(der: bytes) -> bytes:
    head = b"Content-Type: application/pkcs7-signature\nContent-Transfer-Encoding: base64\n\n"
    return head + base64.encodebytes(der)


def messages_of(h: Hierarchy) -> Iterator[Case]:
    inside = b"Content-Type: application/pkcs7-mime\n\n"
    beside = forged(h.ec, detached=True)
    mail = forged(h.ec, detached=True, data=TEXT)
    coded = b"Content-Type: text/csv\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(
        DATA
    )
    of_coded = forged(h.ec, detached=True, data=coded.replace(b"\n", b"\r\n"))
    for name, content in (
        ("file inside", inside + forged(h.ec)),
        ("file inside, changed", inside + forged(h.ec, tbs=b"x")),
        ("file inside as text", inside + forged(h.ec, data=HEADER + TEXT)),
        ("no file", inside + beside),
        ("armour", inside + armoured(forged(h.ec))),
        ("something behind", inside + forged(h.ec) + b"x"),
        ("no CMS", inside + b"x"),
        ("armour cut short", inside + b"-----BEGIN CMS-----\n"),
        ("two parts, as it is", message(DATA, signature_part(beside))),
        ("two parts, as mail", message(DATA, signature_part(mail))),
        ("two parts, a file in base64", message(coded, signature_part(of_coded))),
        ("two parts, changed", message(b"x\n", signature_part(mail))),
        ("two parts, file inside too", message(DATA, signature_part(forged(h.ec)))),
        ("one part", message(DATA)),
        ("three parts", message(DATA, DATA, signature_part(mail))),
        ("no boundary", b"Content-Type: multipart/signed\n\nx"),
        ("broken base64", b"Content-Transfer-Encoding: base64\n" + inside + b"A"),
    ):
        yield name, open_bytes(content, rules=ALL_CONTAINERS)
        yield f"{name}, refused", open_bytes(content)
        yield f"{name}, beside the file", open_bytes(DATA, content, ALL_CONTAINERS)
        yield f"{name}, beside another", open_bytes(b"x\n", content, ALL_CONTAINERS)
