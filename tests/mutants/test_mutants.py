"""A sample of the mutants of the model, so that each run of the tests sees the vectors kill."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from tests.mutants.model import Mutant, mutants
from tests.mutants.vectors import SURVIVORS, killed_by

EVERY = list(mutants())
LISTED = {s["mutant"] for s in tomllib.loads(SURVIVORS.read_text("utf-8"))["survivor"]}
#: Every so many; each run tries one for each file, ``tox -e whole`` the others, and
#: ``tox -e mutants`` all that there are.
SAMPLE = EVERY[::97]
#: One that is listed survives all vectors, which takes as long as the model itself does below.
FIRST = {m.file: m for m in reversed(SAMPLE) if m.name not in LISTED}.values()


@pytest.mark.parametrize(
    "mutant",
    [pytest.param(m, id=m.name, marks=() if m in FIRST else pytest.mark.whole) for m in SAMPLE],
)
def test_a_mutant_is_killed_or_listed_with_its_reason(mutant: Mutant) -> None:
    assert (killed_by(mutant) is None) is (mutant.name in LISTED)


def test_the_model_itself_is_not_killed() -> None:
    """Else every mutant would look killed, whatever the vectors say."""
    nothing = Mutant("no such file", (), None, "no change")
    assert killed_by(nothing) is None


def test_every_file_of_the_model_has_mutants_and_every_name_is_of_one() -> None:
    assert Counter(m.name for m in EVERY).most_common(1)[0][1] == 1
    assert len({m.file for m in EVERY}) == 16
    assert {m.name for m in EVERY} >= LISTED


def test_a_mutant_changes_its_own_entry_and_nothing_on_the_way() -> None:
    table = {"requirement": [{"id": "a", "with": {"limit": 5}}, {"id": "b"}]}
    mutant = Mutant("x", ("requirement", 0, "with", "limit"), 6, "x")
    assert mutant.applied(table)["requirement"][0]["with"]["limit"] == 6
    assert table["requirement"][0] == {"id": "a", "with": {"limit": 5}}
