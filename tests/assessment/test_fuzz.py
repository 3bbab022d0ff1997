"""``tadp fuzz receiver``: holes are found, made small, written out, and put again."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from generators.commands import fuzz
from tests.assessment.conftest import fake
from tests.running import run

HOLED = "python:tests.assessment.implementations.holed"


def hunted(*words: str) -> int:
    # The command as it is registered; the entry point is there only once we are installed.
    parser = argparse.ArgumentParser()
    fuzz.add_arguments(parser)
    options = parser.parse_args(["receiver", *words])
    return int(options.run(options))


@pytest.mark.parametrize(
    ("hole", "only", "records"),
    [("6.3-12", "6.3-12", 2), ("6.1-6", "6.1", 1), ("6.3-2", "6.3-2", 1)],
)
def test_a_hole_is_found_made_small_and_put_again(
    hole: str, only: str, records: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    adapter, found = f"{HOLED}:ignores {hole}", tmp_path / "found"
    assert hunted(adapter, "--only", only, "-o", str(found)) == 1
    out = capsys.readouterr().out
    assert out.startswith(f"FOUND  {hole}/found/")
    (command,) = [line.strip() for line in out.splitlines() if "tadp assess receiver" in line]
    assert command == f"tadp assess receiver '{adapter}' --corpus {found}"
    (file,) = found.glob("cases/6.*/found/*/submission/*adt.csv")
    assert len(file.read_bytes().removesuffix(b"\n").split(b"\n")) == records
    again = run("assess", "receiver", adapter, "--corpus", found, "--format", "json")
    assert again.code == 1
    failing = [c for c in again.report["cases"] if c["status"] != "passed"]
    assert [c["roots"] for c in failing] == [[hole]]
    whole = run("assess", "receiver", f"{HOLED}:complete", "--corpus", found)
    assert whole.code == 0


def test_a_conforming_submission_that_is_turned_away_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = fake("exec", "rejects_everything")
    assert hunted(name, "-o", str(tmp_path / "found")) == 1
    assert "expected accepted, seen rejected" in capsys.readouterr().out


def test_a_crash_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = f"{HOLED}:crashes_on_three_records"
    assert hunted(name, "--only", "UG1.4", "-o", str(tmp_path / "found")) == 1
    out = capsys.readouterr().out
    assert "seen error" in out
    assert "ZeroDivisionError" in out


def test_nothing_is_found_where_nothing_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--seconds", "3", "-o", str(tmp_path / "found"))
    assert hunted(f"{HOLED}:complete", *words) == 0
    assert capsys.readouterr().out.startswith("nothing was found in ")
    assert not (tmp_path / "found").exists()
