"""The interface of every adapter, and the choice of the one that the user names."""

from __future__ import annotations

from typing import Any, Protocol

from conformance.assessment.messages import Answer
from conformance.assessment.neutral import Job
from conformance.assessment.terms import Terms
from conformance.errors import TadpError

_REMEDY = "one of exec:COMMAND, ndjson:COMMAND, http:URL, python:MODULE:FUNCTION"


class Adapter(Protocol):
    """Puts jobs to an implementation. ``ask`` may be called from several threads at once.

    It never raises for what an implementation does: that is an ``Answer`` with an error.
    """

    def start(self) -> dict[str, Any]:
        """Make ready; return what the implementation says of itself, perhaps nothing.

        Raises:
            TadpError: it cannot be reached or started, or does not speak the protocol.
        """

    def ask(self, job: Job) -> Answer:
        """Put one job."""

    def close(self) -> list[str]:
        """End whatever was started; return what was wrong with how it ended."""

    def spoiled(self) -> dict[str, str]:
        """Return the answers that do not count after all, by the id of the job, and why.

        It is known once the adapter is closed.
        """


def open_adapter(name: str, terms: Terms) -> Adapter:
    """The adapter that ``name`` says.

    Raises:
        TadpError: there is no such adapter.
    """
    kind, separator, rest = name.partition(":")
    if not separator or not rest:
        raise TadpError(f"{name!r} is not an adapter", remedy=_REMEDY)
    if kind == "exec":
        from conformance.assessment.exec_adapter import ExecAdapter

        return ExecAdapter(rest, terms)
    if kind in ("ndjson", "python"):
        from conformance.assessment.lines import Lines, Workers
        from conformance.assessment.process import words_of

        return Lines(words_of(rest), terms) if kind == "ndjson" else Workers(rest, terms)
    if kind in ("http", "https"):
        from conformance.assessment.web import Web

        return Web(name, terms)
    raise TadpError(f"there is no adapter {kind!r}", remedy=_REMEDY)
