"""Checking one source, or a few, wherever that is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.batch.entry import DIGEST, Answer, Entry, Item, fingerprint_of
from conformance.batch.job import CheckJob
from conformance.checker import check_submission
from conformance.checks.context import Setting
from conformance.errors import SubmissionError, TadpError
from conformance.findings import Progress
from conformance.inputs import reserve
from conformance.report.raw import Shown, submission_of
from conformance.submission.contradiction import contradictions
from conformance.submission.evidence import Submission
from conformance.submission.kind import unusable
from conformance.submission.reading import read_submissions

#: Shows how far the reading of a submission has come, while it is checked.
Watch = Callable[[Submission], AbstractContextManager[Progress | None]]


class WorkerFaultError(Exception):
    """A fault of ours, met in a worker; its text names the source."""


class WorkerState(Struct, frozen=True):
    """Where sources are checked: the job, the setting built from it, and what was shown."""

    job: CheckJob
    setting: Setting
    shown: Shown = field(default_factory=Shown)


def check_source(
    item: Item, state: WorkerState, watch: Watch = lambda _: nullcontext()
) -> Entry | None:
    """Check the source of ``item``, with ``state``.

    What cannot be read is the trouble of the entry. Nothing of the files is kept in it. Nothing
    is checked, and nothing comes back, if the source is as it was ``known``.
    """
    source, job, setting = item.source, state.job, state.setting
    try:
        submissions = read_submissions(source, job.hints, setting.profile)
        if item.known is not None and fingerprint_of(submissions) == item.known:
            return None
        against = [[*contradictions(one, setting.now)] for one in submissions]
        shown = [
            _check_one(one, state, watch, timed=not errors)
            for one, errors in zip(submissions, against, strict=True)
        ]
        passed = [(o.name, o.why, o.noted) for one in submissions for o in one.passed_over]
        wrong = [
            str(error)
            for one, errors in zip(submissions, against, strict=True)
            for error in (*unusable(one, setting.profile), *errors)
        ]
        trouble = "; ".join(dict.fromkeys(wrong)) or None
        return Entry(source, shown[0], trouble, fingerprint_of(submissions), shown[1:], passed)
    except SubmissionError as error:
        return Entry(source, None, str(error))


def _check_one(
    submission: Submission, state: WorkerState, watch: Watch, *, timed: bool
) -> dict[str, Any]:
    for content in submission.inputs:
        content.await_digest(DIGEST)
    with watch(submission) as advance:
        setting = state.setting
        if not timed:
            # Which of the times is wrong is not known, so that none is used.
            submission = replace(submission, sent_at=None, completed_at=None)
            setting = replace(setting, sent_at=None)
        checked = check_submission(submission, setting, state.job.only, advance)
        return submission_of(checked, state.shown)


def check_items(items: Sequence[Item], job: CheckJob) -> list[Answer]:
    """Check ``items`` in this process, which may be any; what an executor is given to do.

    Raises:
        TadpError: the setting cannot be built here as it was where the job was made.
        WorkerFaultError: a fault of ours.
    """
    reserve(job.written)
    # Data that the entries share is sent once.
    state = WorkerState(job, job.setting())
    return [(item.index, _check(item, state)) for item in items]


def _check(item: Item, state: WorkerState) -> Entry | None:
    try:
        return check_source(item, state)
    except (TadpError, OSError, MemoryError):
        raise
    except Exception as error:
        # Its own class, and what it refers to, may not be one that can travel.
        text = f"{type(error).__name__}: {error}, while {item.source} was checked"
        raise WorkerFaultError(text) from error
