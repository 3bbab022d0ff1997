"""Other work that people wait for, beside the least possible (``tests.bench.plain``)."""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path
from statistics import median

from conformance.checks.catalogue import shipped_catalogue
from tests.bench.data import Made, generated, make
from tests.bench.measure import TOP, in_turn, tadp

_USER = "70-00-00-00-00-00-00-{:02X}"
#: A User ID cannot have a million rules.
_SEVERAL = """\
profile = "several"
title = "Several User IDs"
version = "1"
extends = "reference"

[[files.adt.rules]]
id = "one-user-id"
remove = true
"""


def rules(path: Path, count: int, above: int = 0) -> Path:
    """An ADT File of so many rules; ``above`` is added to the threshold of one in a thousand."""
    pairs = [(r, v.srv) for v in shipped_catalogue().variants.values() for r in sorted(v.roles)]
    keys = ((u, h, *pair) for u, h, pair in product(range(1, 256), range(1, 745), pairs))
    with path.open("w", newline="\n") as file:
        for number, (user, hours, role, variant) in enumerate(islice(keys, count)):
            threshold = 2 * hours + (above if number % 1000 == 0 else 0)
            file.write(f"{_USER.format(user)},{role},{variant},{hours},{hours},{threshold}\n")
    return path


def sheet(path: Path, count: int) -> Path:
    """A sheet of so many rows, filled in."""
    made = generated(path.with_suffix(""), "adt", count)
    names = "UserID,UserRole,ServiceReferenceVariant,TimePeriodHours"
    names += ",WarningThreshold,AnomalyDetectionThreshold\n"
    path.write_text(names + (made / "adt.csv").read_text("ascii"), "ascii")
    return path


def many(folder: Path, count: int) -> Path:
    """A folder of so many submissions, all alike."""
    target = folder / f"many-{count}"
    if not target.exists():
        made = make(folder, 4)
        for number in range(count):
            shutil.copytree(made.folder, target / f"{number:05}")
    return target


def area(folder: Path, count: int) -> Path:
    """A copy of an area with so many ADT Files that were submitted."""
    target = folder / f"area-{count}"
    if not target.exists():
        made = generated(folder / "area", "area", 4)
        shutil.copytree(made, target)
        submitted = next(target.glob("*/Submitted/*-ADT.csv"))
        for number in range(10, 10 + count):
            name = submitted.name.replace("000000000002", f"{number:012}")
            shutil.copyfile(submitted, submitted.with_name(name))
    return target


def work(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """Each of the works in turn with the plainest program that does as much."""
    yield "\n### What else people wait for\n"
    yield "| | seconds (median) | processor seconds | times the plainest program | peak MiB |"
    yield "|---|---:|---:|---:|---:|"
    out = folder / "out"
    out.mkdir(exist_ok=True)
    for name, ours, plain in _works(folder, out, options):
        found = in_turn({name: ours, f"plainly: {plain[0]}": _plainly(*plain)}, options.repeats)
        mine, theirs = found.values()
        times = median(one.cpu / other.cpu for one, other in zip(mine, theirs, strict=True))
        seconds, cpu = (median(getattr(run, of) for run in mine) for of in ("seconds", "cpu"))
        peak = max(run.mebibytes for run in mine)
        yield f"| {name} | {seconds:.2f} | {cpu:.2f} | {times:.1f} ({plain[0]}) | {peak:.0f} |"


def _plainly(work: str, *words: object) -> list[str]:
    return [sys.executable, "-m", "tests.bench.plain", work, *map(str, words)]


def _works(
    folder: Path, out: Path, options: argparse.Namespace
) -> Iterator[tuple[str, list[str], tuple[object, ...]]]:
    """Yield what is done, the command, and the plain work with its files."""
    count, few = options.records, max(options.records // 20, 1)
    corpus = TOP / "fixtures"
    if not corpus.is_dir():
        raise SystemExit(f"{corpus} is not there: run this from a checkout")
    yield (
        "fixtures build",
        tadp("fixtures", "build", out / "corpus"),
        ("copy", corpus, out / "copy"),
    )
    answering = [sys.executable, str(TOP / "tests" / "bench" / "receiver.py")]
    yield (
        "assess a receiver that answers at once",
        tadp("assess", "receiver", "ndjson:" + shlex.join(answering)),
        ("ask", corpus),
    )
    made = make(folder, count)
    words = ("qcaf", "--records", count, "--seed", 1, "-o")
    again = [sys.executable, "-m", "tests.bench.afresh", str(out / "qcaf")]
    yield (
        f"generate, {count:,} records",
        [*again, *tadp("generate", *words, out / "qcaf")],
        ("rows", made.qcaf, out / "rows.csv"),
    )
    report = make(folder, few).folder / "report.csv"
    book = out / "template.xlsx"
    yield (
        f"template, {few:,} rows",
        tadp("template", "qcaf", "--report", report, "-o", book, "--overwrite"),
        ("write_workbook", report, out / "rows.xlsx"),
    )
    filled = sheet(folder / "sheet.csv", few)
    yield (
        f"make, {few:,} rows",
        tadp("make", "adt", filled, "-o", out / "adt.csv", "--overwrite"),
        ("rows", filled, out / "rows.csv"),
    )
    old, new = rules(folder / "old.csv", count), rules(folder / "new.csv", count, above=1)
    profile = folder / "several.toml"
    profile.write_text(_SEVERAL, "ascii")
    diff = tadp("diff", "--profile", profile, old, new)
    yield f"diff, {count:,} rules", diff, ("compare", old, new)
    files = max(count // 100, 1)
    submissions, written = many(folder, files), folder / "report.json"
    _write_report(submissions, make(folder, 4), written, files)
    yield (
        f"report, {files:,} submissions",
        tadp("report", written, "--format", "html"),
        ("rewrite_json", written),
    )
    copied = area(folder, files)
    yield (
        f"area register, {files:,} files",
        tadp("area", "register", copied, "-o", out / "register.csv", "--overwrite"),
        ("digests", copied),
    )


def _write_report(submissions: Path, made: Made, target: Path, count: int) -> None:
    if not target.exists():
        command = tadp("check", submissions, "--profile", made.profile, "--output", target)
        (runs,) = in_turn({"check": [*command, "--quiet"]}, 1).values()
        # Not read here: the peak memory of this process counts as that of those it starts.
        assert target.stat().st_size > count * 10_000, runs
