"""Revocation of a certificate, by the lists of its issuer or of those whom it names.

The lists are put in the order of their dates: RFC 5280, section 6.3.3, asks about the present, and
here the question is about the time at which something was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from cryptography.x509 import ReasonFlags
from msgspec import Struct

from conformance.findings import Finding
from conformance.signature.certificate import Certificate
from conformance.signature.name import same_name, written
from conformance.signature.revocation_list import (
    REASONS,
    Entry,
    Reasons,
    RevocationList,
    points,
    shown,
)

#: The certificates that may have signed a list in this name (DER).
Signers = Callable[[bytes], Iterable[Certificate]]


class Revocation(Struct, frozen=True):
    """A finding if it is revoked; else the reason why that cannot be told, if it cannot.

    ``asked``: lists of its issuer were given.
    """

    fault: Finding | None = None
    unknown: str | None = None
    missing: str = "--crl"
    given: bool = True


class _Statement(Struct, frozen=True):
    """One list's word on the certificate as of a date: revoked, by ``entry``, or not.

    ``made`` orders statements: the date, and the number of the list among those of that date.
    """

    made: tuple[datetime, int]
    until: datetime | None
    reasons: Reasons
    entry: Entry | None
    source: RevocationList

    @property
    def date(self) -> datetime:
        return self.made[0]


def revocation(
    certificate: Certificate, signers: Signers, crls: Iterable[bytes], at: datetime
) -> Revocation:
    """Return the finding that ``certificate`` was revoked by ``at``, or why that is not known.

    Of all the lists, those of its issuer count, and those of the issuers that its distribution
    points name, whose signature verifies. One that is out of date can still show a revocation, but
    not that there is none.
    """
    names = [certificate.issuer, *(one for point in points(certificate) for one in point.issuers)]
    lists = [
        one
        for one in map(RevocationList.read, crls)
        if any(same_name(one.issuer, name) for name in names)
    ]
    if not lists:
        return Revocation(unknown=_not_given(certificate), given=False)
    if certificate.serial < 0:
        return Revocation(unknown="a certificate with a negative serial number is on no list")
    verified = [one for one in lists if any(map(one.verifies, signers(one.issuer)))]
    if not verified:
        return _unverified(lists, signers)
    statements = sorted(_statements(certificate, verified), key=lambda one: one.made)
    revoked = _revoked_by(statements, certificate, at)
    if revoked is not None:
        return Revocation(fault=_revoked(certificate, revoked, at))
    told = [one for one in statements if not _trouble(one, certificate, at)]
    if frozenset().union(*(one.reasons for one in told)) == REASONS:
        return Revocation()
    return Revocation(unknown=_unknown(certificate, verified, statements, at))


def _statements(certificate: Certificate, lists: Sequence[RevocationList]) -> Iterator[_Statement]:
    """Yield what the lists say; those that are not for the certificate only if they have it."""
    for one in lists:
        reasons = one.reasons(certificate)
        entry = one.entry(certificate) if reasons or not one.is_of_attributes else None
        removed = entry is not None and entry.reason is ReasonFlags.remove_from_crl
        base = _base(one, lists) if one.base is not None else None
        if removed:
            entry = None
        elif entry is None and base is not None:
            # What is not among the changes is as it was.
            entry = base.entry(certificate)
        if one.base is not None and base is None and entry is None:
            continue
        if reasons or entry is not None:
            made = one.crl.last_update_utc, one.number or 0
            yield _Statement(made, one.crl.next_update_utc, reasons, entry, one)


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


def _revoked_by(
    statements: Sequence[_Statement], certificate: Certificate, at: datetime
) -> Entry | None:
    """Return the entry by which it was revoked at ``at``: for good, or on hold and not released."""
    for number, one in enumerate(statements):
        if one.entry is None or one.entry.date > at:
            continue
        if one.entry.reason is not ReasonFlags.certificate_hold:
            return one.entry
        released = any(
            later.entry is None
            and later.date <= at
            and one.reasons <= later.reasons
            and not _may_be_dropped(later, certificate)
            for later in statements[number + 1 :]
        )
        if not released:
            return one.entry
    return None


def _may_be_dropped(statement: _Statement, certificate: Certificate) -> bool:
    """Return True if the certificate had expired by then: lists need not have it any more."""
    expired = certificate.parsed().not_valid_after_utc
    return expired < statement.date and not statement.source.keeps_expired


def _trouble(statement: _Statement, certificate: Certificate, at: datetime) -> str | None:
    """Return why a statement does not tell that the certificate was good at ``at``, or None."""
    if statement.date > max(at, datetime.now(UTC)):
        return f"is dated {statement.date:%Y-%m-%d}, which is in the future"
    expired = certificate.parsed().not_valid_after_utc
    if expired >= at and _may_be_dropped(statement, certificate):
        return (
            f"is of {statement.date:%Y-%m-%d}, and need not have a certificate that expired on "
            f"{expired:%Y-%m-%d} any more: a list from before then is needed"
        )
    if statement.date > at:
        return None
    if statement.until is None:
        return "does not say until when it holds"
    return "is out of date" if statement.until < at else None


def _unknown(
    certificate: Certificate,
    lists: Sequence[RevocationList],
    statements: Sequence[_Statement],
    at: datetime,
) -> str:
    """Return why ``lists`` cannot tell, and which list would."""
    troubles = [(one, _trouble(one, certificate, at)) for one in reversed(statements)]
    for one, trouble in troubles:
        if trouble is not None:
            return f"{one.source.title()} {trouble}"
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
    by = [written(one) for point in points(certificate) for one in point.issuers]
    whose = " or ".join(by or [written(certificate.issuer)])
    return f"no revocation list of {whose}{_where(certificate)} was given"


def _where(certificate: Certificate) -> str:
    """Return the distribution points that a certificate names, for a sentence."""
    return shown(name for point in points(certificate)[:-1] for name in point.names)


def _unverified(lists: Sequence[RevocationList], signers: Signers) -> Revocation:
    name = written(lists[0].issuer)
    if not any(any(True for _ in signers(one.issuer)) for one in lists):
        reason = f"the revocation list of {name} cannot be verified without its certificate"
        return Revocation(unknown=reason, missing="--trust")
    return Revocation(unknown=f"the revocation list of {name} does not verify with its key")


def _revoked(certificate: Certificate, entry: Entry, at: datetime) -> Finding:
    reason = entry.reason.value if entry.reason is not None else "no reason given"
    return Finding(
        "the certificate had been revoked by its issuer",
        found=f"{written(certificate.subject)}, serial number {certificate.serial:X}: revoked "
        f"{entry.date:%Y-%m-%d %H:%M:%S} UTC ({reason})",
        expected=f"not revoked by {at:%Y-%m-%d %H:%M:%S} UTC",
        notes=("certificate-time",),
        profile=("certificate.revocation", "trust.crls"),
    )
