"""The mutants of the independent receiver, and whether a case of the corpus gives each away.

``python -m tests.receiver.mutants [--sample N] [--seed S]`` prints those that no case does, and
ends with 1 if one of them is not in ``survivors.toml``, or fewer than 95 in 100 are found.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sys
import tempfile
import tomllib
import types
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from types import MappingProxyType

from conformance.assessment.corpus import Case
from conformance.assessment.corpus_files import CorpusFiles, find_corpus
from conformance.assessment.messages import Answer, Outcome
from conformance.assessment.neutral import Job, neutral_copies, prepare_workspace
from conformance.assessment.running import Put
from conformance.assessment.scores import PartScore, Score, Standing, score_one
from conformance.checks import CHECKS
from conformance.model.loading import load_catalogue
from conformance.model.requirement import Kind
from tests.mutants.code import CodeMutant, mutants_of
from tests.mutants.score import wilson
from tests.shipped import read_once

HOME = Path(__file__).resolve().parent
PACKAGE = "tests.receiver"
#: The modules that judge, each before those that import it.
MODULES = (
    "encoding", "rules", "records", "columns", "tables", "certificates", "algorithms", "signature",
    "submission", "receiver",
)  # fmt: skip
#: Those for what the shipped profile does not have; its corpus finds no change of these.
OF_WIDE = ("columns", "tables", "algorithms")
SURVIVORS = HOME / "survivors.toml"
#: Of all mutants, those that the corpus has to find.
BAR = 0.95
#: Seconds of CPU in which a mutant answers all cases; one that does not hangs, and is ended.
TIME = 30
#: A mutant that changes nothing by which answers are scored.
UNFOUND = "no case"


class Bench:
    """The cases, as they are put to receivers; those that gave mutants away are put first."""

    def __init__(self, folder: Path, files: CorpusFiles) -> None:
        corpus = read_once(files)
        self._catalogue = load_catalogue(CHECKS)
        put = [c for c in corpus.cases if c.kind in (Kind.ADT, Kind.QCAF)]
        cases = [c for c in put if c.verdict != "not shown"]
        self._jobs = list(neutral_copies(cases, 0, prepare_workspace(corpus, folder)))
        self._jobs.sort(key=lambda pair: not pair[0].conforms)
        #: The cases whose place the receiver names.
        self._placed: set[str] = set()
        whole = loaded()
        for case, job in self._jobs:
            if self._score(whole, case, job).location is PartScore.RIGHT:
                self._placed.add(case.id)

    def killer(self, mutant: CodeMutant | None) -> str:
        """Return the case that gives a mutant away, ``UNFOUND``, or how it fails at once."""
        # Nothing is pickled on the way into a process that is forked.
        context = multiprocessing.get_context("fork")
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=self._tell, args=(mutant, there))
        process.start()
        there.close()
        try:
            found: str = here.recv()
        except EOFError:
            found = "hangs or ends"
        process.join()
        for index, (case, _) in enumerate(self._jobs):
            if case.id == found:
                self._jobs.insert(0, self._jobs.pop(index))
                break
        return found

    def _tell(self, mutant: CodeMutant | None, there: Connection) -> None:
        if sys.platform != "win32":  # where nothing is forked
            import resource

            resource.setrlimit(resource.RLIMIT_CPU, (TIME, TIME))
        there.send(self._killer(mutant))

    def _killer(self, mutant: CodeMutant | None) -> str:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            receive = loaded({Path(mutant.file).stem: mutant.source} if mutant else {})
        except Exception as error:
            return f"does not start: {error!r}"
        return next((case.id for case, job in self._jobs if self._is_wrong(receive, case, job)),
                    UNFOUND)  # fmt: skip

    def _is_wrong(self, receive: types.FunctionType, case: Case, job: Job) -> bool:
        try:
            score = self._score(receive, case, job)
        except Exception:
            return True
        misplaced = case.id in self._placed and score.location is not PartScore.RIGHT
        return score.standing is not Standing.PASSED or misplaced

    def _score(self, receive: types.FunctionType, case: Case, job: Job) -> Score:
        reply = receive(job.message)
        answer = Answer(Outcome(reply["outcome"]), "", tuple(reply["reasons"]))
        return score_one(Put(case, job, answer), self._catalogue)


def loaded(changed: Mapping[str, str] = MappingProxyType({})) -> types.FunctionType:
    """Return the receiver, with other sources in the place of those of some modules."""
    package = sys.modules[PACKAGE]
    for name in MODULES:
        path = HOME / f"{name}.py"
        source = changed.get(name) or path.read_text("utf-8")
        module = types.ModuleType(f"{PACKAGE}.{name}")
        module.__file__ = str(path)
        sys.modules[module.__name__] = module
        setattr(package, name, module)
        exec(compile(source, str(path), "exec"), module.__dict__)  # noqa: S102 - our own source
    receive: types.FunctionType = sys.modules[f"{PACKAGE}.receiver"].receive
    return receive


@cache
def all_mutants() -> tuple[CodeMutant, ...]:
    return tuple(
        mutant
        for name in MODULES
        if name not in OF_WIDE
        for mutant in mutants_of(HOME / f"{name}.py")
    )


def listed() -> dict[str, str]:
    """Return the reasons of the mutants that no case is expected to give away."""
    table = tomllib.loads(SURVIVORS.read_text("utf-8"))
    return {one["mutant"]: one["reason"] for one in table.get("survivor", [])}


def tried(mutants: Sequence[CodeMutant]) -> Iterator[tuple[CodeMutant, str]]:
    """Yield mutants, each with the case that gives it away."""
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), find_corpus())
        assert bench.killer(None) == UNFOUND
        for mutant in mutants:
            yield mutant, bench.killer(mutant)


def _shard(work: tuple[list[str], int, int]) -> list[tuple[str, str]]:
    names, part, parts = work
    chosen = [one for one in all_mutants() if one.name in set(names)][part::parts]
    return [(mutant.name, killer) for mutant, killer in tried(chosen)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, help="how many are tried")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    names = [one.name for one in all_mutants()]
    if options.sample:
        names = Random(options.seed).sample(names, min(options.sample, len(names)))  # noqa: S311
    parts = os.cpu_count() or 1
    results: list[tuple[str, str]] = []
    # Not a pool of daemons: each starts processes of its own.
    with ProcessPoolExecutor(parts) as executor:
        for found in executor.map(_shard, [(names, part, parts) for part in range(parts)]):
            results += found
    survived = [name for name, killer in results if killer == UNFOUND]
    known = listed()
    for name in survived:
        print("listed " if name in known else "SURVIVES", name)
    stale = sorted(set(known) & {name for name, killer in results if killer != UNFOUND})
    for name in stale:
        print("FOUND, and listed", name)
    killed = len(results) - len(survived)
    low, high = wilson(killed, len(results))
    print(f"{killed:,} of {len(results):,} found, {100 * killed / len(results):.1f} in 100", end="")
    print("" if not options.sample else f" (of all, {100 * low:.0f} to {100 * high:.0f})")
    few = not options.sample and killed < BAR * len(results)
    return int(bool(few or stale or set(survived) - set(known)))


if __name__ == "__main__":
    sys.exit(main())
