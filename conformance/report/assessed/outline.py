"""The outline of the report of an assessment: the cases that did not come out as they should."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from conformance.phrases import beyond, listed
from conformance.report.assessed.wording import (
    Table,
    classes,
    excuse_line,
    explanation,
    is_failing,
    made_up_lines,
    not_tested,
    ordered,
    outcome_line,
    skipped,
    wording_of,
)
from conformance.report.outline import Fact, Failure, Instance, Section

#: Failing cases that are shown for one requirement.
SHOWN = 5
#: Names that one line has, of cases or of what was not tested.
_NAMED = 60


class CaseOutcome(Struct, frozen=True):
    """How one case came out, and what there is to say of that.

    ``record`` is its record in the raw ``report``.
    """

    id: str
    record: Table
    report: Table

    @property
    def state(self) -> str:
        """Its status, or that it is known to fail."""
        return "known failure" if self.record["known"] else str(self.record["status"])

    @property
    def is_failing(self) -> bool:
        """True if it did not come out as it should, known or not, or fails the run."""
        return is_failing(self.record, self.report)

    @property
    def line(self) -> str:
        """What was expected and what was seen."""
        return outcome_line(self.record)

    @property
    def excuse(self) -> str:
        """Why its failure is excused; empty if it is not."""
        return excuse_line(self.record["excuse"]) if self.record["known"] else ""

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What there is to know of it besides."""
        return tuple(explanation(self.record))

    @property
    def instance(self) -> Instance:
        """It as one of the failures of what it breaks."""
        return Instance(self.id, self.facts, outcome=self.line, excuse=self.excuse)


def outcome_of(case: Table, report: Table) -> CaseOutcome:
    """Return how one case of ``report`` came out."""
    return CaseOutcome(case["id"], case, report)


class Group(Struct, frozen=True):
    """The cases that break the same ``requirements``, which are here with their wording."""

    name: str
    cases: tuple[CaseOutcome, ...]
    requirements: tuple[tuple[str, Table], ...]


def groups(report: Table) -> Iterator[Group]:
    """Yield the cases by the requirements that they break, in the order of the clauses."""
    grouped: dict[str, list[CaseOutcome]] = {}
    for case in ordered(report):
        grouped.setdefault(", ".join(classes(case)), []).append(outcome_of(case, report))
    for name, cases in grouped.items():
        roots = cases[0].record["roots"]
        worded = tuple((root, wording_of(report, root)) for root in roots)
        yield Group(name, tuple(cases), worded)


def failures_of(report: Table, *, known: bool = True) -> Iterator[Failure]:
    """Yield the cases that are not as they should be, by what they break; without the ``known``."""
    for group in groups(report):
        bad = [c for c in group.cases if c.is_failing and (known or not c.record["known"])]
        if bad:
            yield Failure(
                f"{group.name}:",
                f"{len(bad):,} not passed",
                tuple(case.instance for case in bad[:SHOWN]),
                beyond(len(bad), SHOWN),
                tuple(words["statement"] for _, words in group.requirements),
            )


def known_failures(report: Table) -> Iterator[Section]:
    """Yield the cases that are excused, by the excuse."""
    known = [case for case in ordered(report) if case["known"]]
    by_excuse: dict[str, list[str]] = {}
    for case in known:
        by_excuse.setdefault(excuse_line(case["excuse"]), []).append(case["id"])
    if known:
        lines = tuple(f"{excuse}: {listed(ids, SHOWN)}" for excuse, ids in by_excuse.items())
        yield Section(f"Known failures: {len(known):,}", lines).cut()


def slow_cases(report: Table) -> Iterator[Section]:
    """Yield the cases that took longer than was asked about, the slowest first, if that was."""
    if "slow" in report:
        over, cases = report["slow"]["over"], report["slow"]["cases"]
        lines = tuple(f"{one['seconds']:.3f} s  {one['id']}" for one in cases)
        title = f"Cases that took more than {over:g} s: {len(cases):,}"
        yield Section(title, lines, copied=True)


def sections_of(report: Table) -> Iterator[Section]:
    """Yield what was slow, made up at random, skipped and not tested."""
    yield from (section.cut() for section in slow_cases(report))
    made_up = made_up_lines(report)
    if made_up:
        title = f"Made up at random: {len(made_up):,}"
        yield Section(title, tuple(made_up), copied=True).cut()
    reasons = skipped(report)
    if reasons:
        lines = tuple(f"{number:,}: {reason}" for reason, number in reasons.items())
        yield Section(f"Skipped: {sum(reasons.values()):,}", lines).cut()
    if report["not_tested"]:
        untested = (f"{listed(what, _NAMED)}: {why}" for why, what in not_tested(report))
        yield Section("Not tested", tuple(untested), folded=True)
