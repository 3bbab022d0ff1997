"""The footing of a failure, from the clause down to an unconfirmed assumption.

Along one path a failure is as weak as its weakest link: a requirement of a clause that fails by an
unverified entry of the profile rests on that. Across paths it is as strong as its strongest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum

from conformance.findings import Finding, Through
from conformance.model.profile import Profile
from conformance.model.requirement import Basis, Kind, Requirement


class Footing(StrEnum):
    """The basis of a failure; the strongest comes first."""

    CLAUSE = "clause"  #: the legal text
    STATED = "verified edition file"  #: the legal text as somebody confirmed that it is now
    VERIFIED = "verified profile"  #: an entry of the profile that somebody has confirmed
    NOTE = "note"  #: one of several readings of the text
    EDITION = "edition"  #: an edition of the text that is not known to have applied
    GUIDANCE = "guidance"  #: the User Guidance
    UNCONFIRMED = "unverified edition file"  #: the legal text as an unconfirmed file has it
    UNVERIFIED = "unverified profile"  #: an assumption of the profile

    @property
    def binds(self) -> bool:
        """Return True if a failure on this breaks a duty, whatever is assumed or read elsewhere."""
        return self in (Footing.CLAUSE, Footing.STATED, Footing.VERIFIED)


_ORDER = {footing: place for place, footing in enumerate(Footing)}


def weakest(footings: Iterable[Footing]) -> Footing:
    """Return the weakest of some footings; of none, the clause."""
    return max(footings, key=_ORDER.__getitem__, default=Footing.CLAUSE)


def strongest(footings: Iterable[Footing]) -> Footing | None:
    """Return the strongest of some footings, if there are any."""
    return min(footings, key=_ORDER.__getitem__, default=None)


def in_order(footings: Iterable[Footing]) -> tuple[Footing, ...]:
    """Return different footings, the strongest first."""
    return tuple(sorted(set(footings), key=_ORDER.__getitem__))


def footing_of(
    requirement: Requirement,
    finding: Finding | Through,
    profile: Profile,
    settled: Collection[str] = (),
    kind: Kind = Kind.AREA,
) -> Footing:
    """Return what ``finding``, of a failed ``requirement`` on ``kind``, rests on.

    A reading that the profile verifies counts as an entry of it. The notes in ``settled`` count
    for nothing: whether their readings matter is found out otherwise.
    """
    entries, links = [*finding.profile], [_basis(requirement.basis)]
    chosen = {note: profile.reading_entry(note, kind) for note in finding.notes}
    confirmed = [note for note, entry in chosen.items() if profile.verifies(entry)]
    entries += [chosen[note] for note in confirmed]
    if confirmed and len(confirmed) == len(finding.notes) and links == [Footing.NOTE]:
        # The requirement is nothing but a reading, and that reading is confirmed.
        links = []
    if requirement.is_guidance:
        # However it is read, it is no more than guidance.
        links.append(Footing.GUIDANCE)
    if set(finding.notes) - {*confirmed} - {*settled}:
        links.append(Footing.NOTE)
    if requirement.basis is Basis.PROFILE and not entries:
        # Silence verifies nothing.
        return Footing.UNVERIFIED
    links += [Footing.VERIFIED if profile.verifies(e) else Footing.UNVERIFIED for e in entries]
    return weakest((*links, *_file(requirement)))


def basis_of(requirement: Requirement) -> Footing:
    """Return the footing of a requirement that derives from others, as far as it is its own.

    One of the profile that derives from others adds nothing to them.
    """
    guidance = [Footing.GUIDANCE] if requirement.is_guidance else []
    return weakest((_basis(requirement.basis), *guidance, *_file(requirement)))


def _file(requirement: Requirement) -> tuple[Footing, ...]:
    """The edition file that states what a requirement asks for, if one does."""
    if requirement.stated is None:
        return ()
    return (Footing.STATED if requirement.stated.verified else Footing.UNCONFIRMED,)


def _basis(basis: Basis) -> Footing:
    match basis:
        case Basis.CLAUSE | Basis.PROFILE:
            return Footing.CLAUSE
        case Basis.GUIDANCE:
            return Footing.GUIDANCE
        case Basis.NOTE:
            return Footing.NOTE
