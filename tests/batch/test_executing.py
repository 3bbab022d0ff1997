"""Checking through any executor."""

from __future__ import annotations

import multiprocessing
import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import (
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.batch import CheckJob, SettingSpec
from conformance.batch.entry import Entry, Item
from conformance.batch.executing import ExecutorConfig, answers
from conformance.batch.gathering import gather
from conformance.batch.loss import WorkerLostError
from conformance.batch.worker import WorkerFaultError, check_items
from conformance.commands.common import catalogue
from conformance.errors import TadpError
from conformance.report.raw import draft_on
from tests.batch.many import AT, folder_of
from tests.running import run

NOW = datetime.fromisoformat(AT).astimezone(UTC)
RECIPE = SettingSpec(NOW, sent_at=NOW)


@pytest.fixture
def sources(tmp_path: Path) -> list[str]:
    return [str(path) for path in sorted(folder_of(tmp_path, 20).iterdir())]


def job() -> CheckJob:
    return CheckJob(RECIPE).fixed(RECIPE.build(catalogue()))


class Immediate(Executor):
    """Does what it is given at once, except that ``first`` may do something else.

    What is found is ``sent`` back.
    """

    def __init__(
        self,
        first: Callable[[Any], Any] = lambda _: None,
        sent: Callable[[Any], Any] = lambda found: found,
    ) -> None:
        self.first = first
        self.sent = sent
        self.given: list[list[Item]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.given.append(args[0])
        try:
            self.first(args[0])
            future.set_result(self.sent(fn(*args, **kwargs)))
        except Exception as error:
            future.set_exception(error)
        return future


def check_all(
    sources: Sequence[str],
    job: CheckJob,
    executor: Executor,
    step: Callable[[int], None] = lambda _: None,
) -> list[Entry]:
    items = [Item(index, source) for index, source in enumerate(sources)]
    return gather(items, answers(items, job, ExecutorConfig(executor)), step=step)


def spawned() -> Executor:
    return ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))


@pytest.mark.parametrize("make", [lambda: ThreadPoolExecutor(3), spawned, Immediate])
def test_any_executor_makes_the_report_of_the_command(
    make: Callable[[], Executor], sources: list[str]
) -> None:
    steps: list[int] = []
    with make() as executor:
        entries = check_all([*sources, "none.csv"], job(), executor, steps.append)
    assert [entry.source for entry in entries] == [*sources, "none.csv"]
    assert sum(steps) == len(entries)
    made = draft_on(
        [e.submission for e in entries if e.submission is not None],
        RECIPE.build(catalogue()),
        [e.trouble for e in entries if e.trouble is not None],
    )
    assert made["not_read"] == ["none.csv: no such file"]
    reported = run("check", Path(sources[0]).parent, "--at", AT, "--format", "json").report
    assert made["submissions"] == reported["submissions"]
    assert made["summary"] == reported["summary"]


def test_a_piece_that_is_lost_is_given_out_again_source_by_source(sources: list[str]) -> None:
    lost: list[list[Item]] = []

    def lose(items: list[Item]) -> None:
        if not lost:
            lost.append(items)
            raise MemoryError

    executor = Immediate(lose)
    entries = check_all(sources, job(), executor)
    assert [entry.source for entry in entries] == sources
    assert all(entry.trouble is None for entry in entries)
    again = [items for items in executor.given if len(items) == 1]
    assert [items[0] for items in again] == lost[0]


def test_a_source_that_is_lost_again_is_the_trouble_of_its_entry(sources: list[str]) -> None:
    def lose(items: list[Item]) -> None:
        if any(item.index == 3 for item in items):
            raise MemoryError("not enough")

    entries = check_all(sources, job(), Immediate(lose))
    assert [e.source for e in entries if e.trouble] == [sources[3]]
    assert entries[3].trouble == f"{sources[3]}: could not be checked: not enough"


def test_an_executor_that_breaks_is_reported_with_what_was_under_way(sources: list[str]) -> None:
    def end(items: list[Item]) -> None:
        raise BrokenProcessPool

    with pytest.raises(TadpError) as caught:
        check_all(sources[:3], job(), Immediate(end))
    assert str(caught.value) == (
        f"a worker was killed while it checked one of {', '.join(sources[:3])} "
        "(check these by themselves)"
    )
    assert isinstance(caught.value.__cause__, BrokenProcessPool)


@pytest.mark.parametrize(("count", "named", "more"), [
    (1, 1, ""), (5, 5, ""), (6, 5, " or of 1 more"), (12, 5, " or of 7 more"),
])  # fmt: skip
def test_of_many_that_were_under_way_a_few_are_named(count: int, named: int, more: str) -> None:
    items = [Item(index, f"{index}.csv") for index in range(count)]
    error = WorkerLostError(items)
    names = ", ".join(f"{index}.csv" for index in range(named))
    assert error.what == f"a worker was killed while it checked one of {names}{more}"
    assert error.remedy == "check these by themselves"
    assert error.items == tuple(items)


def test_a_lane_takes_pieces_of_eight_and_says_what_is_lost() -> None:
    executor = Immediate()
    config = ExecutorConfig(executor)
    assert (config.executor, config.piece, config.at_once) == (executor, 8, 256)
    assert config.lost == (CancelledError, MemoryError)


