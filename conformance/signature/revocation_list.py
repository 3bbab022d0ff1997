"""A revocation list: which certificates it is for, and what it says of one.

What a list covers is decided as RFC 5280 has it, in sections 5.2.5 and 6.3.3 (b) to (e).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property, lru_cache
from itertools import islice
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from msgspec import Struct

from conformance.signature.algorithm_names import digest_title
from conformance.signature.certificate import Certificate, quietly, read_extensions
from conformance.signature.memory import cached
from conformance.signature.name import MAX_TEXT, rfc4514, same_name

#: Distribution points that are named in a sentence.
MAX_SHOWN = 4
#: Reasons that a list can be limited to; lists that have them all are complete.
REASONS = frozenset(x509.ReasonFlags) - {
    x509.ReasonFlags.unspecified,
    x509.ReasonFlags.remove_from_crl,
}
#: With this extension, certificates stay on a list after they have expired (X.509, 9.5.2.8).
_EXPIRED_CERTS_ON_CRL = x509.ObjectIdentifier("2.5.29.60")
_UNDERSTOOD_IN_ENTRIES = (x509.CRLReason, x509.InvalidityDate)
#: The DER that says in an extension that it is critical, and the tag of the value that follows.
_CRITICAL = bytes.fromhex("0101ff04")

#: Digests with which signatures can be forged.
WEAK = (hashes.MD5, hashes.SHA1)

Value = TypeVar("Value", bound=x509.ExtensionType)
Names = tuple[x509.GeneralName, ...]
Reasons = frozenset[x509.ReasonFlags]


class Point(Struct, frozen=True):
    """A distribution point: where lists are, for which reasons, and by whom if by another."""

    names: Names
    reasons: Reasons = REASONS
    issuers: tuple[bytes, ...] = ()


class Entry(Struct, frozen=True):
    """A list's entry for a certificate; ``reason`` is None where it gives none."""

    date: datetime
    reason: x509.ReasonFlags | None


class RevocationList(Struct, frozen=True, dict=True, eq=False):
    """A revocation list, its DER, and the DER of the name of its issuer.

    ``extensions`` is None where they cannot be read. ``understood``: so is all that is critical.
    """

    crl: x509.CertificateRevocationList
    der: bytes
    issuer: bytes
    extensions: x509.Extensions | None
    understood: bool

    @classmethod
    def read(cls, der: bytes) -> RevocationList:
        """Read a list.

        Raises:
            TypeError, ValueError: it cannot be read.
        """
        return _read(der)

    @cached_property
    def number(self) -> int | None:
        value = self._extension(x509.CRLNumber)
        return value.crl_number if value is not None else None

    @cached_property
    def base(self) -> int | None:
        """The number of the list whose changes it has, if it has changes only."""
        value = self._extension(x509.DeltaCRLIndicator)
        return value.crl_number if value is not None else None

    @cached_property
    def scope(self) -> x509.IssuingDistributionPoint | None:
        return self._extension(x509.IssuingDistributionPoint)

    @cached_property
    def names(self) -> Names | None:
        """The distribution point that it is for; None if it is not limited to one."""
        if self.scope is None or not (self.scope.full_name or self.scope.relative_name):
            return None
        return _names(self.scope.full_name, self.scope.relative_name, self.issuer)

    @cached_property
    def is_indirect(self) -> bool:
        return self.scope is not None and self.scope.indirect_crl

    @property
    def is_of_attributes(self) -> bool:
        """Return True if it is for attribute certificates, whose numbers are of another series."""
        return self.scope is not None and self.scope.only_contains_attribute_certs

    @cached_property
    def keeps_expired(self) -> bool:
        """Return True if certificates stay on it after they have expired."""
        return any(one.oid == _EXPIRED_CERTS_ON_CRL for one in self.extensions or ())

    @cached_property
    def weak(self) -> str | None:
        """The digest that it is signed with, in words, if that can be forged."""
        try:
            digest = self.crl.signature_hash_algorithm
        except UnsupportedAlgorithm:
            return None  # Then it does not verify either.
        return digest_title(digest.name) if isinstance(digest, WEAK) else None

    def verifies(self, signer: Certificate) -> bool:
        """Return True if it is signed with the key of ``signer``, which may sign lists."""
        return _verifies(self.der, signer.der)

    def reasons(self, certificate: Certificate) -> Reasons:
        """Return the reasons for which it would list ``certificate``; none if it is not for it."""
        if not self.understood or not self.has_kind(certificate):
            return frozenset()
        limit = self.scope.only_some_reasons if self.scope is not None else None
        found = (one.reasons for one in points(certificate) if self._is_of(one, certificate))
        return frozenset().union(*found) & (REASONS if limit is None else limit)

    def has_kind(self, certificate: Certificate) -> bool:
        """Return True if certificates of this kind, of a CA or of a user, would be on it."""
        scope = self.scope
        if scope is None:
            return True
        authority = _is_authority(certificate.der)
        return not (
            scope.only_contains_attribute_certs
            or (scope.only_contains_ca_certs and not authority)
            or (scope.only_contains_user_certs and authority)
        )

    def _is_of(self, point: Point, certificate: Certificate) -> bool:
        if point.issuers and not self.is_indirect:
            return False
        issuers = point.issuers or (certificate.issuer,)
        if not any(same_name(self.issuer, one) for one in issuers):
            return False
        return self.names is None or any(
            _is_same(one, other) for one in self.names for other in point.names
        )

    def entry(self, certificate: Certificate) -> Entry | None:
        """Return what it says of ``certificate``, or None if that is not on it."""
        return _entry_of(self.der, certificate.serial, certificate.issuer)

    @property
    def trusted_by(self) -> str:
        """The entry of a profile that lists such files."""
        return "trust.crls"

    def title(self) -> str:
        """Return what it is called in a sentence: whose it is, and for which point."""
        return f"the revocation list of {rfc4514(self.issuer)}{shown(self.names or ())}"

    def _extension(self, kind: type[Value]) -> Value | None:
        values = (one.value for one in self.extensions or ())
        return next((one for one in values if isinstance(one, kind)), None)


