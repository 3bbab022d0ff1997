"""Checking in several processes: the same report, whatever becomes of one of them."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from conformance.batch import CheckJob, Entry, SettingSpec, processes
from conformance.batch.entry import Item
from conformance.batch.loss import WorkerLostError
from conformance.batch.worker import WorkerFaultError
from conformance.errors import TadpError
from tests.batch.many import environment, eventually, folder_of, log_of, ran, start
from tests.corpus import FIXTURES
from tests.running import PATIENCE, run

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folder_of(tmp_path, 12)


def test_the_report_is_the_same_whatever_the_number_of_jobs(folder: Path) -> None:
    words = ("check", folder, "--at", "2025-06-01T10:00:00Z", "--format", "json")
    alone = run(*words)
    assert len(alone.report["submissions"]) == 12
    assert run(*words, "--jobs", 2) == alone
    assert run(*words, "--jobs", "auto") == alone


def test_troubles_are_reported_in_the_order_of_the_sources(folder: Path) -> None:
    for number in (3, 1):
        (folder / f"{number:03}-adt.csv").write_bytes(b"")
        (folder / f"{number:03}-adt.csv").rename(folder / f"{number:03}-unknown.csv")
    # A file that is named has to be reported; in a folder it would be listed as not recognised.
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


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_warning_of_python_reaches_standard_error(
    folder: Path, tmp_path: Path, jobs: int
) -> None:
    flag = tmp_path / "flag"
    code, _, err = ran(folder, "--jobs", jobs, sabotage=f"warning 005-adt.csv {flag}")
    assert flag.exists()
    assert (code, err) == (1, "")


def test_a_fault_of_ours_names_the_source_and_ends_it(folder: Path, tmp_path: Path) -> None:
    code, out, err = ran(
        folder, "--jobs", 2, sabotage=f"faulty 005-adt.csv {tmp_path / 'flag'}"
    )  # fmt: skip
    (line,) = err.splitlines()
    assert (code, out) == (3, b"")
    assert "KeyError: 'spoilt', while" in line
    assert "005-adt.csv was checked" in line


# --- Processes that are lost again and again ----------------------------------------------------

ITEMS = [Item(index, f"{index}.csv") for index in range(40)]
ORDER = CheckJob(SettingSpec(datetime(2025, 6, 1, tzinfo=UTC)))
#: The fate of a source: its process is lost, or there is not enough memory.
LOST, MEMORY = None, MemoryError("too little")


class Processes:
    """In place of processes: ``first`` has what becomes of a source, and ``alone`` when alone."""

    def __init__(
        self, first: Mapping[int, processes.Found], alone: Mapping[int, processes.Found] = {}
    ) -> None:
        self.first, self.alone = first, alone
        self.given: list[tuple[list[list[int]], int]] = []

    def __call__(
        self, pieces: Iterable[list[Item]], job: CheckJob, jobs: int
    ) -> Iterator[tuple[list[Item], processes.Found]]:
        assert job is ORDER
        now = self.alone if self.given else self.first
        pieces = list(pieces)
        self.given.append(([[item.index for item in piece] for piece in pieces], jobs))
        for piece in pieces:
            bad = [now[item.index] for item in piece if item.index in now]
            good: processes.Found = [(item.index, Entry(item.source, {})) for item in piece]
            yield piece, bad[0] if bad else good


def troubles(made: Processes, monkeypatch: pytest.MonkeyPatch, count: int) -> dict[int, str | None]:
    monkeypatch.setattr(processes, "_through", made_into_generators(made))
    found = list(processes.in_processes(ITEMS[:count], ORDER, 2))
    assert sorted(index for index, _ in found) == list(range(count))
    assert len(found) == count
    for index, entry in found:
        assert entry is not None
        assert entry.source == ITEMS[index].source
    return {index: entry.trouble for index, entry in found if entry and entry.trouble}


def made_into_generators(made: Processes) -> Callable[..., Any]:
    def through(*words: Any) -> Iterator[Any]:
        yield from made(*words)

    return through


def test_without_a_loss_nothing_is_checked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Processes({})
    assert troubles(made, monkeypatch, 3) == {}
    assert made.given == [([[0], [1], [2]], 2), ([], 1)]


def test_sources_of_a_lost_process_are_checked_again_alone_and_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = Processes({2: LOST, 9: LOST})
    assert troubles(made, monkeypatch, 17) == {}
    (_, twice), (again, alone) = made.given
    assert (twice, alone) == (2, 1)
    assert again == [[0], [1], [2], [3], [9], [10]]


def test_one_that_kills_its_process_alone_is_reported_and_the_others_are_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reported = (
        "3.csv: the process that checked it was killed, and again when it checked nothing else "
        "(is there enough memory?)"
    )
    assert troubles(Processes({2: LOST}, {3: LOST}), monkeypatch, 17) == {3: reported}
    assert troubles(Processes({3: MEMORY}, {3: LOST}), monkeypatch, 17) == {3: reported}


def test_one_for_which_memory_does_not_suffice_even_alone_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reported = "3.csv: could not be checked: too little"
    assert troubles(Processes({2: MEMORY}, {3: MEMORY}), monkeypatch, 17) == {3: reported}


def test_it_is_given_up_after_twenty_losses(monkeypatch: pytest.MonkeyPatch) -> None:
    # Ten pieces have these.
    all_of_them = dict.fromkeys(range(14), LOST)
    ten, eleven = (dict.fromkeys(range(count), LOST) for count in (10, 11))
    assert len(troubles(Processes(all_of_them, ten), monkeypatch, 14)) == 10
    with pytest.raises(WorkerLostError, match=r"while it checked one of 10\.csv"):
        troubles(Processes(all_of_them, eleven), monkeypatch, 14)


def test_an_error_in_a_process_is_raised_here(monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (TadpError("other model"), WorkerFaultError("fault"), OSError("disk")):
        with pytest.raises(type(error), match=str(error)):
            troubles(Processes({3: error}), monkeypatch, 17)


@pytest.mark.parametrize(
    ("count", "jobs", "sizes"),
    [
        (0, 4, []),
        (1, 4, [1]),
        (9, 4, [1] * 9),
        (20, 2, [5, 3, 3, 2, 1, 1, 1, 1, 1, 1, 1]),
        (130, 2, [32, 24, 18, 14, 10, 8, 6, 4, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1]),
        (200, 2, [50, 37, 28, 21, 16, 12, 9, 6, 5, 4, 3, 2, 1, 1, 1, 1, 1, 1, 1]),
        (300, 2, [64, 59, 44, 33, 25, 18, 14, 10, 8, 6, 4, 3, 3, 2, 1, 1, 1, 1, 1, 1, 1]),
    ],
)
def test_pieces_are_small_enough_for_all_processes_to_end_together(
    count: int, jobs: int, sizes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Processes({})
    monkeypatch.setattr(processes, "_through", made_into_generators(made))
    items = [Item(index, "x") for index in range(count)]
    found = list(processes.in_processes(items, ORDER, jobs))
    assert [index for index, _ in found] == list(range(count))
    (pieces, used), _ = made.given
    assert [len(piece) for piece in pieces] == sizes
    assert used == min(jobs, count)


def test_windows_waits_for_no_more_processes_than_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Processes({})
    monkeypatch.setattr(processes, "_through", made_into_generators(made))
    monkeypatch.setattr(processes, "sys", SimpleNamespace(platform="win32"))
    list(processes.in_processes([Item(index, "x") for index in range(100)], ORDER, 99))
    assert made.given[0][1] == 60


@pytest.mark.parametrize(
    ("methods", "wanted"), [(["fork", "forkserver"], "forkserver"), (["spawn"], "spawn")]
)
def test_processes_have_nothing_of_the_one_that_starts_them(
    methods: list[str], wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: methods)
    assert processes._context().get_start_method() == wanted


# --- Processes themselves -----------------------------------------------------------------------


def pieces_in(folder: Path, flag: Path, sabotage: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Check ``folder`` in two processes, and spoil one; return the items by piece."""
    for name, value in environment(f"{sabotage} 005-adt.csv {flag}").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(processes, "start_server", lambda: False)
    items = [Item(index, str(path)) for index, path in enumerate(sorted(folder.iterdir()))]
    return processes._through([[item] for item in items], ORDER, 2)


