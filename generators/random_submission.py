"""A conforming submission that is drawn at random, the same for the same seed and number."""

from __future__ import annotations

from pathlib import Path
from random import Random

from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.model.catalogue import Catalogue
from conformance.model.profile import Profile
from conformance.model.requirement import Kind, SetBy
from generators.conforming import conforming, fitted
from generators.draft import Draft, Ground
from generators.offer import Offer
from generators.scenario import SUMMER_TIMES, Scenario
from generators.user_roles import user_roles

_SENDERS = ("70-00-00-00-00-00-00-01", "70-00-00-00-00-00-00-0A", "90-B3-D5-1F-30-01-00-00")
#: Records of a file, if there are as many keys.
_MOST = 40
#: Scenarios that are drawn until the profile has a place for one.
_TRIES = 50


def write_random(
    profile: Profile, catalogue: Catalogue, which: tuple[int, int], folder: Path
) -> str:
    """Write submission ``which``, its seed and its number, into a new folder; return its title.

    Raises:
        TadpError: the profile has no place for any that was drawn.
    """
    base = Ground(catalogue, profile)
    delivery = replace(profile.delivery, service_desk_mailboxes=base.service_desk)
    base = replace(base, profile=replace(profile, delivery=delivery))
    seed, number = which
    random = Random(f"task {seed} {number}")  # noqa: S311 - reproducible, not secret
    draft = _drawn(random, base)
    draft.write(folder)
    return f"{draft.kind.label} made up at random: seed {seed}, number {number}"


def _drawn(random: Random, base: Ground) -> Draft:
    why = ""
    for _ in range(_TRIES):
        try:
            scenario = _scenario(random, base)
            return conforming(fitted(scenario, base, _MOST), base)
        except TadpError as error:
            why = str(error)
    raise TadpError(f"no submission was found that the profile has a place for: {why}")


def _scenario(random: Random, base: Ground) -> Scenario:
    offer = Offer.of(base.profile)
    kind = random.choice([kind for kind in (Kind.ADT, Kind.QCAF) if kind in base.profile.files])
    edition = random.choice(["mp109", "v2.0"])
    named = base.method_of(edition)
    methods = list(base.profile.delivery.methods) if named is None else [named]
    return Scenario(
        kind=kind,
        edition=edition,
        seed=random.getrandbits(16),
        records=random.randint(1, _MOST),
        user_id=random.choice(_SENDERS),
        user_role=random.choice(user_roles(base, kind)),
        set_by=random.choice([SetBy.USER, SetBy.DCC]),
        advice=random.choice(["all", "each", "none"]),
        action=random.choice(["both", "Release", "Delete"]),
        quarantined_hours=random.randint(min(1, offer.hours), offer.hours),
        method=random.choice(methods),
        summer_time=random.choice(SUMMER_TIMES),
    )
