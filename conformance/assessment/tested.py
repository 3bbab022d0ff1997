"""The tests of a pytest run, counted where the reports of all its processes arrive."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from conformance.assessment.corpus import Case, is_shown_by, receivers_requirements
from conformance.model.catalogue import Catalogue

if TYPE_CHECKING:
    import pytest

#: Properties of a report: the requirements that a case shows, and which of these are claimed.
_SHOWS, _CLAIMED = "shows", "claimed"


def properties_of(
    case: Case, catalogue: Catalogue, claimed: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield what the report of a case says of it, before it is put."""
    own = (r.id for r in receivers_requirements(catalogue) if is_shown_by(r, case))
    shown = [*case.roots, *own]
    yield _SHOWS, " ".join(shown)
    if stated := [name for name in shown if name in claimed]:
        yield _CLAIMED, " ".join(stated)


class Tested:
    """The requirements that were tested, and how many cases passed."""

    def __init__(self) -> None:
        self._requirements: set[str] = set()
        self._cases = self._passed = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a case of the corpus, among all tests."""
        shown = dict(report.user_properties).get(_SHOWS)
        if shown is None or report.when != "call":
            return
        self._cases += 1
        self._passed += report.passed
        if not report.skipped:
            self._requirements.update(str(shown).split())

    @property
    def nothing(self) -> bool:
        """Return True if cases were collected and none of them passed."""
        return self._cases > 0 and not self._passed

    def lines(self, claimed: Collection[str]) -> Iterator[str]:
        """Yield what is to be said beside the cases; ``claimed`` is what a statement claims."""
        if self.nothing:
            yield f"nothing is known of the implementation: of {self._cases:,} cases, none passed"
        untested = [name for name in claimed if name not in self._requirements]
        if untested and self._cases:
            yield f"claimed, but not tested: {', '.join(untested)}"
