"""An implementation that is a function of the process of the tests: nothing guards it."""

from __future__ import annotations

from collections.abc import Callable

from conformance.assessment.messages import Answer
from conformance.assessment.neutral import Job
from conformance.assessment.one_by_one import OneByOne


class Direct(OneByOne):
    """Calls the function, and has it answer once."""

    def __init__(self, function: Callable[[Job], Answer]) -> None:
        self._function = function

    def ask(self, job: Job) -> Answer:
        """Call the function."""
        return self._function(job)
