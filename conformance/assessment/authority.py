"""Keys for a submitter to sign with: made for one assessment, trusted in it alone."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from msgspec import Struct

from conformance.model.profile import SIGNING_USES, CertificateRules, KeyAlgorithm, Profile
from conformance.preparation.certificate_identity import plain_subject, write_identity
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
#: Of an arc that is kept for examples, where the profile takes any.
_POLICY = "2.999.1"
_CURVES: dict[str, type[ec.EllipticCurve]] = {
    "secp256r1": ec.SECP256R1,
    "secp384r1": ec.SECP384R1,
    "secp521r1": ec.SECP521R1,
}
#: Bits of a key of RSA, unless the profile wants more.
_BITS = 2048
_NAME = x509.Name(plain_subject("TEST root of an assessment", "07"))
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Credentials(Struct, frozen=True):
    """A File Signing Certificate and its key, in PEM, and the fingerprint of the former."""

    key: str
    certificate: str
    chain: str
    sha256: str


class Authority:
    """A root that issues File Signing Certificates under a profile; ``at`` is in their time."""

    def __init__(self, at: datetime, profile: Profile) -> None:
        self._at = at
        self._algorithm = profile.signature.algorithms[0]
        self._rules = profile.certificate
        self._policy = next(iter(profile.certificate.policies), _POLICY)
        self._key = _key(self._algorithm)
        builder = self._builder(_NAME, self._key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
        builder = builder.add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        self._root = builder.sign(self._key, hashes.SHA256())
        self._issued: list[x509.Certificate] = []
        self._revoked: set[int] = set()

    def crl(self) -> bytes:
        """Return the revocation list of what it has revoked so far, in DER."""
        return self._list().public_bytes(serialization.Encoding.DER)

    def crl_text(self) -> str:
        """Return the same in PEM."""
        return self._list().public_bytes(serialization.Encoding.PEM).decode()

    def _list(self) -> x509.CertificateRevocationList:
        builder = x509.CertificateRevocationListBuilder().issuer_name(_NAME)
        builder = builder.last_update(self._at - _YEAR).next_update(self._at + 2 * _YEAR)
        for serial in sorted(self._revoked):
            entry = x509.RevokedCertificateBuilder().serial_number(serial)
            builder = builder.add_revoked_certificate(
                entry.revocation_date(self._at - 2 * _YEAR).build()
            )
        return builder.sign(self._key, hashes.SHA256())

    def trust(self) -> TrustStore:
        """Return what a checker needs to trust what it has issued so far."""
        der = serialization.Encoding.DER
        responses: tuple[bytes, ...] = ()
        if "ocsp" in self._rules.revocation.kinds:
            responses = tuple(map(self._response, self._issued))
        return TrustStore((self._root.public_bytes(der),), (self.crl(),), ocsp=responses)

    def _response(self, certificate: x509.Certificate) -> bytes:
        """Return an OCSP response that ``certificate`` is good, or was revoked."""
        from cryptography.x509 import ocsp

        revoked = certificate.serial_number in self._revoked
        response = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=certificate,
                issuer=self._root,
                algorithm=hashes.SHA256(),
                cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
                this_update=self._at - _YEAR,
                next_update=self._at + 2 * _YEAR,
                revocation_time=self._at - 2 * _YEAR if revoked else None,
                revocation_reason=None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.NAME, self._root)
            .sign(self._key, hashes.SHA256())
        )
        return response.public_bytes(serialization.Encoding.DER)

    def issue(self, user_id: str, number: int = 1, *, revoked: bool = False) -> Credentials:
        """Return credentials of an ARO of the Party whose User ID is ``user_id``, an EUI-64.

        Those with another ``number`` are of another person; ``revoked`` ones are on the list.
        """
        key = _key(self._algorithm)
        eui64 = bytes.fromhex(user_id.replace("-", ""))
        written = write_identity(self._rules.identity, eui64, f"TEST aro-{number}", "02")
        builder = self._builder(x509.Name(written.subject), key.public_key())
        if written.names:
            builder = builder.add_extension(x509.SubjectAlternativeName(written.names), False)
        builder = builder.add_extension(_usage(_signing_use(self._rules)), critical=True)
        if self._rules.extended_key_usage:
            purpose = x509.ObjectIdentifier(self._rules.extended_key_usage[0])
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        self._issued.append(certificate)
        if revoked:
            self._revoked.add(certificate.serial_number)
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
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
    ) -> x509.CertificateBuilder:
        oid = x509.ObjectIdentifier(self._policy)
        policy = x509.CertificatePolicies([x509.PolicyInformation(oid, None)])
        identifier = x509.SubjectKeyIdentifier.from_public_key(key)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(_NAME)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._at - 10 * _YEAR)
            .not_valid_after(self._at + 2 * _YEAR)
            .add_extension(identifier, critical=False)
            .add_extension(policy, critical=True)
        )


def _key(algorithm: KeyAlgorithm) -> Key:
    """A new key of a kind that the profile takes."""
    if algorithm.curve is not None:
        return ec.generate_private_key(_CURVES[algorithm.curve]())
    return rsa.generate_private_key(65537, max(_BITS, algorithm.minimum_bits or 0))


def _signing_use(rules: CertificateRules) -> str:
    """Return a use for which files are signed under a profile, as ``cryptography`` names it."""
    wanted = rules.key_usage or SIGNING_USES
    use = next(one for one in wanted if one not in rules.key_usage_refused)
    return "digital_signature" if use == SIGNING_USES[0] else "content_commitment"


def _usage(*names: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: name in names for name in _USAGES})