def test_they_are_ended_at_once_where_something_is_raised(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(multiprocessing.active_children())
    flag = tmp_path / "flag"
    answered = pieces_in(folder, flag, "slow", monkeypatch)
    while not flag.exists():
        assert next(answered)[1]
    assert len(set(multiprocessing.active_children()) - before) == 2
    with pytest.raises(KeyError):
        answered.throw(KeyError)
    assert not set(multiprocessing.active_children()) - before
    assert _gone(int(flag.read_text()))


@pytest.mark.parametrize("sabotage", ["killed", "half-answered"])
def test_one_that_ends_with_no_answer_or_half_of_one_is_lost(
    sabotage: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(multiprocessing.active_children())
    found = list(pieces_in(folder, tmp_path / "flag", sabotage, monkeypatch))
    assert sorted(piece[0].index for piece, _ in found) == list(range(12))
    assert [piece[0].index for piece, answers in found if answers is None] == [5]
    for piece, answers in found:
        if answers is not None:
            ((index, entry),) = answers
            assert (index, entry.source) == (piece[0].index, piece[0].source)
    assert not set(multiprocessing.active_children()) - before


def test_it_goes_on_while_one_is_in_the_midst_of_its_answer_and_is_interrupted(
    folder: Path, tmp_path: Path
) -> None:
    flag = tmp_path / "flag"
    process = start(folder, "--jobs", 2, sabotage=f"half-answering 005-adt.csv {flag}")
    assert eventually(lambda: Path(f"{flag}.half").exists())
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (130, b"", b"tadp: interrupted\n")
    assert eventually(lambda: _gone(int(flag.read_text())))


def test_an_error_that_cannot_be_sent_is_a_fault_of_ours(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = pieces_in(folder, tmp_path / "flag", "faulty", monkeypatch)
    (error,) = [found for _, found in answered if not isinstance(found, list)]
    assert isinstance(error, WorkerFaultError)
    assert "KeyError: 'spoilt', while" in str(error)


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
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (130, b"", b"tadp: interrupted\n")
    assert not report.exists()
    assert eventually(lambda: _gone(int(flag.read_text())))


def test_processes_end_with_the_one_that_started_them(folder: Path, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    process = start(folder, "--jobs", 2, sabotage=f"slow 005-adt.csv {flag}")
    assert eventually(lambda: flag.exists() and flag.read_text())
    process.kill()
    process.communicate(timeout=PATIENCE)
    assert eventually(lambda: _gone(int(flag.read_text())))
    assert "005-adt.csv" in log_of(flag)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no server of processes")
@pytest.mark.parametrize("name", ["short", "long" * 40])
def test_nothing_is_left_in_the_temporary_folder_whose_path_may_be_long(
    name: str, folder: Path, tmp_path: Path
) -> None:
    temporary = tmp_path / name
    temporary.mkdir()
    code = "from conformance.program import tadp; tadp()"
    words = ["check", folder, "--at", "2025-06-01T10:00:00Z", "--jobs", "2", "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *map(str, words)],
        env={**os.environ, "TMPDIR": str(temporary)},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert len(json.loads(done.stdout)["submissions"]) == 12
    assert not list(temporary.iterdir())


def test_nothing_in_the_current_folder_is_executed(tmp_path: Path) -> None:
    program, here = tmp_path / "bin" / "tadp.py", tmp_path / "here"
    program.parent.mkdir()
    program.write_text(
        "import sys\nfrom conformance.cli import main\n"
        "if __name__ == '__main__':\n    sys.exit(main())\n"
    )
    here.mkdir()
    for name in ("conformance", "multiprocessing", "json", "msgspec"):
        (here / f"{name}.py").write_text(f"open('executed', 'w').write({name!r})")
    words = ["check", "--profile", FIXTURES / "profile.toml", "--jobs", "2", FIXTURES / "examples"]
    ran = subprocess.run(
        [sys.executable, program, *words], cwd=here, capture_output=True, text=True, check=False
    )
    assert not (here / "executed").exists()
    assert (ran.returncode, ran.stderr) == (1, "")


def test_a_worker_ends_when_the_process_that_started_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[object] = []
    parent = SimpleNamespace(join=lambda: done.append("it ended"))
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: parent)
    monkeypatch.setattr(os, "_exit", done.append)
    processes._end_with_parent()
    assert done == ["it ended", 1]


@pytest.mark.parametrize("gone", [EOFError, BrokenPipeError])
def test_a_worker_ends_without_a_word_when_its_pipe_is_closed(
    gone: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed() -> None:
        raise gone

    thread = SimpleNamespace(Thread=lambda **_: SimpleNamespace(start=lambda: None))
    monkeypatch.setattr(processes, "threading", thread)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with warnings.catch_warnings():
        processes._serve(cast("Connection", SimpleNamespace(recv=closed)), ORDER)
