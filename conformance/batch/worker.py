"""Checking one source, or a few, wherever that is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from conformance.batch.entry import Answer, Entry, Item, fingerprint_of
from conformance.batch.gathering import Sharing
from conformance.batch.order import Order
from conformance.checker import check_submission
from conformance.checks.context import Setting
from conformance.errors import SubmissionError, TadpError
from conformance.findings import Progress
from conformance.report.raw import submission_of
from conformance.submission.evidence import Submission
from conformance.submission.reading import read_submission

#: Shows how far the reading of a submission has come, while it is checked.
Watch = Callable[[Submission], AbstractContextManager[Progress | None]]


class WorkerFaultError(Exception):
    """A fault of ours, met in a worker; its text names the source."""


def check_source(
    item: Item, order: Order, setting: Setting, watch: Watch = lambda _: nullcontext()
) -> Entry | None:
    """Check the source of ``item`` as ``order`` says, in the ``setting`` that was built from it.

    What cannot be read is the trouble of the entry. Nothing of the files is kept in it. Nothing
    is checked, and nothing comes back, if the source is as it was ``known``.
    """
    source = item.source
    try:
        submission = read_submission(source, order.told, setting.profile)
        fingerprint = fingerprint_of(submission)
        if fingerprint is not None and fingerprint == item.known:
            return None
        with watch(submission) as advance:
            checked = check_submission(submission, setting, order.only, advance)
            shown = submission_of(checked)
    except SubmissionError as error:
        return Entry(source, None, str(error))
    return Entry(source, shown, fingerprint=fingerprint)


def check_items(items: Sequence[Item], order: Order) -> list[Answer]:
    """Check ``items`` in this process, which may be any; what an executor is given to do.

    Raises:
        TadpError: the setting cannot be built here as it was where the order was made.
        WorkerFaultError: a fault of ours.
    """
    setting, sharing = order.setting(), Sharing()
    found = [(item.index, _check(item, order, setting)) for item in items]
    # What is shared here is sent once.
    return [(index, entry and sharing.entry(entry)) for index, entry in found]


def _check(item: Item, order: Order, setting: Setting) -> Entry | None:
    try:
        return check_source(item, order, setting)
    except (TadpError, OSError, MemoryError):
        raise
    except Exception as error:
        # Its own class, and what it refers to, may not be one that can travel.
        text = f"{type(error).__name__}: {error}, while {item.source} was checked"
        raise WorkerFaultError(text) from error
