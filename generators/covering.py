"""Submissions that between them break every requirement in every way, the quickest first.

A hole in a receiver is mostly one requirement that is not looked at. So before anything is left to
chance, each requirement has its turn: one fault of every requirement, then another of each.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from itertools import islice, zip_longest
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.requirement import Kind, SetBy
from conformance.portable import name_for
from generators.case import Case
from generators.conforming import conforming
from generators.draft import Draft, Ground
from generators.faults import Fault, Faulty, faults_of
from generators.offer import Offer, usual
from generators.scenario import Scenario, encodings
from generators.teller import Teller

#: The story of a case that was found, and the conforming case beside it.
STORY = "found"
POSITIVE = f"conforming/{STORY}"


class Tried(Struct, frozen=True):
    """A submission to try: conforming, or with the one fault that it has."""

    scenario: Scenario
    draft: Draft
    positive: Draft
    fault: Fault | None = None
    faulty: Faulty | None = None

    @classmethod
    def of(cls, scenario: Scenario, ground: Ground) -> Tried:
        """A conforming one."""
        draft = conforming(scenario, ground)
        return cls(scenario, draft, draft)

    def __repr__(self) -> str:
        # Hypothesis would write out the whole submission, again and again.
        return f"<{self.title}>"

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        return self.fault.title if self.fault else "nothing is wrong with it"

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(map(len, self.draft.render().values()))

    def with_fault(self, fault: Fault) -> Tried | None:
        """The same with a fault of it; nothing if the fault cannot be given to it."""
        try:
            faulty = fault.apply(self.positive)
        except (ValueError, LookupError):
            return None
        return Tried(self.scenario, faulty.draft, self.positive, fault, faulty)

    def case(self) -> Case:
        """The submission as a case."""
        if self.fault is None:
            digest = hashlib.sha256(
                json.dumps(sorted(map(repr, self.draft.render().items()))).encode()
            )
            name = f"conforming/{digest.hexdigest()[:12]}"
            return Case(name, "a conforming submission that was found", STORY, self.draft)
        variant = name_for(self.fault.variant)
        return Case(
            f"{self.fault.requirement}/{STORY}/{variant}",
            f"a submission that was found: {self.fault.title}",
            STORY,
            self.draft,
            (self.fault.requirement,),
            POSITIVE,
            self.fault.name,
            self.faulty,
        )


def covering(ground: Ground, seed: int, wanted: Callable[[str], bool]) -> Iterator[Tried]:
    """Conforming submissions of every sort, and then every fault of the ``wanted`` requirements.

    Which files, keys and containers they have is drawn from ``seed``.
    """
    random = Random(f"sorts {seed}")  # noqa: S311 - reproducible
    bases = [Tried.of(scenario, ground) for scenario in _sorts(ground, random)]
    yield from bases
    faults: dict[str, dict[str, list[tuple[Tried, Fault]]]] = {}
    for base in bases:
        for fault in faults_of(base.positive):
            if wanted(fault.requirement):
                of_requirement = faults.setdefault(fault.requirement, {})
                of_requirement.setdefault(fault.name, []).append((base, fault))
    for turn in zip_longest(*(faults[requirement].values() for requirement in sorted(faults))):
        for ways in filter(None, turn):
            # Not every fault can be given to every submission.
            made = filter(None, (base.with_fault(fault) for base, fault in ways))
            yield from islice(made, 1)


def _sorts(ground: Ground, random: Random) -> Iterator[Scenario]:
    """A scenario of each sort that has requirements of its own, the simplest first."""
    offer = Offer.of(ground.profile)
    plain = usual(ground.profile)
    for kind in (Kind.ADT, Kind.QCAF):
        for edition, method in _deliveries(ground):
            for set_by in SetBy if kind is Kind.QCAF else [SetBy.USER]:
                for action in ("both", "Release", "Delete") if kind is Kind.QCAF else ["both"]:
                    scenario = replace(
                        plain,
                        kind=kind,
                        edition=edition,
                        method=method,
                        set_by=set_by,
                        action=action,
                        advice=random.choice(("each", "all")),
                        seed=random.randrange(1 << 16),
                        records=random.randint(2, 6),
                        quarantined_hours=random.randint(min(1, offer.hours), offer.hours),
                        container=random.choice(offer.containers),
                        algorithm=random.choice(offer.algorithms),
                        encoding=random.choice(encodings(ground.profile.signature)),
                    )
                    count = Teller(scenario, ground).usual_count(scenario.records)
                    yield replace(scenario, records=count)


def _deliveries(ground: Ground) -> list[tuple[str, str]]:
    """Editions, and the methods of delivery of each."""
    found = []
    for edition in reversed(list(ground.catalogue.editions)):
        named = ground.method_of(edition)
        methods = ground.profile.delivery.methods if named is None else [named]
        found += [(edition, method) for method in methods]
    return found
