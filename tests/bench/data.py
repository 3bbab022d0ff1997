"""The data of the benchmarks, the same from the same seed."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from conformance.cli import main

SEED = 1
#: One record in so many is faulty in a faulty file.
ONE_IN = 1000
_BACKWARDS = """
import sys
with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as target:
    target.writelines(reversed(source.readlines()))
"""


@dataclass(frozen=True)
class Made:
    """A signed QCAF with its report, in a folder; and what its signature is trusted by."""

    folder: Path

    @property
    def qcaf(self) -> Path:
        return self.folder / "qcaf.csv"

    @property
    def profile(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}-trust") / "profile.toml"


def make(folder: Path, records: int) -> Made:
    """A conforming QCAF of so many records, unless it is there already."""
    return Made(generated(folder / f"qcaf-{records}", "qcaf", records))


def generated(target: Path, kind: str, records: int) -> Path:
    """A conforming submission of a kind, unless it is there already."""
    if not target.with_name(f"{target.name}-trust").exists():
        words = [kind, "--records", str(records), "--seed", str(SEED), "-o", str(target)]
        subprocess.run(
            [sys.executable, "-m", "conformance", "generate", *words],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return target


def with_faults(made: Made) -> Path:
    """The file without its signature, with the action of one record in a thousand misspelt."""
    target = made.folder / "faulty.csv"
    with made.qcaf.open("rb") as source, target.open("wb") as file:
        for number, record in enumerate(source):
            file.write(_misspelt(record) if number % ONE_IN == 0 else record)
    return target


def in_another_order(made: Made) -> Path:
    """The submission, with the records of the report from the last to the first."""
    target = made.folder.with_name(f"{made.folder.name}-backwards")
    if not target.exists():
        shutil.copytree(made.folder, target)
        # Not here: the peak memory of this process counts as that of the processes it starts.
        files = [str(folder / "report.csv") for folder in (made.folder, target)]
        subprocess.run([sys.executable, "-c", _BACKWARDS, *files], check=True)
    return target


def _misspelt(record: bytes) -> bytes:
    return record.replace(b",Delete", b",delete").replace(b",Release", b",release")


def small_submissions(folder: Path, count: int) -> Path:
    """A folder of so many small submissions, each from a seed of its own."""
    target, staging = folder / f"small-{count}", folder / "staging"
    if not target.exists():
        target.mkdir()
        for number in range(count):
            words = ["generate", "qcaf", "--seed", str(number), "-o", str(staging / str(number))]
            with redirect_stdout(io.StringIO()):
                assert main(words) == 0
            (staging / str(number)).rename(target / f"{number:05}")
    return target
