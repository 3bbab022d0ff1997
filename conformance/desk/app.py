"""The desk as an application of the web: its page, and its API."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from html import escape
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from string import Template
from typing import Any

from msgspec import Struct
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from conformance.desk.carrying import Made, Settings, carry_out
from conformance.desk.diary import latest, report_on
from conformance.desk.guard import ALONE, COOKIE, CSP, HEADERS, Guard
from conformance.desk.known import known_answers
from conformance.desk.notes import NOTES, in_header
from conformance.desk.openapi import add_hints, document
from conformance.desk.operation import INPUTS, OPERATIONS, OUTPUTS, Answer, Operation
from conformance.desk.problem import ProblemError
from conformance.desk.quoting import quoted
from conformance.desk.refusal import response_to
from conformance.desk.upload import Sent, place_for, require_fields
from conformance.errors import TadpError
from conformance.home import HOME
from conformance.model.profile_loading import DEFAULT

#: Parts of a request, at most, and bytes of one that is text.
MOST_FILES, MOST_TEXTS, LONGEST_TEXT = 10_000, 100, 1 << 16
#: Events of a watch that are shown.
EVENTS = 200
#: Seconds after which to ask again where too many are waiting.
RETRY = 5
#: The header that goes with a status.
_WITH_STATUS: dict[int, tuple[str, str]] = {
    HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate", 'Bearer realm="tadp desk"'),
    HTTPStatus.METHOD_NOT_ALLOWED: ("Allow", "POST"),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After", str(RETRY)),
}
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

PAGE = HOME / "desk" / "page"
_SCRIPTS = ("actions.js", "answers.js", "asking.js", "desk.js", "files.js")
_PAGE_FILES = {
    "/": ("index.html", "text/html"),
    "/desk.css": ("desk.css", "text/css"),
    **{f"/{name}": (name, "text/javascript") for name in _SCRIPTS},
}


class Limits(Struct, frozen=True):
    """How much is taken: bytes of one request, commands at once, and requests that wait."""

    size: int = 512 << 20
    at_once: int = 2
    waiting: int = 32


class Desk:
    """The routes, and what they share; ``journal`` is that of a watch, if there is one to show.

    The folder of each request is made in ``home``.
    """

    home: Path | None = None

    def __init__(
        self, guard: Guard, settings: Settings, limits: Limits, journal: Path | None = None
    ) -> None:
        self._guard = guard
        self._journal = journal
        self._settings = settings
        self._limits = limits
        self._turns = asyncio.Semaphore(limits.at_once)
        self._count = 0

    def app(self) -> Starlette:
        """Return the application."""
        routes = [
            Route("/open", self._guarded(self._open, known=False)),
            Route("/api/openapi.json", self._guarded(self._describe)),
            Route("/api/journal", self._guarded(self._events)),
            Route("/api/report", self._guarded(self._report)),
            Route("/api/{name}", self._guarded(self._operate), methods=_METHODS),
        ]
        routes += [Route(path, self._guarded(self._page)) for path in _PAGE_FILES]
        return Starlette(routes=routes, exception_handlers={HTTPException: _not_there})

    def _guarded(
        self, answer: Callable[[Request], Awaitable[Response]], *, known: bool = True
    ) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            try:
                self._guard.require_host(request.headers)
                if known:
                    self._guard.require_known(request.headers, request.cookies)
                response = await answer(request)
            except ProblemError as problem:
                response = response_to(request, problem)
            except OSError as error:
                text = error.strerror or str(error)
                full = ProblemError(HTTPStatus.INSUFFICIENT_STORAGE, text)
                response = response_to(request, full)
            except ClientDisconnect:
                response = Response(status_code=400)
            header = _WITH_STATUS.get(response.status_code)
            if header is not None:
                response.headers.setdefault(*header)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return guarded

    async def _open(self, request: Request) -> Response:
        response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        if self._guard.knows(request.cookies):
            # The same browser, once more.
            return response
        secret = self._guard.change(request.query_params.get("ticket", ""))
        response.set_cookie(COOKIE, secret, httponly=True, samesite="strict")
        return response

    async def _page(self, request: Request) -> Response:
        name, media = _PAGE_FILES[request.url.path]
        if name.endswith(".html"):
            page = Template((PAGE / name).read_text("utf-8"))
            return HTMLResponse(page.substitute(profile=self._profile_option()))
        return FileResponse(PAGE / name, media_type=media)

    def _profile_option(self) -> str:
        """Return the words, as HTML, with which another command has the profile of the desk."""
        named = [name for name in self._settings.values("profile") if name != DEFAULT]
        # No line ends between the hyphens of an option.
        return "".join(f" <span>--profile</span> {escape(quoted(name))}" for name in named)

    async def _describe(self, _: Request) -> Response:
        described = document()
        for profile in self._settings.values("profile"):
            try:
                known = await run_in_threadpool(known_answers, profile)
            except TadpError as error:
                raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
            add_hints(described, "evidence", known)
        return JSONResponse(described)

    async def _events(self, _: Request) -> Response:
        if self._journal is None:
            return JSONResponse({"events": None})
        if not os.path.lexists(self._journal):
            # The watch has not begun yet.
            return JSONResponse({"events": []})
        try:
            events = await run_in_threadpool(latest, self._journal, EVENTS)
        except TadpError as error:
            raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
        return JSONResponse({"events": events})

    async def _report(self, request: Request) -> Response:
        if self._journal is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "no journal of a watch is shown")
        source = request.query_params.get("source", "")
        path = await run_in_threadpool(report_on, source, self._journal, EVENTS)
        if path is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "there is no report on it as a page (.html)")
        return FileResponse(path, media_type="text/html", headers={CSP: ALONE})

    async def _operate(self, request: Request) -> Response:
        operation = OPERATIONS.get(request.path_params["name"])
        if operation is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "there is no such operation")
        if request.method != "POST":
            raise ProblemError(HTTPStatus.METHOD_NOT_ALLOWED, "this is asked for with POST")
        answer = operation.answer(request.headers.get("accept", ""))
        if answer is None:
            named = ", ".join(one.media for one in operation.answers)
            raise ProblemError(HTTPStatus.NOT_ACCEPTABLE, f"the answer is one of {named}")
        if self._count >= self._limits.at_once + self._limits.waiting:
            raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "too many requests are waiting")
        self._count += 1
        try:
            async with self._turns:
                return await self._carry_out(operation, answer, request)
        finally:
            self._count -= 1

    async def _carry_out(self, operation: Operation, answer: Answer, request: Request) -> Response:
        home = Path(tempfile.mkdtemp(prefix="tadp-desk-", dir=self.home))
        try:
            sent = await self._in_time(self._receive(operation, request, home))
            made = await _unless_gone(request, carry_out(operation, answer, sent, self._settings))
        except BaseException:
            shutil.rmtree(home, ignore_errors=True)
            raise
        return _Whole(made, answer, home)

    async def _in_time(self, receiving: Awaitable[Sent]) -> Sent:
        """Return what is sent, so that somebody who sends slowly does not keep others waiting."""
        seconds = self._settings.seconds
        try:
            return await asyncio.wait_for(receiving, seconds)
        except TimeoutError:
            raise ProblemError(
                HTTPStatus.REQUEST_TIMEOUT, f"it was not sent within {seconds:g} seconds"
            ) from None

    async def _receive(self, operation: Operation, request: Request, home: Path) -> Sent:
        (home / INPUTS).mkdir()
        (home / OUTPUTS).mkdir()
        folders = {field.name: field.folder for field in operation.files}
        texts: dict[str, list[str]] = {}
        files: dict[str, list[str]] = {}
        announced = request.headers.get("content-length", "")
        if announced.isdigit() and int(announced[:19]) > self._limits.size:
            raise self._too_much()
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            if operation.files or operation.texts:
                raise ProblemError(
                    HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "fields are sent as multipart/form-data"
                )
            return Sent(home, texts, {})
        bounded = Request(request.scope, self._bounded(request.receive))
        form = bounded.form(max_files=MOST_FILES, max_fields=MOST_TEXTS, max_part_size=LONGEST_TEXT)
        async with form as parts:
            for name, value in parts.multi_items():
                if isinstance(value, UploadFile):
                    into = home / folders.get(name, INPUTS)
                    path = place_for(into, value.filename or name)
                    await run_in_threadpool(_copy, value, path)
                    files.setdefault(name, []).append(value.filename or name)
                else:
                    texts.setdefault(name, []).append(value)
        sent = Sent(home, texts, {name: tuple(names) for name, names in files.items()})
        require_fields(operation, sent)
        return sent

    def _bounded(self, receive: Receive) -> Receive:
        left = self._limits.size

        async def bounded() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise self._too_much()
            return message

        return bounded

    def _too_much(self) -> ProblemError:
        size = self._limits.size >> 20
        return ProblemError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"more than {size:,} MiB were sent"
        )


class _Whole(FileResponse):
    """An answer in a file that is deleted after it was sent, or the connection broke off."""

    def __init__(self, made: Made, answer: Answer, home: Path) -> None:
        name = PurePosixPath(answer.written).name or None
        headers = {NOTES: in_header(made.notes)} if made.notes else None
        super().__init__(made.path, headers=headers, media_type=answer.media, filename=name)
        self._home = home

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            shutil.rmtree(self._home, ignore_errors=True)


async def _unless_gone(request: Request, work: Coroutine[Any, Any, Made]) -> Made:
    """Do ``work``, unless whoever asked goes away meanwhile: then it is ended, for others to come.

    Raises:
        ClientDisconnect: they are gone.
    """

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    tasks = doing, leaving = asyncio.create_task(work), asyncio.create_task(gone())
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        leaving.cancel()
        if not doing.done():
            doing.cancel()
    try:
        return await doing
    except asyncio.CancelledError:
        raise ClientDisconnect from None


def _copy(upload: UploadFile, path: Path) -> None:
    with path.open("xb") as file:
        shutil.copyfileobj(upload.file, file)


async def _not_there(request: Request, error: Exception) -> Response:
    status = HTTPStatus(error.status_code if isinstance(error, HTTPException) else 500)
    response = response_to(request, ProblemError(status, status.phrase))
    response.headers.update({**(getattr(error, "headers", None) or {}), **HEADERS})
    return response
