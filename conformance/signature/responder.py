"""Responders of OCSP that a CA has certified to answer for it (RFC 6960, section 4.2.2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from conformance.signature.certificate import Certificate
from conformance.signature.issuing import is_issued_by
from conformance.signature.name import same_name


def delegates(
    found: Iterable[Certificate], authority: Certificate, at: datetime
) -> Iterator[Certificate]:
    """Yield those of ``found`` that ``authority`` has certified itself, and that are valid."""
    for one in found:
        if (
            same_name(one.issuer, authority.subject)
            and _may_answer(one, at)
            and is_issued_by(one, authority)
        ):
            yield one


def is_unchecked(certificate: Certificate) -> bool:
    """Return True if it is a responder's that need not be looked up (section 4.2.2.2.1)."""
    values = [one.value for one in certificate.extensions()]
    return _is_for_ocsp(values) and any(isinstance(one, x509.OCSPNoCheck) for one in values)


def _may_answer(certificate: Certificate, at: datetime) -> bool:
    try:
        extensions = certificate.extensions()
    except ValueError:
        return False
    values = [one.value for one in extensions]
    usage = next((one for one in values if isinstance(one, x509.KeyUsage)), None)
    signs = usage is None or usage.digital_signature or usage.content_commitment
    understood = not any(
        one.critical and isinstance(one.value, x509.UnrecognizedExtension) for one in extensions
    )
    return signs and understood and certificate.is_valid(at) and _is_for_ocsp(values)


def _is_for_ocsp(values: Iterable[x509.ExtensionType]) -> bool:
    return any(
        isinstance(one, x509.ExtendedKeyUsage) and ExtendedKeyUsageOID.OCSP_SIGNING in one
        for one in values
    )
