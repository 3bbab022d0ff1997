"""Whether a certificate was revoked, by the lists that its issuer signed."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from msgspec import Struct

from conformance.findings import Finding
from conformance.signature.certificate import Certificate, read_extensions
from conformance.signature.name import written


class Revocation(Struct, frozen=True):
    """A finding if it is revoked; else the reason why that cannot be told, if it cannot."""

    fault: Finding | None = None
    unknown: str | None = None
    missing: str = "--crl"


def revocation(
    certificate: Certificate, issuer: Certificate | None, crls: Iterable[bytes], at: datetime
) -> Revocation:
    """Whether ``certificate`` was revoked by the instant ``at``.

    Of all the lists, those of its issuer count whose signature verifies. One that is out of
    date can still show a revocation, but not that there is none.
    """
    name = written(certificate.issuer)
    lists = [one for one in map(_parse, crls) if one.issuer == certificate.issuer]
    if not lists:
        return Revocation(unknown=f"no revocation list of {name} was given")
    if certificate.serial < 0:
        return Revocation(unknown="a certificate with a negative serial number is on no list")
    if issuer is None:
        reason = f"the revocation list of {name} cannot be verified without its certificate"
        return Revocation(unknown=reason, missing="--trust")
    verified = [one.crl for one in lists if _verifies(one, issuer)]
    for one in verified:
        entry = one.get_revoked_certificate_by_serial_number(certificate.serial)
        if entry is not None and entry.revocation_date_utc <= at:
            return Revocation(fault=_revoked(certificate, entry, at))
    complete = [one for one in verified if not _is_partial(one)]
    if any(_is_current(one, at) for one in complete):
        return Revocation()
    trouble = "does not verify with its key"
    if verified:
        trouble = "is out of date" if complete else "does not have all certificates"
    return Revocation(unknown=f"the revocation list of {name} {trouble}")


class _List(Struct, frozen=True, eq=False):
    """A revocation list, and the DER of the name of its issuer."""

    crl: x509.CertificateRevocationList
    issuer: bytes


@lru_cache(maxsize=64)
def _parse(der: bytes) -> _List:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of oddities that newer versions will turn away
        crl = x509.load_der_x509_crl(der)
    return _List(crl, crl.issuer.public_bytes())


@lru_cache(maxsize=64)
def _verifies(one: _List, issuer: Certificate) -> bool:
    try:
        values = (extension.value for extension in issuer.extensions())
        usage = next((value for value in values if isinstance(value, x509.KeyUsage)), None)
        if usage is not None and not usage.crl_sign:
            return False
        # A key of a kind that cannot sign is a TypeError.
        return one.crl.is_signature_valid(issuer.parsed().public_key())  # type: ignore[arg-type]
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False


def _is_current(crl: x509.CertificateRevocationList, at: datetime) -> bool:
    return crl.next_update_utc is not None and crl.next_update_utc >= at


def _is_partial(crl: x509.CertificateRevocationList) -> bool:
    """Whether a list need not have everything: changes only, or some certificates only."""
    try:
        for extension in read_extensions(crl):
            value = extension.value
            if isinstance(value, x509.DeltaCRLIndicator):
                return True
            if isinstance(value, x509.IssuingDistributionPoint) and (
                value.only_contains_ca_certs
                or value.only_contains_attribute_certs
                or value.only_some_reasons
                or value.indirect_crl
            ):
                return True
            if extension.critical and isinstance(value, x509.UnrecognizedExtension):
                return True
    except ValueError:
        return True
    return False


def _revoked(certificate: Certificate, entry: x509.RevokedCertificate, at: datetime) -> Finding:
    try:
        extensions = read_extensions(entry)
        reason = extensions.get_extension_for_class(x509.CRLReason).value.reason.value
    except (ValueError, x509.ExtensionNotFound):
        reason = "no reason given"
    return Finding(
        "the certificate had been revoked by its issuer",
        found=f"{written(certificate.subject)}, serial number {certificate.serial:X}: revoked "
        f"{entry.revocation_date_utc:%Y-%m-%d %H:%M:%S} UTC ({reason})",
        expected=f"not revoked by {at:%Y-%m-%d %H:%M:%S} UTC",
        notes=("certificate-time",),
        profile=("certificate.revocation", "trust.crls"),
    )
