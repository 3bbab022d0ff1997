"""Several assessments side by side: implementations, or one over time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from conformance.errors import TadpError
from conformance.report.assessed.page import SIGNS
from conformance.report.assessed.tally import is_amiss
from conformance.report.assessed.verdict import answer
from conformance.report.assessed.wording import Table, name_of, run_line
from conformance.report.frame import ReportKind, kind_of

#: The text of a cell for a requirement or a case that a report does not have.
ABSENT = "not tested"
#: A sign for each state of a cell, which distinguishes it without colour.
CELLS = {
    **SIGNS,
    "met": SIGNS["passed"],
    "not met": SIGNS["failed"],
    "not shown": SIGNS["not counted"],
    "not asked": SIGNS["skipped"],
    "other place": "@",
    ABSENT: "\u00b7",
}


class Column(Struct, frozen=True):
    """One assessment: the implementation, when it was run, and what it comes to."""

    name: str
    run_at: str
    verdict: str
    sentence: str
    run: str
    result: str
    corpus: str
    profile: str
    tool: str
    digest: str


class Cell(Struct, frozen=True):
    """One assessment's result for one requirement or case, in a word and in numbers."""

    state: str
    counts: str = ""

    @property
    def sign(self) -> str:
        return CELLS[self.state]


class Row(Struct, frozen=True):
    """A requirement, or a case of the requirements ``of``, with a cell for each assessment."""

    id: str
    title: str
    cells: tuple[Cell, ...]
    of: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Return True if the assessments do not all say the same."""
        return len({cell.state for cell in self.cells}) > 1


class Matrix(Struct, frozen=True):
    """Assessments in one role, and what they were made with otherwise."""

    role: str
    columns: tuple[Column, ...]
    requirements: tuple[Row, ...]
    cases: tuple[Row, ...]
    otherwise: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the columns: the name, and the time too where a name is there twice."""
        names = [column.name for column in self.columns]
        return tuple(
            f"{one.name}, {one.run_at}" if names.count(one.name) > 1 else one.name
            for one in self.columns
        )


def matrix_of(reports: Sequence[Table]) -> Matrix:
    """Return the matrix of ``reports``, in their order.

    Raises:
        TadpError: one is not an assessment, or they are of different roles.
    """
    for report in reports:
        if kind_of(report) is not ReportKind.ASSESSMENT:
            raise TadpError(
                "one of the reports is of a check", remedy="name reports of tadp assess alone"
            )
    roles = list(dict.fromkeys(report["role"] for report in reports))
    if len(roles) > 1:
        raise TadpError(
            f"the reports are of a {roles[0]} and of a {roles[1]}", remedy="name those of one role"
        )
    columns = tuple(_column(report) for report in reports)
    return Matrix(
        roles[0], columns, _requirements(reports), _cases(reports), tuple(_otherwise(columns))
    )


def _column(report: Table) -> Column:
    verdict, sentence = answer(report)
    return Column(
        name_of(report),
        report["run_at"],
        verdict,
        sentence,
        run_line(report),
        report["result"],
        f"{report['corpus']['version']} ({report['corpus']['sha256'][:12]})",
        f"{report['profile']['name']} ({report['profile']['sha256'][:12]})",
        report["tool"]["version"],
        report.get("digest", {}).get("sha256", ""),
    )


def _otherwise(columns: Iterable[Column]) -> list[str]:
    """Return what the assessments differ in beside the implementation, and may differ by."""
    found = []
    for what in ("corpus", "profile", "tool"):
        values = list(dict.fromkeys(getattr(column, what) for column in columns))
        if len(values) > 1:
            found.append(f"{what}: {', '.join(values)}")
    return found


def _requirements(reports: Sequence[Table]) -> tuple[Row, ...]:
    """Return a row for each requirement, the receiver's own first, then in the order of clauses."""
    stated = [{s["id"]: s for s in (*r["receiver"], *r["requirements"])} for r in reports]
    return tuple(
        Row(identifier, words, tuple(_of_statement(one.get(identifier)) for one in stated))
        for identifier, words in _ordered(
            [(s["id"], s["statement"]) for s in one.values()] for one in stated
        ).items()
    )


def _ordered(lists: Iterable[list[tuple[str, str]]]) -> dict[str, str]:
    """Return what is in any of the lists, each in the place that the longest list gives it."""
    found: dict[str, str] = {}
    for one in sorted(lists, key=len, reverse=True):
        found |= {key: value for key, value in one if key not in found}
    return found


def _of_statement(statement: Table | None) -> Cell:
    if statement is None:
        return Cell(ABSENT)
    total = sum(statement["counts"].values())
    counts = f"{statement['counts'].get('passed', 0):,}/{total:,}" if total else ""
    return Cell(statement["result"], counts)


def _cases(reports: Sequence[Table]) -> tuple[Row, ...]:
    put = [{case["id"]: case for case in report["cases"]} for report in reports]
    every = {case["id"]: case for one in put for case in one.values()}
    return tuple(
        Row(
            identifier,
            every[identifier].get("title", ""),
            tuple(_of_case(one.get(identifier)) for one in put),
            tuple(every[identifier]["roots"]),
        )
        for identifier in sorted(every)
    )


def _of_case(case: Table | None) -> Cell:
    if case is None:
        return Cell(ABSENT)
    if case["known"]:
        return Cell("known failure")
    misplaced = case["status"] == "passed" and is_amiss("passed", case["location"], ("place",))
    return Cell("other place" if misplaced else case["status"])


def record_of(matrix: Matrix) -> dict[str, Any]:
    """Return the matrix as JSON has it."""
    return {
        "report_matrix": 1,
        "role": matrix.role,
        "implementations": [
            {name: getattr(column, name) for name in Column.__struct_fields__}
            for column in matrix.columns
        ],
        "otherwise": list(matrix.otherwise),
        "requirements": [_record(row) for row in matrix.requirements],
        "cases": [{**_record(row), "breaks": list(row.of)} for row in matrix.cases],
    }


def _record(row: Row) -> dict[str, Any]:
    cells = [
        {"state": cell.state, **({"passed": cell.counts} if cell.counts else {})}
        for cell in row.cells
    ]
    return {"id": row.id, "title": row.title, "cells": cells}
