"""The smoke test and running cases: what is asked, in which order, and what is reported."""

from __future__ import annotations

import base64
import shutil
import tempfile
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.assessment.assessing import AssessmentPlan, assess_receiver
from conformance.assessment.corpus import Choice
from conformance.assessment.messages import Answer, Outcome
from conformance.assessment.neutral import Job, Workspace, neutral_copies
from conformance.assessment.running import Put, put_all, smoke_test
from conformance.assessment.submitting import assess_submitter
from conformance.errors import TadpError
from tests.assessment.direct import Direct
from tests.assessment.made_up import catalogue, corpus, profile
from tests.corpus import FIXTURES
from tests.running import PATIENCE

ACCEPTED = Answer(Outcome.ACCEPTED)
CASES = corpus().cases
ONE = Choice(only=("6.1-6/adt-sharepoint/in-a-field",))


class Recording(Direct):
    """Answers each job as the test says, and keeps the jobs."""

    def __init__(self, answer: Callable[[Job], Answer] = lambda _: ACCEPTED) -> None:
        super().__init__(self.record)
        self.jobs: list[Job] = []
        self.closed = 0
        self._answer = answer

    def record(self, job: Job) -> Answer:
        self.jobs.append(job)
        return self._answer(job)

    def close(self) -> list[str]:
        self.closed += 1
        return []


def plan(choice: Choice = ONE, **options: Any) -> AssessmentPlan:
    return AssessmentPlan("ours", corpus(), catalogue(), profile(), choice, **options)


def test_the_smoke_test_puts_a_conforming_file_and_one_that_no_one_can_take(
    workspace: Workspace,
) -> None:
    adapter = Recording()
    smoke_test(adapter, workspace, 0)
    assert len(adapter.jobs) == 2
    conforming = FIXTURES / "cases/conforming/adt-sharepoint/submission"
    good, broken = (Path(job.message["folder"]) for job in adapter.jobs)
    for file in conforming.iterdir():
        assert (good / file.name).read_bytes() == file.read_bytes()
        same = file.name != "adt.csv"
        assert ((broken / file.name).read_bytes() == file.read_bytes()) is same
    assert (broken / "adt.csv").read_bytes() == (
        b"This is not a file of comma separated values, and it is not signed.\r\n"
    )


def test_one_answer_is_enough_to_see_that_the_adapter_works(workspace: Workspace) -> None:
    for number in (0, 1):
        answers = [Answer.error("odd"), Answer.error("odd")]
        answers[number] = Answer(Outcome.REJECTED)
        smoke_test(Direct(lambda _, left=answers: left.pop(0)), workspace, number)


def test_without_any_answer_the_adapter_does_not_work(workspace: Workspace) -> None:
    answers = [Answer.error("first"), Answer.error("second")]
    with pytest.raises(TadpError) as caught:
        smoke_test(Direct(lambda _: answers.pop(0)), workspace, 0)
    assert str(caught.value) == (
        "the adapter does not work: neither a conforming nor a broken submission got an answer: "
        "first (see tadp assess protocol)"
    )


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_no_name_of_the_smoke_test_occurs_again(seed: int, workspace: Workspace) -> None:
    adapter = Recording()
    smoke_test(adapter, workspace, seed)
    jobs = list(neutral_copies(CASES[:20], seed, workspace))
    jobs += neutral_copies(CASES[:20], seed + 1, workspace)
    names = [job.id for job in adapter.jobs] + [job.id for _, job in jobs]
    assert len(set(names)) == len(names) == 42


@pytest.mark.parametrize("at_once", [1, 3])
def test_answers_come_in_the_order_of_the_jobs_and_each_is_reported(
    at_once: int, workspace: Workspace
) -> None:
    jobs = list(neutral_copies(CASES[:6], 1, workspace))
    steps: list[Put] = []
    puts = put_all(Direct(lambda job: Answer.error(job.id)), jobs, at_once, steps.append)
    assert [(put.case, put.job) for put in puts] == jobs
    assert [put.answer.reason for put in puts] == [job.id for _, job in jobs]
    assert sorted(steps, key=puts.index) == puts
    assert [put.job for put in put_all(Recording(), jobs, at_once)] == [job for _, job in jobs]


