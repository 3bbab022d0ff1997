"""Checking in several processes: the same report, whatever becomes of one of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.batch.many import eventually, folder_of, log_of, ran, start
from tests.corpus import FIXTURES
from tests.running import run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folder_of(tmp_path, 12)


def test_the_report_is_the_same_whatever_the_number_of_jobs(folder: Path) -> None:
    words = ("check", folder, "--at", "2025-06-01T10:00:00Z", "--format", "json")
    alone = run(*words)
    assert len(alone.report["submissions"]) == 12
    assert run(*words, "--jobs", 2) == alone
    assert run(*words, "--jobs", "auto") == alone


def test_troubles_are_told_in_the_order_of_the_sources(folder: Path) -> None:
    for number in (3, 1):
        (folder / f"{number:03}-adt.csv").write_bytes(b"")
        (folder / f"{number:03}-adt.csv").rename(folder / f"{number:03}-unknown.csv")
    # What is named has to be told; in a folder it would be listed as not recognised.
    files = sorted(folder.iterdir())
    words = ("check", *files, "--at", "2025-06-01T10:00:00Z", "--format", "json")
    alone, both = run(*words), run(*words, "--jobs", 3)
    assert both == alone
    assert alone.code == 2
    assert [Path(line.split(":")[1].strip()).name for line in alone.err.splitlines()] == [
        "001-unknown.csv", "003-unknown.csv",
    ]  # fmt: skip


def test_standard_input_is_read_here(folder: Path) -> None:
    data = (folder / "000-adt.csv").read_bytes()
    files = sorted(folder.iterdir())[:2]
    words = ("check", files[0], "-", files[1], "--kind", "adt", "--format", "json")
    made = run(*words, "--at", "2025-06-01T10:00:00Z", "--jobs", 2, stdin=data).report
    sources = [submission["source"] for submission in made["submissions"]]
    assert sources == [str(files[0]), "(standard input)", str(files[1])]


@pytest.mark.parametrize("jobs", ["two", "-1", "1025", "2.5", ""])
def test_jobs_are_a_number(jobs: str) -> None:
    trouble = run("check", ".", f"--jobs={jobs}").trouble
    assert "is neither a number up to 1024 nor auto" in trouble


# --- A process that is killed -------------------------------------------------------------------


def test_a_process_that_is_killed_costs_nothing(folder: Path, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    words = (folder, "--format", "json")
    spoilt = ran(*words, "--jobs", 2, sabotage=f"killed-once 005-adt.csv {flag}")
    assert flag.exists()
    assert spoilt == ran(*words)


def test_a_source_that_kills_its_process_is_named_and_all_others_are_checked(
    folder: Path, tmp_path: Path
) -> None:
    code, out, err = ran(
        folder, "--format", "json", "--jobs", 2, sabotage=f"killed 005-adt.csv {tmp_path / 'flag'}"
    )
    report = json.loads(out)
    (line,) = err.splitlines()
    assert code == 2
    assert "005-adt.csv: the process that checked it was killed" in line
    names = [Path(s["source"]).name for s in report["submissions"]]
    assert names == [f"{n:03}-adt.csv" for n in range(12) if n != 5]
    assert len(report["not_read"]) == 1


def test_a_source_for_which_memory_does_not_suffice_is_named(folder: Path, tmp_path: Path) -> None:
    code, out, err = ran(
        folder, "--format", "json", "--jobs", 2,
        sabotage=f"out-of-memory 005-adt.csv {tmp_path / 'flag'}",
    )  # fmt: skip
    (line,) = err.splitlines()
    assert code == 2
    assert line.endswith("005-adt.csv: could not be checked: MemoryError")
    assert len(json.loads(out)["submissions"]) == 11


def test_a_fault_of_ours_names_the_source_and_ends_it(folder: Path, tmp_path: Path) -> None:
    code, out, err = ran(
        folder, "--jobs", 2, sabotage=f"faulty 005-adt.csv {tmp_path / 'flag'}"
    )  # fmt: skip
    (line,) = err.splitlines()
    assert (code, out) == (3, b"")
    assert "KeyError: 'spoilt', while" in line
    assert "005-adt.csv was checked" in line


# --- The end, when the user wants it ------------------------------------------------------------


def _gone(process: int) -> bool:
    try:
        os.kill(process, 0)
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return True
    return state == "Z"


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_ends_it_with_130_and_no_half_report(
    jobs: int, folder: Path, tmp_path: Path
) -> None:
    flag, report = tmp_path / "flag", tmp_path / "report.json"
    process = start(
        folder, "--jobs", jobs, "--output", report, sabotage=f"slow 005-adt.csv {flag}"
    )  # fmt: skip
    assert eventually(lambda: flag.exists() and flag.read_text())
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"tadp: interrupted\n")
    assert not report.exists()
    assert eventually(lambda: _gone(int(flag.read_text())))


def test_processes_end_with_the_one_that_started_them(folder: Path, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    process = start(folder, "--jobs", 2, sabotage=f"slow 005-adt.csv {flag}")
    assert eventually(lambda: flag.exists() and flag.read_text())
    process.kill()
    process.communicate(timeout=30)
    assert eventually(lambda: _gone(int(flag.read_text())))
    assert "005-adt.csv" in log_of(flag)


def test_nothing_in_the_current_folder_is_executed(tmp_path: Path) -> None:
    program, here = tmp_path / "bin" / "tadp.py", tmp_path / "here"
    program.parent.mkdir()
    program.write_text(
        "import sys\nfrom conformance.cli import main\n"
        "if __name__ == '__main__':\n    sys.exit(main())\n"
    )
    here.mkdir()
    for name in ("conformance", "multiprocessing", "json", "asn1crypto"):
        (here / f"{name}.py").write_text(f"open('executed', 'w').write({name!r})")
    words = ["check", "--profile", FIXTURES / "profile.toml", "--jobs", "2", FIXTURES / "examples"]
    ran = subprocess.run(
        [sys.executable, program, *words], cwd=here, capture_output=True, text=True, check=False
    )
    assert not (here / "executed").exists()
    assert (ran.returncode, ran.stderr) == (1, "")
