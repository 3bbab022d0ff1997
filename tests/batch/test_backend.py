"""Where sources are checked, and the paths that they have there."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.batch import CheckJob, SettingSpec, backend
from conformance.batch.backend import Backend, cores
from conformance.batch.entry import Answer, Entry, Item
from conformance.batch.executing import ExecutorConfig
from conformance.errors import TadpError
from conformance.submission.hints import CliHints
from tests.batch.test_executing import Immediate
from tests.checks.situation import ADT, catalogue

AT = datetime(2025, 6, 1, 10, tzinfo=UTC)
RECIPE = SettingSpec(AT, sent_at=AT)
ORDER = CheckJob(RECIPE)
#: Of every file that has to be found in the other folder too.
FILES: dict[str, Any] = {
    "trust": lambda path: CheckJob(replace(RECIPE, trust=(Path("/a"), path))),
    "crls": lambda path: CheckJob(replace(RECIPE, crls=(Path("/a"), path))),
    "ocsp": lambda path: CheckJob(replace(RECIPE, ocsp=(Path("/a"), path))),
    "signature": lambda path: CheckJob(RECIPE, CliHints(signature=path)),
    "live users": lambda path: CheckJob(RECIPE, CliHints(live_users=path)),
}


def answered(one: Backend, items: Sequence[Item], job: CheckJob = ORDER) -> list[Answer]:
    with one.answers(items, job, RECIPE.build(catalogue()), lambda _: nullcontext()) as answers:
        return list(answers)


@pytest.fixture
def items(tmp_path: Path) -> list[Item]:
    made = []
    for index in range(3):
        (tmp_path / f"{index}-adt.csv").write_bytes(ADT)
        made.append(Item(index, str(tmp_path / f"{index}-adt.csv")))
    return made


def test_as_many_processors_count_as_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cores() == len(os.sched_getaffinity(0))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5, 7})
    assert cores() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert cores() == 6
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores() == 1


@pytest.mark.parametrize(
    ("one", "counts"),
    [
        (Backend(), []),
        (Backend(1), []),
        (Backend(2), [2, 3]),
        (Backend(9), [2, 3]),
        (Backend(1, "dask://h:1"), [0, 1, 2, 3]),
    ],
)
def test_another_process_is_needed_for_several_sources_or_another_machine(
    one: Backend, counts: list[int]
) -> None:
    assert [count for count in range(4) if one.leads_away(count)] == counts


@pytest.mark.parametrize(
    ("one", "paths", "times"),
    [
        (Backend(), ["."], 0),
        (Backend(1), ["."], 0),
        (Backend(2), ["."], 1),
        (Backend(2), [__file__], 0),
        (Backend(2), [__file__, __file__], 1),
        (Backend(2, "dask://h:1"), ["."], 0),
    ],
)
def test_processes_of_our_own_are_made_ready_for_a_folder_or_several_files(
    one: Backend, paths: list[str], times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[None] = []
    monkeypatch.setattr("conformance.process_server.start_server", lambda: made.append(None))
    one.make_ready(paths)
    assert len(made) == times


def test_sources_that_are_checked_here_come_in_their_order_and_are_watched(
    items: list[Item],
) -> None:
    watched: list[str] = []

    def watch(submission: Any) -> Any:
        watched.append(submission.source)
        return nullcontext()

    job = replace(ORDER, only=("6.1-3",))
    mixed = [items[2], items[0]]
    with Backend().answers(mixed, job, RECIPE.build(catalogue()), watch) as answers:
        found = list(answers)
    assert [index for index, _ in found] == [2, 0]
    assert watched == [item.source for item in mixed]
    for _, entry in found:
        assert entry is not None
        assert entry.submission is not None
        assert [r["id"] for r in entry.submission["requirements"]] == ["6.1-3"]


def test_standard_input_is_read_here_and_before_what_goes_away(
    items: list[Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    away: list[list[Item]] = []

    def in_processes(
        given: Sequence[Item], job: CheckJob, jobs: int
    ) -> Generator[Answer, None, None]:
        away.append([*given])
        assert (job, jobs) == (ORDER, 2)
        for item in given:
            yield item.index, Entry(item.source, None, "away")

    monkeypatch.setattr("conformance.batch.processes.in_processes", in_processes)
    monkeypatch.setattr(backend, "check_source", lambda item, *_: Entry(item.source, None, "here"))
    mixed = [items[0], Item(9, "-"), items[1]]
    found = [(index, entry and entry.trouble) for index, entry in answered(Backend(2), mixed)]
    assert found == [(9, "here"), (0, "away"), (1, "away")]
    assert away == [[items[0], items[1]]]


def test_an_executor_gets_all_but_standard_input(
    items: list[Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    @contextmanager
    def connected(address: str) -> Iterator[ExecutorConfig]:
        asked.append(address)
        yield ExecutorConfig(Immediate())
        asked.append("closed")

    monkeypatch.setattr("conformance.batch.cluster.connected", connected)
    monkeypatch.setattr(backend, "check_source", lambda item, *_: Entry(item.source, None, "here"))
    found = answered(Backend(executor="dask://h:1"), [Item(9, "-"), *items])
    assert [index for index, _ in found] == [9, 0, 1, 2]
    assert all(entry is not None and not entry.trouble for _, entry in found[1:])
    assert asked == ["dask://h:1", "closed"]


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """An executor that must not be asked for."""

    def connected(_: str) -> Any:
        raise AssertionError("asked for")

    monkeypatch.setattr("conformance.batch.cluster.connected", connected)


def refused(items: Sequence[Item], job: CheckJob) -> str:
    with pytest.raises(TadpError) as caught:
        answered(Backend(executor="dask://h:1"), items, job)
    return str(caught.value)


RELATIVE = "is found from this folder, and a worker may run in another (give its whole path)"


@pytest.mark.usefixtures("nowhere")
def test_a_source_has_its_whole_path(items: list[Item]) -> None:
    assert refused([*items, Item(3, "here/adt.csv")], ORDER) == f"here/adt.csv: {RELATIVE}"


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize("name", FILES)
def test_every_file_that_a_worker_reads_has_its_whole_path(name: str, items: list[Item]) -> None:
    assert refused(items, FILES[name](Path("b/c"))) == f"b/c: {RELATIVE}"


def test_a_job_whose_files_have_whole_paths_goes_to_the_cluster(
    items: list[Item], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: list[CheckJob] = []

    def answers(
        _: Sequence[Item], job: CheckJob, __: ExecutorConfig
    ) -> Generator[Answer, None, None]:
        given.append(job)
        yield from ()

    monkeypatch.setattr("conformance.batch.cluster.connected", lambda _: nullcontext("lane"))
    monkeypatch.setattr("conformance.batch.executing.answers", answers)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "profile.toml").write_bytes(b"")
    orders = [make(tmp_path / "x") for make in FILES.values()]
    orders += [
        CheckJob(replace(RECIPE, profile=name)) for name in ("reference", str(tmp_path / "p"))
    ]
    for job in orders:
        assert answered(Backend(executor="dask://h:1"), items, job) == []
    assert given == orders
    # A profile may be the name of one that is shipped; where a file has it, it is that file.
    refused_order = CheckJob(replace(RECIPE, profile="profile.toml"))
    assert refused(items, refused_order) == f"profile.toml: {RELATIVE}"
