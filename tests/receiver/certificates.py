"""File Signing Certificates: what is in one, who issued it, and whether it was revoked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Table = dict[str, Any]

UNIQUE_IDENTIFIER = x509.ObjectIdentifier("2.5.4.45")
#: Purposes for which files are signed.
PURPOSES = {
    ExtendedKeyUsageOID.EMAIL_PROTECTION,
    ExtendedKeyUsageOID.CODE_SIGNING,
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
}
ROLE_CODE = re.compile("[0-9A-Fa-f]{2}")
DER = serialization.Encoding.DER
REMOVED = x509.ReasonFlags.remove_from_crl
BYTES = 8


class InvalidError(Exception):
    """A certificate is not valid."""


def require(held: bool) -> None:
    """Raise ``InvalidError`` unless something that has to be so is so."""
    if not held:
        raise InvalidError


def extension(certificate: Any, kind: type) -> Any:
    """Return an extension of a certificate or list, or None."""
    try:
        return certificate.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None


def eui64_of(certificate: x509.Certificate) -> str | None:
    """Return the EUI-64 in the subject, where it is eight bytes in a BIT STRING."""
    for one in certificate.subject.get_attributes_for_oid(UNIQUE_IDENTIFIER):
        value = one.value
        # It is bytes only where it is in a BIT STRING.
        if isinstance(value, bytes) and len(value) == BYTES + 1 and value[0] == 0:
            return "-".join(f"{byte:02X}" for byte in value[1:])
    return None


@dataclass(frozen=True)
class Trust:
    """Trust anchors, issuing CAs that are given, and revocation lists."""

    anchors: list[x509.Certificate]
    lists: list[x509.CertificateRevocationList]
    rules: Table

    def check(self, certificate: x509.Certificate, others: list[x509.Certificate],
              at: datetime) -> None:  # fmt: skip
        """Raise ``InvalidError`` unless a certificate was one to sign files with."""
        self._check_signer(certificate)
        path = self._path(certificate, others, at)
        require(len(path) - 2 <= self.rules["maximum_issuing_cas"])
        for issued, issuer in pairwise(path):
            require(not self._is_revoked(issued, issuer, at))

    def _check_signer(self, certificate: x509.Certificate) -> None:
        require(certificate.version is x509.Version.v3)
        usage = extension(certificate, x509.KeyUsage)
        require(usage is not None and usage.value.digital_signature)
        require(usage.critical or not self.rules["key_usage_critical"])
        require(not usage.value.key_cert_sign and not usage.value.crl_sign)
        constraints = extension(certificate, x509.BasicConstraints)
        require(constraints is None or not constraints.value.ca)
        purposes = extension(certificate, x509.ExtendedKeyUsage)
        require(purposes is None or any(one in PURPOSES for one in purposes.value))
        subject = certificate.subject
        names = [str(one.value) for one in subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        require(not self.rules["common_name"] or any(names))
        units = subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
        codes = [one for one in units if ROLE_CODE.fullmatch(str(one.value))]
        require(not self.rules["role_code"] or bool(codes))
        require(not self.rules["eui64"] or eui64_of(certificate) is not None)

    def _path(self, certificate: x509.Certificate, others: list[x509.Certificate],
              at: datetime) -> list[x509.Certificate]:  # fmt: skip
        """Return the certificates from one up to a trust anchor."""
        path = [certificate]
        while len(path) < len(others) + 3:
            below = path[-1]
            require(below.not_valid_before_utc <= at <= below.not_valid_after_utc)
            if below in self.anchors:
                return path
            above = next((one for one in (*self.anchors, *others) if _issued(one, below)), None)
            require(above is not None)
            assert above is not None
            path.append(above)
        raise InvalidError

    def _is_revoked(self, issued: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bool:
        """Return True if a list of the issuer says so; raise ``InvalidError`` without a list."""
        lists = [one for one in self.lists if _is_of(one, issuer, at)]
        require(bool(lists))
        entries = [
            entry
            for one in lists
            for entry in one
            if entry.serial_number == issued.serial_number and entry.revocation_date_utc <= at
        ]
        reasons = [extension(entry, x509.CRLReason) for entry in entries]
        return bool(entries) and not any(one and one.value.reason is REMOVED for one in reasons)


def _issued(above: x509.Certificate, below: x509.Certificate) -> bool:
    constraints = extension(above, x509.BasicConstraints)
    usage = extension(above, x509.KeyUsage)
    if constraints is None or not constraints.value.ca:
        return False
    if usage is not None and not usage.value.key_cert_sign:
        return False
    try:
        below.verify_directly_issued_by(above)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _is_of(one: x509.CertificateRevocationList, issuer: x509.Certificate, at: datetime) -> bool:
    """Return True if a list is its issuer's, and had not ended."""
    if one.issuer != issuer.subject or not one.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
        return False
    until = one.next_update_utc
    return until is not None and at <= until