def points(certificate: Certificate) -> tuple[Point, ...]:
    """Return the distribution points of ``certificate``; the last one is its issuer itself."""
    return _points(certificate.der)


@cached
def _points(der: bytes) -> tuple[Point, ...]:
    certificate = Certificate.read(der)
    if certificate is None:
        return ()
    found = [Point(_directory_name(certificate.issuer))]
    try:
        values = [one.value for one in certificate.extensions()]
    except ValueError:
        values = []
    for value in values:
        if isinstance(value, x509.CRLDistributionPoints):
            found[:0] = (_point(one, certificate.issuer) for one in value)
    return tuple(found)


def _point(one: x509.DistributionPoint, issuer: bytes) -> Point:
    by = [n.value.public_bytes() for n in one.crl_issuer or () if isinstance(n, x509.DirectoryName)]
    names = _names(one.full_name, one.relative_name, by[0] if by else issuer)
    return Point(names or tuple(one.crl_issuer or ()), one.reasons or REASONS, tuple(by))


def _names(
    full: Iterable[x509.GeneralName] | None,
    relative: x509.RelativeDistinguishedName | None,
    issuer: bytes,
) -> Names:
    if relative is None:
        return tuple(full or ())
    return _directory_name(issuer, relative)


def _directory_name(name: bytes, *more: x509.RelativeDistinguishedName) -> Names:
    try:
        with quietly():
            whole = x509.Name([*x509.Name.from_bytes(name).rdns, *more])
        return (x509.DirectoryName(whole),)
    except (TypeError, ValueError):  # with a value of another type than its own
        return ()


def _is_same(one: x509.GeneralName, other: x509.GeneralName) -> bool:
    """Compare names as RFC 5280 has it: of a URI, scheme and host in any case (7.4)."""
    match one, other:
        case x509.DirectoryName(), x509.DirectoryName():
            return same_name(one.value.public_bytes(), other.value.public_bytes())
        case x509.UniformResourceIdentifier(), x509.UniformResourceIdentifier():
            return _comparable_uri(one.value) == _comparable_uri(other.value)
        case _:
            return one == other


def _comparable_uri(uri: str) -> tuple[str, str, str]:
    scheme, _, rest = uri.partition("://")
    host, _, path = rest.partition("/")
    return scheme.lower(), host.lower(), path


