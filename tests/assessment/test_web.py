"""``http:URL``: what a service is asked, and what is made of its answers."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.assessment.messages import MAXIMUM, Answer, Outcome
from conformance.assessment.neutral import Job
from conformance.model.schema import problems
from tests.assessment.conftest import SHORT, ask
from tests.running import PATIENCE


@contextmanager
def serving(reply: Any) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A service on this machine whose ``reply(message)`` is a status and a body."""
    seen: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append(dict(message))
            seen[-1]["asked"] = (self.path, self.headers["Content-Type"], self.headers["Accept"])
            status, body = reply(message)
            self.send_response(status)
            self.end_headers()
            for piece in [body] if isinstance(body, bytes) else body:
                self.wfile.write(piece)
                self.wfile.flush()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Whoever asked has gone: that is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/assess", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def accept(message: dict[str, Any]) -> tuple[int, bytes]:
    return 200, json.dumps({"id": message["id"], "outcome": "accepted"}).encode()


@pytest.mark.parametrize(
    ("form", "path"),
    [
        ("http://{}", "/"),
        ("http://{}/a/b?c=d&e", "/a/b?c=d&e"),
        ("http:http://{}/twice", "/twice"),
    ],
)
def test_a_url_is_asked_unchanged(form: str, path: str, job: Job) -> None:
    with serving(accept) as (url, seen):
        assert ask(form.format(url.split("/")[2]), job).outcome is Outcome.ACCEPTED
    assert [message["asked"][0] for message in seen] == [path]


@pytest.mark.parametrize("form", ["https://{}/", "http:https://{}/"])
def test_a_message_to_an_https_address_is_not_sent_in_clear(form: str, job: Job) -> None:
    with serving(accept) as (url, seen):
        answer = ask(form.format(url.split("/")[2]), job)
    assert answer.outcome is Outcome.ERROR
    assert answer.reason.startswith("the connection failed: [SSL")
    assert seen == []


def test_a_file_of_the_case_that_is_gone_is_not_a_failed_connection(job: Job) -> None:
    gone = replace(job, folder=job.folder / "gone" / "job")
    with serving(accept) as (url, seen), pytest.raises(FileNotFoundError):
        ask(url, gone)
    assert seen == []


def test_a_body_may_be_as_long_as_an_answer_may_be_and_no_longer(job: Job) -> None:
    for length, outcome in ((MAXIMUM, Outcome.ACCEPTED), (MAXIMUM + 1, Outcome.ERROR)):

        def reply(message: dict[str, Any], length: int = length) -> tuple[int, bytes]:
            return 200, accept(message)[1].ljust(length)

        with serving(reply) as (url, _):
            assert ask(url, job).outcome is outcome


def test_a_body_that_comes_byte_by_byte_is_given_up(job: Job) -> None:
    over = threading.Event()

    def drops() -> Iterator[bytes]:
        while not over.wait(0.2):
            yield b" "

    with serving(lambda _: (200, drops())) as (url, _):
        answer = ask(url, job, SHORT)
        over.set()
    assert answer == Answer.error("no answer within 2 s")


def test_a_head_that_comes_byte_by_byte_is_given_up(job: Job) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def serve() -> None:
            with suppress(OSError), server.accept()[0] as connection:
                while not over.wait(0.2):
                    connection.sendall(b"H")

        thread = threading.Thread(target=serve)
        thread.start()
        answer = ask(f"http://127.0.0.1:{server.getsockname()[1]}/", job, SHORT)
        over.set()
        thread.join()
    assert answer == Answer.error("no answer within 2 s")


def test_a_service_gets_the_files_and_answers(job: Job) -> None:
    with serving(accept) as (url, seen):
        assert ask(url, job).outcome is Outcome.ACCEPTED
    message = seen[0]
    assert message.pop("asked") == ("/assess", "application/json", "application/json")
    assert problems("assess-submission", message) == []
    sent = Path(job.message["folder"]) / "adt.csv"
    assert base64.b64decode(message["files"]["adt.csv"]) == sent.read_bytes()
    assert message["texts"]["anchors"].startswith("-----BEGIN CERTIFICATE")


@pytest.mark.parametrize(
    ("status", "body", "reported"),
    [
        (500, b"", "HTTP status 500"),
        (201, b'{"outcome": "accepted", "id": "00c0ffee00c0ffee"}', "HTTP status 201"),
        (199, b"", "HTTP status 199"),
        (200, b"fine", "the answer is not JSON: Expecting value, line 1 column 1"),
        (200, b'{"outcome": "accepted"}', "the answer has no id"),
        (
            200,
            b'{"outcome": "accepted", "id": "0000000000000000"}',
            "the answer is to 0000000000000000, which is another request",
        ),
        (200, b"[" * (2 << 20), "endless output: a body of more than 1,048,576 bytes"),
    ],
)
def test_whatever_else_a_service_does_is_an_error(
    status: int, body: bytes, reported: str, job: Job
) -> None:
    with serving(lambda _: (status, body)) as (url, _):
        assert ask(url, job) == Answer.error(reported)


def test_an_answer_is_checked_against_the_schema_of_what_is_asked(job: Job) -> None:
    body = json.dumps({"id": job.id, "outcome": "written"}).encode()
    with serving(lambda _: (200, body)) as (url, _):
        task = replace(job, schema="assess-done")
        assert ask(url, task) == Answer(Outcome.WRITTEN)
        assert "is not as the protocol has it" in ask(url, job).reason


def test_a_service_that_is_not_there_is_an_error(job: Job) -> None:
    reported = "the connection failed: [Errno 111] Connection refused"
    assert ask("http://127.0.0.1:1/", job) == Answer.error(reported)


def test_a_service_that_hangs_up_is_an_error(job: Job) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with server.accept()[0] as connection:
                connection.recv(1)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(1 << 16):
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        answer = ask(f"http://127.0.0.1:{server.getsockname()[1]}", job)
        thread.join()
    assert answer.outcome is Outcome.ERROR
    assert "no answer within" not in answer.reason


def test_a_service_that_hangs_is_an_error(job: Job) -> None:
    over = threading.Event()

    def reply(_: dict[str, Any]) -> tuple[int, bytes]:
        over.wait(PATIENCE)
        return 200, b""

    with serving(reply) as (url, _):
        answer = ask(url, job, SHORT)
        over.set()
    assert answer == Answer.error("no answer within 2 s")
