"""The subject of a File Signing Certificate: its name, and the role of its holder."""

from __future__ import annotations

from conformance.findings import Finding
from conformance.model.profile import CertificateRules
from conformance.patterns import pattern
from conformance.signature import oid
from conformance.signature.name import NameAttribute, attributes_of

_ROLE_CODE = r"[0-9A-Fa-f]{2}"


def common_name(subject: bytes) -> str | None:
    """The CN of a name given as DER, if it has one that is text."""
    return next((one.text for one in attributes_of(subject, oid.COMMON_NAME)), None)


def subject_faults(subject: bytes, rules: CertificateRules) -> list[Finding]:
    """Return the faults of a certificate's subject by the profile."""
    faults: list[Finding] = []
    if rules.common_name and not common_name(subject):
        faults.append(
            Finding(
                "the subject of the certificate has no common name",
                found="no CN",
                expected="a CN: the credential of the Authorised Responsible Officer",
                profile=("certificate.common_name",),
            )
        )
    if rules.role_code:
        faults += _role_faults(attributes_of(subject, oid.ORGANISATIONAL_UNIT))
    return faults


def _role_faults(units: list[NameAttribute]) -> list[Finding]:
    if any(pattern(_ROLE_CODE).fullmatch(unit.text or "") for unit in units):
        return []
    return [
        Finding(
            "the subject of the certificate does not give the role of its holder",
            found=", ".join(f"OU={unit.text or unit.value[:16].hex()}" for unit in units[:8])
            or "no OU",
            expected="an OU of two hexadecimal digits",
            profile=("certificate.role_code",),
        )
    ]
