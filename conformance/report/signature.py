"""The detached CMS signature of a raw report, verified."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from conformance.content import Content
from conformance.model.profile import (
    CertificateRules,
    KeyAlgorithm,
    RevocationBy,
    SignatureRules,
)
from conformance.signature import Gap, SignedInput, TrustStore, open_file
from conformance.signature.containers import CMS_DETACHED

_DIGESTS = ("sha256", "sha384", "sha512")
#: Beside the report, which stays as it is.
CONTAINER = CMS_DETACHED
#: A report may be signed as an auditor's own hierarchy has it, not only as the profile asks.
RULES = SignatureRules(
    containers=(CONTAINER.name,),
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
    revocation=RevocationBy.NONE,
)


def signature_problems(
    data: bytes, signature: Path, trust: TrustStore, at: datetime
) -> Iterator[str]:
    """Yield problems with ``signature`` over ``data`` by a trusted certificate valid ``at``.

    Raises:
        TadpError: the signature cannot be read.
    """
    opened = open_file(
        SignedInput(Content.of_bytes("report", data), Content.of_file(signature.name, signature)),
        RULES,
    )
    if opened.container is None:
        yield "the format of the signature is not known"
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
        (first, until), extensions = certificate.dates, certificate.extensions()
    except ValueError:
        yield "the certificate of the signer cannot be read"
        return
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
    faults = chain_faults(chain, _CHAIN, at, test_keys=trust.test_keys)
    yield from (one.reason if isinstance(one, Gap) else one.message for one in faults)


def _read(ders: tuple[bytes, ...]) -> list[Any]:
    from conformance.signature.certificate import Certificate

    return [one for der in ders if (one := Certificate.read(der)) is not None]


def signer_of(signature: Path) -> str:
    """Who signed, as the certificate in a good signature says it."""
    from conformance.signature.certificate import Certificate
    from conformance.signature.name import rfc4514

    opened = open_file(
        SignedInput(Content.of_bytes("report", b""), Content.of_file(signature.name, signature)),
        RULES,
    )
    one = Certificate.read(opened.certificate or b"")
    return f"{rfc4514(one.subject)}, serial number {one.serial:X}" if one else "nobody"
