"""Results of requirements that depend on others, hide others, or may not apply."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from conformance.checker import Checked, Result, check_submission
from conformance.checks import CHECKS
from conformance.findings import (
    CAP,
    Finding,
    NotApplicable,
    NotShown,
    OmittedFindings,
    Outcome,
    Status,
)
from conformance.model.catalogue import Catalogue
from conformance.model.requirement import Requirement, SetBy
from conformance.submission.evidence import Quarantine, Submission
from tests.checks.situation import adt, catalogue, qcaf, setting

Outcomes = dict[str, list[Outcome]]


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Checks a submission against invented requirements alone, whose checks yield these."""

    def run(
        outcomes: Outcomes, *requirements: Requirement, submission: Submission | None = None
    ) -> dict[str, Result]:
        for name, found in outcomes.items():
            monkeypatch.setitem(CHECKS, name, lambda *_, found=found: iter(found))
        result: Checked = check_submission(
            submission or adt(), setting(catalogue=only(*requirements))
        )
        return {one.requirement.id: one for one in result.results}

    return run


def invented(identifier: str, *checks: str, **changes: Any) -> Requirement:
    """A requirement that bears on ADT Files, unless ``changes`` say otherwise."""
    plain = catalogue().requirement("6.1-3")
    assert plain is not None
    return replace(plain, id=identifier, clause="X", checks=checks, **changes)


def only(*requirements: Requirement) -> Catalogue:
    """A catalogue that has these requirements and no others."""
    first, *others = (replace(clause, requirements=()) for clause in catalogue().clauses)
    return replace(catalogue(), clauses=(replace(first, requirements=requirements), *others))


def reported(result: Result) -> tuple[object, ...]:
    """Return the result of one, without the requirement itself."""
    return (
        result.status, result.reason, result.through, result.blocked_by, result.evidence,
        [finding.message for finding in result.findings], result.count,
    )  # fmt: skip


def test_findings_are_counted_with_those_that_were_not_kept(checked: Any) -> None:
    many: list[Outcome] = [Finding(str(n)) for n in range(CAP + 1)]
    results = checked(
        {"one": [OmittedFindings(3), Finding("a"), OmittedFindings(4)], "many": many},
        invented("X-1", "one"),
        invented("X-2", "many"),
    )
    assert reported(results["X-1"]) == (Status.FAILED, None, (), (), (), ["a"], 8)
    kept = [str(n) for n in range(CAP)]
    assert reported(results["X-2"]) == (Status.FAILED, None, (), (), (), kept, CAP + 1)
    assert (CAP, results["X-1"].is_root, results["X-2"].is_root) == (20, True, True)


def test_a_requirement_that_is_not_shown_names_reasons_causes_and_evidence_once(
    checked: Any,
) -> None:
    hidden = [
        NotShown("first", ("file", "request"), ("fault", "good")),
        NotShown("second", ("request", "area"), ("unseen",)),
        NotShown("first", (), ("fault",)),
    ]
    results = checked(
        {"hidden": hidden, "fault": [Finding("a")], "good": [], "unseen": [NotShown("b")]},
        invented("X-1", "hidden"),
        invented("X-2", "fault"),
        invented("X-3", "good"),
        invented("X-4", "unseen"),
        invented("X-5", "fault"),
    )
    assert reported(results["X-1"]) == (
        Status.NOT_SHOWN, "first; second", (), ("X-2", "X-5", "X-4"), ("file", "request", "area"),
        [], 0,
    )  # fmt: skip


def test_a_derived_requirement_fails_through_each_one_that_fails(checked: Any) -> None:
    results = checked(
        {"fault": [Finding("a")], "good": [], "unseen": [NotShown("b", ("file",))]},
        invented("X-1", derived_from=("X-*",)),
        invented("X-2", "fault"),
        invented("X-3", "unseen"),
        invented("X-4", "good"),
        invented("X-5", "fault"),
        invented("Y-1", "fault", derived_from=("X-4",)),
        invented("Y-2", "good", derived_from=("X-5",)),
    )
    assert reported(results["X-1"]) == (Status.FAILED, None, ("X-2", "X-5"), (), (), [], 0)
    assert not results["X-1"].is_root
    assert reported(results["Y-1"]) == (Status.FAILED, None, (), (), (), ["a"], 1)
    assert reported(results["Y-2"]) == (Status.FAILED, None, ("X-5",), (), (), [], 0)


