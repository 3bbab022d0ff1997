"""Where sources are checked: here, in processes of our own, or by the workers of a cluster."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from conformance.batch.entry import Answer, Item
from conformance.batch.job import CheckJob
from conformance.batch.worker import Watch, WorkerState, check_source
from conformance.checks.context import Setting
from conformance.errors import TadpError
from conformance.inputs import STDIN

if TYPE_CHECKING:
    from concurrent.futures import Executor


def cores() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Backend(Struct, frozen=True):
    """Where sources are checked: in ``jobs`` processes, or by ``executor`` or at its address."""

    jobs: int = 1
    executor: str | Executor | None = None

    def leads_away(self, count: int) -> bool:
        """Return True if any of ``count`` sources is checked in another process than this."""
        return self.executor is not None or min(self.jobs, count) > 1

    def make_ready(self, paths: Sequence[str]) -> None:
        """Begin what takes a while and can go on beside what this process still has to do.

        One file alone is checked in this process.
        """
        many = len(paths) > 1 or Path(paths[0]).is_dir()
        if many and self.executor is None and self.jobs > 1:
            from conformance.process_server import start_server

            start_server()

    @contextmanager
    def answers(
        self, items: Sequence[Item], job: CheckJob, setting: Setting, watch: Watch
    ) -> Iterator[Generator[Answer, None, None]]:
        """The answers for ``items`` as they come; standard input can be read only here.

        Raises:
            TadpError: there is no such executor, or its workers cannot carry out the job.
        """
        if not self.leads_away(len(items)):
            yield _here(items, job, setting, watch)
            return
        mine = [item for item in items if item.source == STDIN]
        others = [item for item in items if item.source != STDIN]
        with self._away(others, job) as away:
            yield _chain(_here(mine, job, setting, watch), away)

    @contextmanager
    def _away(
        self, items: Sequence[Item], job: CheckJob
    ) -> Iterator[Generator[Answer, None, None]]:
        if self.executor is None:
            from conformance.batch.processes import in_processes

            yield in_processes(items, job, self.jobs)
            return
        from conformance.batch.executing import ExecutorConfig, answers

        if not isinstance(self.executor, str):
            yield answers(items, job, ExecutorConfig(self.executor))
            return
        from conformance.batch.cluster import connected

        _require_absolute(items, job)
        with connected(self.executor) as config:
            yield answers(items, job, config)


def _here(
    items: Sequence[Item], job: CheckJob, setting: Setting, watch: Watch
) -> Generator[Answer, None, None]:
    state = WorkerState(job, setting)
    for item in items:
        yield item.index, check_source(item, state, watch)


def _chain(*several: Generator[Answer, None, None]) -> Generator[Answer, None, None]:
    for one in several:
        yield from one


def _require_absolute(items: Sequence[Item], job: CheckJob) -> None:
    """Complain of a path that means something else to a worker in another folder."""
    spec = job.spec
    files = [
        *spec.trust,
        *spec.crls,
        *spec.ocsp,
        *spec.edition_files,
        *filter(None, [job.hints.signature, job.hints.live_users, job.hints.certificate]),
    ]
    if isinstance(spec.profile, str):
        profile = Path(spec.profile)
        if profile.is_file():
            files.append(profile)
    for path in [*(Path(item.source) for item in items), *files]:
        if not path.is_absolute():
            raise TadpError(
                "is found from this folder, and a worker may run in another",
                where=str(path),
                remedy="give its whole path",
            )
