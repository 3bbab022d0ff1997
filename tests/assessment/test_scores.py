"""The score of an answer: verdict, clause and location, each by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.assessment.corpus import Case
from conformance.assessment.corpus_files import CorpusFolder
from conformance.assessment.messages import Answer, Outcome
from conformance.assessment.neutral import Job
from conformance.assessment.running import Put
from conformance.assessment.scores import Score, score_all, score_one
from conformance.model.requirement import Kind
from tests.assessment.made_up import catalogue

GOOD = Case("conforming/adt", CorpusFolder(Path()), Kind.ADT, "mp109", "conforms")
BROKEN = Case(
    "6.1-6/adt",
    Path(),
    Kind.ADT,
    "mp109",
    "violates",
    roots=("6.1-6",),
    through=("3.4(b)-1",),
    place={"record": 3, "field": 2},
    positive="conforming/adt",
)
#: Broken, and nothing is said of where.
NOWHERE = Case(
    "6.1-1/adt", CorpusFolder(Path()), Kind.ADT, "mp109", "violates", ("6.1-1",), (), {}, GOOD.id
)
#: Nothing shows whether it conforms.
OPEN = Case("undecided/list", CorpusFolder(Path()), Kind.ADT, "mp109", "not shown")


def rejected(*reasons: dict[str, Any]) -> Answer:
    return Answer(Outcome.REJECTED, reasons=reasons)


ACCEPTED = Answer(Outcome.ACCEPTED)
SKIPPED = Answer(Outcome.SKIPPED, "not on Mondays")
ERROR = Answer.error("out of cheese")


def put(case: Case, answer: Answer) -> Put:
    return Put(case, Job("0" * 16, Path(), {}), answer)


def worth(case: Case, answer: Answer) -> tuple[str, str, str, str]:
    one = put(case, answer)
    score = score_one(one, catalogue())
    assert (score.put, score.case, score.answer) == (one, case, answer)
    return (
        score.standing.value,
        score.verdict.value,
        score.clause.value,
        score.location.value,
    )


@pytest.mark.parametrize(
    ("case", "answer", "wanted"),
    [
        (GOOD, ACCEPTED, ("passed", "right", "not asked", "not asked")),
        (GOOD, rejected(), ("failed", "wrong", "not asked", "not asked")),
        (GOOD, SKIPPED, ("skipped", "not known", "not known", "not known")),
        (GOOD, ERROR, ("error", "not known", "not known", "not known")),
        (BROKEN, ACCEPTED, ("failed", "wrong", "not known", "not known")),
        (BROKEN, rejected(), ("passed", "right", "not stated", "not stated")),
        (BROKEN, SKIPPED, ("skipped", "not known", "not known", "not known")),
        (BROKEN, ERROR, ("error", "not known", "not known", "not known")),
        (NOWHERE, rejected(), ("passed", "right", "not stated", "not asked")),
        (OPEN, ACCEPTED, ("neutral", "not asked", "not asked", "not asked")),
        (OPEN, rejected(), ("neutral", "not asked", "not asked", "not asked")),
        (OPEN, SKIPPED, ("skipped", "not known", "not known", "not known")),
        (OPEN, ERROR, ("error", "not known", "not known", "not known")),
    ],
)
def test_a_verdict_is_right_or_wrong_and_without_one_nothing_is_known(
    case: Case, answer: Answer, wanted: tuple[str, ...]
) -> None:
    assert worth(case, answer) == wanted


@pytest.mark.parametrize(
    ("reasons", "clause"),
    [
        # Its own requirement, those that fail through that, and the receiver's own requirement.
        ([{"requirement": "6.1-6"}], "right"),
        ([{"requirement": "3.4(b)-1"}], "right"),
        ([{"requirement": "4.8(b)-1"}], "right"),
        ([{"clause": "6.1"}], "right"),
        ([{"clause": "3.4(b)"}], "right"),
        ([{"clause": "6.1", "requirement": "6.1-6"}, {"clause": "4.8(b)"}], "right"),
        ([{"requirement": "6.1-5"}], "wrong"),
        ([{"requirement": "4.8(a)-1"}], "wrong"),
        ([{"clause": "6.3"}], "wrong"),
        # All that it names has to be broken.
        ([{"requirement": "6.1-6"}, {"requirement": "6.1-5"}], "wrong"),
        ([{"requirement": "6.1-6", "clause": "6.3"}], "wrong"),
        ([{"message": "6.1-5"}, {"record": 3}], "not stated"),
    ],
)
def test_a_rejection_counts_where_all_that_it_names_is_broken(
    reasons: list[dict[str, Any]], clause: str
) -> None:
    standing = "other reason" if clause == "wrong" else "passed"
    assert worth(BROKEN, rejected(*reasons))[:3] == (standing, "right", clause)


@pytest.mark.parametrize(
    ("reasons", "location"),
    [
        ([{"record": 3, "field": 2}], "right"),
        ([{"record": 3, "field": 2, "offset": 80}], "right"),
        ([{"record": 3}], "right"),
        ([{"field": 2}], "right"),
        ([{"record": 4}, {"record": 3}], "right"),
        ([{"offset": 80}, {"record": 3}], "right"),
        ([{"record": 4}], "wrong"),
        ([{"record": 3, "field": 1}], "wrong"),
        ([{"record": 3, "field": 1}, {"record": 2, "field": 2}], "wrong"),
        ([{"offset": 80}], "not stated"),
        ([], "not stated"),
    ],
)
def test_a_location_is_right_where_one_reason_lies_as_far_as_it_shows_where_the_fault_does(
    reasons: list[dict[str, Any]], location: str
) -> None:
    standing, verdict, _, found = worth(BROKEN, rejected(*reasons))
    assert (standing, verdict, found) == ("passed", "right", location)
    assert worth(NOWHERE, rejected(*reasons))[3] == "not asked"


def standings(*answers: tuple[Case, Answer]) -> list[str]:
    scores: list[Score] = score_all([put(*one) for one in answers], catalogue())
    return [score.standing.value for score in scores]


@pytest.mark.parametrize(
    ("named", "standing", "clause"),
    [
        (("6.1-6", "6.3-7"), "passed", "right"),
        (("6.3-7",), "passed", "not stated"),
        (("6.1-6", "4.8(a)-2"), "passed", "right"),
        (("6.3-7", "UG1.4-1"), "other reason", "wrong"),
    ],
)
def test_to_name_what_the_fault_hides_is_neither_right_nor_wrong(
    named: tuple[str, ...], standing: str, clause: str
) -> None:
    answer = rejected(*({"requirement": one} for one in named))
    score = score_one(put(BROKEN, answer), catalogue(), lambda _: ("6.3-7", "3.4(b)-3"))
    assert (score.standing.value, score.clause.value) == (standing, clause)


OTHER = rejected({"requirement": "6.1-5"})


def test_a_rejection_counts_where_the_conforming_case_was_accepted() -> None:
    assert standings((BROKEN, rejected()), (GOOD, ACCEPTED)) == ["passed", "passed"]
    assert standings((BROKEN, OTHER), (GOOD, ACCEPTED)) == ["other reason", "passed"]
    for answer, standing in ((rejected(), "failed"), (SKIPPED, "skipped"), (ERROR, "error")):
        assert standings((BROKEN, rejected()), (GOOD, answer)) == ["not counted", standing]
        assert standings((BROKEN, OTHER), (GOOD, answer)) == ["not counted", standing]
    assert standings((BROKEN, rejected())) == ["not counted"]


def test_an_answer_other_than_a_rejection_is_scored_apart_from_the_conforming_case() -> None:
    for answer, standing in ((ACCEPTED, "failed"), (SKIPPED, "skipped"), (ERROR, "error")):
        assert standings((BROKEN, answer), (GOOD, rejected())) == [standing, "failed"]
