"""Checking one source, wherever that is done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from conformance.batch.entry import Entry
from conformance.batch.order import Order
from conformance.checker import check_submission
from conformance.checks.context import Setting
from conformance.errors import SubmissionError
from conformance.findings import Progress
from conformance.report.raw import submission_of
from conformance.submission.evidence import Submission
from conformance.submission.reading import read_submission

#: Shows how far the reading of a submission has come, while it is checked.
Watch = Callable[[Submission], AbstractContextManager[Progress | None]]


def check_source(
    source: str, order: Order, setting: Setting, watch: Watch = lambda _: nullcontext()
) -> Entry:
    """Check ``source`` as ``order`` says, in the ``setting`` that was built from it.

    What cannot be read is the trouble of the entry. Nothing of the files is kept in it.
    """
    try:
        submission = read_submission(source, order.told, setting.profile)
        with watch(submission) as advance:
            checked = check_submission(submission, setting, order.only, advance)
            return Entry(source, submission_of(checked))
    except SubmissionError as error:
        return Entry(source, None, str(error))
