"""Problems with a request, as RFC 9457 has them: problem details."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

#: The media type of a problem.
MEDIA = "application/problem+json"


class ProblemError(Exception):
    """A request that has no answer: the ``status``, what is wrong, and lines that say more.

    ``remedy`` is what a person at a browser can do about it, and ``programs`` what is said to a
    program alone.
    """

    def __init__(
        self,
        status: HTTPStatus,
        what: str,
        lines: Sequence[str] = (),
        *,
        remedy: str = "Go back to the page of the desk",
        programs: str = "",
    ) -> None:
        super().__init__(what)
        self.status = status
        self.what = what
        self.lines = tuple(lines)
        self.remedy = remedy
        self.programs = programs

    def details(self) -> dict[str, Any]:
        """Return the problem as an object for JSON."""
        more = {"lines": list(self.lines)} if self.lines else {}
        return {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.what + self.programs,
            **more,
        }
