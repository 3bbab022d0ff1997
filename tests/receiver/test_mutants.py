"""A sample of the mutants of the independent receiver: the corpus gives each away.

Each run tries one, ``tox -e whole`` twelve, and ``tox -e receiver`` all that there are.
"""

from __future__ import annotations

from random import Random

import pytest

from tests.receiver.mutants import UNFOUND, all_mutants, listed, tried


@pytest.mark.parametrize("count", [1, pytest.param(12, marks=pytest.mark.whole)])
def test_the_corpus_gives_a_sample_of_mutants_away(count: int) -> None:
    sample = Random(SEED).sample(all_mutants(), 12)[:count]  # noqa: S311 - reproducible
    missed = {one.name for one, killer in tried(sample) if killer == UNFOUND}
    assert missed - set(listed()) == set()


def test_each_listed_mutant_exists_and_has_a_reason() -> None:
    names = {one.name for one in all_mutants()}
    assert [name for name in listed() if name not in names] == []
    assert all(reason.partition(":")[0] in KINDS for reason in listed().values())


#: A sample that is quick, as none of it survives.
SEED = 4
KINDS = ("equivalent", "case", "neutral")
