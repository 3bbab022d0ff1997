"""Every hole in a receiver is found by a case, and laid at the requirement that it is in."""

from __future__ import annotations

import sys

import pytest

from conformance.assessment.scores import Standing
from conformance.model.requirement import Subject
from conformance.model.requirement import Testable as HowShown
from tests.assessment.kill_matrix import HEAD, Trial, read_table
from tests.assessment.vices import VICES, vice_row
from tests.running import run


def test_every_hole_is_killed_and_laid_at_its_own_requirement() -> None:
    # In one test, as all of it needs the trial, which takes its time.
    trial = Trial.run()
    rows = list(trial.rows())
    assert [s.case.id for s in trial.scores() if s.standing is not Standing.PASSED] == []
    there = {row.hole.removeprefix("ignores ") for row in rows}
    wanted = {
        r.id
        for r in trial.catalogue.requirements()
        if r.testable is not HowShown.ATTESTATION
        and r.subject is not Subject.RECEIVER
        and not r.derived_from
    }
    assert wanted - there == set()
    for row in rows:
        assert row.killers, row.hole
        assert set(row.laid_at) == row.ignored, row.hole
    # python -m tests.assessment.kill_matrix writes the committed matrix anew.
    head, *cells = read_table()
    assert head == HEAD
    assert cells[: len(rows)] == [row.cells() for row in rows]
    assert [name for name, *_ in cells[len(rows) :]] == list(VICES)


@pytest.mark.parametrize("name", VICES)
def test_every_vice_is_killed_as_the_committed_matrix_says(name: str) -> None:
    row = vice_row(name)
    assert row in read_table()
    _, _, comes_to, laid_at, run_ends, _ = row
    assert run_ends.startswith("passed" if VICES[name].harmless else "failed")
    # An error is never a rejection, and says nothing of a requirement.
    assert "error" not in comes_to or not laid_at


#: A requirement of each phase whose cases are few.
OF_EACH_PHASE = [
    "3.4-2",
    "3.1-1",
    "6.1-1",
    "3.4(b)-4",
    "6.3-2",
    "6.3-6",
    "6.3-10",
    "6.3-12",
    "4.7-2",
]
HOLED = "tests.assessment.implementations.holed"


@pytest.mark.parametrize("identifier", OF_EACH_PHASE)
def test_a_hole_is_found_through_an_adapter_and_no_other_is_seen(identifier: str) -> None:
    adapter = f"python:{HOLED}:ignores {identifier}"
    for only, code in ((identifier, 1), ("6.1-6", 0)):
        ran = run("assess", "receiver", adapter, "--only", only, "--format", "json")
        assert ran.code == code, ran.err
        bad = [s["id"] for s in ran.report["requirements"] if s["result"] != "met"]
        assert bad == ([identifier] if code else [])


def test_a_hole_is_found_in_a_process_for_each_case() -> None:
    adapter = f"exec:{sys.executable} -m {HOLED} 6.3-2"
    words = ("--only", "6.3-2", "--only", "6.3-5", "--format", "json")
    report = run("assess", "receiver", adapter, *words).report
    results = {s["id"]: s["result"] for s in report["requirements"]}
    assert results == {"6.3-2": "not met", "6.3-5": "met"}
