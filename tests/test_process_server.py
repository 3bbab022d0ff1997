"""The server of processes: it is started first, and loads what they need, and nothing else."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from multiprocessing import forkserver
from pathlib import Path

import pytest

from conformance import process_server, program
from tests.corpus import FIXTURES


@pytest.mark.parametrize("before", [None, "", "2"])
def test_the_environment_is_as_it_was_afterwards(
    before: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if before is None:
        monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    else:
        monkeypatch.setenv("PYTHONSAFEPATH", before)

    def fail() -> None:
        with process_server.no_modules_of_the_current_folder():
            assert os.environ["PYTHONSAFEPATH"] == "1"
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert os.environ.get("PYTHONSAFEPATH") == before


def test_the_server_loads_what_processes_need_while_others_are_at_work(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    started: list[str] = []

    def ensure_running() -> None:
        started.append(os.environ["PYTHONSAFEPATH"])
        os.write(2, b"where it was interrupted")

    monkeypatch.setattr(forkserver, "ensure_running", ensure_running)
    monkeypatch.setattr(forkserver._forkserver, "_preload_modules", [])
    assert process_server.start_server()
    os.write(2, b"ours")
    assert capfd.readouterr().err == "ours"
    assert started == ["1"]
    assert forkserver._forkserver._preload_modules == ["__main__", "conformance.preloaded"]
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert not process_server.start_server()
    assert started == ["1"]


def test_a_process_of_the_server_has_to_load_nothing_more_of_ours() -> None:
    code = """
import gc, sys
from datetime import UTC, datetime

import conformance.preloaded
assert gc.isenabled() and gc.get_freeze_count() > 10_000
before = set(sys.modules)
from conformance.batch.job import program
from conformance.checks.catalogue import shipped_catalogue
assert program.cache_info().currsize == shipped_catalogue.cache_info().currsize == 1
from conformance.batch import CheckJob, SettingSpec
from conformance.batch.entry import Item
from conformance.batch.processes import _serve
from conformance.batch.worker import check_items
job = CheckJob(SettingSpec(datetime(2025, 6, 1, tzinfo=UTC), "fixtures/profile.toml"))
((_, entry),) = check_items([Item(0, "fixtures/examples/adt-saved-by-a-spreadsheet")], job)
assert entry.submission["verdict"] == "violates", entry
print(*(m for m in set(sys.modules) - before if m.startswith(("conformance", "cryptography.x"))))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=FIXTURES.parent,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("\n", "")


@pytest.mark.parametrize(
    ("words", "times"),
    [
        (["check", "--jobs", "2", "."], 1),
        (["check", ".", "--jobs=auto"], 1),
        (["check", "--jobs=1", ".", "--jobs=2"], 1),
        (["check", "."], 0),
        (["check", "--jobs", "1", "."], 0),
        (["check", "--jobs=1", "."], 0),
        (["check", "--jobs"], 0),
        (["check", "--jobs", "2", "adt.csv", "no\0name"], 0),
        (["watch", "--jobs", "2", "."], 0),
        ([], 0),
    ],
)
def test_it_is_started_before_the_command_is_loaded_where_a_folder_is_checked_in_several(
    words: list[str], times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[None] = []
    monkeypatch.setattr(process_server, "start_server", lambda: started.append(None))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "adt.csv").write_bytes(b"")
    program._begin_processes(words)
    assert len(started) == times


def test_without_a_server_it_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[None] = []

    def ensure_running() -> None:
        started.append(None)
        raise OSError("AF_UNIX path too long")

    monkeypatch.setattr(forkserver, "ensure_running", ensure_running)
    program._begin_processes(["check", "--jobs", "2", str(tmp_path)])
    assert not process_server.start_server()
    assert started == [None, None]


@pytest.mark.parametrize("entry", ["tadp", "run"])
def test_an_interrupt_while_the_command_is_loaded_is_one_line(
    entry: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "_get_ready", interrupted)
    with pytest.raises(SystemExit) as ended:
        getattr(program, entry)()
    assert ended.value.code == 130
    assert capsys.readouterr().err == "tadp: interrupted\n"


def test_it_loads_little_itself() -> None:
    code = (
        "import sys; import conformance.process_server\n"
        "print(*(name for name in sys.modules if name.startswith('conformance')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {
        "conformance", "conformance.version", "conformance.process_server",
    }  # fmt: skip
