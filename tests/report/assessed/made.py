"""Assessments to view: real runs over a few cases, and one in which every text is hostile."""

from __future__ import annotations

import copy
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from conformance.report.assessed.tally import result_of, tally
from conformance.report.frame import sealed
from tests.assessment.conftest import fake
from tests.report.made import HOSTILE
from tests.running import run

HOLED = "python:tests.assessment.implementations.holed"
ACCEPTS = fake("ndjson", "accepts")
#: Cases of clauses 6.1, 6.3 and 6.5 with the conforming ones that they count with.
FEW = ("--only", "6.1-6", "--only", "6.3-7", "--only", "6.5-2")


@cache
def _assessed(role: str, name: str, *words: str) -> dict[str, Any]:
    ran = run(
        "assess",
        role,
        name if ":" in name else f"{HOLED}:{name}",
        *(words or FEW),
        "--format",
        "json",
    )
    assert ran.code in (0, 1), ran.err
    report: dict[str, Any] = json.loads(ran.out)
    return report


def assessed(name: str, *words: str) -> dict[str, Any]:
    """The report on the holed receiver, or the adapter, called ``name``."""
    return copy.deepcopy(_assessed("receiver", name, *words))


@cache
def _known() -> dict[str, Any]:
    entry = {"requirement": "6.1-6", "reason": "awaits release 2", "owner": "the parser team"}
    table = {"known_failures": 1, "failures": [{**entry, "expires": "2999-12-31"}]}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "known.json"
        file.write_text(json.dumps(table), "utf-8")
        return _assessed("receiver", ACCEPTS, *FEW, "--known-failures", str(file))


def known() -> dict[str, Any]:
    """One that accepts everything; some of its failures are known."""
    return copy.deepcopy(_known())


def resealed(report: dict[str, Any]) -> dict[str, Any]:
    """``report`` with the sums over its cases as they are now, and sealed."""
    report["summary"] = tally(report["cases"])
    return sealed({**report, "result": result_of(report)})


#: Names whose values are words of the report's own.
_OWN = {
    "report", "kind", "role", "sha256", "result", "id", "sent_as", "edition", "expected",
    "outcome", "status", "verdict", "clause", "location", "roots", "positive", "failing", "counts",
    "checked_at", "run_at", "expires", "basis", "testable", "actor", "strength", "phase",
    "requirement", "clauses", "rests_on", "gate", "through",
}  # fmt: skip


def hostile() -> dict[str, Any]:
    """Known, failing, skipped and broken cases, with hostile text in every field that has text."""
    report = known()
    for case, status in zip(report["cases"], ("skipped", "error"), strict=False):
        case.update(status=status, outcome=status, known=False)
        case.pop("excuse", None)
    report["cases"][-1]["reasons"] = [{"clause": "6.1", "message": "x", "file": "y", "record": 1}]
    report["troubles"] = ["x"]
    report["implementation"] = {"name": "x", "version": "y", "<b>": "z"}
    return resealed(_poisoned(report))


def _poisoned(value: Any, name: str = "") -> Any:
    if name in _OWN:
        return value
    if isinstance(value, str):
        return f"{value[:40]} {HOSTILE}"
    if isinstance(value, list):
        return value if name == "notes" else [_poisoned(inner) for inner in value]
    if isinstance(value, dict):
        return {key: _poisoned(inner, key) for key, inner in value.items()}
    return value
