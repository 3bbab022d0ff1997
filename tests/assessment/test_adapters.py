"""Adapters: what an implementation does comes back as an answer, and its errors as errors."""

from __future__ import annotations

import base64
import json
import shlex
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest

from conformance.assessment.adapter import Terms, open_adapter
from conformance.assessment.corpus import Corpus
from conformance.assessment.messages import Answer, Outcome
from conformance.assessment.neutral import Ground, Job, neutral_copies
from conformance.errors import TadpError
from conformance.model.requirement import Kind
from conformance.model.schema import problem
from tests.assessment.conftest import fake, opened

SHORT = Terms(timeout=2)
LONG = Terms(memory=200)


def ask(name: str, job: Job, terms: Terms | None = None) -> Answer:
    with opened(name, terms) as adapter:
        return adapter.ask(job)


@pytest.mark.parametrize("name", ["exec", "exec:", "carrier-pigeon:coo", "http:nowhere",
                                  "python:module", "exec:'"])  # fmt: skip
def test_what_is_no_adapter_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(TadpError):
        open_adapter(name, Terms())


def test_the_message_fits_its_schema(job: Job) -> None:
    assert problem("assess-submission", job.message) is None


# --- exec ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vice", "outcome"),
    [
        ("accepts_everything", Outcome.ACCEPTED),
        ("rejects_everything", Outcome.REJECTED),
        ("answers_slowly", Outcome.ACCEPTED),
        ("chats", Outcome.ACCEPTED),
        ("skips", Outcome.SKIPPED),
    ],
)
def test_the_exit_code_tells(vice: str, outcome: Outcome, job: Job) -> None:
    assert ask(fake("exec", vice), job).outcome is outcome


@pytest.mark.parametrize(
    ("vice", "told"),
    [
        ("crashes", "exit code 70: out of cheese"),
        ("aborts", "signal 6"),
        ("throws", "crashed with exit code 1: ValueError: odd"),
        ("hangs", "no answer within 2 s"),
        ("endless_output", "endless output"),
        ("leaves_children", "left processes running"),
        ("leaves_daemons", "left processes running"),
        ("leaks_memory", "used more than 200 MiB of memory"),
        ("leaks_memory_in_a_child", "used more than 200 MiB of memory"),
        ("answers_another_case", "another request"),
        ("another_verdict", "exit code says accepted, the answer says rejected"),
        ("out_of_schema", "does not fit its schema"),
        ("says_more", "does not fit its schema"),
        ("reports_an_error", "the implementation reports: the disk is full"),
    ],
)
def test_whatever_else_a_command_does_is_an_error(vice: str, told: str, job: Job) -> None:
    # What loops by itself gets long enough to be seen at it, even on a busy machine.
    terms = LONG if vice != "hangs" else SHORT
    answer = ask(fake("exec", vice), job, terms)
    assert answer.outcome is Outcome.ERROR
    assert told in answer.reason


def test_a_command_that_is_not_there_is_no_rejection(job: Job) -> None:
    with pytest.raises(TadpError, match="cannot be started"):
        ask("exec:/no/such/receiver", job)


# --- ndjson -------------------------------------------------------------------------------------


def test_answers_may_come_out_of_order(job: Job) -> None:
    other = replace(job, id="f" * 16, message={**job.message, "id": "f" * 16})
    with (
        opened(fake("ndjson", "answers_out_of_order")) as adapter,
        ThreadPoolExecutor(2) as pool,
    ):
        answers = list(pool.map(adapter.ask, [job, other]))
    assert [a.outcome for a in answers] == [Outcome.ACCEPTED, Outcome.ACCEPTED]


@pytest.mark.parametrize(
    ("vice", "told"),
    [
        ("hangs", "no answer within 2 s"),
        ("crashes", "the process ended"),
        ("endless_output", "endless output"),
        ("answers_another_case", "was not asked"),
        ("answers_without_an_id", "was not asked"),
        ("answers_no_json", "no JSON object"),
        ("answers_out_of_schema", "does not fit its schema"),
        ("leaks_memory", "used more than 200 MiB of memory"),
    ],
)
def test_whatever_else_a_process_says_is_an_error(vice: str, told: str, job: Job) -> None:
    terms = LONG if vice != "hangs" else SHORT
    with opened(fake("ndjson", vice), terms) as adapter:
        answer = adapter.ask(job)
        assert answer.outcome is Outcome.ERROR
        assert told in answer.reason
        # The next case gets a process of its own, and is not the worse for it.
        assert told in adapter.ask(job).reason


@pytest.mark.parametrize("vice", ["greets_wrongly", "crashes_at_once"])
def test_without_a_handshake_nothing_is_put(vice: str) -> None:
    with pytest.raises(TadpError, match="handshake failed"):
        open_adapter(fake("ndjson", vice), Terms()).start()


@pytest.mark.parametrize("vice", ["leaves_children", "leaves_daemons"])
def test_children_that_a_process_leaves_are_told_at_its_end(vice: str, job: Job) -> None:
    adapter = open_adapter(fake("ndjson", vice), Terms())
    adapter.start()
    assert adapter.ask(job).outcome is Outcome.ACCEPTED
    assert adapter.close() == ["left processes running that it had started"]


