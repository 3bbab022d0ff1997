"""Submissions that between them break every requirement in every way, the quickest first.

A hole in a receiver is mostly one requirement that is not looked at. So before anything is left to
chance, each requirement has its turn: one fault of every requirement, then another of each. A
smaller hole is in what no requirement names: a container, an encoding, a time zone, or how far down
a file is looked at. So those take turns too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count, islice, zip_longest
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.requirement import Kind, SetBy
from conformance.portable import name_for
from generators.case import Case
from generators.conforming import conforming
from generators.draft import Draft, Ground
from generators.faults import Fault, Faulty, faults_of
from generators.left_out import UNFIT, NoPlaceError
from generators.offer import Offer, usual
from generators.readings import QUESTIONS
from generators.scenario import SUMMER_TIMES, Scenario, encodings
from generators.teller import Teller
from generators.variations import VARIATIONS

#: The story of a case that was found, and the conforming case beside it.
STORY = "found"
POSITIVE = f"conforming/{STORY}"
#: The submissions that can have a fault, and the fault of each.
_Ways = list[tuple["Tried", Fault]]
#: Records of a long file: the one in the middle comes after the first hundred.
LONG = 250


class Tried(Struct, frozen=True):
    """A submission to try: conforming, or with the one fault that it has.

    ``variation`` is what is unusual about a conforming one.
    """

    scenario: Scenario
    draft: Draft
    positive: Draft
    fault: Fault | None = None
    faulty: Faulty | None = None
    variation: str = "nothing is wrong with it"

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
        """A title of a few words."""
        return self.fault.title if self.fault else self.variation

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(map(len, self.draft.rendered.values()))

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
                json.dumps(sorted(map(repr, self.draft.rendered.items()))).encode()
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

    After a fault of each come long files, with one of each requirement far down. What files say is
    drawn from ``seed``; containers, encodings, algorithms, time zones and advice take turns.
    """
    random = Random(f"sorts {seed}")  # noqa: S311 - reproducible
    bases = [Tried.of(scenario, ground) for scenario in _sorts(ground, random)]
    yield from bases
    yield from _varied(bases)
    faults: dict[str, dict[str, _Ways]] = {}
    for base in bases:
        for fault in faults_of(base.positive, lambda one, _: wanted(one)):
            of_requirement = faults.setdefault(fault.requirement, {})
            of_requirement.setdefault(fault.name, []).append((base, fault))
    turns = zip_longest(*(_ways(faults[requirement]) for requirement in sorted(faults)))
    yield from _of_turns(islice(turns, 1))
    yield from _far_down(ground, random, wanted)
    yield from _of_turns(turns)


def _varied(bases: Iterable[Tried]) -> Iterator[Tried]:
    """Yield what conforms as well: each variation, and what the profile reads as conforming."""
    for base in _first_of_each_kind(bases):
        readings = base.draft.profile.readings
        changes = {one.title: (one.story, one.change) for one in VARIATIONS}
        for asked in QUESTIONS:
            reading = readings[asked.note]
            if asked.roots.get(reading) == () and reading not in asked.hidden:
                changes[asked.title] = asked.story, asked.make
        for title, (story, change) in changes.items():
            if story.startswith(base.draft.kind.value):
                with suppress(NoPlaceError, *UNFIT):
                    draft = change(base.draft)
                    yield Tried(base.scenario, draft, draft, variation=title)


def _first_of_each_kind(bases: Iterable[Tried]) -> Iterable[Tried]:
    """Return the first ADT File and the first QCAF."""
    return {base.draft.kind: base for base in reversed(list(bases))}.values()


def _ways(of_requirement: Mapping[str, _Ways]) -> list[_Ways]:
    """Return the ways to break a requirement; a single fault is given to two submissions."""
    ways = list(of_requirement.values())
    return ways if len(ways) > 1 else [*ways, ways[0][::-1]]


def _of_turns(turns: Iterable[Sequence[_Ways | None]]) -> Iterator[Tried]:
    """Yield a submission for each fault of the turns."""
    for turn in turns:
        for ways in filter(None, turn):
            # Not every fault can be given to every submission.
            made = filter(None, (base.with_fault(fault) for base, fault in ways))
            yield from islice(made, 1)


def _far_down(ground: Ground, random: Random, wanted: Callable[[str], bool]) -> Iterator[Tried]:
    """Yield long files, and each with one fault of each requirement."""
    for scenario in _long(ground, random):
        base = Tried.of(scenario, ground)
        yield base
        found = faults_of(base.positive, lambda one, _: wanted(one))
        last = {fault.requirement: fault for fault in found}
        yield from filter(None, map(base.with_fault, last.values()))


def _long(ground: Ground, random: Random) -> Iterator[Scenario]:
    """Yield a scenario of a long file of each kind, if there are as many keys."""
    for kind in (Kind.ADT, Kind.QCAF):
        scenario = replace(usual(ground.profile), kind=kind, seed=random.randrange(1 << 16))
        there = Teller(scenario, ground).usual_count(LONG)
        if there > LONG // 2:
            yield replace(scenario, records=there)


def _sorts(ground: Ground, random: Random) -> Iterator[Scenario]:
    """A scenario of each sort that has requirements of its own, the simplest first.

    Each choice that no requirement is about occurs in some sort.
    """
    offer = Offer.of(ground.profile)
    plain = usual(ground.profile)
    written = encodings(ground.profile.signature)
    turn = count(random.randrange(1 << 8))
    for kind in (Kind.ADT, Kind.QCAF):
        for edition, method in _deliveries(ground):
            for set_by in SetBy if kind is Kind.QCAF else [SetBy.USER]:
                for action in ("both", "Release", "Delete") if kind is Kind.QCAF else ["both"]:
                    number = next(turn)
                    scenario = replace(
                        plain,
                        kind=kind,
                        edition=edition,
                        method=method,
                        set_by=set_by,
                        action=action,
                        advice="all" if action == "Delete" else "each",
                        seed=random.randrange(1 << 16),
                        records=random.randint(2, 6),
                        quarantined_hours=random.randint(min(1, offer.hours), offer.hours),
                        container=offer.containers[number // 3 % len(offer.containers)],
                        algorithm=offer.algorithms[number % len(offer.algorithms)],
                        encoding=written[number % len(written)],
                        summer_time=SUMMER_TIMES[number % len(SUMMER_TIMES)],
                    )
                    few = Teller(scenario, ground).usual_count(scenario.records)
                    yield replace(scenario, records=few)


def _deliveries(ground: Ground) -> list[tuple[str, str]]:
    """Editions, and the methods of delivery of each."""
    found = []
    for edition in reversed(list(ground.catalogue.editions)):
        named = ground.method_of(edition)
        methods = ground.profile.delivery.methods if named is None else [named]
        found += [(edition, method) for method in methods]
    return found
