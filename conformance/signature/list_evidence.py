"""Evidence from revocation lists: those of the issuer, or of those whom a certificate names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.x509 import ReasonFlags
from msgspec import Struct

from conformance.signature.certificate import Certificate
from conformance.signature.memory import cached
from conformance.signature.name import rfc4514, same_name
from conformance.signature.revocation_list import REASONS, RevocationList, points, shown
from conformance.signature.revocation_statement import Silence, Statement, trouble

if TYPE_CHECKING:
    from conformance.signature.voucher import Vouchers


class ListEvidence(Struct, frozen=True):
    """The lists that are about ``certificate``, those of them that verify, and what these say."""

    certificate: Certificate
    vouchers: Vouchers
    lists: Sequence[RevocationList]
    verified: Sequence[RevocationList]
    statements: Sequence[Statement]

    @classmethod
    def of(
        cls, certificate: Certificate, vouchers: Vouchers, crls: tuple[bytes, ...]
    ) -> ListEvidence:
        """Read the lists.

        Of all of them, those of its issuer count, and those of the issuers that its distribution
        points name, whose signature verifies. One that is out of date can still show a revocation,
        but not that there is none.
        """
        others = (one for point in points(certificate) for one in point.issuers)
        lists = _lists_of((certificate.issuer, *others), crls)
        verified = tuple([one for one in lists if any(map(one.verifies, vouchers.of(one.issuer)))])
        if certificate.serial < 0:
            return cls(certificate, vouchers, lists, verified, ())
        return cls(certificate, vouchers, lists, verified, _statements(certificate, verified))

    def silence(self, at: datetime) -> Silence:
        """Return why the lists do not show it, and which list would."""
        if not self.lists:
            return Silence(_not_given(self.certificate), "--crl", given=False)
        if self.certificate.serial < 0:
            return Silence("a certificate with a negative serial number is on no list", "--crl")
        if not self.verified:
            return self._unverified()
        return Silence(_unknown(self.certificate, self.verified, self.statements, at), "--crl")

    def _unverified(self) -> Silence:
        name = rfc4514(self.lists[0].issuer)
        if not any(any(True for _ in self.vouchers.of(one.issuer)) for one in self.lists):
            reason = f"the revocation list of {name} cannot be verified without its certificate"
            return Silence(reason, "--trust")
        return Silence(f"the revocation list of {name} does not verify with its key", "--crl")


@lru_cache(maxsize=16)
def _lists_of(names: tuple[bytes, ...], crls: tuple[bytes, ...]) -> tuple[RevocationList, ...]:
    """Return the lists of issuers, which are the same for all certificates that these issue."""
    read = map(RevocationList.read, crls)
    return tuple(one for one in read if any(same_name(one.issuer, name) for name in names))


@cached
def _statements(
    certificate: Certificate, lists: tuple[RevocationList, ...]
) -> tuple[Statement, ...]:
    """Return what the lists say; those that are not for the certificate only if they have it."""
    return tuple(_stated(certificate, lists))


def _stated(certificate: Certificate, lists: Sequence[RevocationList]) -> Iterator[Statement]:
    for one in lists:
        reasons = one.reasons(certificate)
        entry = one.entry(certificate) if reasons or not one.is_of_attributes else None
        removed = entry is not None and entry.reason is ReasonFlags.remove_from_crl
        base = _base(one, lists) if one.base is not None else None
        if removed:
            entry = None
        elif entry is None and base is not None:
            # Entries that are not among the changes are as they were.
            entry = base.entry(certificate)
        if one.base is not None and base is None and entry is None:
            continue
        if reasons or entry is not None:
            made = one.crl.last_update_utc, one.number or 0
            yield Statement(made, one.crl.next_update_utc, reasons, entry, one, one.keeps_expired)


def _base(delta: RevocationList, lists: Sequence[RevocationList]) -> RevocationList | None:
    """Return the newest complete list that lacks no change but those that ``delta`` has."""
    number, base = delta.number, delta.base
    if number is None or base is None:
        return None
    found = [
        one
        for one in lists
        if one.base is None
        and one.number is not None
        and base <= one.number < number
        and same_name(one.issuer, delta.issuer)
        and one.scope == delta.scope
    ]
    return max(found, key=lambda one: one.number or 0, default=None)


def _unknown(
    certificate: Certificate,
    lists: Sequence[RevocationList],
    statements: Sequence[Statement],
    at: datetime,
) -> str:
    """Return why ``lists`` do not show it, and which list would."""
    for one in sorted(statements, key=lambda one: one.made, reverse=True):
        why = trouble(one, certificate, at)
        if why is not None:
            return f"{one.source.title()} {why}"
    if statements:
        missing = REASONS - frozenset().union(*(one.reasons for one in statements))
        reasons = ", ".join(sorted(one.value for one in missing))
        return (
            f"{statements[-1].source.title()} is for some reasons only: one for {reasons} is needed"
        )
    nearest = max(lists, key=lambda one: (len(one.reasons(certificate)), one.crl.last_update_utc))
    return f"{nearest.title()} {_mismatch(nearest, certificate)}"


def _mismatch(one: RevocationList, certificate: Certificate) -> str:
    """Return why a list says nothing of the certificate."""
    if one.extensions is None:
        return "has extensions that cannot be read"
    if not one.understood:
        return "has something critical in it that is not understood here"
    if one.base is not None and one.reasons(certificate):
        return f"has changes only: the complete list number {one.base}, or a newer one, is needed"
    scope = one.scope
    if one.is_of_attributes:
        return "is for attribute certificates only: the one for public-key certificates is needed"
    if one.has_kind(certificate):
        where = _where(certificate) or ", for all of its certificates,"
        return f"does not cover the certificate: the list{where} is needed"
    whose = "CAs" if scope is not None and scope.only_contains_ca_certs else "users"
    return f"is for certificates of {whose} only: the one for the others is needed"


def _not_given(certificate: Certificate) -> str:
    by = [rfc4514(one) for point in points(certificate) for one in point.issuers]
    whose = " or ".join(by or [rfc4514(certificate.issuer)])
    return f"no revocation list of {whose}{_where(certificate)} was given"


def _where(certificate: Certificate) -> str:
    """Return the distribution points that a certificate names, for a sentence."""
    return shown(name for point in points(certificate)[:-1] for name in point.names)
