"""``ndjson:`` and ``python:``: what is said, a line at a time, and how processes come and go."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from msgspec.structs import replace

from conformance.assessment import lines
from conformance.assessment.adapter import open_adapter
from conformance.assessment.corpus import Corpus
from conformance.assessment.messages import MAXIMUM, Outcome
from conformance.assessment.neutral import Job, Workspace, neutral_copies
from conformance.assessment.terms import Terms
from conformance.errors import TadpError
from conformance.model.requirement import Kind
from tests.assessment.conftest import LONG, SHORT, ask, fake, opened
from tests.running import PATIENCE


def test_answers_may_come_out_of_order(job: Job) -> None:
    other = replace(job, id="f" * 16, message={**job.message, "id": "f" * 16})
    with (
        opened(fake("ndjson", "answers_out_of_order")) as adapter,
        ThreadPoolExecutor(2) as pool,
    ):
        answers = list(pool.map(adapter.ask, [job, other]))
    assert [a.outcome for a in answers] == [Outcome.ACCEPTED, Outcome.ACCEPTED]


@pytest.mark.parametrize(
    ("vice", "reported"),
    [
        ("hangs", "no answer within 2 s"),
        ("crashes", "the process ended"),
        ("endless_output", "endless output"),
        ("answers_another_case", "was not asked"),
        ("answers_without_an_id", "without the id of a case"),
        ("answers_no_json", "not a JSON object"),
        ("answers_out_of_schema", "is not as the protocol has it"),
        ("leaks_memory", "used more than 200 MiB of memory"),
    ],
)
def test_whatever_else_a_process_says_is_an_error(vice: str, reported: str, job: Job) -> None:
    terms = LONG if vice != "hangs" else SHORT
    with opened(fake("ndjson", vice), terms) as adapter:
        answer = adapter.ask(job)
        assert answer.outcome is Outcome.ERROR
        assert reported in answer.reason
        # The next case gets a process of its own, and is not the worse for it.
        assert reported in adapter.ask(job).reason


@pytest.mark.parametrize("vice", ["greets_wrongly", "crashes_at_once"])
def test_without_a_handshake_nothing_is_put(vice: str) -> None:
    with pytest.raises(TadpError, match="handshake failed"):
        open_adapter(fake("ndjson", vice), Terms()).start()


@pytest.mark.parametrize("vice", ["leaves_children", "leaves_daemons"])
def test_children_that_a_process_leaves_are_reported_at_its_end(vice: str, job: Job) -> None:
    adapter = open_adapter(fake("ndjson", vice), Terms())
    adapter.start()
    assert adapter.ask(job).outcome is Outcome.ACCEPTED
    assert adapter.close() == ["left processes running that it had started"]


def test_a_second_answer_is_the_fault_of_its_own_case_whichever_comes_next(
    workspace: Workspace, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONCE", str(tmp_path / "once"))
    jobs = [job for _, job in neutral_copies(corpus.cases[:3], 0, workspace)]
    adapter = open_adapter(fake("ndjson", "answers_once_twice"), Terms())
    adapter.start()
    # The process goes on, and the other cases are none the worse for it.
    assert [adapter.ask(job).outcome for job in jobs] == [Outcome.ACCEPTED] * 3
    assert adapter.close() == []
    assert adapter.spoiled() == {jobs[0].id: "was answered twice"}


def test_a_second_answer_to_the_last_case_is_seen_too(job: Job) -> None:
    adapter = open_adapter(fake("ndjson", "answers_twice"), Terms())
    adapter.start()
    assert adapter.ask(job).outcome is Outcome.ACCEPTED
    assert adapter.close() == []
    assert adapter.spoiled() == {job.id: "was answered twice"}


def test_a_process_that_fails_between_two_cases_is_reported_at_the_end(job: Job) -> None:
    others = threading.enumerate()
    adapter = open_adapter(fake("ndjson", "ends_after_each"), Terms())
    adapter.start()
    assert adapter.ask(job).outcome is Outcome.ACCEPTED
    # Whoever listens to it has seen its end, which is later than the end.
    for thread in threading.enumerate():
        if thread not in others:
            thread.join(PATIENCE)
            assert not thread.is_alive()
    other = replace(job, id="f" * 16, message={**job.message, "id": "f" * 16})
    assert adapter.ask(other).outcome is Outcome.ACCEPTED
    assert adapter.close() == ["failed while no case was put: the process ended"]


def test_the_job_that_ends_a_process_is_distinguished_from_those_that_wait_with_it(
    workspace: Workspace, corpus: Corpus
) -> None:
    cases = [c for c in corpus.cases if c.id.startswith(("6.1-6/", "conforming/adt-sharepoint"))]
    jobs = list(neutral_copies([c for c in cases if c.kind is Kind.ADT], 0, workspace))
    with (
        opened(fake("ndjson", "crashes", "where-broken")) as adapter,
        ThreadPoolExecutor(len(jobs)) as pool,
    ):
        answers = list(pool.map(adapter.ask, [job for _, job in jobs]))
    for (case, _), answer in zip(jobs, answers, strict=True):
        assert answer.outcome is (Outcome.ACCEPTED if case.conforms else Outcome.ERROR)


def test_a_crash_is_reported_though_it_would_not_happen_again(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONCE", str(tmp_path / "once"))
    with opened(fake("ndjson", "crashes")) as adapter:
        assert adapter.ask(job).reason == "the process ended: out of cheese"
        assert adapter.ask(job).outcome is Outcome.ACCEPTED


def test_memory_is_the_fault_of_all_that_wait(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It may have grown over many cases, so that none alone would show it.
    monkeypatch.setenv("ONCE", str(tmp_path / "once"))
    other = replace(job, id="f" * 16, message={**job.message, "id": "f" * 16})
    name = fake("ndjson", "leaks_memory_while_two_wait")
    with opened(name, LONG) as adapter, ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(adapter.ask, [job, other]))
    assert {a.reason for a in answers} == {"used more than 200 MiB of memory"}


def test_the_handshake_shows_the_role_and_the_answer_to_it_is_kept() -> None:
    for role in ("receiver", "submitter"):
        adapter = open_adapter(fake("ndjson", "tells_its_role"), Terms(role=role))
        assert adapter.start()["name"] == role
        assert adapter.close() == []


def test_a_process_that_never_greets_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_HANDSHAKE", 0.5)
    adapter = open_adapter("ndjson:sleep 600", Terms(timeout=0.5))
    with pytest.raises(TadpError, match="no handshake in time"):
        adapter.start()


def test_a_process_that_does_not_end_with_its_input_is_reported(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "_FAREWELL", 0.5)
    before = psutil.Process().children()  # another test's pool, perhaps
    adapter = open_adapter(fake("ndjson", "stays"), Terms())
    adapter.start()
    assert adapter.ask(job).outcome is Outcome.ACCEPTED
    assert adapter.close() == ["did not end within 0.5 s of the end of its input"]
    assert psutil.Process().children() == before


def test_a_line_may_be_as_long_as_an_answer_may_be_and_no_longer(job: Job) -> None:
    for length, outcome in ((MAXIMUM, Outcome.ACCEPTED), (MAXIMUM + 1, Outcome.ERROR)):
        assert ask(fake("ndjson", f"pads_to_{length}"), job).outcome is outcome


def test_as_many_functions_run_at_once_as_there_are_jobs(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each waits until the other has come.
    (tmp_path / "ours.py").write_text(
        "import os, pathlib, time\n"
        "def meets(message):\n"
        "    here = pathlib.Path(__file__).parent\n"
        "    (here / f'{os.getpid()}.here').touch()\n"
        "    while len(list(here.glob('*.here'))) < 2:\n"
        "        time.sleep(0.01)\n"
        "    return True\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).parents[2]}")
    other = replace(job, id="f" * 16, message={**job.message, "id": "f" * 16})
    with opened("python:ours:meets", Terms(jobs=2)) as adapter, ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(adapter.ask, [job, other]))
    assert [a.outcome for a in answers] == [Outcome.ACCEPTED, Outcome.ACCEPTED]
