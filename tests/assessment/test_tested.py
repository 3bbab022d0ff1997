"""The tests of a pytest run that are cases: what they leave unsaid is reported."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from conformance.assessment import tested as module

if TYPE_CHECKING:
    from collections.abc import Sequence


def after(*outcomes: str, shows: str | None = "6.1-3") -> module.Tested:
    """Return the count after reports of tests with these outcomes."""
    counted = module.Tested()
    for outcome in outcomes:
        shown: Sequence[tuple[str, object]] = [] if shows is None else [("shows", shows)]
        for when in ("setup", "call", "teardown"):
            report = SimpleNamespace(
                user_properties=shown,
                when=when,
                passed=outcome == "passed",
                skipped=outcome == "skipped",
            )
            counted.pytest_runtest_logreport(cast("pytest.TestReport", report))
    return counted


@pytest.mark.parametrize(
    ("outcomes", "nothing"),
    [
        ((), False),
        (("failed",), True),
        (("skipped", "failed"), True),
        (("failed", "passed"), False),
        (("passed", "failed"), False),
    ],
)
def test_nothing_is_known_where_there_are_cases_and_none_passed(
    outcomes: tuple[str, ...], nothing: bool
) -> None:
    assert after(*outcomes).nothing is nothing
    count = f"of {len(outcomes)} cases, none passed"
    assert [count in line for line in after(*outcomes).lines(())] == [True] * nothing


def test_tests_that_are_not_cases_do_not_count() -> None:
    assert not after("failed", shows=None).nothing
    assert [*after("failed", shows=None).lines(("6.1-3",))] == []


def test_a_claim_is_tested_by_a_case_that_was_not_skipped() -> None:
    untested = "claimed, but not tested: 6.1-3"
    assert untested in [*after("skipped").lines(("6.1-3",))]
    assert [*after("passed").lines(("6.1-3",))] == []
    assert untested not in [*after("failed").lines(("6.1-3",))]
