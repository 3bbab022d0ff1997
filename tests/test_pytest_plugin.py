"""The cases of the corpus in somebody's pytest: their names and their messages.

The receiver is a function of this process, so that nothing has to be started.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.assessment.corpus_files import find_corpus
from conformance.assessment.messages import Answer, Outcome
from conformance.assessment.neutral import Job, neutral_ids, shuffled
from conformance.assessment.terms import Terms
from conformance.errors import TadpError
from conformance.model.requirement import Kind
from conformance.pytest_plugin import CaseItem
from tests.assessment import made_up
from tests.assessment.direct import Direct
from tests.corpus import CASES, FIXTURES
from tests.profiles.apart import APART, apart_cache
from tests.running import load_checks

pytest_plugins = ["pytester"]
load_checks()

NAMED = "6.1-6/adt-sharepoint/in-a-field"
#: The cases that break 6.1-6 alone, with the conforming ones that they were made from.
BREAKING = {
    case.id: str(case.positive)
    for case in made_up.corpus().cases
    if case.roots == ("6.1-6",) and case.kind in (Kind.ADT, Kind.QCAF)
}
ACCEPTED = Answer(Outcome.ACCEPTED)
ANSWERS: dict[str, Answer] = dict(zip(sorted(BREAKING), (
    Answer(Outcome.REJECTED, reasons=({"requirement": "6.1-6", "clause": "6.1", "record": 1},)),
    Answer(Outcome.REJECTED, "so it is", ({"requirement": "6.3-1"}, {"clause": "6.4"}, {})),
    Answer(Outcome.SKIPPED, "not today"),
    Answer(Outcome.ACCEPTED, "why not"),
    Answer(Outcome.REJECTED),
    Answer(Outcome.REJECTED),
), strict=True))  # fmt: skip


class Receiving(Direct):
    """Answers each case as the test says, and keeps the questions in order."""

    def __init__(self, answers: dict[str, Answer], seed: int = 0) -> None:
        super().__init__(self._answer)
        names = neutral_ids(len(CASES), seed)
        self._cases = dict(zip(names, CASES, strict=True))
        self._answers = answers
        self.asked: list[str] = []
        self.folders: list[Path] = []
        self.closed = 0

    def _answer(self, job: Job) -> Answer:
        self.asked.append(self._cases.get(job.id, "smoke"))
        self.folders.append(job.folder)
        return self._answers.get(self.asked[-1], ACCEPTED)

    def close(self) -> list[str]:
        self.closed += 1
        return []


Ran = tuple[pytest.HookRecorder, Receiving, list[tuple[str, Terms]]]


@pytest.fixture
def ran(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Runs the cases of 6.1-6 beside a test of their own."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makepyfile("def test_of_their_own(): pass")

    def run(*words: str, receiving: Receiving | None = None) -> Ran:
        receiver, opened = receiving or Receiving(ANSWERS), []

        def open_adapter(name: str, terms: Terms) -> Receiving:
            opened.append((name, terms))
            return receiver

        monkeypatch.setattr("conformance.assessment.adapter.open_adapter", open_adapter)
        plugin = () if installed() else ("-p", "conformance.pytest_plugin")
        # Modules of this package were imported by other tests in this process.
        plugin += ("-W", "ignore::pytest.PytestAssertRewriteWarning")
        words = ("--tadp-receiver", "exec:./ours", *(words or ("--tadp-only", "6.1-6")))
        return pytester.inline_run(*plugin, "--strict-markers", *words), receiver, opened

    return run


def installed() -> bool:
    """Return True if the plugin is loaded by itself."""
    from importlib.metadata import entry_points

    return "tadp" in {point.name for point in entry_points(group="pytest11")}


def reports(recorder: pytest.HookRecorder) -> dict[str, pytest.TestReport]:
    """Return the result of each case."""
    calls = recorder.getreports("pytest_runtest_logreport")
    return {r.nodeid: r for r in calls if r.when == "call" and r.nodeid.startswith("tadp::")}  # type: ignore[union-attr,misc]


def items(recorder: pytest.HookRecorder) -> list[CaseItem]:
    """The cases among the tests, in their order."""
    (call,) = recorder.getcalls("pytest_collection_finish")
    return [item for item in call.session.items if isinstance(item, CaseItem)]


def folder_of(case: str, corpus: Path | None = None) -> Path:
    """Return the folder of a case's submission: by default in the shipped corpus."""
    return (corpus or find_corpus().place) / CASES[case]["path"] / "submission"


# --- What is put --------------------------------------------------------------------------------


