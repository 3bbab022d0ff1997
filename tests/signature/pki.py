"""A small hierarchy to sign with: a root, an issuing CA and signers, good and bad."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

#: When all is well; OpenSSL is given the same time.
NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
EUI64 = bytes.fromhex("70B3D51F30010000")
POLICY = x509.ObjectIdentifier("2.999.1")

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


def usage(*names: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: name in names for name in _USAGES})


def unique_identifier(value: bytes, unused: int = 0) -> x509.NameAttribute[Any]:
    """The EUI-64 of a subject: a BIT STRING, whose first byte counts the unused bits."""
    der = bytes.fromhex("0603 55042D 03") + bytes((len(value) + 1, unused)) + value
    # A name with this attribute alone: there is no public way to make one but to read it.
    for tag in (0x30, 0x31, 0x30):
        der = bytes((tag, len(der))) + der
    return next(iter(x509.Name.from_bytes(der)))


def subject(
    common_name: str | None = "ARO 1", role: str | None = "02", eui64: bytes | None = EUI64
) -> x509.Name:
    attributes: list[x509.NameAttribute[Any]] = []
    if common_name is not None:
        attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, common_name))
    if role is not None:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, role))
    if eui64 is not None:
        attributes.append(unique_identifier(eui64))
    return x509.Name(attributes)


@dataclass(frozen=True)
class Holder:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def same_key(number: int) -> ec.EllipticCurvePrivateKey:
    """One that is the same in every run, so that what it signs has the same length."""
    return ec.derive_private_key(number << 200 | 1, ec.SECP256R1())


SIGNER_EXTENSIONS: tuple[tuple[x509.ExtensionType, bool], ...] = (
    (usage("digital_signature"), True),
    (x509.CertificatePolicies([x509.PolicyInformation(POLICY, None)]), True),
)
CA_EXTENSIONS: tuple[tuple[x509.ExtensionType, bool], ...] = (
    (x509.BasicConstraints(ca=True, path_length=None), True),
    (usage("key_cert_sign", "crl_sign"), True),
    (x509.CertificatePolicies([x509.PolicyInformation(POLICY, None)]), True),
)


def issue(
    name: x509.Name,
    issuer: Holder | None,
    *,
    key: PrivateKey | None = None,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = SIGNER_EXTENSIONS,
    first: datetime = NOW - 100 * DAY,
    until: datetime = NOW + 100 * DAY,
    serial: int | None = None,
) -> Holder:
    """A certificate by ``issuer``, or a self-signed one."""
    key = key or new_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    signing_key = issuer.key if issuer else key
    digest = None if isinstance(signing_key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    same = isinstance(signing_key, ec.EllipticCurvePrivateKey) or None
    return Holder(builder.sign(signing_key, digest, ecdsa_deterministic=same), key)


def authority(common_name: str, issuer: Holder | None = None, **options: Any) -> Holder:
    """A CA; its name has an x500UniqueIdentifier, too, on which libraries have crashed."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "07"),
            unique_identifier(EUI64),
        ]
    )
    return issue(name, issuer, **{"extensions": CA_EXTENSIONS, **options})


def revocation_list(
    issuer: Holder,
    revoked: Sequence[tuple[int, datetime]] = (),
    *,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    updated: datetime = NOW - DAY,
    until: datetime = NOW + 30 * DAY,
    reason: x509.ReasonFlags | None = x509.ReasonFlags.key_compromise,
    entry_extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
) -> bytes:
    """A CRL in DER; ``revoked`` has serial numbers and when they were revoked.

    ``entry_extensions`` are those of the first entry.
    """
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(updated)
        .next_update(until)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    for number, (serial, when) in enumerate(revoked):
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when)
        if reason is not None:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        for extension, critical in entry_extensions if number == 0 else ():
            entry = entry.add_extension(extension, critical=critical)
        builder = builder.add_revoked_certificate(entry.build())
    signed = builder.sign(issuer.key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)
