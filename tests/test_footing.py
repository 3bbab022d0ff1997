"""The basis of a failure: its weakest link along one path, the strongest of several paths."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from conformance.findings import Finding
from conformance.footing import Footing, basis_of, footing_of, in_order, strongest, weakest
from conformance.model.profile import Profile
from conformance.model.requirement import Basis
from tests.checks.situation import setting
from tests.checks.test_checker import requirement
from tests.model.profiles import verified

CLAUSE, STATED, VERIFIED, NOTE, EDITION, GUIDANCE, UNCONFIRMED, UNVERIFIED = Footing
HOURS = "delivery.hours"
SEEN = verified(HOURS, "readings.quotes", readings={"quotes": "rfc4180"})


def test_from_strong_to_weak() -> None:
    given = (UNVERIFIED, NOTE, CLAUSE, UNCONFIRMED, EDITION, GUIDANCE, VERIFIED, NOTE, STATED)
    assert in_order(given) == tuple(Footing)
    assert (weakest(given), strongest(given)) == (UNVERIFIED, CLAUSE)
    assert (weakest((NOTE, VERIFIED)), strongest((NOTE, GUIDANCE))) == (NOTE, NOTE)
    assert (weakest(()), strongest(())) == (CLAUSE, None)
    assert [footing for footing in Footing if footing.binds] == [
        CLAUSE, STATED, VERIFIED,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("basis", "notes", "entries", "footing"),
    [
        (Basis.CLAUSE, (), (), CLAUSE),
        (Basis.CLAUSE, ("subject-line",), (), NOTE),
        (Basis.CLAUSE, (), (HOURS,), VERIFIED),
        (Basis.CLAUSE, (), (HOURS, "delivery.method"), UNVERIFIED),
        (Basis.CLAUSE, (), ("delivery",), UNVERIFIED),
        (Basis.CLAUSE, ("subject-line",), (HOURS,), NOTE),
        (Basis.CLAUSE, ("quotes",), (), VERIFIED),
        (Basis.CLAUSE, ("quotes", "subject-line"), (), NOTE),
        (Basis.GUIDANCE, (), (), GUIDANCE),
        (Basis.GUIDANCE, ("subject-line",), (HOURS,), GUIDANCE),
        (Basis.GUIDANCE, (), ("delivery.method",), UNVERIFIED),
        (Basis.NOTE, (), (), NOTE),
        (Basis.NOTE, (), (HOURS,), NOTE),
        (Basis.NOTE, ("quotes",), (HOURS,), VERIFIED),
        (Basis.NOTE, ("quotes", "subject-line"), (HOURS,), NOTE),
        (Basis.PROFILE, (), (), UNVERIFIED),
        (Basis.PROFILE, ("subject-line",), (), UNVERIFIED),
        (Basis.PROFILE, (), (HOURS,), VERIFIED),
        (Basis.PROFILE, ("quotes",), (), VERIFIED),
        (Basis.PROFILE, ("subject-line",), (HOURS,), NOTE),
        (Basis.PROFILE, (), (HOURS, "delivery.method"), UNVERIFIED),
    ],
)
def test_a_finding_is_as_weak_as_its_weakest_link(
    basis: Basis, notes: tuple[str, ...], entries: tuple[str, ...], footing: Footing
) -> None:
    one = requirement("X-1", basis=basis)
    assert footing_of(one, Finding("a", notes=notes, profile=entries), SEEN) is footing


def test_a_note_that_is_settled_counts_for_nothing() -> None:
    one = requirement("X-1", basis=Basis.CLAUSE)
    finding = Finding("a", notes=("subject-line", "name-form"))
    assert footing_of(one, finding, SEEN, {"subject-line"}) is NOTE
    assert footing_of(one, finding, SEEN, {"subject-line", "name-form"}) is CLAUSE


def test_by_silence_nothing_is_verified() -> None:
    profile: Profile = setting().profile
    one = requirement("X-1", basis=Basis.CLAUSE)
    assert footing_of(one, Finding("a", profile=(HOURS,)), profile) is UNVERIFIED


@pytest.mark.parametrize(
    ("basis", "own"),
    [(Basis.CLAUSE, CLAUSE), (Basis.PROFILE, CLAUSE), (Basis.NOTE, NOTE),
     (Basis.GUIDANCE, GUIDANCE)],
)  # fmt: skip
def test_a_derived_requirement_is_not_stronger_than_its_own_basis(
    basis: Basis, own: Footing
) -> None:
    assert basis_of(requirement("X-1", basis=basis)) is own


@pytest.mark.parametrize("basis", [Basis.NOTE, Basis.GUIDANCE])
def test_a_reading_of_the_guidance_is_not_more_than_guidance(basis: Basis) -> None:
    one = replace(requirement("UG1.2-2", basis=basis), clause="UG1.2")
    assert basis_of(one) is GUIDANCE
    for notes in ((), ("subject-line",), ("quotes",)):
        assert footing_of(one, Finding("a", notes=notes, profile=(HOURS,)), SEEN) is GUIDANCE
