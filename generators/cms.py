"""Writes CMS messages (RFC 5652) that are no SignedData in DER or PEM: for faulty submissions."""

from __future__ import annotations

import hashlib

from conformance.signature import oid
from conformance.signature.writing.der import (
    CONTEXT_0,
    NULL,
    OCTETS,
    SEQUENCE,
    SET,
    element,
    identifier,
    integer,
)
from conformance.signature.writing.pem import lines
from conformance.signature.writing.signer_info import issuer_and_serial
from generators.keys import expand

DIGESTED_DATA = "1.2.840.113549.1.7.5"
ENVELOPED_DATA = "1.2.840.113549.1.7.3"
_RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
_SHA256 = "2.16.840.1.101.3.4.2.1"
_AES_256_CBC = "2.16.840.1.101.3.4.1.42"

_MAIL = b"""\
MIME-Version: 1.0
Content-Disposition: attachment; filename="smime.p7m"
Content-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"
Content-Transfer-Encoding: base64

"""


def enveloped(content: bytes, recipient: bytes) -> bytes:
    """A message that looks encrypted for the certificate ``recipient``; it cannot be decrypted."""
    size = (len(content) // 16 + 1) * 16
    to = element(
        SEQUENCE,
        integer(0),
        issuer_and_serial(recipient),
        element(SEQUENCE, identifier(_RSA_ENCRYPTION), NULL),
        element(OCTETS, expand("enveloped/key", 256)),
    )
    cipher = element(
        SEQUENCE, identifier(_AES_256_CBC), element(OCTETS, expand("enveloped/iv", 16))
    )
    encrypted = element(
        SEQUENCE, identifier(oid.DATA), cipher, element(0x80, expand("enveloped/content", size))
    )
    body = element(SEQUENCE, integer(0), element(SET, to), encrypted)
    return _message(ENVELOPED_DATA, body)


def plain(content: bytes) -> bytes:
    """A message that has ``content`` in it, and nothing else."""
    return _message(oid.DATA, element(OCTETS, content))


def digested(content: bytes) -> bytes:
    """A message with ``content`` in it, and its digest."""
    sha256 = element(SEQUENCE, identifier(_SHA256))
    inner = element(SEQUENCE, identifier(oid.DATA), element(CONTEXT_0, element(OCTETS, content)))
    digest = element(OCTETS, hashlib.sha256(content).digest())
    return _message(DIGESTED_DATA, element(SEQUENCE, integer(0), sha256, inner, digest))


def _message(content_type: str, body: bytes) -> bytes:
    return element(SEQUENCE, identifier(content_type), element(CONTEXT_0, body))


def mail(der: bytes) -> bytes:
    """A signed message in the form that ``openssl cms -sign`` writes by default."""
    return _MAIL + lines(der) + b"\n"
