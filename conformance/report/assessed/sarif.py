"""An assessment as SARIF 2.1.0: a result for each requirement that is not met.

An implementation has no source files here, so a result has no physical location: it names the
requirement under test as a logical one, and a code host that wants a file will not show it. What
was not shown is a notification of the run, as in the SARIF of a check; a requirement whose failing
cases are all known is suppressed, with the reason, and not left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from conformance.footing import Footing
from conformance.phrases import beyond
from conformance.report.assessed.claims import claims_of, claims_title, untested_claims
from conformance.report.assessed.outline import CaseOutcome, outcome_of
from conformance.report.assessed.verdict import answer
from conformance.report.assessed.wording import (
    Table,
    made_up_lines,
    name_of,
    statement_line,
    wording_of,
)
from conformance.report.sarif import invocation, log_of, notice, rule_of

#: Failing cases that a message names.
_NAMED = 5


def sarif_of(report: Table) -> str:
    """The report as a SARIF log."""
    statements = {s["id"]: s for s in (*report["requirements"], *report["receiver"])}
    rules = [rule_of(identifier, wording_of(report, identifier)) for identifier in statements]
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    cases = {case["id"]: outcome_of(case, report) for case in report["cases"]}
    results = [
        _result(s, report, index[s["id"]], [cases[name] for name in s["failing"]])
        for s in statements.values()
        if s["result"] == "not met"
    ]
    run = {
        "logicalLocations": [
            {"name": name_of(report), "fullyQualifiedName": name_of(report), "kind": "module"}
        ],
        "invocations": [
            invocation(report, report["troubles"], _notices(report, statements, index))
        ],
        "results": results,
        "properties": {
            "verdict": answer(report)[0],
            "headline": answer(report)[1],
            "role": report["role"],
            "result": report["result"],
            "corpus": report["corpus"],
            "summary": report["summary"],
            **(_claims(report) if "ics" in report else {}),
            **({"madeUp": made_up} if (made_up := made_up_lines(report)) else {}),
        },
    }
    return log_of(report, rules, run)


def _claims(report: Table) -> dict[str, Any]:
    """Return what is claimed, tested and met: in a line, and for each requirement."""
    each = [
        {"requirement": c.id, "claimed": c.claimed, "tested": c.tested, "result": c.result}
        for c in claims_of(report)
    ]
    return {"claims": claims_title(report), "ics": each}


def _result(
    statement: Table, report: Table, index: int, cases: list[CaseOutcome]
) -> dict[str, Any]:
    words = wording_of(report, statement["id"])
    name, binds = name_of(report), Footing(statement["rests_on"]).binds
    shown = "; ".join(f"{case.id}: {case.line}" for case in cases[:_NAMED])
    if more := beyond(len(cases), _NAMED, "more cases"):
        shown += f"; {more}"
    result: dict[str, Any] = {
        "ruleId": statement["id"],
        "ruleIndex": index,
        "kind": "fail",
        "level": "error" if binds and words["strength"] == "shall" else "warning",
        "message": {
            "text": f"Not met: {statement['statement']} {statement_line(statement)}. {shown}"
        },
        "locations": [
            {
                "logicalLocations": [
                    {
                        "name": statement["id"],
                        "fullyQualifiedName": f"{name}, {statement['id']}",
                        "kind": "member",
                    }
                ]
            }
        ],
        "partialFingerprints": {"tadp/v1": _fingerprint(report, statement)},
        "properties": {
            "clause": statement["clause"],
            "restsOn": statement["rests_on"],
            "counts": statement["counts"],
            "cases": statement["failing"],
            "explained": [
                {"case": c.id, **{fact.label: fact.text for fact in c.facts}}
                for c in cases[:_NAMED]
            ],
        },
    }
    if cases and all(case.excuse for case in cases):
        why = dict.fromkeys(case.excuse for case in cases)
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": "; ".join(why)}
        ]
    return result


def _notices(report: Table, statements: Table, index: dict[str, int]) -> Iterator[dict[str, Any]]:
    level = "error" if report.get("require_evidence") else "note"
    for name, statement in statements.items():
        if statement["result"] == "not shown":
            why = statement.get("reason", "nothing shows it")
            yield notice(level, f"{name} is not shown: {why}", name, index[name])
    for name in untested_claims(report):
        yield notice(level, f"{name} is claimed, but no case tested it")


def _fingerprint(report: Table, statement: Table) -> str:
    parts = [report["role"], report["implementation"].get("name", ""), statement["id"]]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
