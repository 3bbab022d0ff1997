"""The outline of the report of an assessment: the cases that did not come out as they should."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.phrases import beyond, listed
from conformance.report.assessed.wording import (
    Table,
    excuse_line,
    explanation,
    groups,
    is_failing,
    made_up_lines,
    not_tested,
    ordered,
    outcome_line,
    skipped,
    slow_lines,
    slow_title,
    wording_of,
)
from conformance.report.outline import Fact, Failure, Instance, Section

#: Failing cases that are shown for one requirement.
SHOWN = 5
#: Names that one line has, of cases or of what was not tested.
_NAMED = 60


def failures_of(report: Table, *, known: bool = True) -> Iterator[Failure]:
    """Yield the cases that are not as they should be, by what they break; without the ``known``."""
    for name, cases in groups(report).items():
        bad = [c for c in cases if is_failing(c, report) and (known or not c["known"])]
        if bad:
            yield Failure(
                f"{name}:",
                f"{len(bad):,} not passed",
                tuple(map(_instance, bad[:SHOWN])),
                beyond(len(bad), SHOWN),
                tuple(wording_of(report, root)["statement"] for root in cases[0]["roots"]),
            )


def _instance(case: Table) -> Instance:
    excuse = excuse_line(case["excuse"]) if case["known"] else ""
    return Instance(
        case["id"],
        tuple(Fact(*one) for one in explanation(case)),
        outcome=outcome_line(case),
        excuse=excuse,
    )


def known_failures(report: Table) -> Iterator[Section]:
    """Yield the cases that are excused, by the excuse."""
    known = [case for case in ordered(report) if case["known"]]
    by_excuse: dict[str, list[str]] = {}
    for case in known:
        by_excuse.setdefault(excuse_line(case["excuse"]), []).append(case["id"])
    if known:
        lines = [f"{excuse}: {listed(ids, SHOWN)}" for excuse, ids in by_excuse.items()]
        yield Section.cut(f"Known failures: {len(known):,}", lines)


def sections_of(report: Table) -> Iterator[Section]:
    """Yield what was slow, made up at random, skipped and not tested."""
    if "slow" in report:
        yield Section.cut(slow_title(report), slow_lines(report), copied=True)
    made_up = made_up_lines(report)
    if made_up:
        yield Section.cut(f"Made up at random: {len(made_up):,}", made_up, copied=True)
    reasons = skipped(report)
    if reasons:
        lines = [f"{number:,}: {reason}" for reason, number in reasons.items()]
        yield Section.cut(f"Skipped: {sum(reasons.values()):,}", lines)
    if report["not_tested"]:
        untested = (f"{listed(what, _NAMED)}: {why}" for why, what in not_tested(report))
        yield Section("Not tested", tuple(untested), folded=True)
