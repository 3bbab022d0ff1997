"""Makes OCSP responses (RFC 6960) about any number of certificates, the same bytes every time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct

from conformance.signature.writing.der import (
    BIT_STRING,
    CONTEXT_0,
    GENERALIZED_TIME,
    NULL,
    OCTETS,
    SEQUENCE,
    element,
    identifier,
    integer,
)
from generators.certificates import Issuer
from generators.keys import SigningKey, sign_digest
from generators.revocation import Edition

_BASIC = "1.3.6.1.5.5.7.48.1.1"
_SHA256 = "2.16.840.1.101.3.4.2.1"
_ECDSA_WITH_SHA256, _RSA_WITH_SHA256 = "1.2.840.10045.4.3.2", "1.2.840.113549.1.1.11"
_ENUMERATED, _CONTEXT_1, _CONTEXT_2 = 0x0A, 0xA1, 0xA2
_GOOD = b"\x80\0"
#: The number of the reason keyCompromise.
_KEY_COMPROMISE = 1


#: A serial number, and when the certificate was revoked, if it was.
Answer = tuple[int, datetime | None]


class Responder(Struct, frozen=True):
    """Who signs a response; ``certificate``, in DER, comes along if it is not the CA's own."""

    key: SigningKey
    certificate: bytes | None = None


def ocsp_response(
    issuer: Issuer, responder: Responder, edition: Edition, status: Iterable[Answer]
) -> bytes:
    """Return the response, in DER, about certificates that ``issuer`` has issued.

    ``status`` has the serial number of each, and when it was revoked.
    """
    answers = [_answer(issuer, edition, serial, on) for serial, on in status]
    key_hash = hashlib.sha1(_key_bits(responder.key), usedforsecurity=False).digest()
    body = element(
        SEQUENCE,
        element(_CONTEXT_2, element(OCTETS, key_hash)),
        _time(edition.this_update),
        element(SEQUENCE, *answers),
    )
    is_rsa = isinstance(responder.key, rsa.RSAPrivateKey)
    algorithm = element(
        SEQUENCE,
        identifier(_RSA_WITH_SHA256 if is_rsa else _ECDSA_WITH_SHA256),
        NULL if is_rsa else b"",
    )
    signature = sign_digest(responder.key, hashlib.sha256(body).digest())
    basic = element(
        SEQUENCE,
        body,
        algorithm,
        element(BIT_STRING, b"\0", signature),
        *_beside(responder.certificate),
    )
    named = element(SEQUENCE, identifier(_BASIC), element(OCTETS, basic))
    return element(SEQUENCE, element(_ENUMERATED, b"\0"), element(CONTEXT_0, named))


def _beside(certificate: bytes | None) -> Iterable[bytes]:
    if certificate is not None:
        yield element(CONTEXT_0, element(SEQUENCE, certificate))


def _answer(issuer: Issuer, edition: Edition, serial: int, on: datetime | None) -> bytes:
    named = element(
        SEQUENCE,
        element(SEQUENCE, identifier(_SHA256)),
        element(OCTETS, hashlib.sha256(issuer.name.public_bytes()).digest()),
        element(OCTETS, hashlib.sha256(_key_bits(issuer.key)).digest()),
        integer(serial),
    )
    reason = element(CONTEXT_0, element(_ENUMERATED, bytes((_KEY_COMPROMISE,))))
    return element(
        SEQUENCE,
        named,
        element(_CONTEXT_1, _time(on), reason) if on else _GOOD,
        _time(edition.this_update),
        element(CONTEXT_0, _time(edition.next_update)),
    )


def _time(moment: datetime) -> bytes:
    return element(GENERALIZED_TIME, f"{moment:%Y%m%d%H%M%SZ}".encode())


def _key_bits(key: SigningKey) -> bytes:
    """Return what is in the BIT STRING of the public key."""
    public = key.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        return public.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
