"""Revocation of a certificate, by the lists and OCSP responses that were given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from conformance.findings import Finding
from conformance.model.profile import RevocationBy
from conformance.signature.certificate import Certificate
from conformance.signature.list_evidence import ListEvidence
from conformance.signature.name import rfc4514
from conformance.signature.revocation_list import REASONS, Entry
from conformance.signature.revocation_statement import Silence, Statement, revoked_by, trouble
from conformance.signature.trust import Gap, TrustStore

if TYPE_CHECKING:
    from conformance.signature.voucher import Source, Vouchers


class Revocation(Struct, frozen=True):
    """A finding if it is revoked; else why that is not known, if it is not.

    ``given``: something about the certificate was given.
    """

    fault: Finding | None = None
    unknown: Gap | None = None
    given: bool = True


def revocation(
    certificate: Certificate,
    vouchers: Vouchers,
    trust: TrustStore,
    wanted: RevocationBy,
    at: datetime,
) -> Revocation:
    """Return the finding that ``certificate`` was revoked by ``at``, or why that is not known.

    That it was counts wherever it is said; that it was not, where the profile wants it said.
    """
    lists = ListEvidence.of(certificate, vouchers, trust.crls)
    statements, silences = {"crls": lists.statements}, {"crls": lists.silence}
    if trust.ocsp or "ocsp" in wanted.kinds:
        from conformance.signature.ocsp_evidence import OcspEvidence

        responses = OcspEvidence.of(certificate, vouchers, trust.ocsp)
        statements["ocsp"], silences["ocsp"] = responses.statements, responses.silence
    everything = sorted(
        (one for some in statements.values() for one in some), key=lambda one: one.made
    )
    revoked = revoked_by(everything, certificate, at)
    if revoked is not None:
        return Revocation(fault=_revoked(certificate, *revoked, at))
    if _is_good([one for kind in wanted.kinds for one in statements[kind]], certificate, at):
        return Revocation()
    return _unknown([silences[kind](at) for kind in wanted.kinds])


def _is_good(statements: Sequence[Statement], certificate: Certificate, at: datetime) -> bool:
    sound = [one for one in statements if not trouble(one, certificate, at)]
    return frozenset().union(*(one.reasons for one in sound)) == REASONS


def _unknown(silences: Sequence[Silence]) -> Revocation:
    """Return why nothing shows it, by what was given about the certificate if anything was."""
    given = [one for one in silences if one.given]
    shown = given or silences
    options = " or ".join(dict.fromkeys(one.missing for one in shown))
    gap = Gap("; ".join(one.reason for one in shown), (options,))
    return Revocation(unknown=gap, given=bool(given))


def _revoked(certificate: Certificate, entry: Entry, source: Source, at: datetime) -> Finding:
    reason = entry.reason.value if entry.reason is not None else "no reason given"
    return Finding(
        "the certificate had been revoked by its issuer",
        found=f"{rfc4514(certificate.subject)}, serial number {certificate.serial:X}: revoked "
        f"{entry.date:%Y-%m-%d %H:%M:%S} UTC ({reason})",
        expected=f"not revoked by {at:%Y-%m-%d %H:%M:%S} UTC",
        notes=("certificate-time",),
        profile=("certificate.revocation", source.trusted_by),
    )
