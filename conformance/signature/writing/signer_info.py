"""Writes the SignerInfo of CMS (RFC 5652, 5.3): one signature and what it says of itself."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from msgspec import Struct

from conformance.signature import oid
from conformance.signature.certificate import Certificate
from conformance.signature.pss import Pss
from conformance.signature.writing.der import (
    CONTEXT_0,
    GENERALIZED_TIME,
    NULL,
    OCTETS,
    SEQUENCE,
    SET,
    UTC_TIME,
    element,
    identifier,
    integer,
)

_KEY_IDENTIFIER = 0x80

_DIGESTS = {name: dotted for dotted, name in oid.DIGESTS.items()}
_MGF1 = "1.2.840.113549.1.1.8"
_SIGNATURES = {kind: dotted for dotted, kind in oid.SIGNATURES.items()}


class SignerInfo(Struct, frozen=True):
    """One signature, to be written.

    ``certificate`` is the signer's, in DER; ``digest`` the name of the digest of the content;
    ``algorithm`` the AlgorithmIdentifier of the signature ``value``. ``attributes`` is the SET
    OF that was signed; None: the content itself was. ``key_identifier``: the certificate is
    named by that, rather than by issuer and serial number.
    """

    certificate: bytes
    digest: str
    algorithm: bytes
    value: bytes
    attributes: bytes | None = None
    key_identifier: bool = False

    def dump(self) -> bytes:
        """The SignerInfo in DER.

        Raises:
            ValueError: the certificate cannot be read.
        """
        return element(
            SEQUENCE,
            integer(3 if self.key_identifier else 1),
            self._identifier(),
            digest_algorithm(self.digest),
            # Sent with another tag than it is signed with.
            bytes((CONTEXT_0,)) + self.attributes[1:] if self.attributes is not None else b"",
            self.algorithm,
            element(OCTETS, self.value),
        )

    def _identifier(self) -> bytes:
        if not self.key_identifier:
            return issuer_and_serial(self.certificate)
        return element(_KEY_IDENTIFIER, _read(self.certificate).key_identifier)


def attributes(digest: bytes, at: datetime, content_type: str = oid.DATA) -> list[bytes]:
    """The attributes to be signed with content that has ``digest``, at the aware instant ``at``."""
    return [
        _attribute(oid.CONTENT_TYPE, identifier(content_type)),
        _attribute(oid.SIGNING_TIME, _time(at.astimezone(UTC))),
        _attribute(oid.MESSAGE_DIGEST, element(OCTETS, digest)),
    ]


def digest_algorithm(name: str) -> bytes:
    """An AlgorithmIdentifier without parameters (RFC 5754, 2)."""
    return element(SEQUENCE, identifier(_DIGESTS[name]))


def signature_algorithm(kind: str, digest: str | None) -> bytes:
    """The AlgorithmIdentifier of a signature that is ``ecdsa``, ``rsa`` or ``rsa-pss``.

    RSA may leave its digest open (None), which is what tools write: then it cannot contradict
    the one of the content. RSA-PSS has one digest throughout, and a salt as long as it (RFC 4056).
    """
    if kind == "rsa-pss":
        size = hashlib.new(str(digest)).digest_size
        return pss_algorithm(Pss(str(digest), str(digest), size))
    dotted = identifier(_SIGNATURES[kind, digest])
    return element(SEQUENCE, dotted, NULL if kind == "rsa" else b"")


def pss_algorithm(pss: Pss | None) -> bytes:
    """Return the AlgorithmIdentifier of RSA-PSS with these parameters (RFC 4055, 3.1), or none."""
    if pss is None:
        return element(SEQUENCE, identifier(oid.RSA_PSS))
    hashed, masked = (
        element(SEQUENCE, identifier(_DIGESTS[name]), NULL) for name in (pss.digest, pss.mask)
    )
    mask = element(SEQUENCE, identifier(_MGF1), masked)
    salt = integer(pss.salt or 0)
    parts = ((CONTEXT_0, hashed), (CONTEXT_0 + 1, mask), (CONTEXT_0 + 2, salt))
    parameters = element(SEQUENCE, *(element(tag, part) for tag, part in parts))
    return element(SEQUENCE, identifier(oid.RSA_PSS), parameters)


def digest_info(name: str, digest: bytes) -> bytes:
    """Return the bytes that a signature by RSA PKCS #1 v1.5 is over (RFC 8017, 9.2)."""
    algorithm = element(SEQUENCE, identifier(_DIGESTS[name]), NULL)
    return element(SEQUENCE, algorithm, element(OCTETS, digest))


def issuer_and_serial(certificate: bytes) -> bytes:
    """How a certificate is named by its issuer and serial number.

    Raises:
        ValueError: the certificate cannot be read.
    """
    parsed = _read(certificate)
    return element(SEQUENCE, parsed.issuer, integer(parsed.serial))


def _read(der: bytes) -> Certificate:
    certificate = Certificate.read(der)
    if certificate is None:
        raise ValueError("the certificate cannot be read")
    return certificate


def _attribute(type_: str, value: bytes) -> bytes:
    return element(SEQUENCE, identifier(type_), element(SET, value))


def _time(moment: datetime) -> bytes:
    if moment.year < 2050:
        return element(UTC_TIME, f"{moment:%y%m%d%H%M%SZ}".encode())
    return element(GENERALIZED_TIME, f"{moment:%Y%m%d%H%M%SZ}".encode())
