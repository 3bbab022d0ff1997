"""Certificates that cannot be read here: what of them, in words, and whether others read them."""

from __future__ import annotations

import re

from msgspec import Struct

from conformance.signature.certificate import Certificate

#: Parts of a certificate as messages of ``cryptography`` name them, in words.
_PARTS = {
    "spki": "key",
    "validity": "dates",
    "issuer": "issuer's name",
    "subject": "subject",
    "serial": "serial number",
    "signature_alg": "signature algorithm",
    "raw_extensions": "extensions",
}
#: Compiled when first used: nearly all certificates can be read.
_PART = r'"TbsCertificate::(\w+)"'
_TWICE = r"Duplicate ([\d.]+) extension"


class Illegible(Struct, frozen=True):
    """A part of a certificate that cannot be read, and whether others read it and may accept it."""

    what: str
    elsewhere: bool


def illegible(certificate: Certificate) -> Illegible | None:
    """Return what of a certificate cannot be read, in words, or None if all of it can."""
    try:
        certificate.parsed()
    except ValueError as error:
        named = re.search(_PART, str(error))
        part = _PARTS.get(named[1], "encoding") if named else "encoding"
        return Illegible(f"its {part}", _is_read_by_openssl(certificate.der))
    try:
        certificate.extensions()
    except ValueError as error:
        twice = re.search(_TWICE, str(error))
        if twice:
            return Illegible(f"the extension {twice[1]}, which is there twice", False)
        return Illegible("its extensions", _is_read_by_openssl(certificate.der))
    return None


def _is_read_by_openssl(der: bytes) -> bool:
    from OpenSSL import crypto

    try:
        crypto.load_certificate(crypto.FILETYPE_ASN1, der).get_pubkey()
    except crypto.Error:
        return False
    return True
