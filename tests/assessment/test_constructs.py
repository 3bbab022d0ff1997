"""Receivers that ignore one construct of a profile's files are given away, where they should be.

Each is our checker without the findings of one thing. With all of them it gets full marks.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest

from conformance.checker import Result
from conformance.findings import Place
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind
from generators.conforming import conforming
from generators.draft import Ground
from generators.faults import faults_of
from generators.scenario import Scenario
from generators.strategies import ground
from generators.teller import Teller
from generators.trial import Trial, hierarchy

ROOT = Path(__file__).parents[2]
EXAMPLES, FORMS = ROOT / "examples" / "profiles", ROOT / "tests" / "profiles" / "forms"


class Hole(NamedTuple):
    """A finding that a receiver ignores, by its words, and the requirement where that shows."""

    words: str
    requirement: str


#: Faults of what is tried here.
ABOUT = ("derived-values/", "record-kinds/", "header-absent/", "field-form/", "record-separator/")
#: The holes of receivers of files under each profile.
HOLES = {
    EXAMPLES / "groups-and-trailer.toml": {
        "the number of records in the trailer": Hole("Records is not the number", "6.3-18"),
        "the sum in the trailer": Hole("Total is not the sum", "6.3-18"),
        "the checksum": Hole("Check is not the crc-32", "6.3-18"),
        "how often columns repeat": Hole("Bands is not how often", "6.3-18"),
        "the number of the file again": Hole("File is not the same", "6.3-18"),
        "which record belongs to which": Hole("a record rule without the record", "6.3-17"),
        "that the trailer is the last": Hole("a record trailer in another place", "6.3-17"),
    },
    EXAMPLES / "wide-table.toml": {
        "that the day comes first": Hole("From: the date or the time does not exist", "6.3-8"),
        "which words there are": Hole("Day limit: the value does not have the form", "6.3-8"),
        "which words there are in another case": Hole("Week limit: .* case differ", "6.3-8"),
    },
    FORMS / "group-trailers.toml": {
        "the sum of a group": Hole("Sum is not the sum of limit.Limit", "6.3-18"),
        "the number of records of a group": Hole("Limits is not the number", "6.3-18"),
        "that a group ends with its last record": Hole("a record .* behind the record", "6.3-17"),
    },
    FORMS / "clerk-sheet.toml": {
        "the names of the columns": Hole(".*names", "6.3-17"),
    },
    FORMS / "office-export.toml": {
        "that there are no names of columns": Hole(
            "the first record has names of columns", "6.3-3"
        ),
    },
}


class Tried(NamedTuple):
    """A fault that was tried: its name, requirement and place, and what fails."""

    name: str
    requirement: str
    place: Place
    roots: tuple[Result, ...]


@cache
def judged(profile: Path) -> list[Tried]:
    """Return the result of each faulty ADT File under a profile."""
    one = Ground(ground().catalogue, load_profile(str(profile), ground().catalogue))
    scenario = Scenario(Kind.ADT)
    draft = conforming(Scenario(Kind.ADT, records=Teller(scenario, one).usual_count()), one)
    with TemporaryDirectory() as name:
        trial = Trial(one, Path(name), hierarchy(one.profile))
        assert not trial.check(draft).roots
        tried = []
        for fault in faults_of(draft):
            if fault.name.startswith(ABOUT):
                faulty = fault.apply(draft)
                roots = tuple(trial.check(faulty.draft).roots)
                tried.append(Tried(fault.name, fault.requirement, faulty.place, roots))
        return tried


@pytest.mark.parametrize("profile", HOLES, ids=lambda path: path.stem)
def test_a_construct_that_a_receiver_ignores_is_found_under_its_requirement(profile: Path) -> None:
    for what, hole in HOLES[profile].items():
        accepted = {
            one.name: one.requirement
            for one in judged(profile)
            if one.roots
            and all(re.match(hole.words, g.message) for r in one.roots for g in r.findings)
        }
        assert accepted, what
        assert set(accepted.values()) == {hole.requirement}, (what, accepted)


@pytest.mark.parametrize("profile", HOLES, ids=lambda path: path.stem)
def test_the_first_finding_is_where_the_fault_is(profile: Path) -> None:
    """So the checker, assessed as a receiver, names no wrong place: it names the first."""
    for name, requirement, place, roots in judged(profile):
        if [root.requirement.id for root in roots] != [requirement]:
            continue  # left out of the corpus
        found = roots[0].findings[0].place or Place()
        for one in ("record", "field", "offset"):
            there, wanted = getattr(found, one), getattr(place, one)
            assert None in (there, wanted) or there == wanted, (name, one, place, found)
