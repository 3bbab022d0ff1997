"""Recorded output stays the same when a requirement is added or the model is reworded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.checker import check_submission
from conformance.model.catalogue import Catalogue
from conformance.model.requirement import Kind, Requirement
from conformance.submission.evidence import Submission
from tests.checks import situation
from tests.checks.situation import ADT
from tests.snapshots import model, words
from tests.snapshots.consoles import Console, consoles, replayed

COMMANDS = Path(__file__).parents[1] / "commands"
#: Consoles that show all requirements of something, or count them.
CONSOLES = [
    one
    for one in consoles(COMMANDS)
    if one.name in ("assess-receiver-1", "check-1", "clauses-1", "editions-1", "report-1")
]


def _with_others(catalogue: Catalogue) -> Catalogue:
    """Return the model with one more requirement on Incidents, and one on ADT Files."""
    known = catalogue.requirement("4.3-3")
    assert known is not None
    added = tuple(
        replace(known, id=f"4.3-{number}", kinds=frozenset({kind}))
        for number, kind in ((98, Kind.INCIDENT), (99, Kind.ADT))
    )
    clauses = tuple(
        replace(one, requirements=one.requirements + (added if one.number == "4.3" else ()))
        for one in catalogue.clauses
    )
    return replace(catalogue, clauses=clauses)


def _worded_otherwise(catalogue: Catalogue) -> Catalogue:
    """Return the model with each statement, effect and hint changed."""

    def changed(one: Requirement) -> Requirement:
        return replace(one, statement="Other words.", effect="Other words.", hint="Other words.")

    clauses = tuple(
        replace(clause, title="Other words.", requirements=tuple(map(changed, clause.requirements)))
        for clause in catalogue.clauses
    )
    return replace(catalogue, clauses=clauses)


CHANGES = [_with_others, _worded_otherwise]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("console", CONSOLES, ids=lambda one: one.name)
def test_a_console_stays_the_same(
    console: Console, change: Callable[[Catalogue], Catalogue], monkeypatch: pytest.MonkeyPatch
) -> None:
    load = model.load
    monkeypatch.setattr(model, "load", lambda *words: change(load(*words)))
    assert replayed(console) == console.text


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "submission", [situation.adt(replaced=None), situation.adt(ADT.replace(b"\n", b"\r\n"))]
)
def test_the_words_of_findings_stay_the_same(
    submission: Submission, change: Callable[[Catalogue], Catalogue]
) -> None:
    setting = situation.setting(catalogue=change(situation.catalogue()))
    lines = [*words.lines_of_check(check_submission(submission, setting))]
    assert lines
    words.assert_recorded(lines)
