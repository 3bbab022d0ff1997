"""Makes revocation lists (CRLs), the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from msgspec import Struct

from generators.certificates import Issuer, authority_key_identifier

REVOKED_ON = datetime(2020, 7, 1, tzinfo=UTC)


class Edition(Struct, frozen=True):
    """Which of the lists of an issuer it is: its number, and from and until when it holds."""

    number: int
    this_update: datetime
    next_update: datetime


CURRENT = Edition(
    2, datetime(2020, 12, 1, tzinfo=UTC), datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)
)
#: Before anything was revoked.
STALE = Edition(1, datetime(2020, 2, 1, tzinfo=UTC), datetime(2020, 3, 1, tzinfo=UTC))


def revocation_list(issuer: Issuer, edition: Edition, revoked: Iterable[int] = ()) -> bytes:
    """The list by ``issuer`` of the serial numbers ``revoked``, in DER."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.name)
        .last_update(edition.this_update)
        .next_update(edition.next_update)
        .add_extension(x509.CRLNumber(edition.number), critical=False)
        .add_extension(authority_key_identifier(issuer), critical=False)
    )
    reason = x509.CRLReason(x509.ReasonFlags.key_compromise)
    for serial in sorted(revoked):
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(REVOKED_ON)
            .add_extension(reason, critical=False)
        )
        builder = builder.add_revoked_certificate(entry.build())
    crl = builder.sign(
        issuer.signing_key, hashes.SHA256(), ecdsa_deterministic=issuer.deterministic
    )
    return crl.public_bytes(serialization.Encoding.DER)
