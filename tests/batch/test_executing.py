"""Checking through any executor."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.batch import Order, Recipe
from conformance.batch.entry import Item
from conformance.batch.executing import Lane, answers, check_all
from conformance.batch.worker import check_items
from conformance.commands.common import catalogue
from conformance.errors import TadpError
from conformance.report.raw import report_on
from tests.batch.many import AT, folder_of
from tests.running import run

NOW = datetime.fromisoformat(AT).astimezone(UTC)
RECIPE = Recipe(NOW, sent_at=NOW)


@pytest.fixture
def sources(tmp_path: Path) -> list[str]:
    return [str(path) for path in sorted(folder_of(tmp_path, 20).iterdir())]


def order() -> Order:
    return Order(RECIPE).fixed(RECIPE.build(catalogue()))


class Immediate(Executor):
    """Does what it is given at once, except that ``first`` may do something else."""

    def __init__(self, first: Callable[[Any], Any] = lambda _: None) -> None:
        self.first = first
        self.given: list[list[Item]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.given.append(args[0])
        try:
            self.first(args[0])
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def spawned() -> Executor:
    return ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))


@pytest.mark.parametrize("make", [lambda: ThreadPoolExecutor(3), spawned, Immediate])
def test_any_executor_makes_the_report_of_the_command(
    make: Callable[[], Executor], sources: list[str]
) -> None:
    steps: list[int] = []
    with make() as executor:
        entries = check_all([*sources, "none.csv"], order(), executor, steps.append)
    assert [entry.source for entry in entries] == [*sources, "none.csv"]
    assert sum(steps) == len(entries)
    made = report_on(
        [e.submission for e in entries if e.submission is not None],
        RECIPE.build(catalogue()),
        [e.trouble for e in entries if e.trouble is not None],
    )
    assert made["not_read"] == ["none.csv: no such file"]
    told = run("check", Path(sources[0]).parent, "--at", AT, "--format", "json").report
    assert made["submissions"] == told["submissions"]
    assert made["summary"] == told["summary"]


def test_a_piece_that_is_lost_is_given_out_again_source_by_source(sources: list[str]) -> None:
    lost: list[list[Item]] = []

    def lose(items: list[Item]) -> None:
        if not lost:
            lost.append(items)
            raise MemoryError

    executor = Immediate(lose)
    entries = check_all(sources, order(), executor)
    assert [entry.source for entry in entries] == sources
    assert all(entry.trouble is None for entry in entries)
    again = [items for items in executor.given if len(items) == 1]
    assert [items[0] for items in again] == lost[0]


def test_what_is_lost_again_is_the_trouble_of_its_entry(sources: list[str]) -> None:
    def lose(items: list[Item]) -> None:
        if any(item.index == 3 for item in items):
            raise MemoryError("not enough")

    entries = check_all(sources, order(), Immediate(lose))
    assert [e.source for e in entries if e.trouble] == [sources[3]]
    assert entries[3].trouble == f"{sources[3]}: could not be checked: not enough"


def test_an_executor_that_breaks_is_told_with_what_was_under_way(sources: list[str]) -> None:
    def end(items: list[Item]) -> None:
        raise BrokenProcessPool

    with pytest.raises(TadpError, match=r"a worker was killed while it checked one of .*000-adt"):
        check_all(sources, order(), Immediate(end))


def test_a_worker_that_lacks_the_program_is_told_once(sources: list[str]) -> None:
    def lack(items: list[Item]) -> None:
        raise ModuleNotFoundError("No module named 'conformance'")

    with pytest.raises(TadpError, match="the same version of tadp has to be installed"):
        check_all(sources, order(), Immediate(lack))


@pytest.mark.parametrize("place", range(4))
def test_a_worker_with_another_setting_refuses(place: int, sources: list[str]) -> None:
    digests = list(order().digests)
    name, _ = digests[place]
    digests[place] = (name, "0" * 64)
    with pytest.raises(TadpError, match=f"has another {name}"):
        check_all(sources, replace(order(), digests=tuple(digests)), Immediate())


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
        found = dict(answers(items, order(), Lane(executor, piece=3, at_once=2)))
    assert sorted(found) == list(range(len(sources)))
    assert len(executor.out) == 7
    assert Counting.most <= 2


def test_the_order_of_a_worker_is_carried_out_as_it_is(sources: list[str]) -> None:
    items = [Item(7, sources[2])]
    ((index, entry),) = check_items(items, replace(order(), only=("6.1-3",)))
    assert index == 7
    assert entry is not None
    assert entry.submission is not None
    assert [r["status"] for r in entry.submission["requirements"]] == ["failed"]
    known = Item(7, sources[2], entry.fingerprint)
    assert check_items([known], order()) == [(7, None)]
