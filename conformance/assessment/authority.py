"""Keys for a submitter to sign with: made for one assessment, trusted in it alone."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec import Struct

from conformance.preparation.unique_identifier import unique_identifier
from conformance.signature import TrustStore

_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
_YEAR = timedelta(days=365)
#: An arc that is kept for examples.
_POLICY = x509.ObjectIdentifier("2.999.1")


class Credentials(Struct, frozen=True):
    """A File Signing Certificate and its key, in PEM, and the fingerprint of the former."""

    key: str
    certificate: str
    chain: str
    sha256: str


class Authority:
    """A root that issues File Signing Certificates; ``at`` lies within all that it issues."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("TEST root of an assessment", "07", None)
        builder = self._builder(self._name, self._key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
        builder = builder.add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        self._root = builder.sign(self._key, hashes.SHA256())

    def trust(self) -> TrustStore:
        """What a checker needs to trust what it has issued."""
        revoked = x509.CertificateRevocationListBuilder().issuer_name(self._name)
        revoked = revoked.last_update(self._at - _YEAR).next_update(self._at + 2 * _YEAR)
        crl = revoked.sign(self._key, hashes.SHA256())
        der = serialization.Encoding.DER
        return TrustStore((self._root.public_bytes(der),), (crl.public_bytes(der),))

    def issue(self, user_id: str) -> Credentials:
        """Credentials of an ARO of the Party whose User ID is ``user_id``, an EUI-64."""
        key = ec.generate_private_key(ec.SECP256R1())
        eui64 = bytes.fromhex(user_id.replace("-", ""))
        builder = self._builder(_name("TEST aro-1", "02", eui64), key.public_key())
        certificate = builder.add_extension(_usage("digital_signature"), critical=True).sign(
            self._key, hashes.SHA256()
        )
        pem = serialization.Encoding.PEM
        text = key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return Credentials(
            text.decode(),
            certificate.public_bytes(pem).decode(),
            self._root.public_bytes(pem).decode(),
            hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest(),
        )

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey
    ) -> x509.CertificateBuilder:
        policy = x509.CertificatePolicies([x509.PolicyInformation(_POLICY, None)])
        identifier = x509.SubjectKeyIdentifier.from_public_key(key)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._at - 10 * _YEAR)
            .not_valid_after(self._at + 2 * _YEAR)
            .add_extension(identifier, critical=False)
            .add_extension(policy, critical=True)
        )


def _usage(*names: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: name in names for name in _USAGES})


def _name(common_name: str, role: str, eui64: bytes | None) -> x509.Name:
    attributes: list[x509.NameAttribute[str | bytes]] = [
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, role),
    ]
    if eui64 is not None:
        attributes.append(unique_identifier(eui64))
    return x509.Name(attributes)