def test_cases_come_after_other_tests_in_an_order_that_reveals_nothing(
    ran: Callable[..., Ran],
) -> None:
    recorder, _, _ = ran()
    (call,) = recorder.getcalls("pytest_collection_finish")
    assert call.session.items[0].name == "test_of_their_own"
    names = [item.name for item in items(recorder)]
    assert set(names) == {*BREAKING, *BREAKING.values()}
    wanted = shuffled([case for case in CASES if case in names], 0)
    assert names == wanted != sorted(names)
    assert [item.nodeid for item in items(recorder)] == [f"tadp::{name}" for name in names]
    seeded = ran("--tadp-only", "6.1-6", "--tadp-seed", "3", receiving=Receiving({}, 3))
    assert [item.name for item in items(seeded[0])] == shuffled(
        sorted(wanted, key=[*CASES].index), 3
    )


def test_a_case_is_marked_with_its_clause_and_requirement(ran: Callable[..., Ran]) -> None:
    recorder, _, _ = ran()
    for item in items(recorder):
        (mark,) = item.iter_markers("tadp")
        broken = item.name in BREAKING
        assert mark.args == ()
        assert mark.kwargs == {
            "clause": "6.1" if broken else "conforming",
            "requirement": "6.1-6" if broken else "conforming",
        }
        path, line, name = item.reportinfo()
        assert (path, line) == (folder_of(item.name), None)
        assert name == f"tadp {item.name}"


def test_a_case_is_left_out_by_name_requirement_and_clause(ran: Callable[..., Ran]) -> None:
    one, other, *_ = sorted(BREAKING)
    words = ("--tadp-only", one, "--tadp-only", other, "--tadp-exclude", other)
    assert {item.name for item in items(ran(*words)[0])} == {one, BREAKING[one]}
    words = ("--tadp-only", "6.1", "--tadp-exclude", "6.1-1", "--tadp-exclude", "6.1-3")
    recorder, _, _ = ran(*words, "--collect-only")
    roots = {root for item in items(recorder) for root in CASES[item.name]["roots"]}
    assert roots >= {"6.1-2", "6.1-6"}
    assert not roots & {"6.1-1", "6.1-3"}


def test_the_receiver_is_opened_as_it_is_asked_to_be(ran: Callable[..., Ran]) -> None:
    assert ran()[2] == [("exec:./ours", Terms())]
    words = ("--tadp-only", "6.1-6", "--tadp-timeout", "1.5", "--tadp-memory", "77")
    assert ran(*words)[2] == [("exec:./ours", Terms(timeout=1.5, memory=77))]


def test_another_corpus_may_be_put(ran: Callable[..., Ran], tmp_path: Path) -> None:
    corpus = tmp_path / "ours"
    shutil.copytree(FIXTURES, corpus)
    recorder, _, _ = ran("--tadp-only", NAMED, "--tadp-corpus", str(corpus))
    (case,) = (item for item in items(recorder) if item.name == NAMED)
    assert case.reportinfo()[0] == folder_of(NAMED, corpus)


# --- What is reported -----------------------------------------------------------------------------


def first_line(report: Any) -> str:
    return str(report.longrepr).partition("\n")[0]


def test_each_answer_is_reported_in_a_line(ran: Callable[..., Ran]) -> None:
    recorder, _, _ = ran()
    found = reports(recorder)
    right, other, skipped, wrong, *_ = (found[f"tadp::{name}"] for name in sorted(BREAKING))
    assert (right.outcome, other.outcome, skipped.outcome, wrong.outcome) == (
        "passed", "failed", "skipped", "failed",
    )  # fmt: skip
    names = sorted(BREAKING)
    assert first_line(other) == (
        f"{names[1]}: other reason: expected rejected, seen rejected; so it is; 6.3-1, 6.4"
    )
    assert first_line(wrong) == f"{names[3]}: failed: expected rejected, seen accepted; why not"
    assert isinstance(skipped.longrepr, tuple)
    assert skipped.longrepr[2] == "Skipped: not today"
    shows = ("shows", "6.1-6 4.8(b)-1")
    assert right.user_properties == [shows, ("clause", "right"), ("location", "wrong")]
    assert other.user_properties == [shows, ("clause", "wrong"), ("location", "not stated")]
    for name in BREAKING.values():
        assert found[f"tadp::{name}"].outcome == "passed"
    refused = {name: Answer(Outcome.REJECTED) for name in BREAKING.values()}
    found = reports(ran(receiving=Receiving({**ANSWERS, **refused}))[0])
    reported = {first_line(found[f"tadp::{name}"]) for name in BREAKING.values()}
    assert reported == {
        f"{name}: failed: expected accepted, seen rejected" for name in BREAKING.values()
    }
    assert str(found[f"tadp::{names[0]}"].longrepr).startswith(f"{names[0]}: not counted: ")


