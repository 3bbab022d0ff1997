"""The least that some work can be, in the fewest lines.

``python -m tests.bench.plain WORK FILE...``

What ``tadp`` takes is shown as a multiple of this. Nothing is checked here.
"""

from __future__ import annotations

import csv
import hashlib
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def copy(source: str, target: str) -> None:
    """Copy a folder, in place of what is there."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


def rows(source: str, target: str) -> None:
    """Write as many rows of random fields as a file has, with fields as long."""
    draw = random.Random(1)  # noqa: S311 - nothing is secret
    with Path(source).open(newline="") as lines, Path(target).open("w", newline="") as file:
        write = csv.writer(file).writerow
        for row in csv.reader(lines):
            write([f"{draw.getrandbits(32):0{max(len(field), 1)}x}" for field in row])


def read_workbook(source: str) -> None:
    """Read each cell of a workbook."""
    from openpyxl import load_workbook

    for sheet in load_workbook(source, read_only=True).worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass


def write_workbook(source: str, target: str) -> None:
    """Write the rows of a file as a workbook."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    with Path(source).open(newline="") as lines:
        for row in csv.reader(lines):
            sheet.append(row)
    book.save(target)


def compare(old: str, new: str) -> None:
    """Compare the rows of two files by their first four fields."""
    tables = []
    for name in (old, new):
        with Path(name).open(newline="") as lines:
            tables.append({tuple(row[:4]): row[4:] for row in csv.reader(lines)})
    before, after = tables
    changed = sum(before[key] != row for key, row in after.items() if key in before)
    sys.stdout.write(f"{changed} changed\n")


def rewrite_json(source: str) -> None:
    """Read JSON, and make its text again."""
    json.dumps(json.loads(Path(source).read_text("utf-8")), indent=1)


def digests(folder: str) -> None:
    """Compute the SHA-256 of each file of a folder."""
    for path in Path(folder).rglob("*"):
        if path.is_file():
            hashlib.sha256(path.read_bytes()).hexdigest()


def ask(corpus: str) -> None:
    """Read each submission of a corpus, and ask the receiver that answers at once about it."""
    words = [sys.executable, "-m", "tests.bench.receiver"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as receiver:
        assert receiver.stdin is not None
        assert receiver.stdout is not None
        for path in Path(corpus).rglob("submission.json"):
            for file in path.parent.iterdir():
                file.read_bytes()
            message = {"type": "submission", "id": path.parent.name}
            receiver.stdin.write(json.dumps(message).encode() + b"\n")
            receiver.stdin.flush()
            json.loads(receiver.stdout.readline())


_WORK: dict[str, Callable[..., None]] = {
    work.__name__: work
    for work in (copy, rows, read_workbook, write_workbook, compare, rewrite_json, digests, ask)
}

if __name__ == "__main__":
    _WORK[sys.argv[1]](*sys.argv[2:])
