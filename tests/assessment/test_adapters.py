"""Adapters: what an implementation does comes back as an answer, and its errors as errors."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.assessment.adapter import open_adapter
from conformance.assessment.messages import MAXIMUM, Answer, Outcome
from conformance.assessment.neutral import Job
from conformance.assessment.terms import Terms
from conformance.errors import TadpError
from conformance.model.schema import problems
from tests.assessment.conftest import LONG, SHORT, ask, fake
from tests.assessment.direct import Direct

KINDS = "one of exec:COMMAND, ndjson:COMMAND, http:URL, python:MODULE:FUNCTION"


@pytest.mark.parametrize(
    ("name", "reported"),
    [
        ("exec", f"'exec' is not an adapter ({KINDS})"),
        ("exec:", f"'exec:' is not an adapter ({KINDS})"),
        (":exec", f"there is no adapter '' ({KINDS})"),
        ("carrier-pigeon:coo", f"there is no adapter 'carrier-pigeon' ({KINDS})"),
        ("http:nowhere", "'http:nowhere' is not a URL (write http://localhost:8000/assess)"),
        ("https://", "'https://' is not a URL (write http://localhost:8000/assess)"),
        ("http:ftp://a/", "'http:ftp://a/' is not a URL (write http://localhost:8000/assess)"),
        ("python:module", "python:module names no function (write python:MODULE:NAME)"),
        ("python::f", "python::f names no function (write python:MODULE:NAME)"),
        ("python:module:", "python:module: names no function (write python:MODULE:NAME)"),
        ("exec:'", "': cannot be read as a command: No closing quotation"),
        ("ndjson:a '", "a ': cannot be read as a command: No closing quotation"),
        ("exec: ", "the adapter names no command (write exec:./receiver.sh)"),
    ],
)
def test_an_adapter_that_cannot_be_opened_is_refused_in_one_line(name: str, reported: str) -> None:
    with pytest.raises(TadpError) as caught:
        open_adapter(name, Terms())
    assert str(caught.value) == reported


def test_an_implementation_has_half_a_minute_and_two_gigabytes_by_default() -> None:
    assert Terms() == Terms(timeout=30.0, jobs=1, role="receiver", memory=2048, exit_codes=False)


def test_a_function_of_this_process_is_asked_as_any_other(job: Job) -> None:
    adapter = Direct(lambda one: Answer.error(one.id))
    assert (adapter.start(), adapter.ask(job), adapter.close()) == ({}, Answer.error(job.id), [])
    assert adapter.spoiled() == {}


def test_the_message_fits_its_schema(job: Job) -> None:
    assert problems("assess-submission", job.message) == []


# --- exec ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vice", "outcome"),
    [
        ("accepts_everything", Outcome.ACCEPTED),
        ("rejects_everything", Outcome.REJECTED),
        ("answers_slowly", Outcome.ACCEPTED),
        ("skips", Outcome.SKIPPED),
    ],
)
def test_the_exit_code_decides(vice: str, outcome: Outcome, job: Job) -> None:
    assert ask(fake("exec", vice), job).outcome is outcome


@pytest.mark.parametrize(
    ("vice", "reported"),
    [
        ("crashes", "exit code 70: out of cheese"),
        ("aborts", "signal 6"),
        (
            "throws",
            "exit code 1 and no answer on standard output: write one, or assess with "
            "--exit-codes if 1 alone is how it rejects: ValueError: odd",
        ),
        (
            "chats",
            "the answer is not JSON: Expecting value, line 1 column 1 (standard output is for "
            "the answer alone; print all else to standard error)",
        ),
        ("hangs", "no answer within 2 s"),
        ("endless_output", "endless output"),
        ("leaves_children", "left processes running"),
        ("leaves_daemons", "left processes running"),
        ("leaks_memory", "used more than 200 MiB of memory"),
        ("leaks_memory_in_a_child", "used more than 200 MiB of memory"),
        ("answers_another_case", "another request"),
        ("another_verdict", "exit code says accepted, the answer says rejected"),
        ("out_of_schema", "is not as the protocol has it"),
        ("says_more", "is not as the protocol has it"),
        ("reports_an_error", "the implementation reports: the disk is full"),
    ],
)
def test_whatever_else_a_command_does_is_an_error(vice: str, reported: str, job: Job) -> None:
    # An endless loop gets enough time to be noticed, even on a busy machine.
    terms = LONG if vice != "hangs" else SHORT
    answer = ask(fake("exec", vice), job, terms)
    assert answer.outcome is Outcome.ERROR
    assert reported in answer.reason


def shell(script: str) -> str:
    return f"exec:sh -c {shlex.quote(script)}"


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        ("exit 0", Answer(Outcome.ACCEPTED)),
        ("exit 2", Answer.error("crashed or gave up, exit code 2")),
        ("kill -9 $$", Answer.error("crashed or gave up, ended by signal 9")),
        ("echo; echo one >&2; echo ' two ' >&2; echo >&2; exit 3",
         Answer.error("crashed or gave up, exit code 3: two")),
        # Whoever accepts may have caught what it reports.
        ("echo 'panicked at main' >&2; exit 0", Answer(Outcome.ACCEPTED)),
        ("echo '  {\"outcome\": \"rejected\", \"reasons\": [{\"clause\": \"6.1\"}]}'; exit 1",
         Answer(Outcome.REJECTED, reasons=({"clause": "6.1"},))),
        # Whoever answers has not crashed, whatever else it says.
        ("echo 'Traceback (most recent call last):' >&2\n"
         "echo '{\"outcome\": \"rejected\"}'; exit 1", Answer(Outcome.REJECTED)),
        ("echo; exit 0", Answer(Outcome.ACCEPTED)),
        ("echo '{\"outcome\": \"accepted\"}'; exit 1",
         Answer.error("exit code says rejected, the answer says accepted")),
        ("echo '{\"outcome\": \"skipped\", \"reason\": \"no\"}'; exit 1",
         Answer(Outcome.SKIPPED, "no")),
        ("echo '{\"outcome\": \"error\", \"reason\": \"no\"}'; exit 0",
         Answer.error("the implementation reports: no")),
    ],
)  # fmt: skip
def test_the_exit_code_and_what_is_written_are_the_answer(
    script: str, answer: Answer, job: Job
) -> None:
    assert ask(shell(script), job) == answer


ALONE = (
    "exit code 1 and no answer on standard output: write one, or assess with --exit-codes if 1 "
    "alone is how it rejects"
)


@pytest.mark.parametrize(
    ("script", "without", "with_codes"),
    [
        ("exit 1", Answer.error(ALONE), Answer(Outcome.REJECTED)),
        ("echo odd >&2; exit 1", Answer.error(f"{ALONE}: odd"), Answer(Outcome.REJECTED)),
        ("echo '  at f (a.js:1:2)' >&2; echo 'Node.js v18.19.0' >&2; exit 1",
         Answer.error(f"{ALONE}: Node.js v18.19.0"),
         Answer.error("crashed with exit code 1: Node.js v18.19.0")),
    ],
)  # fmt: skip
def test_exit_code_1_alone_rejects_only_where_the_command_line_says_so(
    script: str, without: Answer, with_codes: Answer, job: Job
) -> None:
    assert ask(shell(script), job) == without
    assert ask(shell(script), job, Terms(exit_codes=True)) == with_codes


@pytest.mark.parametrize("code", [0, 1])
@pytest.mark.parametrize("text", ["accepted", "[]", "{", '{"outcome": "perhaps"}'])
def test_standard_output_that_is_not_an_answer_is_an_error(code: int, text: str, job: Job) -> None:
    script = shell(f"echo {shlex.quote(text)}; exit {code}")
    for terms in (Terms(), Terms(exit_codes=True)):
        answer = ask(script, job, terms)
        assert answer.outcome is Outcome.ERROR
        assert "standard output is for the answer alone" in answer.reason


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        ("exit 0", Answer(Outcome.WRITTEN)),
        ("exit 1", Answer.error("crashed or gave up, exit code 1")),
        ("echo '{\"outcome\": \"written\", \"files\": {\"a.csv\": \"QQ==\"}}'",
         Answer(Outcome.WRITTEN, files={"a.csv": "QQ=="})),
        ("echo '{\"outcome\": \"skipped\", \"reason\": \"no\"}'", Answer(Outcome.SKIPPED, "no")),
        ("echo '{\"outcome\": \"refused\", \"reason\": \"no\"}'; exit 1",
         Answer(Outcome.REFUSED, "no")),
        ("echo '{\"outcome\": \"refused\", \"reason\": \"no\"}'",
         Answer.error("exit code says written, the answer says refused")),
        ("echo \"$TADP_INPUTS\" >&2; exit 9",
         Answer.error("crashed or gave up, exit code 9: the inputs")),
    ],
)  # fmt: skip
def test_a_submitter_has_written_or_it_gave_up(script: str, answer: Answer, job: Job) -> None:
    message = {**job.message, "inputs": "the inputs"}
    assert ask(shell(script), replace(job, message=message, schema="assess-done")) == answer


@pytest.mark.parametrize(("length", "kept"), [(199, 199), (200, 200), (201, 200)])
def test_of_a_long_last_line_the_start_is_reported(length: int, kept: int, job: Job) -> None:
    reported = ask(shell(f"echo {'x' * length} >&2; exit 2"), job).reason
    assert reported == f"crashed or gave up, exit code 2: {'x' * kept}"


def test_as_much_may_be_written_as_an_answer_may_hold_and_no_more(job: Job) -> None:
    for length, answer in (
        (MAXIMUM, Answer(Outcome.ACCEPTED)),
        (MAXIMUM + 1,
         Answer.error("endless output: more than 1,048,576 bytes on standard output")),
    ):  # fmt: skip
        assert ask(shell(f"printf '%*s' {length} ''"), job) == answer


def test_a_command_need_not_read_what_it_is_sent(job: Job) -> None:
    message = {**job.message, "padding": "x" * (1 << 20)}
    assert ask(shell("exit 0"), replace(job, message=message)) == Answer(Outcome.ACCEPTED)


def test_a_command_gets_the_message_on_standard_input(job: Job, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    assert ask(shell(f"cat > {seen}"), job).outcome is Outcome.ACCEPTED
    assert seen.read_bytes() == json.dumps(job.message).encode("ascii") + b"\n"


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
    with pytest.raises(TadpError) as caught:
        ask("exec:/no/such/receiver", job)
    assert str(caught.value) == "/no/such/receiver: cannot be started: No such file or directory"


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
    for name, reported in (
        ("nothing", "protocol"),
        ("fails", "ValueError: odd"),
        ("crashes", "ended"),
    ):
        answer = ask(f"python:ours:{name}", job)
        assert answer.outcome is Outcome.ERROR
        assert reported in answer.reason
    with pytest.raises(TadpError, match="no_such"):
        ask("python:no_such:function", job)
