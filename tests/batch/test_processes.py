"""Checking in several processes: the same report, whatever becomes of one of them."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import forkserver
from pathlib import Path

import pytest

from conformance.batch import Entry, Order, Recipe, processes
from conformance.batch.entry import Answer, Item
from conformance.batch.executing import Lane, WorkerLostError
from tests.batch.many import answer_half, eventually, folder_of, log_of, ran, start
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


# --- Processes that are lost again and again ----------------------------------------------------

ITEMS = [Item(index, f"{index}.csv") for index in range(40)]
ORDER = Order(Recipe(datetime(2025, 6, 1, tzinfo=UTC)))


class Pools:
    """In place of pools: each answers so many items, and then loses what it is told to."""

    def __init__(self, *scripts: tuple[int, tuple[int, ...]] | None) -> None:
        self.scripts = list(scripts)
        self.given: list[tuple[list[int], int, bool]] = []

    def __call__(
        self, items: Sequence[Item], order: Order, jobs: int, alone: bool
    ) -> Generator[Answer, None, None]:
        assert order is ORDER
        self.given.append(([item.index for item in items], jobs, alone))
        script = self.scripts.pop(0)
        for item in items if script is None else items[: script[0]]:
            yield item.index, Entry(item.source, {})
        if script is not None:
            raise WorkerLostError([ITEMS[index] for index in script[1]])


def troubles(pools: Pools, monkeypatch: pytest.MonkeyPatch, count: int) -> dict[int, str | None]:
    monkeypatch.setattr(processes, "_through", pools)
    found = list(processes.in_processes(ITEMS[:count], ORDER, 3))
    assert sorted(index for index, _ in found) == list(range(count))
    assert len(found) == count
    for index, entry in found:
        assert entry is not None
        assert entry.source == ITEMS[index].source
    return {index: entry.trouble for index, entry in found if entry and entry.trouble}


def test_without_a_loss_one_pool_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    pools = Pools(None)
    assert troubles(pools, monkeypatch, 3) == {}
    assert pools.given == [([0, 1, 2], 3, False)]


def test_what_was_under_way_is_checked_alone_and_then_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pools = Pools((2, (2, 3)), None, None)
    assert troubles(pools, monkeypatch, 6) == {}
    assert pools.given == [
        ([0, 1, 2, 3, 4, 5], 3, False),
        ([2, 3], 3, True),
        ([4, 5], 3, False),
    ]


def test_one_that_kills_its_process_alone_is_told_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pools = Pools((1, (2, 3, 4)), (1, (3,)), None, None)
    told = (
        "3.csv: the process that checked it was killed, and again when it checked nothing else "
        "(is there enough memory?)"
    )
    assert troubles(pools, monkeypatch, 6) == {3: told}
    assert [given for given, _, _ in pools.given] == [[0, 1, 2, 3, 4, 5], [2, 3, 4], [4], [1, 5]]
    assert [alone for _, _, alone in pools.given] == [False, True, True, False]


def test_a_pool_that_is_lost_with_nothing_under_way_is_made_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pools = Pools((1, ()), (1, (2,)), (0, ()), None, None)
    assert troubles(pools, monkeypatch, 4) == {}
    assert [given for given, _, _ in pools.given] == [
        [0, 1, 2, 3], [1, 2, 3], [2], [2], [3],
    ]  # fmt: skip


def test_it_is_given_up_after_twenty_losses(monkeypatch: pytest.MonkeyPatch) -> None:
    pools = Pools(*[(0, ())] * 20, None)
    assert troubles(pools, monkeypatch, 1) == {}
    pools = Pools(*[(0, ())] * 21, None)
    with pytest.raises(WorkerLostError):
        troubles(pools, monkeypatch, 1)
    assert len(pools.given) == 21


@pytest.mark.parametrize(
    ("count", "jobs", "made_of"),
    [
        # The processes of the pool, the size of a piece, and how many are out at once.
        (1, 4, [1, 1, 2]),
        (3, 4, [3, 1, 6]),
        (40, 2, [2, 5, 4]),
        (40, 3, [3, 3, 6]),
        (1000, 2, [2, 32, 4]),
        (256, 2, [2, 32, 4]),
        (255, 2, [2, 31, 4]),
        (40, 0, [1, 1, 1]),
    ],
)
def test_pieces_are_small_enough_for_all_processes_to_end_together(
    count: int, jobs: int, made_of: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    @contextmanager
    def pools(jobs: int) -> Iterator[Executor]:
        assert os.environ["PYTHONSAFEPATH"] == "1"
        made.append(jobs)
        with ThreadPoolExecutor(1) as executor:
            yield executor

    def answered(items: Sequence[Item], order: Order, lane: Lane) -> Generator[Answer, None, None]:
        assert order is ORDER
        assert lane.cancels
        made.extend((lane.piece, lane.at_once))
        for item in items:
            yield item.index, None

    monkeypatch.setattr(processes, "_pool", pools)
    monkeypatch.setattr(processes, "answers", answered)
    items = [Item(index, "x") for index in range(count)]
    # What is suspected is checked alone, whatever there could be at once.
    found = list(processes._through(items, ORDER, jobs or 3, alone=not jobs))
    assert found == [(index, None) for index in range(count)]
    assert made == made_of


@pytest.mark.parametrize("before", [None, "", "2"])
def test_the_environment_is_as_it_was_afterwards(
    before: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if before is None:
        monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    else:
        monkeypatch.setenv("PYTHONSAFEPATH", before)

    def fail() -> None:
        with processes._no_modules_of_the_current_folder():
            assert os.environ["PYTHONSAFEPATH"] == "1"
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert os.environ.get("PYTHONSAFEPATH") == before


@pytest.mark.parametrize(
    ("methods", "wanted"), [(["fork", "forkserver"], "forkserver"), (["spawn"], "spawn")]
)
def test_processes_have_nothing_of_the_one_that_starts_them(
    methods: list[str], wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: methods)
    assert processes._context().get_start_method() == wanted


def test_the_server_of_processes_loads_what_they_need_while_others_are_at_work(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    started: list[str] = []

    def ensure_running() -> None:
        started.append(os.environ["PYTHONSAFEPATH"])
        os.write(2, b"where it was interrupted")

    monkeypatch.setattr(forkserver, "ensure_running", ensure_running)
    monkeypatch.setattr(forkserver._forkserver, "_preload_modules", [])
    processes.make_ready()
    os.write(2, b"ours")
    assert capfd.readouterr().err == "ours"
    assert started == ["1"]
    assert forkserver._forkserver._preload_modules == ["__main__", *processes.PRELOADED]
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    processes.make_ready()
    assert started == ["1"]


def test_a_process_of_the_server_has_to_load_nothing_more_of_ours() -> None:
    checked = """
