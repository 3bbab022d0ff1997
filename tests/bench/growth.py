"""How the cost grows: with records, submissions, findings, columns and kinds of records."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import accumulate, repeat, takewhile
from operator import mul
from pathlib import Path

from tests.bench.data import make
from tests.bench.measure import in_turn, tadp
from tests.bench.work import many

_PROFILE = """\
profile = "grown"
title = "Grown"
version = "1"
extends = "reference"

[files.adt]
maximum_record_bytes = 65536
"""
_COLUMN = '  {{ name = "{name}", type = "integer", minimum = 0, maximum = 999999999 }},\n'
_KIND = """
[[files.adt.records]]
name = "kind-{n}"
columns = [
  {{ name = "Tag", type = "constant", value = "K{n}", tag = true }},
  {{ name = "Number", type = "integer", minimum = 0, maximum = 999999999 }},
]
"""


def growth(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """A table for each of what can grow."""
    most = options.largest
    for what, counts, command in (
        ("records", _tenfold(1000, most), _records),
        ("submissions", _tenfold(1, most // 1000), _submissions),
        ("findings", _tenfold(1, 1000), _findings),
        ("faulty records", (1, 100_000), _faulty),
        ("columns", (10, 30, 100, 300, 1000), _columns),
        ("kinds of records", range(1, 6), _kinds),
    ):
        yield f"\n### Growth with {what}\n"
        yield f"| {what} | seconds (best) | processor seconds | microseconds each | peak MiB |"
        yield "|---:|---:|---:|---:|---:|"
        for count in counts:
            words = command(folder, count)
            (runs,) = in_turn({f"{count:,} {what}": words}, options.repeats).values()
            best, cpu = (min(getattr(run, of) for run in runs) for of in ("seconds", "cpu"))
            peak = max(run.mebibytes for run in runs)
            yield f"| {count:,} | {best:.3f} | {cpu:.3f} | {cpu / count * 1e6:.2f} | {peak:.0f} |"


def _tenfold(least: int, most: int) -> Iterator[int]:
    return takewhile(lambda count: count <= most, accumulate(repeat(10), mul, initial=least))


def _records(folder: Path, count: int) -> list[str]:
    made = make(folder, count)
    return tadp("check", "--profile", made.profile, "--quiet", "--kind", "qcaf", made.qcaf)


def _submissions(folder: Path, count: int) -> list[str]:
    made = make(folder, 4)
    return tadp("check", "--profile", made.profile, "--quiet", many(folder, count))


def _findings(folder: Path, count: int) -> list[str]:
    """So many of 100,000 records have an action in lower case."""
    made, target = make(folder, 100_000), folder / f"findings-{count}.csv"
    lines = made.qcaf.read_text("ascii").splitlines(keepends=True)
    apart = len(lines) // count
    wrong = (line.lower() if n % apart == 0 else line for n, line in enumerate(lines))
    target.write_text("".join(wrong), "ascii", newline="\n")
    return tadp("check", "--quiet", "--kind", "qcaf", target)


def _faulty(folder: Path, count: int) -> list[str]:
    """So many of 100,000 records have a field too many."""
    made, target = make(folder, 100_000), folder / f"faulty-{count}.csv"
    lines = made.qcaf.read_text("ascii").splitlines()
    wrong = (f"{line}{',' * (number < count)}\n" for number, line in enumerate(lines))
    target.write_text("".join(wrong), "ascii", newline="\n")
    return tadp("check", "--quiet", "--kind", "qcaf", target)


def _columns(folder: Path, count: int) -> list[str]:
    """A million fields, in so many columns."""
    profile, target = folder / f"columns-{count}.toml", folder / f"columns-{count}.csv"
    columns = "".join(_COLUMN.format(name=f"C{number}") for number in range(count))
    profile.write_text(f"{_PROFILE}key = []\nrules = []\ncolumns = [\n{columns}]\n", "ascii")
    row = ",".join(str(number) for number in range(count))
    target.write_text(f"{row}\n" * (1_000_000 // count), "ascii", newline="\n")
    return tadp("check", "--profile", profile, "--quiet", "--kind", "adt", target)


def _kinds(folder: Path, count: int) -> list[str]:
    """100,000 records of so many kinds, in turn."""
    profile, target = folder / f"kinds-{count}.toml", folder / f"kinds-{count}.csv"
    kinds = "".join(_KIND.format(n=number) for number in range(count))
    profile.write_text(_PROFILE + kinds, "ascii")
    lines = (f"K{number % count},{number}\n" for number in range(100_000))
    target.write_text("".join(lines), "ascii", newline="\n")
    return tadp("check", "--profile", profile, "--quiet", "--kind", "adt", target)