def test_memory_that_is_reserved_and_not_used_does_not_count(job: Job) -> None:
    # As virtual machines do at their start.
    script = (
        "import mmap, time\n"
        "flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000  # MAP_NORESERVE\n"
        "held = mmap.mmap(-1, 1 << 34, flags=flags)\n"
        "time.sleep(1)\n"
    )
    name = f"exec:{sys.executable} -c {shlex.quote(script)}"
    assert ask(name, job, LONG).outcome is Outcome.ACCEPTED


def test_a_second_answer_is_told_at_the_end(job: Job) -> None:
    adapter = open_adapter(fake("ndjson", "answers_twice"), Terms())
    adapter.start()
    assert adapter.ask(job).outcome is Outcome.ACCEPTED
    told = "failed while no case was put: answered a case that was not asked, or one twice"
    assert adapter.close() == [told]


def test_a_process_that_fails_between_two_cases_is_told_at_the_end(job: Job) -> None:
    adapter = open_adapter(fake("ndjson", "ends_after_each"), Terms())
    adapter.start()
    assert adapter.ask(job).outcome is Outcome.ACCEPTED
    while psutil.Process().children():
        time.sleep(0.3)
    other = replace(job, id="f" * 16, message={**job.message, "id": "f" * 16})
    assert adapter.ask(other).outcome is Outcome.ACCEPTED
    assert adapter.close() == ["failed while no case was put: the process ended"]


def test_the_job_that_ends_a_process_is_told_from_those_that_wait_with_it(
    ground: Ground, corpus: Corpus
) -> None:
    cases = [c for c in corpus.cases if c.id.startswith(("6.1-6/", "conforming/adt-sharepoint"))]
    jobs = neutral_copies([c for c in cases if c.kind is Kind.ADT], 0, ground)
    with (
        opened(fake("ndjson", "crashes", "where-broken")) as adapter,
        ThreadPoolExecutor(len(jobs)) as pool,
    ):
        answers = list(pool.map(adapter.ask, [job for _, job in jobs]))
    for (case, _), answer in zip(jobs, answers, strict=True):
        assert answer.outcome is (Outcome.ACCEPTED if case.conforms else Outcome.ERROR)


# --- python -------------------------------------------------------------------------------------


def test_a_function_may_answer_with_a_truth_value_or_a_dictionary(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ours.py").write_text(
        "import os\n"
        "def yes(message): print('checking'); return True\n"
        "def no(message): return {'outcome': 'rejected', 'reasons': [{'clause': '6.1'}]}\n"
        "def nothing(message): return None\n"
        "def fails(message): raise ValueError('odd')\n"
        "def crashes(message): os._exit(9)\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).parents[2]}")
    assert ask("python:ours:yes", job).outcome is Outcome.ACCEPTED
    assert ask("python:ours:no", job).reasons == ({"clause": "6.1"},)
    for name, told in (("nothing", "schema"), ("fails", "ValueError: odd"), ("crashes", "ended")):
        answer = ask(f"python:ours:{name}", job)
        assert answer.outcome is Outcome.ERROR
        assert told in answer.reason
    with pytest.raises(TadpError, match="no_such"):
        ask("python:no_such:function", job)


# --- http ---------------------------------------------------------------------------------------


@contextmanager
def serving(reply: Any) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A service on this machine whose ``reply(message)`` is a status and a body."""
    seen: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append(message)
            status, body = reply(message)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

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


def test_a_service_gets_the_files_and_answers(job: Job) -> None:
    def reply(message: dict[str, Any]) -> tuple[int, bytes]:
        return 200, json.dumps({"id": message["id"], "outcome": "accepted"}).encode()

    with serving(reply) as (url, seen):
        assert ask(url, job).outcome is Outcome.ACCEPTED
    message = seen[0]
    assert problem("assess-submission", message) is None
    sent = Path(job.message["folder"]) / "adt.csv"
    assert base64.b64decode(message["files"]["adt.csv"]) == sent.read_bytes()
    assert message["texts"]["anchors"].startswith("-----BEGIN CERTIFICATE")


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (500, b"", "status 500"),
        (200, b"fine", "no JSON"),
        (200, b'{"outcome": "accepted"}', "no id"),
        (200, b'{"outcome": "accepted", "id": "0000000000000000"}', "another request"),
        (200, b"[" * (2 << 20), "endless output"),
    ],
)
def test_whatever_else_a_service_does_is_an_error(
    status: int, body: bytes, told: str, job: Job
) -> None:
    with serving(lambda _: (status, body)) as (url, _):
        answer = ask(url, job)
    assert answer.outcome is Outcome.ERROR
    assert told in answer.reason


def test_a_service_that_is_not_there_is_an_error(job: Job) -> None:
    assert ask("http://127.0.0.1:1/", job).outcome is Outcome.ERROR


def test_a_service_that_hangs_is_an_error(job: Job) -> None:
    over = threading.Event()

    def reply(_: dict[str, Any]) -> tuple[int, bytes]:
        over.wait(60)
        return 200, b""

    with serving(reply) as (url, _):
        answer = ask(url, job, SHORT)
        over.set()
    assert "no answer within 2 s" in answer.reason
