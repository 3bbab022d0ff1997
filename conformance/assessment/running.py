"""Putting jobs to an implementation: the smoke test, and then all of them, several at once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct
from msgspec.structs import replace

from conformance.assessment.adapter import Adapter
from conformance.assessment.corpus import Case
from conformance.assessment.messages import Answer, Outcome
from conformance.assessment.neutral import Job, Workspace, neutral_copy, neutral_ids
from conformance.errors import TadpError

#: The file of a submission that no reader takes for one.
_BROKEN = b"This is not a file of comma separated values, and it is not signed.\r\n"


class Put(Struct, frozen=True):
    """A case, what was sent for it, the answer, and how many seconds that took."""

    case: Case
    job: Job
    answer: Answer
    seconds: float = 0.0


def put_one(adapter: Adapter, case: Case, job: Job) -> Put:
    """Put one job, and take the time."""
    begun = time.monotonic()
    answer = adapter.ask(job)
    return Put(case, job, answer, time.monotonic() - begun)


def smoke_test(adapter: Adapter, workspace: Workspace, seed: int) -> None:
    """Put a conforming submission and a plainly broken one, to see that answers come at all.

    Raises:
        TadpError: neither got an answer: the adapter does not work.
    """
    case = next(c for c in workspace.corpus.cases if c.conforms)
    # A seed of its own, so that the names do not occur again.
    names = neutral_ids(2, -1 - seed)
    answers = []
    for name, spoil in zip(names, (False, True), strict=True):
        job = neutral_copy(case, name, workspace)
        if spoil:
            _spoil(job)
        answers.append(adapter.ask(job))
    if all(answer.outcome is Outcome.ERROR for answer in answers):
        raise TadpError(
            "the adapter does not work: neither a conforming nor a broken submission got an "
            f"answer: {answers[0].reason}",
            remedy="see tadp assess protocol",
        )


def without_spoiled(puts: Iterable[Put], spoiled: Mapping[str, str]) -> list[Put]:
    """Return what was put, an answer that does not count after all as an error."""
    return [
        replace(put, answer=Answer.error(spoiled[put.job.id])) if put.job.id in spoiled else put
        for put in puts
    ]


def _spoil(job: Job) -> None:
    manifest = json.loads((job.folder / job.message["manifest"]).read_text("utf-8"))
    (job.folder / manifest["file"]).write_bytes(_BROKEN)


def put_all(
    adapter: Adapter,
    jobs: Iterable[tuple[Case, Job]],
    at_once: int,
    step: Callable[[Put], None] = lambda _: None,
) -> list[Put]:
    """Put every job, up to ``at_once`` at a time; the answers come in the order of the jobs.

    ``step`` gets each as soon as it is answered.
    """

    def put(one: tuple[Case, Job]) -> Put:
        done = put_one(adapter, *one)
        step(done)
        return done

    if at_once == 1:
        return [put(one) for one in jobs]
    pool = ThreadPoolExecutor(at_once)
    try:
        return list(pool.map(put, jobs))
    finally:
        # When the user interrupts, what is not yet put is not put any more.
        pool.shutdown(cancel_futures=True)
