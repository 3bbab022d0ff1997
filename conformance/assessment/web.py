"""``http:URL``, ``https://...``: an implementation behind HTTP, which is sent messages by POST."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import SHUT_RDWR
from threading import Timer
from urllib.parse import urlsplit

from conformance.assessment.messages import MAXIMUM, Answer, answer_of, dump, parse
from conformance.assessment.neutral import Job, with_contents
from conformance.assessment.one_by_one import OneByOne
from conformance.assessment.terms import Terms
from conformance.errors import TadpError


class Web(OneByOne):
    """Sends the message with all files in it; the answer is the body of a 200."""

    def __init__(self, name: str, terms: Terms) -> None:
        # http:http://host/ and http://host/ both mean what they look like.
        url = name.removeprefix("http:") if name.startswith(("http:http:", "http:https:")) else name
        self._parts = urlsplit(url)
        if self._parts.scheme not in ("http", "https") or not self._parts.hostname:
            raise TadpError(f"{url!r} is not a URL", remedy="write http://localhost:8000/assess")
        self._terms = terms

    def ask(self, job: Job) -> Answer:
        """Post one job."""
        # Before there is a connection, which is not what fails where a file cannot be read.
        body = dump(with_contents(job))
        until = time.monotonic() + self._terms.timeout
        connection = self._connection()
        try:
            with _cut_off_at(until, connection):
                return self._ask(connection, body, job)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if time.monotonic() >= until or isinstance(error, TimeoutError):
                return Answer.error(f"no answer within {self._terms.timeout:g} s")
            if isinstance(error, ValueError):
                return Answer.error(str(error))
            return Answer.error(f"the connection failed: {str(error) or type(error).__name__}")
        finally:
            connection.close()

    def _ask(self, connection: http.client.HTTPConnection, body: bytes, job: Job) -> Answer:
        path = self._parts.path or "/"
        if self._parts.query:
            path += "?" + self._parts.query
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        data = _read(response)
        if response.status != 200:
            return Answer.error(f"HTTP status {response.status}")
        return answer_of(parse(data, job.schema), job.id)

    def _connection(self) -> http.client.HTTPConnection:
        secure = self._parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        host = self._parts.hostname or ""
        return kind(host, self._parts.port, timeout=self._terms.timeout)


@contextmanager
def _cut_off_at(until: float, connection: http.client.HTTPConnection) -> Iterator[None]:
    """Connect, and end the connection when the time is over, however little comes at a time."""
    connection.connect()
    socket = connection.sock

    def cut() -> None:
        with suppress(OSError):
            socket.shutdown(SHUT_RDWR)

    watchdog = Timer(max(until - time.monotonic(), 0), cut)
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()


def _read(response: http.client.HTTPResponse) -> bytes:
    """The body, within a bound."""
    data = b""
    while piece := response.read1(1 << 16):
        data += piece
        if len(data) > MAXIMUM:
            raise ValueError(f"endless output: a body of more than {MAXIMUM:,} bytes")
    return data