import sys
from datetime import UTC, datetime
from importlib import import_module

for name in {modules}: import_module(name)
before = set(sys.modules)
from conformance.batch import Order, Recipe
from conformance.batch.entry import Item
from conformance.batch.worker import check_items
order = Order(Recipe(datetime(2025, 6, 1, tzinfo=UTC), "fixtures/profile.toml"))
((_, entry),) = check_items([Item(0, "fixtures/examples/adt-saved-by-a-spreadsheet")], order)
assert entry.submission["verdict"] == "violates", entry
print(*(m for m in set(sys.modules) - before if m.startswith(("conformance", "cryptography.x"))))
"""
    code = checked.format(modules=processes.PRELOADED)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=FIXTURES.parent,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("\n", "")


def test_a_pool_is_ended_at_once_where_something_is_raised() -> None:
    slow: list[Future[None]] = []
    before = set(multiprocessing.active_children())

    def fail() -> None:
        with processes._pool(2) as executor:
            slow.extend(executor.submit(time.sleep, 600) for _ in range(5))
            assert eventually(lambda: sum(future.running() for future in slow) >= 2)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert eventually(lambda: not set(multiprocessing.active_children()) - before)
    assert not [f for f in slow if f.done() and not f.cancelled() and f.exception() is None]


def test_a_pool_ends_though_a_process_was_in_the_midst_of_its_answer(tmp_path: Path) -> None:
    before = set(threading.enumerate())

    def fail() -> None:
        with processes._pool(1) as executor:
            executor.submit(answer_half, tmp_path / "flag")
            assert eventually((tmp_path / "flag").exists)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert eventually(lambda: set(threading.enumerate()) <= before)


def test_the_processes_of_a_pool_do_not_mind_an_interrupt() -> None:
    with processes._pool(1) as executor:
        assert executor.submit(signal.getsignal, signal.SIGINT).result(60) is signal.SIG_IGN
        assert executor.submit(threading.active_count).result(60) >= 2


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
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out, err) == (130, b"", b"tadp: interrupted\n")
    assert not report.exists()
    assert eventually(lambda: _gone(int(flag.read_text())))


def test_processes_end_with_the_one_that_started_them(folder: Path, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    process = start(folder, "--jobs", 2, sabotage=f"slow 005-adt.csv {flag}")
    assert eventually(lambda: flag.exists() and flag.read_text())
    process.kill()
    process.communicate(timeout=120)
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
    for name in ("conformance", "multiprocessing", "json", "msgspec"):
        (here / f"{name}.py").write_text(f"open('executed', 'w').write({name!r})")
    words = ["check", "--profile", FIXTURES / "profile.toml", "--jobs", "2", FIXTURES / "examples"]
    ran = subprocess.run(
        [sys.executable, program, *words], cwd=here, capture_output=True, text=True, check=False
    )
    assert not (here / "executed").exists()
    assert (ran.returncode, ran.stderr) == (1, "")
