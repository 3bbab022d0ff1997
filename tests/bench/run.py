"""Time the checker beside its peers: ``python -m tests.bench.run``, or ``tox -e bench``.

Everything is run in turn, several times, in one run, so that the machine is the same for all;
what counts is the ratio. Writes Markdown to standard output, and what is on to standard error.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from tests.bench.columns import write_rules
from tests.bench.data import Made, in_another_order, make, small_submissions, with_faults
from tests.bench.faults import CLAUSES, faulty_files
from tests.bench.growth import growth
from tests.bench.measure import Measured, in_turn, measure, tadp
from tests.bench.work import work

PEERS = ("dataframely", "pandera", "frictionless", "great_expectations", "duckdb", "polars")
TADP = "tadp"
BASE = "dataframely"

Commands = Mapping[str, list[str]]


def check(made: Made, *words: str) -> list[str]:
    """The checker on some path, trusting what signed the data."""
    return tadp("check", "--profile", made.profile, "--quiet", *words)


def peer(name: str, file: Path, rules: Path) -> list[str]:
    """A peer on some file."""
    return [sys.executable, "-m", f"tests.bench.peers.{name}_peer", str(file), str(rules)]


def table(title: str, found: Mapping[str, list[Measured]], base: str) -> Iterator[str]:
    """A Markdown table of medians; the ratio is to ``base`` in the same turn."""
    yield f"\n### {title}\n"
    yield (
        f"| | seconds (median) | times {base} | processor seconds | times {base} | peak MiB "
        "| says |"
    )
    yield "|---|---:|---:|---:|---:|---:|---|"
    for name, runs in found.items():
        cells = []
        for of in ("seconds", "cpu"):
            mine, theirs = ([getattr(run, of) for run in each] for each in (runs, found[base]))
            times = median(one / other for one, other in zip(mine, theirs, strict=True))
            cells += [f"{median(mine):.3f}", f"{times:.2f}"]
        peak, said = max(run.mebibytes for run in runs), runs[-1].said.replace("|", "\\|")[:60]
        yield f"| {' | '.join([name, *cells, f'{peak:.0f}', said])} |"


def large(made: Made, rules: Path, options: argparse.Namespace) -> Iterator[str]:
    """A large file, by itself and with its report, beside the peers."""
    peers = {name: peer(name, made.qcaf, rules) for name in _installed(options.peers)}
    ours = {
        TADP: check(made, "--kind", "qcaf", str(made.qcaf)),
        f"{TADP}, faults in 1 of 1,000": check(made, "--kind", "qcaf", str(with_faults(made))),
        f"{TADP}, against its report": check(made, str(made.folder)),
        f"{TADP}, in another order": check(made, str(in_another_order(made))),
    }
    found = in_turn({**ours, **peers}, options.repeats)
    title = f"A signed QCAF of {options.records:,} records"
    yield from table(title, found, BASE if BASE in found else TADP)


def small(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """One small file, and many small submissions."""
    made = make(folder, 20)
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        f"{TADP} check, 20 records": [*tadp("check", "--quiet", "--kind", "qcaf"), str(made.qcaf)],
        f"{TADP} check, the same with trust anchors": check(made, "--kind", "qcaf", str(made.qcaf)),
        f"{TADP} check, its folder with trust anchors": check(made, str(made.folder)),
    }
    yield from table("A small file", in_turn(commands, 5 * options.repeats), "python -c pass")
    many = small_submissions(folder, options.submissions)
    yield from scaling(check(made, str(many)), options)


def scaling(check: list[str], options: argparse.Namespace) -> Iterator[str]:
    """Many small submissions in one process and in two; what a second one gives a mere loop."""
    many, loop = f"{options.submissions:,} submissions", "a loop"
    commands = {many: [*check, "--jobs"], loop: [sys.executable, "-m", "tests.bench.loop"]}
    found = in_turn(
        {
            f"{name}, {jobs} process{'es' * (jobs > 1)}": [*words, str(jobs)]
            for jobs in (1, 2)
            for name, words in commands.items()
        },
        options.repeats,
    )
    yield from table("One process and two", found, f"{many}, 1 process")
    gains = {}
    for name in commands:
        one, two = (
            [run.seconds for run in runs] for which, runs in found.items() if which.startswith(name)
        )
        gains[name] = twice = median(alone / both for alone, both in zip(one, two, strict=True))
        yield f"\n{name}: two processes do {twice:.2f} times as much"
        if name == many:
            rates = [f"{options.submissions / min(seconds):.0f}" for seconds in (one, two)]
            yield f"{many} at best: {' and '.join(rates)} a second"
    yield f"\nOf what a loop gains, {gains[many] / gains[loop]:.2f}"


def missed(folder: Path, rules: Path, options: argparse.Namespace) -> Iterator[str]:
    """Return the faults in the bytes that each tool misses."""
    made = make(folder, 20)
    unsigned = folder / "unsigned"
    unsigned.mkdir(exist_ok=True)
    faults = faulty_files(made.qcaf.read_bytes())
    yield f"\n### {len(faults)} faults in the bytes of a file: which are let pass?\n"
    names = [TADP, *_installed(options.peers)]
    passed: dict[str, list[str]] = {name: [] for name in names}
    for number, (fault, data) in enumerate({"none": made.qcaf.read_bytes(), **faults}.items()):
        file = unsigned / f"{number}.csv"
        file.write_bytes(data)
        sys.stderr.write(f"  {fault}\n")
        for name in names:
            if _lets_pass(name, file, rules, made) and fault != "none":
                passed[name].append(fault)
            elif fault == "none" and not _lets_pass(name, file, rules, made):
                raise SystemExit(f"{name} does not take the file without a fault")
    yield "| | missed | which |"
    yield "|---|---:|---|"
    for name, which in passed.items():
        yield f"| {name} | {len(which)} | {'; '.join(which) or 'none'} |"


def _lets_pass(name: str, file: Path, rules: Path, made: Made) -> bool:
    """Return True if a tool finds no fault in the bytes of an unsigned file."""
    if name == TADP:
        only = [word for clause in CLAUSES for word in ("--only", clause)]
        words = check(made, "--kind", "qcaf", *only, str(file))
        return not measure(words).said.startswith("VIOLATES")
    return measure(peer(name, file, rules)).said == "valid"


def _installed(names: list[str]) -> list[str]:
    return [name for name in names if find_spec(name)]


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--records", type=int, default=1_000_000, help="of the large file")
    add("--repeats", type=int, default=5)
    add("--submissions", type=int, default=2000)
    add("--largest", type=int, default=10_000_000, help="records of the largest file")
    add("--peers", nargs="*", default=list(PEERS))
    add("--folder", type=Path, help="where the data is kept; default: a folder of its own")
    add("--part", choices=("large", "growth", "small", "missed", "work"), nargs="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tadp-bench-") as own:
        folder = options.folder or Path(own)
        folder.mkdir(parents=True, exist_ok=True)
        rules = folder / "rules.json"
        write_rules(rules)
        parts = {
            "large": lambda: large(make(folder, options.records), rules, options),
            "missed": lambda: missed(folder, rules, options),
            "small": lambda: small(folder, options),
            "growth": lambda: growth(folder, options),
            "work": lambda: work(folder, options),
        }
        for name, lines in parts.items():
            if options.part and name not in options.part:
                continue
            for line in lines():
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
