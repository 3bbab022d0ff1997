"""Statements of revocation lists and OCSP responses on a certificate as of a date.

Statements are put in the order of their dates: RFC 5280, section 6.3.3, asks about the present, and
here the question is about the time at which something was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography.x509 import ReasonFlags
from msgspec import Struct

from conformance.signature.certificate import Certificate
from conformance.signature.revocation_list import Entry, Reasons

if TYPE_CHECKING:
    from conformance.signature.voucher import Source


class Statement(Struct, frozen=True):
    """The word on a certificate as of a date: revoked, by ``entry``, or not.

    ``made`` orders statements: the date, and the number of the list among those of that date.
    ``keeps_expired``: the source says of a certificate that has expired what it said before.
    """

    made: tuple[datetime, int]
    until: datetime | None
    reasons: Reasons
    entry: Entry | None
    source: Source
    keeps_expired: bool

    @property
    def date(self) -> datetime:
        return self.made[0]


class Silence(Struct, frozen=True):
    """Why it is not known whether a certificate was revoked, and the option that would show it.

    ``given``: something about the certificate was given.
    """

    reason: str
    missing: str
    given: bool = True


def revoked_by(
    statements: Sequence[Statement], certificate: Certificate, at: datetime
) -> tuple[Entry, Source] | None:
    """Return by what it was revoked at ``at``: for good, or on hold and not released."""
    for number, one in enumerate(statements):
        if one.entry is None or one.entry.date > at:
            continue
        if one.entry.reason is not ReasonFlags.certificate_hold:
            return one.entry, one.source
        released = any(
            later.entry is None
            and later.date <= at
            and one.reasons <= later.reasons
            and not later.source.weak
            and not _may_be_dropped(later, certificate)
            for later in statements[number + 1 :]
        )
        if not released:
            return one.entry, one.source
    return None


def trouble(statement: Statement, certificate: Certificate, at: datetime) -> str | None:
    """Return why a statement does not show that the certificate was good at ``at``, or None."""
    weak = statement.source.weak
    if weak is not None:
        return f"is signed with {weak}, which can be forged: one with SHA-256 or better is needed"
    if statement.date > max(at, datetime.now(UTC)):
        return f"is dated {statement.date:%Y-%m-%d}, which is in the future"
    _, expired = certificate.dates
    if expired >= at and _may_be_dropped(statement, certificate):
        return (
            f"is of {statement.date:%Y-%m-%d}, and need not have a certificate that expired on "
            f"{expired:%Y-%m-%d} any more: one from before then is needed"
        )
    if statement.date > at:
        return None
    if statement.until is None:
        return "does not say until when it holds"
    return "is out of date" if statement.until < at else None


def _may_be_dropped(statement: Statement, certificate: Certificate) -> bool:
    """Return True if the certificate had expired by then: it need not be known any more."""
    _, expired = certificate.dates
    return expired < statement.date and not statement.keeps_expired
