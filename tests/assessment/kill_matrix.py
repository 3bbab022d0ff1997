"""The kill matrix: receivers with one hole each, and the cases that find it.

A receiver with a hole is our own checker, which ignores one requirement, or all of one phase.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from conformance.assessment.corpus import Corpus, profile_of
from conformance.assessment.corpus_files import CorpusFiles
from conformance.assessment.messages import Answer, Outcome
from conformance.assessment.neutral import Job, neutral_copies, prepare_workspace
from conformance.assessment.running import Put, put_all
from conformance.assessment.scores import Score, Standing, score_all
from conformance.assessment.statement import receivers_statements, statements
from conformance.checks import CHECKS
from conformance.model.catalogue import Catalogue
from conformance.model.loading import load_catalogue
from conformance.model.profile import Profile
from conformance.model.requirement import Phase
from tests.assessment.direct import Direct
from tests.assessment.implementations import finer, holed
from tests.shipped import read_once


@dataclass(frozen=True)
class Row:
    """A hole, the cases that find it, and the requirements it is laid at."""

    hole: str
    ignored: frozenset[str]
    killers: tuple[str, ...]
    laid_at: tuple[str, ...]


def as_answer(reported: dict[str, object]) -> Answer:
    return Answer(Outcome(reported["outcome"]), "", tuple(reported["reasons"]))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Trial:
    """Every case, put to the receiver without a hole."""

    catalogue: Catalogue
    corpus: Corpus
    profile: Profile
    puts: tuple[Put, ...]
    #: Answers of receivers with finer holes, by the hole, in the order of ``puts``.
    finer: Mapping[str, tuple[Answer, ...]]

    @classmethod
    def run(cls, files: CorpusFiles, *, some: bool = False) -> Trial:
        """Put the cases of a corpus; ``some``: of those that break the same, the first."""
        corpus = read_once(files)
        cases = [c for c in corpus.cases if c.verdict != "not shown"]
        if some:
            first = {c.roots: c for c in reversed(cases)}
            cases = [c for c in cases if c.conforms or c is first[c.roots]]
        reported: dict[str, dict[str, Answer]] = {}

        def ask(job: Job) -> Answer:
            result = holed.checked(job.message)
            found = finer.answers(result, job.message).items()
            reported[job.id] = {hole: as_answer(answer) for hole, answer in found}
            return as_answer(holed.answer_to(result))

        receiver = Direct(ask)
        with tempfile.TemporaryDirectory() as name:
            jobs = list(neutral_copies(cases, 0, prepare_workspace(corpus, Path(name))))
            puts = put_all(receiver, jobs, 1)
        holes = {
            hole: tuple(reported[put.job.id][hole] for put in puts)
            for hole in (*finer.PASSES, *finer.JUDGES)
        }
        catalogue = load_catalogue(CHECKS)
        return cls(catalogue, corpus, profile_of(corpus, catalogue), tuple(puts), holes)

    def scores(self) -> list[Score]:
        """Return the scores of the receiver without a hole."""
        return score_all(self.puts, self.catalogue)

    def without(self, hole: str, ignored: frozenset[str]) -> Row:
        """Return the scores of a receiver that ignores some requirements."""
        puts = [
            replace(put, answer=self._blind(put, ignored))
            for put in self.puts
            if put.case.conforms or ignored & set(put.case.roots)
        ]
        return self._row(hole, ignored, puts)

    def finer_rows(self) -> Iterator[Row]:
        """A row for each hole smaller than a requirement, with those of the cases it is in."""
        for hole, answers in self.finer.items():
            puts = [replace(p, answer=a) for p, a in zip(self.puts, answers, strict=True)]
            there = {
                root
                for put, answer in zip(self.puts, answers, strict=True)
                if put.answer.outcome is not answer.outcome
                for root in put.case.roots
            }
            yield self._row(hole, frozenset(there), puts)

    def _row(self, hole: str, ignored: frozenset[str], puts: list[Put]) -> Row:
        scores = score_all(puts, self.catalogue)
        killers = sorted(s.case.id for s in scores if s.standing is not Standing.PASSED)
        made = statements(scores, self.catalogue)
        made += receivers_statements(scores, self.catalogue, self.profile)
        laid = [s.requirement.id for s in made if s.result == "not met"]
        return Row(hole, ignored, tuple(killers), tuple(laid))

    def _blind(self, put: Put, ignored: frozenset[str]) -> Answer:
        reported = {"outcome": put.answer.outcome.value, "reasons": put.answer.reasons}
        return as_answer(holed.without(reported, *ignored))

    def rows(self) -> Iterator[Row]:
        """A row for each requirement that can be broken, and for each phase."""
        broken = {root for put in self.puts for root in put.case.roots}
        requirements = [r for r in self.catalogue.requirements() if r.id in broken]
        for requirement in requirements:
            yield self.without(f"ignores {requirement.id}", frozenset({requirement.id}))
        for phase in Phase:
            ids = frozenset(r.id for r in requirements if r.phase is phase)
            if ids:
                yield self.without(f"ignores the phase {phase}", ids)
