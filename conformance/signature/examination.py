"""Examination of the certificate of a signer, by clauses 3.4(b) and 4.8(a).

What speaks against it is a ``Finding``; what is not known without a trust anchor or a
revocation list is a ``Gap``.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from conformance.findings import Finding
from conformance.model.profile import CertificateRules
from conformance.signature.signed_input import Opened, signer_title
from conformance.signature.trust import Gap, TrustStore

if TYPE_CHECKING:
    from conformance.signature.signing_certificate import SigningCertificate

#: Bytes of certificates that are cached together, at most, and how many such are: so memory is
#: bounded. Those of the trust store count, too.
LARGEST = 1 << 16
MOST = 32


class Examination(Struct, frozen=True):
    """The findings on the certificate of a signer.

    ``eui64`` is that of its Party, as ``70-00-00-00-00-00-00-01``. ``fingerprint`` is the
    SHA-256 of the certificate in lower-case hex; ``serial`` is in upper-case hex; ``issuer``
    is written as RFC 4514 does. They are empty if there is no certificate.
    """

    faults: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    eui64: str | None = None
    common_name: str | None = None
    fingerprint: str = ""
    serial: str = ""
    issuer: str = ""

    def of_signer(self, number: int, count: int) -> Examination:
        """Return the same, which names whose certificate it is, as there are several."""
        who = signer_title(number, count, self.common_name)
        return replace(
            self,
            faults=tuple(replace(one, message=f"{who}: {one.message}") for one in self.faults),
            gaps=tuple(replace(one, reason=f"{who}: {one.reason}") for one in self.gaps),
        )


def examine(
    opened: Opened, trust: TrustStore, rules: CertificateRules, at: datetime
) -> Examination:
    """Examine the certificate that ``opened`` is signed with, as of the aware instant ``at``.

    One thing that is wrong gives one finding: the chain of an expired certificate, say, is
    built as of a time at which it had not.
    """
    if opened.certificate is None:
        missing = Gap("the signer's certificate is not known", ("certificate",))
        return Examination((), (missing,))
    trusting = (opened.certificate, opened.others, rules, trust)
    small = sum(map(len, (opened.certificate, *opened.others))) <= LARGEST
    blank, signing = (_known if small else _known.__wrapped__)(*trusting)
    if signing is None:
        return blank
    results = list(signing.check(at.astimezone(UTC)))
    if not results:
        return blank
    return replace(
        blank,
        faults=tuple(one for one in results if isinstance(one, Finding)),
        gaps=tuple(one for one in results if isinstance(one, Gap)),
    )


@lru_cache(maxsize=MOST)
def _known(
    der: bytes, others: tuple[bytes, ...], rules: CertificateRules, trust: TrustStore
) -> tuple[Examination, SigningCertificate | None]:
    """Return what is known of a certificate at all moments, and what judges it as of one.

    Submissions are signed with few certificates, at many moments.
    """
    # Loaded when there is a certificate, and with it most of the cryptography.
    from conformance.signature.certificate import Certificate
    from conformance.signature.identity import eui64
    from conformance.signature.name import rfc4514
    from conformance.signature.signing_certificate import SigningCertificate
    from conformance.signature.subject import common_name

    certificate = Certificate.read(der)
    fingerprint = hashlib.sha256(der).hexdigest()
    if certificate is None:
        fault = Finding(
            "the signer's certificate cannot be read",
            expected="X.509 in DER",
            profile=("certificate",),
        )
        return Examination((fault,), (), fingerprint=fingerprint), None
    blank = Examination(
        faults=(),
        gaps=(),
        eui64=eui64(certificate, rules.identity),
        common_name=common_name(certificate.subject),
        fingerprint=fingerprint,
        serial=f"{certificate.serial:X}",
        issuer=rfc4514(certificate.issuer),
    )
    return blank, SigningCertificate(certificate, others, rules, trust)
