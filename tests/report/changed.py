"""Pairs of made-up reports, one later than the other: the changes between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conformance.report.raw import summary_of
from tests.report import drawn
from tests.report.assessed import drawn as assessed
from tests.report.drawn import Table, finding, report, result, submission

Pair = tuple[Table, Table]
_STATUSES: Mapping[str, Callable[[str], Table]] = {
    "passed": lambda i: result(i, "passed"),
    "attested": lambda i: result(i, "attested", "by Jane Doe"),
    "failed": lambda i: result(i, "failed", findings=[finding("it is late", file="a", record=2)]),
    "not shown": lambda i: result(i, "not shown", "it is not known"),
    "not applicable": lambda i: result(i, "not applicable", "applies to: others"),
}


def _each_to_each() -> Pair:
    """Return a submission for each status, each requirement with another result."""
    identifiers = ("2.1-1", "2.1-2", "2.2(a)-1", "2.2(b)-1", "3.1-1")
    after = [_STATUSES[status](i) for status, i in zip(_STATUSES, identifiers, strict=True)]
    before = {s: [make(i) for i in identifiers] for s, make in _STATUSES.items()}
    old = report(*(submission(f"was {status}", "violates", before[status]) for status in before))
    new = report(*(submission(f"was {status}", "violates", after) for status in before))
    return old, new


def _moved() -> Pair:
    """Return a requirement that fails as before, but in another place or for another cause."""
    here = finding("it is late", file="a", record=2, found="x")
    pairs: list[tuple[Table, Table]] = [
        (result("2.1-1", "failed", findings=[here]), result("2.1-1", "failed", findings=[here])),
        (result("2.1-2", "failed", findings=[here]),
         result("2.1-2", "failed", findings=[here], count=1200)),
        (result("2.2(a)-1", "failed", findings=[here]),
         result("2.2(a)-1", "failed", findings=[{**here, "record": 3}])),
        (result("2.2(b)-1", "failed", findings=[here]),
         result("2.2(b)-1", "failed", findings=[{**here, "found": "y"}])),
        (result("3.1-1", "failed", findings=[here]),
         result("3.1-1", "failed", findings=[{**here, "message": "it is early"}])),
        (result("3.1-2", "failed", through=["2.1-1"]),
         result("3.1-2", "failed", through=["2.1-1", "2.1-2"])),
        (result("3.2-1", "failed", through=["2.1-1"]), result("3.2-1", "failed", findings=[here])),
        (result("3.2-2", "failed", findings=[here]),
         result("3.2-2", "failed", findings=[{**here, "hint": "Hurry."}])),
    ]  # fmt: skip
    old, new = ([pair[n] for pair in pairs] for n in (0, 1))
    return (
        report(submission("yesterday", "violates", old)),
        report(submission("today", "violates", new)),
    )


def _others() -> Pair:
    """Submissions that come and go, two of them under one name, made with something else."""
    good, bad = _STATUSES["passed"]("2.1-1"), _STATUSES["failed"]("2.1-1")
    old = report(
        submission("same", "conforms", [good]),
        submission("same", "conforms", [good]),
        submission("gone", "conforms", [good]),
        not_read=["x: no such file", "y: no such file"],
    )
    new = report(
        submission("same", "conforms", [good, result("3.1-1", "passed")]),
        submission("same", "violates", [bad]),
        submission("same", "violates", [bad]),
        submission("new", "violates", [bad, _STATUSES["not shown"]("2.1-2")]),
        not_read=["y: no such file", "z: no such file"],
    )
    notes = {**drawn.NOTES, "first-note": {**drawn.NOTES["first-note"], "reading": "both"}}
    del notes["third-note"]
    new |= {
        "tool": {"name": "tadp-conformance", "version": "7.9.0"},
        "model": {"version": "7.9.0", "sha256": "0" * 64},
        "profile": drawn.VERIFIED,
        "notes": notes,
        "summary": summary_of(new["submissions"]),
    }
    return old, new


def _answers() -> Pair:
    """An assessment, and a later one in which cases came out otherwise, came and went."""
    old = assessed.everything()
    statuses = {
        "2.1-1/adt/named": "passed",
        "2.1-1/adt/alone": "other reason",
        "2.1-1/adt/quite": "failed",
        "conforming/adt": "skipped",
        "conforming/qcaf": "skipped",
        "2.2(b)-1/adt/signed": "failed",
        "2.2(b)-1/adt/resigned": "error",
        "2.1-2/dcc/early": "passed",
        "3.1-1/adt/first": "passed",
    }
    cases: list[Table] = []
    for one in old["cases"]:
        changed: dict[str, Any] = {**one, "status": statuses.get(one["id"], one["status"])}
        if one["id"] == "2.2(b)-1/adt/resigned":
            changed |= {"known": True, "excuse": old["known_failures"][1]}
        if one["id"] == "3.1-1/adt/n1":
            changed |= {"clause": "right", "location": "wrong", "verdict": "right"}
        if one["id"] != "9/unknown":
            cases.append(changed)
    cases += [
        assessed.case("2.1-1/adt/new", "failed", "2.1-1"),
        assessed.case("2.1-2/adt/new", "passed", "2.1-2"),
        assessed.case("3.2-1/adt/new", "skipped", "3.2-1", reason="not now"),
    ]
    results = {
        "2.1-1": "met", "2.1-2": "not shown", "3.2-2": "met", "2.2(b)-1": "not met",
        "3.1-2": "not met",
    }  # fmt: skip
    requirements = [
        {**one, "result": results.get(one["id"], one["result"])} for one in old["requirements"]
    ]
    for one in requirements:
        if one["id"] == "2.2(b)-1":
            one["failing"] = ["2.2(b)-1/adt/resigned"]
    requirements = [one for one in requirements if one["id"] != "3.1-1"]
    requirements.append(assessed.statement("UG1.1-1", "not met", {"failed": 1}, failing=["x"]))
    receiver = [
        {**old["receiver"][0], "result": "not met", "failing": ["2.1-1/adt/quite"]},
        {**old["receiver"][1], "result": "met"},
        assessed.statement("2.2(a)-1", "met", {"passed": 3}),
    ]
    new = assessed.assessment(
        cases,
        requirements=requirements,
        receiver=receiver,
        corpus={"version": "1.3.0", "sha256": "f" * 64},
        implementation={"name": "Receiver <9>", "version": "4.6"},
        troubles=["it left a process", "it left a file"],
        known_failures=old["known_failures"],
    )
    return old, new


#: Each pair, the older first, by the name of its file in ``shown``.
CHANGES: Mapping[str, Callable[[], Pair]] = {
    "diff-each-to-each": _each_to_each,
    "diff-moved": _moved,
    "diff-others": _others,
    "diff-answers": _answers,
}
