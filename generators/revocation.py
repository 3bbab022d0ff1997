"""Makes revocation lists (CRLs), the same bytes every time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from msgspec import Struct

from generators.certificates import (
    Issuer,
    authority_key_identifier,
    distribution_point,
    list_address,
)

REVOKED_ON = datetime(2020, 7, 1, tzinfo=UTC)
#: Of what only a later list has, before and after files were sent.
REVOKED_LATER, REVOKED_SINCE = datetime(2021, 2, 1, tzinfo=UTC), datetime(2025, 8, 1, tzinfo=UTC)
COMPROMISED = x509.ReasonFlags.key_compromise
ON_HOLD = x509.ReasonFlags.certificate_hold
RELEASED = x509.ReasonFlags.remove_from_crl

#: Serial numbers of certificates, each with the reason why it is on a list.
Entries = Mapping[int, x509.ReasonFlags]
#: When certificates were revoked, by serial number, where that is not ``REVOKED_ON``.
Dates = Mapping[int, datetime]


class Edition(Struct, frozen=True):
    """Which of the lists of an issuer it is: its number, and from and until when it holds.

    ``part``: it is one of several, each for the certificates that name it. ``base`` is the number
    of the list to which it has the changes; None: it is complete.
    """

    number: int
    this_update: datetime
    next_update: datetime
    part: int | None = None
    base: int | None = None


CURRENT = Edition(
    2, datetime(2020, 12, 1, tzinfo=UTC), datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)
)
#: The changes after it.
CHANGES = Edition(3, datetime(2021, 1, 1, tzinfo=UTC), CURRENT.next_update, base=CURRENT.number)
#: A complete one after files were sent.
LATER = Edition(4, datetime(2025, 9, 1, tzinfo=UTC), CURRENT.next_update)
#: Of another who signs in the issuer's name, before the complete one.
FORGED = Edition(1, datetime(2020, 11, 1, tzinfo=UTC), CURRENT.next_update)
#: Before anything was revoked.
STALE = Edition(1, datetime(2020, 2, 1, tzinfo=UTC), datetime(2020, 3, 1, tzinfo=UTC))


def revocation_list(
    issuer: Issuer, edition: Edition, entries: Entries, dates: Dates = MappingProxyType({})
) -> bytes:
    """Return the list by ``issuer`` with ``entries``, in DER."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.name)
        .last_update(edition.this_update)
        .next_update(edition.next_update)
        .add_extension(x509.CRLNumber(edition.number), critical=False)
        .add_extension(authority_key_identifier(issuer), critical=False)
    )
    for extension, critical in _of_part(edition):
        builder = builder.add_extension(extension, critical)
    for serial, reason in sorted(entries.items()):
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(dates.get(serial, REVOKED_ON))
            .add_extension(x509.CRLReason(reason), critical=False)
        )
        builder = builder.add_revoked_certificate(entry.build())
    crl = builder.sign(
        issuer.signing_key, hashes.SHA256(), ecdsa_deterministic=issuer.deterministic
    )
    return crl.public_bytes(serialization.Encoding.DER)


def _of_part(edition: Edition) -> list[tuple[x509.ExtensionType, bool]]:
    """Return the extensions of one list of several, each with whether it is critical."""
    found: list[tuple[x509.ExtensionType, bool]] = []
    if edition.part is not None:
        scope = x509.IssuingDistributionPoint(
            full_name=[list_address(edition.part)],
            relative_name=None,
            only_contains_user_certs=False,
            only_contains_ca_certs=False,
            only_some_reasons=None,
            indirect_crl=False,
            only_contains_attribute_certs=False,
        )
        found.append((scope, True))
        if edition.base is None:
            # Without it OpenSSL looks for no changes.
            found.append((x509.FreshestCRL([distribution_point(edition.part)]), False))
    if edition.base is not None:
        found.append((x509.DeltaCRLIndicator(edition.base), True))
    return found
