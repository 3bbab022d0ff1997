"""Signatures in CMS over a file, as RFC 5652 has them and the profile takes them."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from tests.receiver.algorithms import DIGESTS, SCHEMES
from tests.receiver.encoding import BadEncodingError, Element, first

Table = dict[str, Any]

SIGNED_DATA, DATA = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
RSA = "1.2.840.113549.1.1.1"
SEQUENCE, SET, CONTEXT_0 = 0x30, 0x31, 0xA0
ARMOUR = re.compile(rb"-----BEGIN (?:CMS|PKCS7)-----(.*)-----END (?:CMS|PKCS7)-----\s*", re.DOTALL)


class UnsignedError(Exception):
    """There is no signature."""


class BadSignatureError(Exception):
    """There is one, and it does not hold, or is not one that the profile takes."""


@dataclass(frozen=True)
class Signed:
    """The signed bytes, the signer's certificate, the time stated, and the other certificates."""

    content: bytes
    certificate: x509.Certificate
    others: list[x509.Certificate]
    signed_at: datetime | None


@dataclass(frozen=True)
class Signer:
    """The contents of a SignerInfo."""

    name: Element
    digest: str | None
    attributes: Element | None
    scheme: str
    value: bytes


def require(held: bool) -> None:
    """Raise ``BadSignatureError`` unless something that has to be so is so."""
    if not held:
        raise BadSignatureError


def open_signed(message: bytes, file: bytes | None, beside: list[x509.Certificate],
                rules: Table) -> Signed:  # fmt: skip
    """Return what ``message`` signs, which is ``file`` where that is beside it."""
    armour = ARMOUR.fullmatch(message)
    try:
        if armour is not None:
            message = b64decode(armour[1])
        elif message[0] != SEQUENCE:
            raise BadSignatureError
        whole, rest = first(message)
        kind, *body = whole.inside
        if kind.oid != SIGNED_DATA:
            raise UnsignedError
        (data,) = body[0].inside
        return _verified(data, rest, file, beside, rules)
    except (BadEncodingError, IndexError, ValueError) as error:
        raise UnsignedError from error


def _verified(data: Element, rest: bytes, file: bytes | None, beside: list[x509.Certificate],
              rules: Table) -> Signed:  # fmt: skip
    _, announced, encapsulated, *optional, signers = data.inside
    infos = [_signer(info) for info in signers.inside]
    if not infos:
        raise UnsignedError
    require(not rest)
    require(len(infos) == 1)
    (info,) = infos
    content_type, *content = encapsulated.inside
    require(content_type.oid == DATA)
    inside = content[0].inside[0].octets if content else None
    if file is None:
        file = inside
    require(file is not None and inside in (None, file))
    assert file is not None
    require(info.digest in {DIGESTS.get(one.inside[0].oid) for one in announced.inside})
    certificates = [
        x509.load_der_x509_certificate(one.whole)
        for part in optional
        if part.tag == CONTEXT_0
        for one in part.inside
    ]
    certificates += beside
    certificate = next((one for one in certificates if _is_named(one, info.name)), None)
    require(certificate is not None)
    assert certificate is not None
    signed, signed_at = file, None
    if info.attributes is not None:
        signed, signed_at = _attributes(info, file)
    _check_value(certificate, info, signed, rules)
    return Signed(file, certificate, certificates, signed_at)


def _signer(info: Element) -> Signer:
    _, name, digest, *parts = info.inside
    attributes = parts.pop(0) if parts[0].tag == CONTEXT_0 else None
    algorithm, value = parts[0], parts[1]
    known = DIGESTS.get(digest.inside[0].oid)
    return Signer(name, known, attributes, algorithm.inside[0].oid, value.octets)


def _is_named(certificate: x509.Certificate, name: Element) -> bool:
    """Return True if a signer is named by issuer and serial number, or by the key's identifier."""
    if name.tag != SEQUENCE:
        try:
            known = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        except x509.ExtensionNotFound:
            return False
        return known.value.digest == name.octets
    issuer, serial = name.inside
    same = certificate.issuer.public_bytes() == issuer.whole
    return same and certificate.serial_number == serial.number


def _attributes(info: Signer, file: bytes) -> tuple[bytes, datetime | None]:
    """Return the bytes that are signed where attributes are, and the time in them."""
    assert info.attributes is not None
    found = info.attributes.inside
    require([one.whole for one in found] == sorted(one.whole for one in found))
    by_type: dict[str, Element] = {}
    for one in found:
        kind, values = one.inside
        require(kind.oid not in by_type)
        (by_type[kind.oid],) = values.inside
    require(CONTENT_TYPE in by_type and MESSAGE_DIGEST in by_type)
    require(by_type[CONTENT_TYPE].oid == DATA)
    require(info.digest is not None)
    assert info.digest is not None
    digest = hashlib.new(info.digest, file).digest()
    require(by_type[MESSAGE_DIGEST].octets == digest)
    signed_at = None
    if SIGNING_TIME in by_type:
        text = by_type[SIGNING_TIME].value.decode("ascii")
        signed_at = datetime.strptime(text, "%y%m%d%H%M%SZ").replace(tzinfo=UTC)
    whole = info.attributes.whole
    return bytes((SET,)) + whole[1:], signed_at


def _check_value(certificate: x509.Certificate, info: Signer, signed: bytes, rules: Table) -> None:
    """Check that a signature holds, with an algorithm that the profile takes."""
    key = certificate.public_key()
    admitted = [one for one in rules["algorithms"] if _fits(key, one)]
    require(any(info.digest in one["digests"] for one in admitted))
    is_ecdsa = isinstance(key, ec.EllipticCurvePublicKey)
    require(SCHEMES.get(info.scheme) == info.digest if is_ecdsa else info.scheme == RSA)
    assert info.digest is not None
    digest = hashlib.new(info.digest, signed).digest()
    chosen = utils.Prehashed(getattr(hashes, info.digest.upper())())
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(info.value, digest, ec.ECDSA(chosen))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(info.value, digest, padding.PKCS1v15(), chosen)
    except InvalidSignature as error:
        raise BadSignatureError from error


def _fits(key: object, rule: Table) -> bool:
    """Return True if a key is one of those that a rule of the profile is about."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return bool(rule["key"] == "ecdsa" and key.curve.name == rule.get("curve"))
    if isinstance(key, rsa.RSAPublicKey):
        return bool(rule["key"] == "rsa" and key.key_size >= rule["minimum_bits"])
    return False