def test_as_many_as_are_wanted_are_put_at_once(workspace: Workspace) -> None:
    together = threading.Barrier(3, timeout=PATIENCE)

    def meet(_: Job) -> Answer:
        together.wait()
        return ACCEPTED

    assert len(put_all(Direct(meet), neutral_copies(CASES[:3], 1, workspace), 3)) == 3


def test_cases_that_are_left_when_the_user_interrupts_are_not_sent(
    workspace: Workspace,
) -> None:
    (_, first), *_ = jobs = list(neutral_copies(CASES[:20], 1, workspace))

    def interrupt(job: Job) -> Answer:
        if job is first:
            raise KeyboardInterrupt
        return ACCEPTED

    adapter = Recording(interrupt)
    with pytest.raises(KeyboardInterrupt):
        put_all(adapter, jobs, 1)
    assert len(adapter.jobs) == 1
    over = threading.Event()

    def hold(job: Job) -> Answer:
        if job is first:
            raise KeyboardInterrupt
        over.wait(PATIENCE)
        return ACCEPTED

    adapter = Recording(hold)
    threading.Timer(0.2, over.set).start()
    with pytest.raises(KeyboardInterrupt):
        put_all(adapter, jobs, 2)
    assert len(adapter.jobs) < 20


# --- A whole assessment -------------------------------------------------------------------------


def test_an_assessment_reports_how_many_cases_there_are_and_each_that_is_done() -> None:
    reported: list[object] = []

    def announce(count: int | None) -> Callable[[int], None]:
        reported.append(("cases", count))
        return reported.append

    adapter = Recording()
    done = assess_receiver(plan(announce=announce), adapter)
    assert reported == [("cases", 2), 1, 1]
    assert (len(adapter.jobs), adapter.closed) == (4, 1)
    assert [s.put.job for s in done.scores] == adapter.jobs[2:]
    assert (done.at.utcoffset(), done.at.microsecond) == (timedelta(0), 0)
    reported.clear()
    skips = Recording(lambda _: Answer(Outcome.SKIPPED))
    done = assess_submitter(plan(Choice(only=("conforming",)), announce=announce), skips)
    count = len(skips.jobs)
    assert count >= 13
    assert reported == [("cases", count), *[1] * count]
    assert skips.closed == 1
    assert (done.at.utcoffset(), done.at.microsecond) == (timedelta(0), 0)


@pytest.mark.parametrize("seed", [0, 5])
def test_the_seed_makes_the_order_and_the_names(seed: int) -> None:
    skips = Answer(Outcome.SKIPPED)
    for assess in (assess_receiver, assess_submitter):
        jobs = []
        for one in (seed, seed, seed + 1):
            adapter = Recording(lambda _: skips)
            assess(plan(Choice(only=("conforming",)), seed=one), adapter)
            jobs.append([(job.id, job.message["edition"]) for job in adapter.jobs])
        assert jobs[0] == jobs[1]
        assert not {name for name, _ in jobs[0]} & {name for name, _ in jobs[2]}
        assert [what for _, what in jobs[0]] != [what for _, what in jobs[2]]


