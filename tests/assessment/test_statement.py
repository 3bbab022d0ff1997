"""The statement about a requirement: met, not met or not shown, why, and by which cases."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.assessment.corpus import Case
from conformance.assessment.corpus_files import CorpusFolder
from conformance.assessment.messages import Answer, Outcome
from conformance.assessment.neutral import Job
from conformance.assessment.running import Put
from conformance.assessment.scores import PartScore, Score, Standing
from conformance.assessment.statement import (
    Statement,
    receivers_statements,
    statements,
)
from conformance.footing import Footing
from conformance.model.requirement import Basis, Kind
from tests.assessment.made_up import catalogue, corpus, profile

REQUIREMENT = next(r for r in catalogue().requirements() if r.id == "6.1-3")
PASSED, FAILED, OTHER, NOT_COUNTED, SKIPPED, ERROR = (
    Standing.PASSED,
    Standing.FAILED,
    Standing.OTHER_REASON,
    Standing.NOT_COUNTED,
    Standing.SKIPPED,
    Standing.ERROR,
)


def score(case: Case, standing: Standing) -> Score:
    put = Put(case, Job("0" * 16, Path(), {}), Answer(Outcome.REJECTED))
    return Score(put, standing, PartScore.RIGHT, PartScore.NOT_ASKED, PartScore.NOT_ASKED)


def case(identifier: str, *roots: str, rests_on: tuple[Footing, ...] = ()) -> Case:
    made = Case(identifier, CorpusFolder(Path()), Kind.ADT, "mp109", "violates", roots)
    return replace(made, rests_on=rests_on)


def of(*standings: Standing) -> Statement:
    made = [
        score(case(f"case {n}", "6.1-3", rests_on=(Footing.CLAUSE,)), standing)
        for n, standing in enumerate(standings)
    ]
    return Statement(REQUIREMENT, tuple(made))


@pytest.mark.parametrize(
    ("standings", "result", "reason", "failing"),
    [
        ([], "not shown", "no case tests it", []),
        ([PASSED, PASSED], "met", "", []),
        ([PASSED, FAILED], "not met", "", [1]),
        # A right rejection is not a wrong verdict, whatever it names.
        ([PASSED, OTHER], "met", "", [1]),
        ([OTHER, OTHER], "not shown", "2 rejected for another reason", [0, 1]),
        ([FAILED, ERROR, SKIPPED, NOT_COUNTED], "not met", "", [0, 1, 3]),
        ([PASSED, SKIPPED, SKIPPED], "not shown", "2 skipped", []),
        ([PASSED, ERROR], "not shown", "1 without an answer", [1]),
        ([NOT_COUNTED], "not shown", "1 rejected together with the conforming case", [0]),
        (
            [NOT_COUNTED, ERROR, ERROR, SKIPPED, PASSED],
            "not shown",
            "1 skipped, 2 without an answer, 1 rejected together with the conforming case",
            [0, 1, 2],
        ),
    ],
)
def test_a_wrong_verdict_alone_shows_that_a_requirement_is_not_met(
    standings: list[Standing], result: str, reason: str, failing: list[int]
) -> None:
    statement = of(*standings)
    assert (statement.result, statement.reason) == (result, reason)
    assert statement.failing == [f"case {n}" for n in failing]
    record = statement.record()
    assert record.pop("reason", "") == reason
    assert record == {
        "id": "6.1-3",
        "clause": "6.1",
        "statement": REQUIREMENT.statement,
        "result": result,
        "rests_on": "clause" if result == "not met" else None,
        "counts": {s.value: standings.count(s) for s in Standing if s in standings},
        "failing": statement.failing,
    }


CLAUSE, STATED, VERIFIED, NOTE, EDITION, GUIDANCE, UNCONFIRMED, UNVERIFIED = Footing


@pytest.mark.parametrize(
    ("basis", "cases", "conforming", "rests_on"),
    [
        # A receiver that lets a rule of the profile pass does not break the text.
        (Basis.CLAUSE, [(FAILED, (UNVERIFIED,))], UNVERIFIED, UNVERIFIED),
        (Basis.CLAUSE, [(FAILED, (CLAUSE, UNVERIFIED))], UNVERIFIED, CLAUSE),
        (Basis.NOTE, [(FAILED, (CLAUSE,))], UNVERIFIED, NOTE),
        # Across cases the strongest counts, of those that show it.
        (Basis.CLAUSE, [(FAILED, (UNVERIFIED,)), (FAILED, (CLAUSE,))], UNVERIFIED, CLAUSE),
        (Basis.CLAUSE, [(FAILED, (UNVERIFIED,)), (OTHER, (CLAUSE,))], UNVERIFIED, UNVERIFIED),
        (Basis.CLAUSE, [(FAILED, (UNVERIFIED,)), (PASSED, (CLAUSE,))], UNVERIFIED, UNVERIFIED),
        (Basis.CLAUSE, [(FAILED, (GUIDANCE,)), (ERROR, (CLAUSE,))], UNVERIFIED, GUIDANCE),
        # That a conforming case conforms is the profile's word.
        (Basis.CLAUSE, [(FAILED, ())], UNVERIFIED, UNVERIFIED),
        (Basis.CLAUSE, [(FAILED, ())], VERIFIED, VERIFIED),
    ],
)
def test_a_requirement_that_is_not_met_rests_on_what_the_cases_rest_on(
    basis: Basis,
    cases: list[tuple[Standing, tuple[Footing, ...]]],
    conforming: Footing,
    rests_on: Footing,
) -> None:
    made = [score(case("x", "6.1-3", rests_on=on), standing) for standing, on in cases]
    statement = Statement(replace(REQUIREMENT, basis=basis), tuple(made), conforming)
    assert statement.rests_on is rests_on


def test_a_case_bears_on_all_that_it_breaks_in_the_order_of_the_clauses() -> None:
    cases = [
        case("a", "6.3-7", "6.1-6"),
        case("b", "6.1-6"),
        Case("c", CorpusFolder(Path()), Kind.ADT, "mp109", "conforms"),
    ]
    found = statements([score(one, PASSED) for one in cases], catalogue())
    assert [(s.requirement.id, [one.case.id for one in s.scores]) for s in found] == [
        ("6.1-6", ["a", "b"]),
        ("6.3-7", ["a"]),
    ]


def test_a_receivers_requirement_is_shown_by_what_it_turns_away_and_what_it_takes() -> None:
    names = [
        "conforming/adt-sharepoint",
        "conforming/adt-with-nulls",
        "conforming/report-user-set",
        "conforming/publication",
        "6.1-6/adt-sharepoint/in-a-field",
        "6.1-1/adt-sharepoint/unsigned",
        "3.4(b)-3/adt-sharepoint/expired",
        "3.1-1/adt-sharepoint/none",
    ]
    cases = [corpus().by_id[name] for name in names]
    found = receivers_statements([score(c, PASSED) for c in cases], catalogue(), profile())
    reported = {s.requirement.id: [one.case.id for one in s.scores] for s in found}
    assert reported == {
        "4.8(a)-1": ["6.1-1/adt-sharepoint/unsigned"],
        "4.8(a)-2": ["3.4(b)-3/adt-sharepoint/expired"],
        "4.8(b)-1": ["6.1-6/adt-sharepoint/in-a-field"],
        "4.8-3": ["conforming/adt-sharepoint", "conforming/adt-with-nulls"],
        "6.1-5": ["conforming/adt-with-nulls"],
    }


def results(*reported: tuple[str, Standing]) -> dict[str, str]:
    scores = []
    for name, standing in reported:
        outcome = Outcome.ACCEPTED if standing is PASSED else Outcome.REJECTED
        scored = score(corpus().by_id[name], standing)
        scores.append(replace(scored, put=replace(scored.put, answer=Answer(outcome))))
    found = receivers_statements(scores, catalogue(), profile(), corpus().cases)
    return {s.requirement.id: s.result for s in found}


WITH, WITHOUT = "conforming/adt-with-nulls", "conforming/adt-without-nulls"


def test_nulls_are_blamed_where_the_same_file_without_them_is_accepted() -> None:
    # A file that happens to hold nulls may be rejected for anything.
    found = results(("conforming/adt-sharepoint", FAILED), (WITH, PASSED), (WITHOUT, PASSED))
    assert (found["4.8-3"], found["6.1-5"]) == ("not met", "met")
    found = results((WITH, FAILED), (WITHOUT, PASSED))
    assert (found["4.8-3"], found["6.1-5"]) == ("not met", "not met")
    found = results((WITH, FAILED), (WITHOUT, FAILED))
    assert (found["4.8-3"], found["6.1-5"]) == ("not met", "not shown")


def test_a_requirement_whose_cases_were_left_out_is_not_asked() -> None:
    found = results(("conforming/adt-sharepoint", PASSED))
    assert found == {
        "4.8(a)-1": "not asked",
        "4.8(a)-2": "not asked",
        "4.8(b)-1": "not asked",
        "4.8-3": "met",
        "6.1-5": "not asked",
    }
