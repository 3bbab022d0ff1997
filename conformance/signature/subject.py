"""The subject of a File Signing Certificate: whom it names, and in which role."""

from __future__ import annotations

import re

from conformance.findings import Finding
from conformance.model.profile import CertificateRules
from conformance.signature import oid
from conformance.signature.name import NameAttribute, read_name

_ROLE_CODE = re.compile(r"[0-9A-Fa-f]{2}")
#: Bytes of an EUI-64.
_EUI64_SIZE = 8


def common_name(subject: bytes) -> str | None:
    """The CN of a name given as DER, if it has one that is text."""
    return next((one.text for one in _of(subject, oid.COMMON_NAME)), None)


def eui64(subject: bytes) -> str | None:
    """The EUI-64 of a name given as DER, in hex with hyphens; None if it has not exactly one."""
    found = _of(subject, oid.UNIQUE_IDENTIFIER)
    if len(found) != 1 or found[0].bits is None or len(found[0].bits) != _EUI64_SIZE:
        return None
    return found[0].bits.hex("-").upper()


def subject_faults(subject: bytes, rules: CertificateRules) -> list[Finding]:
    """What the profile has against the subject of a certificate."""
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
        faults += _role_faults(_of(subject, oid.ORGANISATIONAL_UNIT))
    if rules.eui64 and eui64(subject) is None:
        faults.append(
            Finding(
                "the subject of the certificate does not name the Party by its EUI-64",
                found=_identifiers(_of(subject, oid.UNIQUE_IDENTIFIER)),
                expected="one x500UniqueIdentifier, a BIT STRING of 8 bytes",
                profile=("certificate.eui64",),
            )
        )
    return faults


def _role_faults(units: list[NameAttribute]) -> list[Finding]:
    if any(_ROLE_CODE.fullmatch(unit.text or "") for unit in units):
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


def _identifiers(found: list[NameAttribute]) -> str:
    if not found:
        return "no x500UniqueIdentifier"
    if len(found) > 1:
        return f"{len(found)} of x500UniqueIdentifier"
    (one,) = found
    if one.bits is None:
        return "x500UniqueIdentifier that is no BIT STRING of whole bytes"
    return f"x500UniqueIdentifier of {len(one.bits)} bytes"


def _of(name: bytes, type_: str) -> list[NameAttribute]:
    return [one for one in read_name(name) if one.type == type_]
