"""The faults of one CMS signature over one file, and whose signature it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from conformance.content import Content
from conformance.findings import Finding
from conformance.model.profile import SignatureRules
from conformance.phrases import counted
from conformance.signature import oid
from conformance.signature.algorithm_names import digest_title
from conformance.signature.attributes import attribute_faults
from conformance.signature.certificate import Certificate
from conformance.signature.cms import SignedData, Signer
from conformance.signature.key import Key
from conformance.signature.moment import read_time
from conformance.signature.name import rfc4514, same_name
from conformance.signature.signed_input import Cosigner, signer_title
from conformance.signature.signers import count_faults
from conformance.signature.subject import common_name
from conformance.signature.verification import (
    Claim,
    algorithm_faults,
    content_faults,
)

_PUT_IT_IN = "Sign so that the certificate is put in: with OpenSSL, without -nocerts."


class Judgement(Struct, frozen=True):
    """The faults of a signature, the certificate of the signer, and the others."""

    faults: list[Finding]
    certificate: bytes | None = None
    others: tuple[bytes, ...] = ()
    signing_time: datetime | None = None
    cosigners: tuple[Cosigner, ...] = ()


def judge(
    signed: SignedData, content: Content, rules: SignatureRules, extra: Sequence[bytes]
) -> Judgement:
    """Judge the signatures of ``signed``, which has a signer, over ``content``.

    ``extra`` are certificates in DER that did not come along. Of more signers than the profile
    takes, which is a fault, the first are judged.
    """
    ders = tuple(dict.fromkeys((*signed.certificates, *extra)))
    pool = [one for der in ders if (one := Certificate.read(der)) is not None]
    signers = signed.signers[: rules.signers.maximum]
    found = [_certificate(signer, pool) for signer in signers]
    faults: list[Finding] = []
    for number, (signer, certificate) in enumerate(zip(signers, found, strict=True), 1):
        own = _faults(signed, content, (signer, certificate), rules)
        if len(signers) > 1:
            name = common_name(certificate.subject) if certificate is not None else None
            who = signer_title(number, len(signers), name)
            own = [replace(one, message=f"{who}: {one.message}") for one in own]
        faults += own
    if signed.content_type != oid.DATA:
        faults.append(
            Finding(
                "the signed content is not plain data",
                found=oid.content_title(signed.content_type),
                expected="data",
                profile=("signature.containers",),
            )
        )
    known = [one for one in found if one is not None]
    faults += count_faults(len(signed.signers), known, rules)
    first, *rest = (
        Cosigner(one.der if one is not None else None, _signing_time(signer))
        for signer, one in zip(signers, found, strict=True)
    )
    others = tuple(der for der in ders if der != first.certificate)
    return Judgement(faults, first.certificate, others, first.signing_time, tuple(rest))


def _faults(
    signed: SignedData,
    content: Content,
    by: tuple[Signer, Certificate | None],
    rules: SignatureRules,
) -> list[Finding]:
    """Return what is wrong with one signature, by a signer and the certificate if it is known."""
    signer, certificate = by
    key = Key.of(certificate) if certificate is not None else None
    faults = content_faults(Claim.of(signer, key), content)
    if certificate is None:
        faults.append(_no_certificate(signer, len(signed.certificates)))
    elif rules.certificate == "inside":
        faults += _not_inside(certificate, signed)
    faults += algorithm_faults(signer, key, rules)
    faults += _announcement_faults(signed, signer)
    return faults + attribute_faults(signer, signed.content_type, rules.signed_attributes)


def _certificate(signer: Signer, pool: Sequence[Certificate]) -> Certificate | None:
    """The first certificate of ``pool`` that ``signer`` names."""
    for one in pool:
        if signer.key_identifier is not None:
            if one.key_identifier == signer.key_identifier:
                return one
        elif one.serial == signer.serial and same_name(one.issuer, signer.issuer or b""):
            return one
    return None


def _announcement_faults(signed: SignedData, signer: Signer) -> list[Finding]:
    """Return the finding that the message does not announce the digest of the signer."""
    if signer.digest in signed.digests:
        return []
    found = " and ".join(map(digest_title, signed.digests[:8]))
    return [
        Finding(
            "the message does not announce the digest that the signer used",
            found=f"digestAlgorithms with {found or 'nothing in it'}",
            expected=f"{digest_title(signer.digest)} among them (RFC 5652, 5.3)",
            hint="The signing tool writes it that way. Update it or sign with another, such as "
            "OpenSSL.",
            profile=("signature.containers",),
        )
    ]


def _no_certificate(signer: Signer, count: int) -> Finding:
    if signer.issuer is not None:
        name = rfc4514(signer.issuer)
        wanted = f"the certificate with serial number {signer.serial:X} of {name}"
    else:
        wanted = f"the certificate with key identifier {(signer.key_identifier or b'').hex()}"
    return Finding(
        "the certificate of the signer did not come with the signature",
        found=f"{counted(count, 'certificate')} of others in the signature"
        if count
        else "no certificate in it",
        expected=wanted,
        hint=f"{_PUT_IT_IN} Or give it: with --certificate, or as certificate in submission.json.",
        profile=("signature.cms.certificate",),
    )


def _not_inside(certificate: Certificate, signed: SignedData) -> list[Finding]:
    if certificate.der in signed.certificates:
        return []
    return [
        Finding(
            "the certificate of the signer is not inside the signature",
            found="a certificate that was given with it",
            expected="the certificate of the signer inside",
            hint=_PUT_IT_IN,
            profile=("signature.cms.certificate",),
        )
    ]


def _signing_time(signer: Signer) -> datetime | None:
    times = signer.attributes.of(oid.SIGNING_TIME) if signer.attributes else ()
    return read_time(*times[0]) if len(times) == 1 else None
