"""The corpus gives away each small hole, and lays it at the requirement that it is in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conformance.assessment.corpus import Corpus, profile_of, rejected_under
from conformance.assessment.corpus_files import CorpusFiles, find_corpus
from conformance.assessment.neutral import neutral_copies, prepare_workspace
from conformance.assessment.running import Put
from conformance.assessment.scores import Standing, score_all
from conformance.assessment.statement import receivers_statements, statements
from conformance.checks import CHECKS
from conformance.model.loading import load_catalogue
from tests.assessment.kill_matrix import as_answer
from tests.receiver import wide_holes
from tests.receiver.holes import HOLES, TAKES, Hole
from tests.receiver.mutants import loaded
from tests.receiver.wide import wide_corpus
from tests.shipped import read_once

#: How holes begin in the fields of a QCAF, which the report shows as well.
MISNAMED = (
    "takes fractions", "takes times", "takes month", "takes minute", "takes 31",
    "takes 30", "takes day 32",
    "takes a Request ID", "takes digits",
)  # fmt: skip


@pytest.fixture
def whole() -> Iterator[None]:
    """Leave the receiver as it was."""
    yield
    loaded()


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize(
    ("files", "holes"),
    [
        pytest.param(find_corpus, HOLES, id="shipped"),
        # To make the corpus takes twenty seconds.
        pytest.param(wide_corpus, wide_holes.HOLES, id="wide", marks=pytest.mark.whole),
    ],
)
def test_each_hole_is_found_and_laid_at_its_requirement(
    files: Callable[[], CorpusFiles], holes: dict[str, Hole], tmp_path: Path
) -> None:
    corpus, catalogue = read_once(files()), load_catalogue(CHECKS)
    named = {hole.case for hole in holes.values()}
    named |= {beside for case in named if (beside := _positive(corpus, case))}
    cases = [corpus.by_id[name] for name in sorted(named)]
    jobs = list(neutral_copies(cases, 0, prepare_workspace(corpus, tmp_path)))
    profile = profile_of(corpus, catalogue)
    receive = loaded()
    right = {case.id: Put(case, job, as_answer(receive(job.message))) for case, job in jobs}
    passed = {score.standing for score in score_all(list(right.values()), catalogue)}
    assert passed == {Standing.PASSED}
    for name, hole in holes.items():
        receive = loaded({hole.module: hole.source()})
        ids = {hole.case, _positive(corpus, hole.case)}
        puts = [
            Put(case, job, as_answer(receive(job.message))) for case, job in jobs if case.id in ids
        ]
        scores = score_all(puts, catalogue)
        made = statements(scores, catalogue)
        made += receivers_statements(scores, catalogue, profile)
        laid = {one.requirement.id for one in made if one.result == "not met"}
        owed = [] if hole.laid_at == TAKES else rejected_under(catalogue, [hole.laid_at])
        (found,) = (score for score in scores if score.case.id == hole.case)
        # A file that differs from the report is rejected for that, which is not the reason here.
        misnamed = found.standing is Standing.OTHER_REASON
        assert laid == (set() if misnamed else {hole.laid_at, *owed}), name
        assert misnamed == name.startswith(MISNAMED), name


def _positive(corpus: Corpus, identifier: str) -> str | None:
    """Return the conforming case beside a faulty one."""
    case = corpus.by_id[identifier]
    return None if case.conforms else case.positive
