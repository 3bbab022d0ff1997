"""``tadp fuzz receiver``: holes are found, made small, written out, and put again."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from itertools import count, islice
from pathlib import Path

import pytest

from conformance.assessment.corpus import Case, Corpus, read_corpus
from conformance.assessment.corpus_files import CorpusFolder
from conformance.assessment.neutral import endless_ids, job_of, prepare_workspace
from conformance.commands import progress
from conformance.model.requirement import Kind
from generators import fuzzing
from generators.covering import covering
from generators.strategies import ground
from tests.assessment.conftest import fake
from tests.assessment.fuzz_matrix import HOLED, committed, first_turn, fits, holes, hunted
from tests.assessment.implementations import finer, holed
from tests.batch.many import eventually
from tests.profiles.apart import APART, apart_cache
from tests.running import run

#: The fault found for a hole, its file, and the number of records needed: two to repeat one.
HOLES = {
    "6.3-12": ("6.3-12/found/first-again", "adt.csv", 2),
    "UG1.6-3": ("UG1.6-3/found/another", "adt.csv", 1),
    "4.13-4": ("4.13-4/found/contrary", "qcaf.csv", 1),
}


class Clock:
    """Has each submission take a second, whatever else the machine does."""

    def __init__(self) -> None:
        self._seconds = count()
        #: Called with each second before it is given.
        self.before: Callable[[int], None] = lambda _: None

    def monotonic(self) -> int:
        second = next(self._seconds)
        self.before(second)
        return second


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(fuzzing, "time", clock)
    return clock


@pytest.mark.parametrize(
    "hole", [pytest.param(h, marks=pytest.mark.long) if h != "6.3-12" else h for h in HOLES]
)
def test_a_hole_is_found_made_small_and_put_again(hole: str, tmp_path: Path) -> None:
    adapter, found = f"{HOLED}:ignores {hole}", tmp_path / "found"
    case, file, records = HOLES[hole]
    code, out = hunted(adapter, "-o", str(found))
    assert code == 1
    assert out.startswith(f"FOUND  {case}  after ")
    (command,) = [line.strip() for line in out.splitlines() if "tadp assess receiver" in line]
    assert command == f"tadp assess receiver '{adapter}' --corpus {found}"
    data = read_corpus(CorpusFolder(found)).by_id[case].submission.content(file).read(1 << 20)
    assert data.removesuffix(b"\n").count(b"\n") + 1 == records
    again = run("assess", "receiver", adapter, "--corpus", found, "--format", "json")
    assert again.code == 1
    failing = [c for c in again.report["cases"] if c["status"] != "passed"]
    assert [c["roots"] for c in failing] == [[hole]]
    whole = run("assess", "receiver", f"{HOLED}:complete", "--corpus", found)
    assert whole.code == 0


def test_every_requirement_has_its_turn_before_any_has_a_second(corpus: Corpus) -> None:
    sent = [case for case in corpus.cases if case.kind in (Kind.ADT, Kind.QCAF)]
    assert set(first_turn()) == {root for case in sent for root in case.roots}


def test_the_committed_table_has_every_hole_and_each_was_found() -> None:
    # python -m tests.assessment.fuzz_matrix writes it again, in minutes.
    assert [row["hole"] for row in committed()] == holes()
    assert [row["hole"] for row in committed() if not fits(row)] == []


@pytest.mark.usefixtures("clock")
def test_a_conforming_submission_that_is_rejected_is_found(tmp_path: Path) -> None:
    code, out = hunted(fake("exec", "rejects_everything"), "-o", str(tmp_path / "found"))
    assert code == 1
    assert "expected accepted, seen rejected" in out


@pytest.mark.whole
@pytest.mark.usefixtures("clock")
def test_a_crash_is_found(tmp_path: Path) -> None:
    name = f"{HOLED}:crashes_on_three_records"
    words = ("--only", "UG1.4", "--seconds", "200")
    code, out = hunted(name, *words, "-o", str(tmp_path / "found"))
    assert code == 1
    assert "seen error" in out
    assert "ZeroDivisionError" in out


@pytest.mark.whole
@pytest.mark.usefixtures("clock")
def test_memory_that_leaks_is_found(tmp_path: Path) -> None:
    name = fake("ndjson", "leaks_memory", "where-broken")
    words = ("--memory", "250", "--only", "6.3-12", "-o", str(tmp_path / "found"))
    code, out = hunted(name, *words)
    assert code == 1
    assert "used more than 250 MiB of memory" in out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--seconds", "0.5"), 2),
        (("--seconds", "3", "--only", "4.7-4"), 2),
        (("--seconds", "3", "--only", "6.3-12"), 0),
    ],
)
def test_nothing_is_found_where_nothing_is_wrong_or_no_faulty_submission_is_tried(
    words: tuple[str, ...], code: int, tmp_path: Path, clock: Clock
) -> None:
    ran = run("fuzz", "receiver", f"{HOLED}:complete", *words, "-o", tmp_path / "found")
    assert ran.code == code
    assert not (tmp_path / "found").exists()
    if code == 0:
        assert ran.out == "nothing was found in 3 submissions, 3 with a fault\n"
        return
    assert ran.out == ""
    assert f"no submission with a fault was tried within {words[1]} seconds, and " in ran.err
    assert "raise it (the default is 60" in ran.err
    assert ("choose requirements that a file can break" in ran.err) == ("--only" in words)


@pytest.mark.parametrize("terminal", [True, False])
def test_a_terminal_shows_how_many_were_tried_and_for_how_long(
    terminal: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    shown = io.StringIO()

    def plain() -> str:
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.getvalue())

    def is_counted() -> bool:
        return bool(re.search(r"submissions .*\b[1-9]\d* so far \d:\d\d:\d\d", plain()))

    def until_counted(second: int) -> None:
        # The last look at the clock, when submissions were tried, comes when that is seen.
        assert not terminal or second < 3 or eventually(is_counted)

    clock.before = until_counted
    monkeypatch.setattr(progress, "SOON", 0)
    monkeypatch.setattr(shown, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    words = ("--only", "6.3-12", "--seconds", "3", "-o", str(tmp_path / "found"))
    hunted(f"{HOLED}:complete", *words)
    assert is_counted() if terminal else plain() == ""


@pytest.mark.usefixtures("clock")
def test_children_that_are_left_running_fail_a_hunt_that_finds_nothing(tmp_path: Path) -> None:
    name = fake("ndjson", "leaves_children")
    words = ("--only", "6.3-12", "--exclude", "6.3-12", "--seconds", "2")
    code, out = hunted(name, *words, "-o", str(tmp_path / "found"))
    assert code == 1
    assert out.startswith("! the implementation left processes running")


@pytest.mark.long
def test_a_hole_is_found_under_another_profile_and_put_again(tmp_path: Path) -> None:
    adapter, found = f"{HOLED}:ignores 6.3-12", tmp_path / "found"
    words = ("--profile", APART, "--cache", str(apart_cache()))
    code, out = hunted(adapter, *words, "--only", "6.3-12", "-o", str(found))
    assert code == 1
    assert out.startswith("FOUND  6.3-12/found/first-again  after ")
    again = run("assess", "receiver", adapter, "--corpus", found, "--format", "json")
    assert again.report["profile"]["name"] == "apart-test"
    failing = [c["roots"] for c in again.report["cases"] if c["status"] != "passed"]
    assert failing == [["6.3-12"]]


#: Requirements with smaller holes; a few faults show each hole.
SMALLER = ("3.1-2", "3.4(b)-2", "3.4(b)-3", "4.13-4", "6.3-1", "6.3-10", "6.3-12", "6.3-15")


@pytest.mark.long
def test_holes_smaller_than_a_requirement_have_their_turn(corpus: Corpus, tmp_path: Path) -> None:
    place, missed = prepare_workspace(corpus, tmp_path), {*finer.PASSES, *finer.JUDGES}
    names = endless_ids(0)
    for tried in islice(covering(ground(), 0, SMALLER.__contains__), 250):
        home = place.folder / next(names)
        tried.draft.write(home)
        made = tried.case()
        kind, edition = tried.draft.kind, tried.draft.edition
        files = CorpusFolder(home)
        case = Case(made.id, files, kind, edition, made.verdict, made.roots)
        message = job_of(home, case, place).message
        result = holed.checked(message)
        right = holed.answer_to(result)["outcome"]
        missed -= {h for h, a in finer.answers(result, message).items() if a["outcome"] != right}
        if not missed:
            break
    assert missed == set()
