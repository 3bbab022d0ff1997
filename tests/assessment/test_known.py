"""Known failures: what they excuse, what is wrong with them, and how a run writes them down."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from conformance.assessment.corpus import Case, Corpus
from conformance.assessment.corpus_files import CorpusFolder
from conformance.assessment.known import (
    FAILURES,
    KnownFailure,
    known_failures_text,
    match_known_failures,
    read_known_failures,
)
from conformance.assessment.messages import Answer, Outcome
from conformance.assessment.neutral import Job
from conformance.assessment.running import Put
from conformance.assessment.scores import PartScore, Score, Standing
from conformance.errors import TadpError
from conformance.model.requirement import Kind
from tests.assessment.made_up import catalogue

TODAY = date(2025, 6, 2)
LATER = date(2025, 6, 3)
ROOTS = {"one": ("6.1-6",), "two": ("6.1-6", "3.4(b)-3"), "good": ()}
CASES = {
    name: Case(
        name, CorpusFolder(Path()), Kind.ADT, "mp109", "violates" if roots else "conforms", roots
    )
    for name, roots in ROOTS.items()
}
CORPUS = Corpus(
    CorpusFolder(Path()), "1", "00", "2025-06-02T12:00:00Z", "profile.toml", tuple(CASES.values())
)
PLACE = (CORPUS, catalogue())


def score(name: str, standing: Standing, outcome: Outcome = Outcome.ACCEPTED) -> Score:
    put = Put(CASES[name], Job("0" * 16, Path(), {}), Answer(outcome))
    return Score(put, standing, PartScore.WRONG, PartScore.NOT_ASKED, PartScore.NOT_ASKED)


def entry(**names: str) -> KnownFailure:
    return KnownFailure("being fixed", "us", LATER, names.get("case"), names.get("requirement"))


def test_a_failure_is_excused_by_its_case() -> None:
    scores = [score("one", Standing.FAILED), score("two", Standing.FAILED)]
    excuse = entry(case="one")
    found = match_known_failures([excuse], scores, PLACE, TODAY)
    assert (found.excused, found.troubles) == ({"one": excuse}, ())


def test_a_failure_is_excused_by_a_requirement_that_it_breaks_or_is_rejected_under() -> None:
    scores = [
        score("one", Standing.FAILED),
        score("two", Standing.OTHER_REASON),
        score("good", Standing.FAILED),
    ]
    for name, excused in (("6.1-6", {"one", "two"}), ("3.4(b)-3", {"two"}), ("4.8(a)-2", {"two"})):
        found = match_known_failures([entry(requirement=name)], scores, PLACE, TODAY)
        assert (set(found.excused), found.troubles) == (excused, ())


def test_the_first_entry_excuses() -> None:
    first, second = entry(requirement="6.1-6"), entry(case="one")
    scores = [score("one", Standing.ERROR), score("two", Standing.PASSED)]
    assert match_known_failures([first, second], scores, PLACE, TODAY).excused == {"one": first}
    assert match_known_failures([second, first], scores, PLACE, TODAY).excused == {"one": second}


@pytest.mark.parametrize("standing", list(Standing))
def test_only_a_case_that_fails_can_be_excused(
    standing: Standing,
) -> None:
    found = match_known_failures([entry(case="one")], [score("one", standing)], PLACE, TODAY)
    failing = standing not in (Standing.PASSED, Standing.SKIPPED, Standing.NEUTRAL)
    assert (standing in FAILURES) is failing
    stale = "known failure one is stale: it fails no more; remove it"
    assert (set(found.excused), found.troubles) == (({"one"}, ()) if failing else (set(), (stale,)))


def test_an_entry_whose_cases_did_not_run_is_not_an_error() -> None:
    found = match_known_failures([entry(case="two")], [score("one", Standing.FAILED)], PLACE, TODAY)
    assert (found.excused, found.troubles) == ({}, ())


def test_an_entry_excuses_until_the_end_of_its_last_day() -> None:
    scores = [score("one", Standing.FAILED)]
    for today in (TODAY, LATER):
        assert set(match_known_failures([entry(case="one")], scores, PLACE, today).excused) == {
            "one"
        }
    found = match_known_failures([entry(case="one")], scores, PLACE, date(2025, 6, 4))
    reported = ("known failure one expired on 2025-06-03",)
    assert (found.excused, found.troubles) == ({}, reported)


def test_each_entry_that_is_wrong_is_reported_and_the_others_excuse() -> None:
    late = KnownFailure("late", "us", date(2025, 6, 1), requirement="3.4(b)-3")
    entries = [entry(case="three"), entry(requirement="6.1-99"), late, entry(case="one")]
    found = match_known_failures(entries, [score("one", Standing.FAILED)], PLACE, TODAY)
    assert set(found.excused) == {"one"}
    assert found.troubles == (
        "known failure three: there is no such case",
        "known failure 6.1-99: there is no such requirement",
        "known failure 3.4(b)-3 expired on 2025-06-01",
    )


def test_a_case_is_not_looked_for_among_requirements_nor_the_other_way_round() -> None:
    entries = [entry(case="6.1-6"), entry(requirement="one")]
    assert match_known_failures(
        entries, [score("one", Standing.FAILED)], PLACE, TODAY
    ).troubles == (
        "known failure 6.1-6: there is no such case",
        "known failure one: there is no such requirement",
    )


def test_a_run_writes_down_what_failed_for_ninety_days() -> None:
    scores = [
        score("two", Standing.ERROR, Outcome.ERROR),
        score("one", Standing.FAILED),
        score("good", Standing.FAILED, Outcome.REJECTED),
    ]
    text = known_failures_text([*scores, score("one", Standing.PASSED)], "us \x1b", TODAY)
    assert (
        text
        == """\
{
 "known_failures": 1,
 "failures": [
  {
   "case": "good",
   "reason": "failed: expected accepted, seen rejected",
   "owner": "us \\u001b",
   "expires": "2025-08-31"
  },
  {
   "case": "one",
   "reason": "failed: expected rejected, seen accepted",
   "owner": "us \\u001b",
   "expires": "2025-08-31"
  },
  {
   "case": "two",
   "reason": "error: expected rejected, seen error",
   "owner": "us \\u001b",
   "expires": "2025-08-31"
  }
 ]
}
"""
    )


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    common = {"reason": "being fixed", "owner": "us", "expires": "2025-06-03"}
    failures = [{"case": "one", **common}, {"requirement": "6.1-6", **common}]
    file = tmp_path / "known.json"
    file.write_text(json.dumps({"known_failures": 1, "failures": failures}), "utf-8")
    entries = read_known_failures(file)
    assert entries == [entry(case="one"), entry(requirement="6.1-6")]
    assert [one.record() for one in entries] == failures
    assert [one.name for one in entries] == ["one", "6.1-6"]
    file.write_text("{}", "utf-8")
    with pytest.raises(TadpError) as caught:
        read_known_failures(file)
    assert str(caught.value).startswith(f"{file}: known_failures: is missing (write 1")
