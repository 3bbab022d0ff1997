"""Checking on a cluster of two workers, each a process of its own, on this machine."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import pytest

from conformance.batch.cluster import connected
from conformance.errors import TadpError
from tests.batch.many import environment, eventually, folder_of, log_of, ran, start
from tests.checks import situation
from tests.model.profiles import extending
from tests.running import PATIENCE, run

ROOT = Path(__file__).parents[2]
needs_dask = pytest.mark.skipif(find_spec("distributed") is None, reason="needs the extra dask")


@dataclass(frozen=True)
class Cluster:
    """A scheduler, and the file from which its workers know where it is."""

    file: Path

    @property
    def address(self) -> str:
        reported = json.loads(self.file.read_text())["address"]
        return "dask://" + str(reported).removeprefix("tcp://")

    @contextmanager
    def worker(self, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
        words = ("--nthreads", 1, "--no-nanny", "--no-dashboard")
        with _started("worker", *words, "--scheduler-file", self.file, env=env) as process:
            yield process

    def has(self, count: int) -> bool:
        """Return True if there are so many workers."""
        script = (
            "import sys; from distributed import Client\n"
            f"with Client(scheduler_file={str(self.file)!r}) as c: c.wait_for_workers({count}, 60)"
        )
        return subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@contextmanager
def _started(
    what: str, *words: object, env: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        # -P: what is in the folder of the tests must not hide what a worker is to import.
        [sys.executable, "-P", "-m", f"distributed.cli.dask_{what}", *map(str, words)],
        env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster with no workers yet."""
    file = tmp_path / "scheduler.json"
    with _started(
        "scheduler", "--scheduler-file", file, "--port", 0, "--host", "127.0.0.1", "--no-dashboard"
    ):
        assert eventually(lambda: file.exists() and file.read_text().endswith("}"))
        yield Cluster(file)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folder_of(tmp_path, 24)


