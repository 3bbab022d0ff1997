"""The holes that ``tadp fuzz`` finds in receivers with one hole each, and how soon.

``python -m tests.assessment.fuzz_matrix`` hunts each, unrestricted and for a minute at most, prints
how long it took, and writes ``fuzz-matrix.csv`` again. It ends with 1 if a hole was not found, or
something else was in its place.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import re
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from pathlib import Path

from conformance.assessment.corpus import read_corpus
from conformance.assessment.corpus_files import CorpusFolder
from conformance.assessment.tasks import records_of
from conformance.checks import CHECKS
from conformance.model.loading import load_catalogue
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Phase
from generators.commands import fuzz
from generators.covering import covering
from generators.strategies import ground
from tests.assessment.implementations import holed

FILE = Path(__file__).with_name("fuzz-matrix.csv")
HOLED = "python:tests.assessment.implementations.holed"
COLUMNS = ("hole", "found", "after", "records", "bytes")
_FOUND = re.compile(r"FOUND  (\S+)  after ([\d,]+) submissions, ([\d,]+) bytes\n")


def hunted(*words: str) -> tuple[int, str]:
    """The exit code and output of ``tadp fuzz receiver``."""
    # The command as it is registered; the entry point is there only once we are installed.
    parser = argparse.ArgumentParser()
    fuzz.add_arguments(parser)
    options = parser.parse_args(["receiver", *words])
    out = io.StringIO()
    with redirect_stdout(out):
        code = int(options.run(options))
    return code, out.getvalue()


def first_turn() -> list[str]:
    """The requirements that are broken before any is broken for the second time."""
    broken: list[str] = []
    for tried in covering(ground(), 0, lambda _: True):
        if tried.fault and tried.fault.requirement in broken:
            break
        broken += [tried.fault.requirement] if tried.fault else []
    return broken


def holes() -> list[str]:
    """The holes that a submission to a receiver can show: requirements, and phases."""
    broken = set(first_turn())
    there = [r for r in load_catalogue(CHECKS).requirements() if r.id in broken]
    phases = [p for p in Phase if any(r.phase is p for r in there)]
    return [f"ignores {r.id}" for r in there] + [f"ignores the phase {p}" for p in phases]


def row_of(hole: str) -> tuple[dict[str, str], float]:
    """Return the findings about a hole, and how many seconds the run took."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "found"
        _, out = hunted(f"{HOLED}:{hole}", "-o", str(folder))
        found = _FOUND.match(out)
        row = dict.fromkeys(COLUMNS, "") | {"hole": hole}
        if found:
            profile = load_profile(str(folder / "profile.toml"), load_catalogue(CHECKS))
            records = records_of(
                read_corpus(CorpusFolder(folder)).by_id[found[1]].submission.place, profile
            )
            numbers = (found[2], str(len(records)), found[3].replace(",", ""))
            row |= dict(zip(COLUMNS, (hole, found[1], *numbers), strict=True))
    return row, time.monotonic() - began


def fits(row: dict[str, str]) -> bool:
    """Return True if the finding is attributed to the hole."""
    return row["found"].partition("/")[0] in holed.ignored_by(row["hole"])


def committed() -> list[dict[str, str]]:
    """The rows as they were last written."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> int:
    rows = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for row, seconds in pool.map(row_of, holes()):
            print(f"{seconds:6.1f} s", *row.values(), sep="  ", flush=True)
            rows.append(row)
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    missed = [row["hole"] for row in rows if not fits(row)]
    print(f"{len(rows)} holes, {len(missed)} not found", *missed, sep="\n  ")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