@pytest.mark.parametrize("assess", [assess_receiver, assess_submitter])
def test_an_adapter_is_closed_and_nothing_stays_though_it_does_not_start(
    assess: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    class Broken(Recording):
        def start(self) -> dict[str, Any]:
            assert [p.name[:5] for p in tmp_path.iterdir()] == ["tadp-"]
            raise TadpError("cannot be started")

    adapter = Broken()
    with pytest.raises(TadpError, match="cannot be started"):
        assess(plan(Choice()), adapter)
    assert (adapter.closed, adapter.jobs) == (1, [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("assess", [assess_receiver, assess_submitter])
def test_a_folder_that_cannot_be_removed_spoils_no_assessment(
    assess: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    class Spoiling(Recording):
        def close(self) -> list[str]:
            (folder,) = tmp_path.iterdir()
            shutil.rmtree(folder)
            folder.symlink_to(tmp_path / "elsewhere")
            return ["made off"]

    done = assess(plan(Choice(only=("conforming",))), Spoiling(lambda _: Answer(Outcome.SKIPPED)))
    assert done.troubles == ("the implementation made off",)


def test_how_a_submitter_ended_is_reported_too() -> None:
    class Messy(Recording):
        def close(self) -> list[str]:
            return ["left a mess"]

    choice = Choice(only=("conforming/adt-sharepoint",))
    done = assess_submitter(plan(choice), Messy(lambda _: Answer(Outcome.SKIPPED)))
    assert done.troubles == ("the implementation left a mess",)


def test_a_submitter_is_asked_for_what_conforms_and_can_be_written() -> None:
    adapter = Recording(lambda _: Answer(Outcome.SKIPPED))
    done = assess_submitter(plan(Choice()), adapter)
    names = {s.case.id for s in done.scores}
    assert len(names) >= 13
    assert all(name.startswith("conforming/") for name in names)
    assert {name.partition("/")[2].partition("-")[0] for name in names} == {"adt", "qcaf"}


@pytest.mark.parametrize(
    ("choice", "reported"),
    [
        (ONE, "no task is left to put (see --only, --exclude and --refusals)"),
        (Choice(), "no case is left to put (see --only, --exclude and --kind)"),
    ],
)
def test_where_no_task_is_left_a_submitter_is_not_assessed(choice: Choice, reported: str) -> None:
    adapter = Recording()
    excluded = ("conforming",) if choice.only else tuple({c.id.partition("/")[0] for c in CASES})
    with pytest.raises(TadpError) as caught:
        assess_submitter(plan(replace(choice, exclude=excluded)), adapter)
    assert str(caught.value) == reported
    assert adapter.jobs == []


def test_a_moment_of_checking_that_is_not_one_is_reported_with_the_corpus() -> None:
    adapter = Recording()
    spoilt = replace(plan(), corpus=replace(corpus(), checked_at="2025-06-01T23:59:60Z"))
    with pytest.raises(TadpError) as caught:
        assess_submitter(replace(spoilt, choice=Choice(only=("conforming",))), adapter)
    assert str(caught.value) == (
        "manifest.json: '2025-06-01T23:59:60Z' is not a date and time (write 2025-06-01T09:30:00Z)"
    )
    assert adapter.jobs == []


def test_a_submitter_that_never_answers_is_distinguished_from_one_that_fails() -> None:
    choice = Choice(only=("conforming/adt-sharepoint", "conforming/qcaf-user-set"))
    with pytest.raises(TadpError) as caught:
        assess_submitter(plan(choice), Recording(lambda _: Answer.error("no paper")))
    assert str(caught.value) == (
        "the adapter does not work: no task got an answer: no paper (see tadp assess protocol)"
    )
    answers = [Answer.error("no paper"), Answer(Outcome.SKIPPED, "not on Mondays")]
    done = assess_submitter(plan(choice), Recording(lambda _: answers.pop()))
    assert sorted(s.answer.reason for s in done.scores) == ["no paper", "not on Mondays"]


def test_files_may_come_in_the_answer() -> None:
    def answer(job: Job) -> Answer:
        text = "".join(",".join(f or "" for f in row) + "\n" for row in job.message["thresholds"])
        files = {"made.csv": base64.b64encode(text.encode()).decode()}
        return Answer(Outcome.WRITTEN, files=files)

    done = assess_submitter(plan(Choice(only=("conforming/adt-sharepoint",))), Recording(answer))
    (score,) = done.scores
    assert score.answer.reason == "6.1-1: the file is not signed"
