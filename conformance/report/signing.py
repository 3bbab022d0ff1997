"""Signs a raw report with a detached CMS signature, and verifies one.

The signature is over the bytes of the file: ``openssl cms -verify -binary`` verifies it as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from conformance.content import Content
from conformance.errors import TadpError
from conformance.model.profile import CertificateRules, KeyAlgorithm, SignatureRules
from conformance.signature import Parcel, TrustStore, open_file

_DIGESTS = ("sha256", "sha384", "sha512")
#: A report may be signed as an auditor's own hierarchy has it, not only as the profile asks.
_RULES = SignatureRules(
    containers=("cms-detached",),
    algorithms=(
        KeyAlgorithm("ecdsa", _DIGESTS),
        KeyAlgorithm("rsa", _DIGESTS, minimum_bits=2048),
    ),
    signed_attributes="optional",
)
_CHAIN = CertificateRules(
    common_name=False,
    role_code=False,
    eui64=False,
    key_usage_critical=False,
    policies=(),
    maximum_issuing_cas=8,
    revocation=False,
)


def sign(data: bytes, key: Path, certificate: Path) -> bytes:
    """A detached CMS signature (DER) over ``data``, with the certificate in it.

    Raises:
        TadpError: the key or the certificate cannot be used.
    """
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs7

    private, own, others = _key(key), *_certificates(certificate)
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if own.public_key().public_bytes(*form) != private.public_key().public_bytes(*form):
        raise TadpError("the key is not that of the certificate", where=str(key))
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data)
    builder = builder.add_signer(own, private, hashes.SHA256())
    for other in others:
        builder = builder.add_certificate(other)
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    return builder.sign(Encoding.DER, options)


def _key(path: Path) -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import (
        load_der_private_key,
        load_pem_private_key,
    )

    data = path.read_bytes()
    load = load_pem_private_key if b"-----BEGIN" in data else load_der_private_key
    try:
        key = load(data, None)
    except TypeError as error:
        raise TadpError(
            "the key is encrypted", where=str(path), remedy="openssl pkey decrypts it"
        ) from error
    except Exception as error:  # the library raises several that it does not document
        raise TadpError("holds no private key that can be read", where=str(path)) from error
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise TadpError("the key is neither RSA nor ECDSA", where=str(path))
    return key


def _certificates(path: Path) -> tuple[Any, list[Any]]:
    """The first certificate of a file, and those behind it."""
    from cryptography import x509

    data = path.read_bytes()
    try:
        if b"-----BEGIN" in data:
            first, *others = x509.load_pem_x509_certificates(data)
        else:
            first, others = x509.load_der_x509_certificate(data), []
    except ValueError as error:
        raise TadpError("holds no certificate that can be read", where=str(path)) from error
    return first, others


def signature_problems(
    data: bytes, signature: Path, trust: TrustStore, at: datetime
) -> Iterator[str]:
    """What speaks against ``signature`` over ``data``, by a trusted certificate valid ``at``.

    Raises:
        TadpError: the signature cannot be read.
    """
    opened = open_file(
        Parcel(Content.of_bytes("report", data), Content.of_file(signature.name, signature)),
        _RULES,
    )
    if opened.container is None:
        yield "the signature is none that is known"
        return
    yield from (fault.message for fault in opened.faults)
    if opened.certificate is not None and not opened.faults:
        yield from _certificate_problems(opened.certificate, opened.others, trust, at)


def _certificate_problems(
    der: bytes, others: tuple[bytes, ...], trust: TrustStore, at: datetime
) -> Iterator[str]:
    from cryptography import x509

    from conformance.signature.certificate import Certificate
    from conformance.signature.chain import build_chain, chain_faults

    certificate = Certificate.read(der)
    if certificate is None:
        yield "the certificate of the signer cannot be read"
        return
    try:
        parsed, extensions = certificate.parsed(), certificate.extensions()
    except ValueError:
        yield "the certificate of the signer cannot be read"
        return
    first, until = parsed.not_valid_before_utc, parsed.not_valid_after_utc
    if not first <= at <= until:
        yield (
            f"the certificate of the signer is valid from {first:%Y-%m-%d %H:%M} to "
            f"{until:%Y-%m-%d %H:%M} UTC, not at {at:%Y-%m-%d %H:%M}; --at gives another time"
        )
        return
    usage = next((e.value for e in extensions if isinstance(e.value, x509.KeyUsage)), None)
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        yield "the certificate of the signer is not for signing"
    if der in trust.anchors:
        return
    anchors = _read(trust.anchors)
    chain = build_chain(certificate, anchors, _read((*others, *trust.intermediates)), at)
    yield from (fault.message for fault in chain_faults(chain, _CHAIN, at))


def _read(ders: tuple[bytes, ...]) -> list[Any]:
    from conformance.signature.certificate import Certificate

    return [one for der in ders if (one := Certificate.read(der)) is not None]


def signer_of(signature: Path) -> str:
    """Who signed, as the certificate in a good signature says it."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import pkcs7

    data = signature.read_bytes()
    pem = data.lstrip().startswith(b"-----BEGIN")
    load = pkcs7.load_pem_pkcs7_certificates if pem else pkcs7.load_der_pkcs7_certificates
    one: x509.Certificate = load(data)[0]
    return f"{one.subject.rfc4514_string()}, serial number {one.serial_number:X}"