def shown(names: Iterable[x509.GeneralName]) -> str:
    """Return distribution points for a sentence: " for" the first few of them, or nothing."""
    found = [*dict.fromkeys(map(_shown, islice(names, MAX_SHOWN)))]
    return f" for {' or '.join(found)}" if found else ""


def _shown(name: x509.GeneralName) -> str:
    if isinstance(name, x509.DirectoryName):
        return rfc4514(name.value.public_bytes())
    return str(name.value)[:MAX_TEXT]


@lru_cache(maxsize=256)
def _read(der: bytes) -> RevocationList:
    with quietly():
        try:
            crl = x509.load_der_x509_crl(der)
        except x509.InvalidVersion as error:
            raise ValueError(str(error)) from error
        issuer = crl.issuer.public_bytes()
    try:
        extensions = read_extensions(crl)
        understood = all(map(_is_understood, extensions)) and _understands_entries(
            crl, der, extensions
        )
    except ValueError:
        return RevocationList(crl, der, issuer, None, understood=False)
    return RevocationList(crl, der, issuer, extensions, understood)


def _is_understood(extension: x509.Extension[x509.ExtensionType]) -> bool:
    return not extension.critical or not isinstance(extension.value, x509.UnrecognizedExtension)


def _understands_entries(
    crl: x509.CertificateRevocationList, der: bytes, extensions: x509.Extensions
) -> bool:
    """Return True if what is critical in the entries is understood (RFC 5280, section 5.3).

    The entries are looked at where the bytes have more that is critical than the extensions of
    the list itself: there may be a million, and hardly any list has such an entry.
    """
    if der.count(_CRITICAL) <= sum(one.critical for one in extensions):
        return True
    indirect = any(
        isinstance(one.value, x509.IssuingDistributionPoint) and one.value.indirect_crl
        for one in extensions
    )
    understood = (*_UNDERSTOOD_IN_ENTRIES, *((x509.CertificateIssuer,) if indirect else ()))
    return all(
        isinstance(extension.value, understood)
        for one in crl
        for extension in read_extensions(one)
        if extension.critical
    )


@lru_cache(maxsize=1024)
def _entry_of(der: bytes, serial: int, issuer: bytes) -> Entry | None:
    """Return the entry of a certificate, which is looked for among a million, perhaps."""
    listed = _read(der)
    if not listed.is_indirect:
        one = listed.crl.get_revoked_certificate_by_serial_number(serial)
        return None if one is None else _entry(one)
    # An entry of an indirect list names its issuer where that is not the one before it.
    by = listed.issuer
    for one in listed.crl:
        by = _issuer_of(one) or by
        if one.serial_number == serial and same_name(by, issuer):
            return _entry(one)
    return None


def _entry(one: x509.RevokedCertificate) -> Entry:
    try:
        values = [extension.value for extension in read_extensions(one)]
    except ValueError:
        values = []
    reason = next((value.reason for value in values if isinstance(value, x509.CRLReason)), None)
    return Entry(one.revocation_date_utc, reason)


def _issuer_of(one: x509.RevokedCertificate) -> bytes | None:
    for extension in read_extensions(one):
        if isinstance(extension.value, x509.CertificateIssuer):
            names = extension.value.get_values_for_type(x509.DirectoryName)
            return names[0].public_bytes() if names else None
    return None


@lru_cache(maxsize=256)
def _verifies(der: bytes, signer: bytes) -> bool:
    certificate = Certificate.read(signer)
    try:
        if certificate is None:
            return False
        values = (extension.value for extension in certificate.extensions())
        usage = next((value for value in values if isinstance(value, x509.KeyUsage)), None)
        if usage is not None and not usage.crl_sign:
            return False
        # A key of a kind that cannot sign is a TypeError.
        key = certificate.parsed().public_key()
        return _read(der).crl.is_signature_valid(key)  # type: ignore[arg-type]
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False


@cached
def _is_authority(der: bytes) -> bool:
    certificate = Certificate.read(der)
    try:
        values = [one.value for one in certificate.extensions()] if certificate else []
    except ValueError:
        return False
    return any(isinstance(value, x509.BasicConstraints) and value.ca for value in values)
