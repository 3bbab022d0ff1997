"""Problems with a request, as RFC 9457 has them: problem details."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

#: The media type of a problem.
MEDIA = "application/problem+json"


class ProblemError(Exception):
    """A request that has no answer: the ``status``, what is wrong, and lines that say more."""

    def __init__(self, status: HTTPStatus, detail: str, lines: Sequence[str] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.lines = tuple(lines)

    def details(self) -> dict[str, Any]:
        """Return the problem as an object for JSON."""
        more = {"lines": list(self.lines)} if self.lines else {}
        return {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.detail,
            **more,
        }