def test_a_requirement_derived_from_one_that_is_not_shown_is_not_shown_either(checked: Any) -> None:
    results = checked(
        {"one": [NotShown("b", ("file", "area"))], "own": [NotShown("mine", ("request", "file"))],
         "good": []},
        invented("X-1", "one"),
        invented("X-2", "good"),
        invented("X-3", "one"),
        invented("Y-1", derived_from=("X-*",)),
        invented("Y-2", "good", derived_from=("X-3",)),
        invented("Y-3", "own", derived_from=("X-*",)),
        invented("Y-4", "own", derived_from=("X-2",)),
    )  # fmt: skip
    assert reported(results["Y-1"]) == (
        Status.NOT_SHOWN, "depends on X-1, X-3, which are not shown", (),
        ("X-1", "X-3"), ("file", "area"), [], 0,
    )  # fmt: skip
    assert reported(results["Y-2"])[1:4] == (
        "depends on X-3, which is not shown", (), ("X-3",)
    )  # fmt: skip
    assert reported(results["Y-3"]) == (
        Status.NOT_SHOWN, "mine", (), ("X-1", "X-3"), ("request", "file", "area"), [], 0,
    )  # fmt: skip
    assert reported(results["Y-4"]) == (
        Status.NOT_SHOWN,
        "mine",
        (),
        (),
        ("request", "file"),
        [],
        0,
    )


def test_a_derived_requirement_applies_if_any_that_it_derives_from_does(checked: Any) -> None:
    results = checked(
        {"none": [NotApplicable("no file")], "good": []},
        invented("X-1", "none"),
        invented("X-2", "none"),
        invented("Y-1", derived_from=("X-*",)),
        invented("Y-2", "good", derived_from=("X-*",)),
        invented("X-3", "good"),
        invented("Z-1", derived_from=("X-*",), editions=("v2.0",)),
        invented("Z-2", derived_from=("X-3", "X-1")),
    )
    nothing = (Status.NOT_APPLICABLE, "nothing that it derives from applies", (), (), (), [], 0)
    assert reported(results["Y-1"])[0] is Status.PASSED
    assert reported(results["Y-2"])[0] is Status.PASSED
    assert reported(results["Z-2"])[0] is Status.PASSED
    assert reported(results["Z-1"])[:2] == (Status.NOT_APPLICABLE, "not in edition mp109")
    alone = checked({}, invented("X-1", "none"), invented("Y-1", derived_from=("X-1",)))
    assert reported(alone["Y-1"]) == nothing


def test_of_a_quarantine_that_no_one_is_known_to_have_set_twins_are_looked_at_once(
    checked: Any,
) -> None:
    kinds = {"kinds": (qcaf("user").kind,)}
    user, dcc = {**kinds, "set_by": SetBy.USER}, {**kinds, "set_by": SetBy.DCC}
    requirements = (
        invented("X-1", "fault", **user),
        invented("X-2", "fault", **dcc),
        invented("X-3", "good", **user),
        invented("X-4", "good", derived_from=("X-1",), **dcc),
        invented("X-5", "good", **kinds),
    )
    outcomes: Outcomes = {"fault": [Finding("a")], "good": []}
    unknown = replace(qcaf("user"), file=None, quarantine=Quarantine())
    results = checked(outcomes, *requirements, submission=unknown)
    why = "who set the threshold, and so whether this clause applies, is not known"
    wanted = ("quarantine.set_by",)
    assert {i: reported(one)[:2] for i, one in results.items()} == {
        "X-1": (Status.FAILED, None),
        "X-2": (Status.NOT_SHOWN, f"{why}; X-1 asks the same"),
        "X-3": (Status.NOT_SHOWN, why),
        "X-4": (Status.NOT_SHOWN, why),
        "X-5": (Status.PASSED, None),
    }
    assert all(results[one].evidence == wanted for one in ("X-2", "X-3", "X-4"))
    for who, left_out in (("user", "X-2"), ("dcc", "X-1")):
        results = checked(outcomes, *requirements, submission=qcaf(who))
        other = "DCC" if who == "user" else "the User"
        assert reported(results[left_out])[:2] == (
            Status.NOT_APPLICABLE, f"applies to a threshold set by {other}",
        )  # fmt: skip


def test_a_requirement_that_does_not_bear_says_on_what_it_would(checked: Any) -> None:
    results = checked(
        {"good": []},
        invented("X-1", "good", kinds=(qcaf("user").kind,)),
        invented("X-2", "good", kinds=(qcaf("user").kind, adt().kind), editions=("v2.0",)),
    )
    assert reported(results["X-1"])[:2] == (Status.NOT_APPLICABLE, "applies to: QCAF")
    assert reported(results["X-2"])[:2] == (Status.NOT_APPLICABLE, "not in edition mp109")
