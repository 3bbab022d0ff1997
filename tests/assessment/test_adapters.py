"""Adapters: what an implementation does comes back as an answer, and its errors as errors."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from conformance.assessment.adapter import Terms, open_adapter
from conformance.assessment.messages import Outcome
from conformance.assessment.neutral import Job
from conformance.errors import TadpError
from conformance.model.schema import problem
from tests.assessment.conftest import LONG, SHORT, ask, fake


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


def test_a_command_that_is_not_there_is_no_rejection(job: Job) -> None:
    with pytest.raises(TadpError, match="cannot be started"):
        ask("exec:/no/such/receiver", job)


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