@pytest.mark.parametrize("lost", [CancelledError, MemoryError, BlockingIOError])
def test_sources_that_an_executor_reports_as_lost_are_given_out_again(
    lost: type[Exception], sources: list[str]
) -> None:
    def lose(items: list[Item]) -> None:
        if len(items) > 1 or items[0].index == 4:
            raise lost

    executor = Immediate(lose)
    items = [Item(index, source) for index, source in enumerate(sources[:6])]
    config = ExecutorConfig(
        executor, piece=4, lost=(*ExecutorConfig(executor).lost, BlockingIOError)
    )
    found = dict(answers(items, job(), config))
    assert sorted(found) == list(range(6))
    assert [len(given) for given in executor.given] == [4, 2, 1, 1, 1, 1, 1, 1]
    troubles = {index: entry.trouble for index, entry in found.items() if entry and entry.trouble}
    assert troubles == {4: f"{sources[4]}: could not be checked: {lost.__name__}"}


def test_pieces_are_in_order_and_the_last_has_the_rest(sources: list[str]) -> None:
    for count, sizes in ((0, []), (1, [1]), (8, [8]), (9, [8, 1]), (20, [8, 8, 4])):
        executor = Immediate()
        check_all(sources[:count], job(), executor)
        assert [len(given) for given in executor.given] == sizes
        given = [item for piece in executor.given for item in piece]
        assert given == [Item(index, source) for index, source in enumerate(sources[:count])]


def test_requirements_that_entries_share_are_shared_among_pieces_too(sources: list[str]) -> None:
    items = [Item(0, sources[0]), Item(1, sources[1])]
    # As it comes from a process, which has objects of its own.
    executor = Immediate(lambda _: None, lambda found: pickle.loads(pickle.dumps(found)))  # noqa: S301
    one, other = (
        entry.submission["requirements"]
        for _, entry in answers(items, job(), ExecutorConfig(executor, piece=1))
        if entry is not None and entry.submission is not None
    )
    alike = [(a, b) for a, b in zip(one, other, strict=True) if not a["findings"]]
    assert len(alike) > 20
    assert all(a is b for a, b in alike)


class Holding(Executor):
    """Fails the first piece if the test says so, and keeps the others."""

    def __init__(self, error: Exception) -> None:
        self.futures: list[Future[Any]] = []
        self._error = error

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if not self.futures:
            future.set_exception(self._error)
        self.futures.append(future)
        return future


@pytest.mark.parametrize(
    ("error", "reported"),
    [
        (TadpError("is broken", where="x"), "x: is broken"),
        (WorkerFaultError("KeyError: 1, while x was checked"), "KeyError: 1, while x was checked"),
        (OSError(28, "No space left"), "[Errno 28] No space left"),
        (
            ValueError("odd"),
            "the executor failed: ValueError: odd (see its log, and check again)",
        ),
        (
            AttributeError("odd"),
            "a worker cannot carry it out: AttributeError: odd "
            "(the same version of tadp has to be installed for every worker)",
        ),
    ],
)
def test_an_error_ends_it_and_what_has_not_begun_is_not_begun(
    error: Exception, reported: str, sources: list[str]
) -> None:
    executor = Holding(error)
    with pytest.raises((TadpError, WorkerFaultError, OSError)) as caught:
        check_all(sources, job(), executor)
    assert str(caught.value) == reported
    kept = (
        caught.value.__cause__ if isinstance(error, ValueError | AttributeError) else caught.value
    )
    assert kept is error
    assert [future.cancelled() for future in executor.futures] == [False, True, True]


def test_who_wants_no_more_answers_leaves_nothing_to_be_begun(sources: list[str]) -> None:
    executor = Holding(MemoryError("not enough"))
    items = [Item(index, source) for index, source in enumerate(sources)]
    answered = answers(items, job(), ExecutorConfig(executor, piece=1, at_once=4))
    assert next(answered)[0] == 0
    answered.close()
    assert [future.cancelled() for future in executor.futures] == [False, True, True, True]


def test_a_worker_that_lacks_the_program_is_reported_once(sources: list[str]) -> None:
    def lack(items: list[Item]) -> None:
        raise ModuleNotFoundError("No module named 'conformance'")

    with pytest.raises(TadpError, match="the same version of tadp has to be installed"):
        check_all(sources, job(), Immediate(lack))


@pytest.mark.parametrize("place", range(4))
def test_a_worker_with_another_setting_refuses(place: int, sources: list[str]) -> None:
    digests = list(job().digests)
    name, _ = digests[place]
    digests[place] = (name, "0" * 64)
    with pytest.raises(TadpError, match=f"has another {name}"):
        check_all(sources, replace(job(), digests=tuple(digests)), Immediate())


def test_no_more_is_given_out_at_once_than_the_lane_takes(sources: list[str]) -> None:
    class Counting(ThreadPoolExecutor):
        most = 0
        out: list[Future[Any]] = []  # noqa: RUF012 - of this one test

        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            self.out.append(future := super().submit(fn, *args, **kwargs))
            Counting.most = max(self.most, sum(not f.done() for f in self.out))
            return future

    items = [Item(index, source) for index, source in enumerate(sources)]
    with Counting(2) as executor:
        found = dict(answers(items, job(), ExecutorConfig(executor, piece=3, at_once=2)))
    assert sorted(found) == list(range(len(sources)))
    assert len(executor.out) == 7
    assert Counting.most <= 2


def test_the_order_of_a_worker_is_carried_out_as_it_is(sources: list[str]) -> None:
    items = [Item(7, sources[2])]
    ((index, entry),) = check_items(items, replace(job(), only=("6.1-3",)))
    assert index == 7
    assert entry is not None
    assert entry.submission is not None
    assert [r["status"] for r in entry.submission["requirements"]] == ["failed"]
    known = Item(7, sources[2], entry.fingerprint)
    assert check_items([known], job()) == [(7, None)]
