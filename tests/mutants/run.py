"""Try the mutants: ``python -m tests.mutants.run [PACKAGE...] [--sample N] [--seed S]``.

A PACKAGE is one of ``conformance`` (``conformance`` for the modules outside any), or ``toml`` for
the records of the model, which the golden vectors have to hold. All of them where none is named.
A mutant takes a second, or three where it is run before any test, and a survivor some twenty.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import replace
from pathlib import Path

from tests.mutants.code import HOME, CodeMutant, mutants_of, packages
from tests.mutants.reach import Reach, measure
from tests.mutants.score import HEADING, Score, complaints, listed, overall
from tests.mutants.trying import Outcome, Trial, copied_tree

TOML = "toml"
SURVIVORS = Path(__file__).with_name("code_survivors.toml")
MEASURED = HOME / ".mutants"


def main(words: list[str] | None = None) -> int:
    """Try them; print each survivor, the table, and what is wrong with the lists."""
    chosen = _parsed(words)
    wrong: list[str] = []
    if TOML in chosen.package:
        from tests.mutants import vectors

        wrong += vectors.run()
    code = [package for package in packages() if package in chosen.package]
    if code:
        wrong += _code(code, chosen)
    for line in wrong:
        print(line)
    return int(bool(wrong))


def _parsed(words: list[str] | None) -> argparse.Namespace:
    known = [*packages(), TOML]
    parser = argparse.ArgumentParser(prog="tox -e mutants --", description=__doc__)
    parser.add_argument("package", nargs="*", metavar="PACKAGE", help=", ".join(known))
    parser.add_argument("--sample", type=int, metavar="N", help="so many of each package")
    parser.add_argument("--seed", default="1", metavar="S", help="which sample (default: 1)")
    parser.add_argument("--match", default="", metavar="TEXT", help="those named so, of the sample")
    parser.add_argument(
        "--measure",
        nargs="*",
        metavar="TESTS",
        help="measure again which lines these tests reach, or all of them; done by itself at first",
    )
    chosen = parser.parse_args(words)
    for package in chosen.package:
        if package not in known:
            parser.error(f"no package {package}; there are {', '.join(known)}")
    chosen.package = chosen.package or known
    return chosen


def _code(names: list[str], chosen: argparse.Namespace) -> list[str]:
    reasons = listed(SURVIVORS)
    wrong: list[str] = []
    scores: list[Score] = []
    with copied_tree() as tree, Trial(_reach(chosen, tree), tree) as trial:
        for name in names:
            every = [mutant for path in packages()[name] for mutant in mutants_of(path)]
            size = min(chosen.sample or len(every), len(every))
            sample = random.Random(f"{chosen.seed}:{name}").sample(every, size)  # noqa: S311 - no secret
            score = Score(name, len(every))
            _try(score, [m for m in sample if chosen.match in m.name], trial)
            scores.append(score)
            files = {mutant.file for mutant in every}
            here = [key for key in reasons if key.split(": ")[0] in files]
            wrong += complaints(here, {m.name for m in every}, score.outcomes.items())
    wrong += [
        f"listed, but there is no such file: {key}"
        for key in reasons
        if not (HOME / key.split(": ")[0]).is_file()
    ]
    print(HEADING, *(score.row() for score in scores), overall(scores), sep="\n")
    return wrong


def _reach(chosen: argparse.Namespace, tree: Path) -> Reach:
    measured = (MEASURED / "seconds.json").exists()
    if chosen.measure is not None or not measured:
        return measure(tree, MEASURED, chosen.measure or ())
    return Reach(MEASURED)


def _try(score: Score, sample: list[CodeMutant], trial: Trial) -> None:
    if not sample:
        return
    first = sample[0]
    same = replace(first, source=(HOME / first.file).read_text("utf-8"))
    if trial.try_mutant(same) is not Outcome.SURVIVED:
        raise SystemExit(f"the tests fail as they are, so would kill anything: {first.file}")
    for number, mutant in enumerate(sample, 1):
        outcome = trial.try_mutant(mutant)
        score.outcomes[mutant.name] = outcome
        if outcome is not Outcome.KILLED:
            print(f"{outcome}: {mutant.name} (line {mutant.line})", flush=True)
        if number % 20 == 0:
            print(f"{score.package}: {number:,} of {len(sample):,}", file=sys.stderr, flush=True)
    if failed := trial.fails_as_it_is():
        raise SystemExit(f"the test fails as it is, so would kill anything: {failed}")


if __name__ == "__main__":
    sys.exit(main())
