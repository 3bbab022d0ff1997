"""Writes the SignerInfo of CMS (RFC 5652, 5.3): one signature and what it says of itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import cms as asn1_cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric import rsa

from generators.ber import CONTEXT_0, OCTETS, SEQUENCE, SET, element, identifier, integer, set_of
from generators.keys import SigningKey, sign_digest
from generators.signature_fault import SignatureFault

DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"
DIGESTED_DATA = "1.2.840.113549.1.7.5"

_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_TIME = "1.2.840.113549.1.9.5"

_DIGESTS = {"sha1": "1.3.14.3.2.26", "sha256": "2.16.840.1.101.3.4.2.1"}
_ECDSA = {"sha1": "1.2.840.10045.4.1", "sha256": "1.2.840.10045.4.3.2"}
_RSA = {"sha1": "1.2.840.113549.1.1.5", "sha256": "1.2.840.113549.1.1.11"}
_RSA_ENCRYPTION = "1.2.840.113549.1.1.1"

_NULL = b"\x05\0"
_KEY_IDENTIFIER = 0x80


@dataclass(frozen=True, slots=True)
class Credential:
    """With what somebody signs: a key, its certificate in DER, and those of its issuers."""

    key: SigningKey
    certificate: bytes
    issuers: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class SignerForm:
    """How a signer signs.

    ``attributes``: over signed attributes, rather than the file itself. ``key_identifier``:
    names the certificate by it, rather than by issuer and serial number.
    """

    attributes: bool = True
    key_identifier: bool = False
    fault: SignatureFault | None = None

    @property
    def digest(self) -> str:
        """The digest algorithm, of the file."""
        return "sha1" if self.fault in {"sha1", "sha1-digest"} else "sha256"

    @property
    def signature_digest(self) -> str:
        """The digest algorithm of that which is signed."""
        return "sha1" if self.fault in {"sha1", "sha1-signature"} else "sha256"

    @property
    def content_type(self) -> str:
        """What the content says that it is."""
        return DIGESTED_DATA if self.fault is SignatureFault.NOT_DATA else DATA


def signer_info(
    credential: Credential, form: SignerForm, digests: Mapping[str, bytes], at: datetime
) -> bytes:
    """The SignerInfo in DER.

    ``digests`` has the digest of the content by the name of the algorithm, for ``form.digest``
    at least; ``at`` is the aware instant that the signer claims to have signed at.
    """
    digest = digests[form.digest]
    signed = signed_attributes(form, digest, at) if form.attributes else None
    value = signature_value(
        credential.key,
        digest if signed is None else hashlib.new(form.signature_digest, signed).digest(),
        form,
    )
    return element(
        SEQUENCE,
        integer(3 if form.key_identifier else 1),
        _signer_identifier(credential.certificate, form),
        digest_algorithm(form.digest),
        # Sent with another tag than it is signed with.
        bytes((CONTEXT_0,)) + signed[1:] if signed is not None else b"",
        _signature_algorithm(credential.key, form),
        element(OCTETS, value),
    )


def signed_attributes(form: SignerForm, digest: bytes, at: datetime) -> bytes:
    """The signed attributes as they are signed: as a SET OF."""
    fault = form.fault
    stated = SIGNED_DATA if fault is SignatureFault.WRONG_CONTENT_TYPE else form.content_type
    moment = at.astimezone(UTC)
    choice = "utc_time" if moment.year < 2050 else "generalized_time"
    attributes = [
        _attribute(_CONTENT_TYPE, identifier(stated)),
        _attribute(_SIGNING_TIME, asn1_cms.Time({choice: moment.replace(microsecond=0)}).dump()),
        _attribute(_MESSAGE_DIGEST, element(OCTETS, digest)),
    ]
    if fault is SignatureFault.DUPLICATED_DIGEST:
        attributes.append(attributes[-1])
    if fault is SignatureFault.UNSORTED_ATTRIBUTES:
        return element(SET, *sorted(attributes, reverse=True))
    return set_of(*attributes)


def signature_value(key: SigningKey, digest: bytes, form: SignerForm) -> bytes:
    """The signature over that which has ``digest``."""
    value = sign_digest(key, digest, form.signature_digest)
    if form.fault is SignatureFault.TAMPERED_SIGNATURE:
        return value[:-1] + bytes((value[-1] ^ 1,))
    return value


def digest_algorithm(name: str) -> bytes:
    """An AlgorithmIdentifier without parameters (RFC 5754, 2)."""
    return element(SEQUENCE, identifier(_DIGESTS[name]))


def issuer_and_serial(certificate: bytes) -> bytes:
    """How a certificate is named by its issuer and serial number."""
    parsed = asn1_x509.Certificate.load(certificate)
    return element(SEQUENCE, parsed.issuer.dump(), integer(parsed.serial_number))


def _attribute(type_: str, value: bytes) -> bytes:
    return element(SEQUENCE, identifier(type_), element(SET, value))


def _signer_identifier(certificate: bytes, form: SignerForm) -> bytes:
    if not form.key_identifier:
        return issuer_and_serial(certificate)
    parsed = asn1_x509.Certificate.load(certificate)
    named = parsed.key_identifier_value
    # A certificate without the extension has no such name; tools take the key's SHA-1 then.
    return element(_KEY_IDENTIFIER, named.native if named else parsed.public_key.sha1)


def _signature_algorithm(key: SigningKey, form: SignerForm) -> bytes:
    name = form.signature_digest
    if not isinstance(key, rsa.RSAPrivateKey):
        return element(SEQUENCE, identifier(_ECDSA[name]))
    # What tools write says nothing of the digest, so that it cannot contradict the other one.
    type_ = _RSA_ENCRYPTION if name == form.digest else _RSA[name]
    return element(SEQUENCE, identifier(type_), _NULL)