@needs_dask
def test_the_loss_of_a_worker_costs_nothing(cluster: Cluster, folder: Path, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    spoilt = environment(f"killed-once 011-adt.csv {flag}")
    with cluster.worker(spoilt) as one, cluster.worker(spoilt) as other:
        assert cluster.has(2)
        words = (folder, "--format", "json")
        made = ran(*words, "--executor", cluster.address)
        assert sorted(p.poll() or 0 for p in (one, other)) == [-signal.SIGKILL, 0]
    assert log_of(flag).count("011-adt.csv") == 2
    assert made == ran(*words)
    assert len(json.loads(made[1])["submissions"]) == 24


@needs_dask
def test_a_worker_with_another_version_refuses(
    cluster: Cluster, folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "conformance", tmp_path / "other" / "conformance")
    with (tmp_path / "other" / "conformance" / "checker.py").open("a") as file:
        file.write("# otherwise\n")
    with cluster.worker({**os.environ, "PYTHONPATH": str(tmp_path / "other")}):
        assert cluster.has(1)
        code, out, err = ran(folder, "--executor", cluster.address)
    (line,) = err.splitlines()
    assert (code, out) == (2, b"")
    assert "has another version of tadp" in line


@needs_dask
def test_an_interrupt_ends_it(cluster: Cluster, folder: Path, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    with cluster.worker(environment(f"slow 011-adt.csv {flag}")):
        assert cluster.has(1)
        process = start(folder, "--executor", cluster.address)
        assert eventually(flag.exists)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (130, b"", b"tadp: interrupted\n")


@needs_dask
def test_a_cluster_without_workers_is_reported(cluster: Cluster, folder: Path) -> None:
    code, out, err = ran(folder, "--executor", cluster.address)
    assert (code, out) == (2, b"")
    assert err == f"tadp: {cluster.address}: the cluster has no workers\n"


@needs_dask
def test_a_scheduler_that_is_not_there_is_reported(folder: Path) -> None:
    code, out, err = ran(folder, "--executor", "dask://127.0.0.1:1")
    assert (code, out) == (2, b"")
    assert err == "tadp: dask://127.0.0.1:1: no scheduler answers there\n"


def test_workers_need_whole_paths(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    for words in (("files",), (folder, "--profile", "p.toml"), (folder, "--trust", "files/t.pem")):
        extending(folder.parent, "", name="p")
        (folder / "t.pem").write_bytes(situation.root().pem)
        trouble = run("check", *words, "--executor", "dask://127.0.0.1:1").trouble
        assert "is found from this folder" in trouble


@pytest.mark.parametrize("address", ["dask", "dask://", "http://127.0.0.1:1", ""])
def test_an_executor_has_an_address(address: str, folder: Path) -> None:
    trouble = run("check", folder, "--executor", address).trouble
    assert trouble == f"--executor: {address!r} is not an executor (dask://HOST:PORT)"
    both = run("check", folder, "--executor", "dask://127.0.0.1:1", "--jobs", 2).trouble
    assert both == "--jobs and --executor do not go together"


def test_the_package_is_asked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    trouble = run("check", folder, "--executor", "dask://127.0.0.1:1").trouble
    assert trouble.endswith("(pip install 'tadp-conformance[dask]')")


# --- Without a cluster --------------------------------------------------------------------------


class KilledWorkerError(Exception):
    """In place of the error by which a scheduler says that a worker has gone."""


class Client:
    """In place of the package's: it has as many workers as are reported."""

    workers: ClassVar[list[str]] = []
    error: ClassVar[Exception | None] = None
    made: ClassVar[list[object]] = []

    def __init__(self, address: str, **options: object) -> None:
        self.made.append((address, options))
        if self.error is not None:
            raise self.error

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.made.append("closed")

    def scheduler_info(self, n_workers: int = 5) -> dict[str, list[str]]:
        return {"workers": self.workers[:n_workers]}

    def get_executor(self, **options: object) -> tuple[str, dict[str, object]]:
        return ("executor", options)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> type[Client]:
    module, scheduler = ModuleType("distributed"), ModuleType("distributed.scheduler")
    monkeypatch.setattr(module, "Client", Client, raising=False)
    monkeypatch.setattr(scheduler, "KilledWorker", KilledWorkerError, raising=False)
    monkeypatch.setitem(sys.modules, "distributed", module)
    monkeypatch.setitem(sys.modules, "distributed.scheduler", scheduler)
    for name, value in (("workers", []), ("error", None), ("made", [])):
        monkeypatch.setattr(Client, name, value)
    return Client


def test_a_cluster_is_asked_for_its_executor_and_left_afterwards(
    client: type[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "workers", ["one"])
    names = ("distributed", "distributed.client", "tornado.application", "asyncio")
    loggers = [logging.getLogger(name) for name in names]
    for logger in loggers:
        monkeypatch.setattr(logger, "level", logging.INFO)
    with connected("dask://host:8786") as config:
        assert client.made == [("tcp://host:8786", {"timeout": 10, "set_as_default": False})]
        assert config.executor == ("executor", {"pure": False})
        assert (config.piece, config.at_once) == (8, 256)
        assert config.lost == (CancelledError, MemoryError, KilledWorkerError)
        assert [logger.level for logger in loggers] == [logging.CRITICAL] * 4
    assert client.made[1:] == ["closed"]


@pytest.mark.parametrize("error", [OSError("refused"), ValueError("no port")])
def test_who_does_not_answer_is_named(
    error: Exception, client: type[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "error", error)
    with pytest.raises(TadpError) as caught, connected("dask://host:1"):
        pass
    assert str(caught.value) == "dask://host:1: no scheduler answers there"
    assert caught.value.__cause__ is error


def test_who_has_no_workers_is_named(client: type[Client]) -> None:
    with pytest.raises(TadpError) as caught, connected("dask://host:1"):
        pass
    assert str(caught.value) == "dask://host:1: the cluster has no workers"
    assert client.made[1:] == ["closed"]


@pytest.mark.parametrize("address", ["dask", "dask://", "http://host:1", "dask:/host:1", ""])
def test_an_executor_that_is_not_the_address_of_a_cluster_is_refused(
    address: str, client: type[Client]
) -> None:
    with pytest.raises(TadpError) as caught, connected(address):
        pass
    assert str(caught.value) == f"--executor: {address!r} is not an executor (dask://HOST:PORT)"
    assert client.made == []


def test_the_package_is_asked_for_by_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(TadpError) as caught, connected("dask://host:1"):
        pass
    assert str(caught.value) == (
        "--executor: the package distributed is not installed "
        "(pip install 'tadp-conformance[dask]')"
    )
