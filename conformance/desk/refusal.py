"""A problem as a page, for a person whose browser asked and who would be shown JSON."""

from __future__ import annotations

from html import escape
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from conformance.desk.problem import MEDIA, ProblemError
from conformance.home import HOME

_PAGE = HOME / "desk" / "page" / "refused.html"


def response_to(request: Request, problem: ProblemError) -> Response:
    """Return the problem, as a page where a browser was to show what it asked for."""
    path = request.url.path
    if path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return JSONResponse(problem.details(), problem.status, media_type=MEDIA)
    where = f"http://{request.headers.get('host', '')}{path}"
    values = {"what": problem.what, "where": where, "remedy": problem.remedy}
    page = Template(_PAGE.read_text("utf-8"))
    escaped = {name: escape(value) for name, value in values.items()}
    return HTMLResponse(page.substitute(escaped), problem.status)
