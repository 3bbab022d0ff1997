"""Makes X.509 certificates from templates, the same bytes every time."""

from __future__ import annotations

import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec import Struct
from msgspec.structs import replace

from conformance.content import Content
from conformance.model.identity import Identity, Place
from conformance.preparation.certificate_identity import Written, plain_subject, write_identity
from conformance.signature.ber import Reader
from conformance.signature.writing.der import BIT_STRING, CONTEXT_0, SEQUENCE, element
from generators.keys import SigningKey, sign_digest
from generators.templates import OCSP_SIGNING, Identifier, Template

_USES = (
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

#: The tag of the extensions of a certificate.
_CONTEXT_3 = 0xA3


class Issuer(Struct, frozen=True):
    """Who signs a certificate or a revocation list: a subject name and a key.

    ``forger`` signs in place of ``key`` if it is given: then nothing that is issued holds.
    """

    name: x509.Name
    key: SigningKey
    forger: SigningKey | None = None

    @property
    def signing_key(self) -> SigningKey:
        return self.forger or self.key

    @property
    def deterministic(self) -> bool | None:
        """Return the flag that the builders of ``cryptography`` need for the key that signs."""
        return True if isinstance(self.signing_key, ec.EllipticCurvePrivateKey) else None


class Holder(Struct, frozen=True):
    """Whom a certificate is for: its names, a key, and the serial number given to it."""

    names: Written
    key: SigningKey
    serial: int


def names_of(template: Template, algorithm: str, eui64: bytes, identity: Identity) -> Written:
    """Return the names that ``template`` asks for, in the order of SMKI: CN, OU, EUI-64.

    ``algorithm`` tells apart the CAs of the PKI for each.
    """
    label = f"{template.title} {algorithm.upper()}" if template.ca else template.title
    title = f"TADP TEST {label} (not for use)" if template.named else None
    role, text = template.role, eui64.hex("-").upper()
    match template.identifier:
        case Identifier.WHOLE:
            return write_identity(identity, eui64, title, role)
        case Identifier.SHORT:
            return write_identity(identity, eui64[:-1], title, role)
        case Identifier.OTHER_FORM:
            form = "hyphens" if identity.form == "none" else "none"
            return write_identity(replace(identity, form=form), eui64, title, role)
        case Identifier.TEXT if identity.place is Place.HARDWARE_MODULE:
            return write_identity(identity, text.encode(), title, role)
    # A name with a CN or a serialNumber has no EUI-64 in it.
    plain = plain_subject(title, role)
    if template.identifier is Identifier.TEXT:
        return Written([*plain, x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, text)])
    return Written(plain)


def issue(template: Template, holder: Holder, issuer: Issuer) -> bytes:
    """The certificate that ``template`` describes, in DER."""
    first, until = template.valid
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(holder.names.subject))
        .issuer_name(issuer.name)
        .public_key(holder.key.public_key())
        .serial_number(holder.serial)
        .not_valid_before(first)
        .not_valid_after(until)
    )
    for extension, critical in _extensions(template, holder, issuer):
        builder = builder.add_extension(extension, critical)
    certificate = builder.sign(
        issuer.signing_key, hashes.SHA256(), ecdsa_deterministic=issuer.deterministic
    )
    if template.version != 3:
        return _as_version_1(certificate, issuer.signing_key)
    return certificate.public_bytes(serialization.Encoding.DER)


def key_identifier(key: SigningKey) -> bytes:
    """The key identifier of eight bytes that SMKI uses (RFC 5280, 4.2.1.2, method 2)."""
    whole = x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest
    return bytes((0x40 | whole[-8] & 0x0F,)) + whole[-7:]


def distribution_point(part: int) -> x509.DistributionPoint:
    """Return where a part of the lists of an issuer is; nothing is there."""
    return x509.DistributionPoint([list_address(part)], None, None, None)


def list_address(part: int) -> x509.UniformResourceIdentifier:
    """Return the address of a part of the lists of an issuer."""
    return x509.UniformResourceIdentifier(f"http://lists.tadp.example/{part}.crl")


def authority_key_identifier(issuer: Issuer) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier(key_identifier(issuer.key), None, None)


def _extensions(
    template: Template, holder: Holder, issuer: Issuer
) -> list[tuple[x509.ExtensionType, bool]]:
    """The extensions, each with whether it is critical."""
    found: list[tuple[x509.ExtensionType, bool]] = []
    if template.ca is not None:
        found.append(
            (x509.BasicConstraints(ca=template.ca, path_length=template.path_length), True)
        )
    if template.usage is not None:
        usage = x509.KeyUsage(**{use: use in template.usage for use in _USES})
        found.append((usage, template.usage_critical))
    if holder.names.names:
        found.append((x509.SubjectAlternativeName(holder.names.names), False))
    if template.purpose is not None:
        purposes = [x509.ObjectIdentifier(one) for one in (template.purpose, template.also) if one]
        found.append((x509.ExtendedKeyUsage(purposes), True))
    if template.purpose == OCSP_SIGNING:
        found.append((x509.OCSPNoCheck(), False))
    if template.policy is not None:
        policy = x509.PolicyInformation(x509.ObjectIdentifier(template.policy), None)
        found.append((x509.CertificatePolicies([policy]), True))
    if template.part is not None:
        found.append((x509.CRLDistributionPoints([distribution_point(template.part)]), False))
    found.append((x509.SubjectKeyIdentifier(key_identifier(holder.key)), False))
    if issuer.key is not holder.key:
        found.append((authority_key_identifier(issuer), False))
    return found


def _as_version_1(certificate: x509.Certificate, key: SigningKey) -> bytes:
    """Return the certificate in version 1, without extensions: `cryptography` writes none."""
    reader = Reader(Content.of_bytes("certificate", certificate.tbs_certificate_bytes))
    # Version 1 lacks the field that names the version, and the extensions.
    fields = [
        reader.encoding(field)
        for field in reader.children(reader.element(0, reader.size))
        if field.tag not in (CONTEXT_0, _CONTEXT_3)
    ]
    _serial, algorithm, *_ = fields
    body = element(SEQUENCE, *fields)
    signature = sign_digest(key, hashlib.sha256(body).digest())
    return element(SEQUENCE, body, algorithm, element(BIT_STRING, b"\0", signature))