def test_each_case_is_put_once_whoever_counts_with_it(ran: Callable[..., Ran]) -> None:
    _, receiver, _ = ran()
    assert receiver.asked[:2] == ["smoke", "smoke"]
    put = receiver.asked[2:]
    assert sorted(put) == sorted({*BREAKING, *BREAKING.values()})


def test_nothing_is_left_behind(ran: Callable[..., Ran]) -> None:
    _, receiver, _ = ran()
    assert receiver.closed == 1
    homes = {folder.parent for folder in receiver.folders}
    assert all(home.name.startswith("tadp-") and not home.exists() for home in homes)
    assert len(homes) == 1
    _, idle, _ = ran("--tadp-only", "6.1-6", "--collect-only")
    assert (idle.asked, idle.closed) == ([], 0)


def test_a_receiver_may_have_removed_the_folder_of_the_run_itself(ran: Callable[..., Ran]) -> None:
    class Tidy(Receiving):
        def close(self) -> list[str]:
            shutil.rmtree(self.folders[0].parent)
            return super().close()

    recorder, receiver, _ = ran("--tadp-only", NAMED, receiving=Tidy(ANSWERS))
    assert (recorder.ret, receiver.closed) == (pytest.ExitCode.OK, 1)


def test_a_receiver_that_does_not_work_fails_each_case_in_a_line(ran: Callable[..., Ran]) -> None:
    class Broken(Receiving):
        started = 0

        def start(self) -> dict[str, Any]:
            Broken.started += 1
            raise TadpError("it does not start", remedy="start it")

    recorder, receiver, _ = ran(receiving=Broken({}))
    for name in BREAKING:
        assert (
            reports(recorder)[f"tadp::{name}"].longrepr == f"{name}: it does not start (start it)"
        )
    assert (Broken.started, receiver.asked, receiver.closed) == (1, [], 1)


def test_a_fault_of_ours_has_its_traceback(ran: Callable[..., Ran]) -> None:
    class Faulty(Receiving):
        def ask(self, job: Job) -> Answer:
            if len(self.asked) > 1:
                raise RuntimeError("ours")
            return super().ask(job)

    found = reports(ran("--tadp-only", NAMED, receiving=Faulty({}))[0])
    assert len(found) == 2
    for one in found.values():
        assert "RuntimeError: ours" in str(one.longrepr)
        assert "pytest_plugin.py" in str(one.longrepr)


# --- Options ------------------------------------------------------------------------------------


def test_without_a_receiver_nothing_is_done(pytester: pytest.Pytester) -> None:
    plugin = () if installed() else ("-p", "conformance.pytest_plugin")
    pytester.makepyfile("def test_of_their_own(): pass")
    recorder = pytester.inline_run(*plugin)
    (call,) = recorder.getcalls("pytest_collection_finish")
    config = call.session.config
    assert items(recorder) == []
    reported = {n: config.getoption(f"--tadp-{n}") for n in
            ("receiver", "only", "exclude", "corpus", "seed", "timeout", "memory")}  # fmt: skip
    assert reported == {
        "receiver": None, "only": [], "exclude": [], "corpus": None, "seed": 0, "timeout": None,
        "memory": None,
    }  # fmt: skip
    assert "tadp(clause, requirement): a case of the TADP corpus" in config.getini("markers")


def test_a_receiver_that_cannot_be_opened_is_a_usage_error(pytester: pytest.Pytester) -> None:
    plugin = () if installed() else ("-p", "conformance.pytest_plugin")
    result = pytester.runpytest_inprocess(*plugin, "--tadp-receiver", "pigeon")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: 'pigeon' is not an adapter (one of exec:COMMAND, ndjson:COMMAND, *"]
    )


def test_the_cases_are_those_of_a_profile_of_ones_own(ran: Callable[..., Ran]) -> None:
    words = ("--tadp-profile", APART, "--tadp-cache", str(apart_cache()))
    recorder, receiving, _ = ran(*words, "--tadp-only", "6.1-6", receiving=Receiving({}))
    names = {item.name for item in items(recorder)}
    assert "6.1-6/adt-portal/in-a-field" in names
    assert not any("sharepoint" in name for name in names)
    assert receiving.asked
    failed = {r.nodeid for r in reports(recorder).values() if r.outcome == "failed"}
    # A receiver that accepts everything is found out by each case that breaks something.
    assert failed == {f"tadp::{name}" for name in names if not name.startswith("conforming/")}


def test_a_profile_that_cannot_be_used_is_bad_usage(pytester: pytest.Pytester) -> None:
    plugin = () if installed() else ("-p", "conformance.pytest_plugin")
    words = ("--tadp-receiver", "exec:true", "--tadp-profile", "nowhere.toml")
    result = pytester.runpytest_inprocess(*plugin, *words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: profile nowhere.toml: no such file*"])
