"""Assessments that are made up by hand, with cases that came out in every way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conformance.report.assessed.tally import result_of, tally
from conformance.report.frame import sealed
from tests.report.drawn import FOOTINGS, VERIFIED, Table, frame

_AWAITED = {
    "requirement": "3.1-1",
    "reason": "awaits release 2",
    "owner": "the parser team",
    "expires": "2999-12-31",
}
_OLD = {
    "case": "2.1-2/dcc/late",
    "reason": "never worked",
    "owner": "the archive team",
    "expires": "2999-01-01",
}
_UNUSED = {
    "requirement": "UG1.1-1",
    "reason": "just in case",
    "owner": "us",
    "expires": "2999-06-30",
}


def case(identifier: str, status: str, *roots: str, **changes: Any) -> Table:
    """A case that is to be rejected where it breaks ``roots``, and what became of it."""
    right = status == "passed"
    return {
        "id": identifier,
        "sent_as": "0123456789abcdef",
        "kind": "adt",
        "edition": "v1.0",
        "expected": "rejected" if roots else "accepted",
        "outcome": {"skipped": "skipped", "error": "error"}.get(
            status, "rejected" if roots and status != "failed" else "accepted"
        ),
        "status": status,
        "verdict": "right" if right else "wrong",
        "clause": ("right" if right else "not known") if roots else "not asked",
        "location": ("not stated" if right else "not known") if roots else "not asked",
        "roots": list(roots),
        "rests_on": [FOOTINGS[roots[0]]] if roots else [],
        "positive": "conforming/adt" if roots else None,
        "reason": "",
        "reasons": [],
        "known": "excuse" in changes,
        **changes,
    }


def statement(identifier: str, met: str, counts: Table | None = None, **changes: Any) -> Table:
    """Return the results of the cases for one requirement."""
    return {
        "id": identifier,
        "clause": identifier.rpartition("-")[0],
        "statement": f"The receiver sees to {identifier}, whatever else it may do with the file "
        "that it was sent, and says so.",
        "result": met,
        "rests_on": FOOTINGS[identifier] if met == "not met" else None,
        "counts": counts or {},
        "failing": [],
        **changes,
    }


def _looked_at(title: str, **changes: Any) -> Table:
    """Return the entry of a report for a case that was answered wrongly."""
    return {
        "title": title,
        "seconds": 0.25,
        "change": [],
        "through": [],
        "place": {},
        "again": "tadp assess receiver 'exec:./receiver.sh <9>' --only it",
        "show": "tadp fixtures show it",
        **changes,
    }


def _cases() -> list[Table]:
    """Cases of each status, in no order, some of them known failures."""
    return [
        case("3.1-1/adt/first", "failed", "3.1-1", excuse=_AWAITED),
        case("2.1-1/adt/named", "other reason", "2.1-1", reasons=[
            {"requirement": "3.2-1", "message": "no <such> field", "file": "adt.csv", "record": 2},
            {"clause": "6.3", "field": 4, "offset": 77},
            {"requirement": "3.2-1", "clause": "3.2"},
            {"message": "just so"},
        ], clause="wrong", location="wrong", verdict="right", **_looked_at(
            "an ADT File: one name twice",
            change=["csv 40: b'<a>' -> b''", "manifest sender.party: \"A\" -> \"B\""],
            through=["3.2-2"],
            place={"record": 1, "field": 3, "offset": 40},
            kept="/srv/kept/0123456789abcdef",
        )),
        case("conforming/qcaf", "failed", kind="qcaf", outcome="rejected", reason="too long",
             **_looked_at("a <QCAF>", seconds=2.5)),
        case("2.1-1/adt/alone", "not counted", "2.1-1", positive="conforming/adt-2"),
        case("conforming/adt", "passed"),
        case("2.1-2/dcc/late", "error", "2.1-2", "3.2-2", reason="exit code 137", excuse=_OLD),
        case("2.1-2/dcc/early", "error", "2.1-2", "3.2-2", reason="no reply in 5 s", kind="report"),
        case("2.2(b)-1/adt/signed", "skipped", "2.2(b)-1", reason="no signatures yet"),
        case("2.2(b)-1/adt/resigned", "skipped", "2.2(b)-1", reason="no signatures yet"),
        case("2.2(a)-1/adt/titled", "skipped", "2.2(a)-1", reason="no names"),
        case("2.1-1/adt/quite", "passed", "2.1-1", edition="v2.0"),
        *(case(f"3.1-2/adt/{n}", "failed", "3.1-2", edition="v2.0") for n in range(1, 8)),
        *(case(f"3.1-1/adt/n{n}", "failed", "3.1-1", excuse=_AWAITED) for n in range(1, 7)),
        case("9/unknown", "passed", "3.2-1"),
        case("undecided/list", "neutral", expected="either", verdict="not asked"),
    ]  # fmt: skip


def _requirements() -> list[Table]:
    """The statements of what the cases above break."""
    return [
        statement("2.1-1", "not met", {"passed": 1, "other reason": 1, "not counted": 1},
                  failing=["2.1-1/adt/named", "2.1-1/adt/alone"]),
        statement("2.1-2", "not met", {"error": 2}, failing=["2.1-2/dcc/late", "2.1-2/dcc/early"]),
        statement("3.2-2", "not shown", {"error": 2}, reason="nothing was answered"),
        statement("2.2(b)-1", "not shown", {"skipped": 2}),
        statement("2.2(a)-1", "not shown", reason="no case that tests it was run"),
        statement("3.1-2", "not met", {"failed": 7, "passed": 0},
                  failing=[f"3.1-2/adt/{n}" for n in range(1, 8)]),
        statement("3.1-1", "not met", {"failed": 7},
                  failing=["3.1-1/adt/first", *(f"3.1-1/adt/n{n}" for n in range(1, 7))]),
    ]  # fmt: skip


_CLAUSES = {
    "2.1": {"passed": 1, "other reason": 1, "not counted": 1, "error": 2},
    "2.2(b)": {"skipped": 2},
    "3.1": {"failed": 14},
    "3.2": {"passed": 1204},
}


def assessment(cases: list[Table], **changes: Any) -> Table:
    """The report of an assessment of a receiver over ``cases``, sealed."""
    content: Table = {
        "role": "receiver",
        "corpus": {"version": "1.2.3", "sha256": "d" * 64},
        "inputs": [],
        "adapter": "exec:./receiver.sh",
        "implementation": {},
        "seed": 0,
        "result": "passed",
        "receiver": [],
        "clauses": {},
        "requirements": [],
        "cases": cases,
        "not_tested": [],
        "known_failures": [],
        "troubles": [],
        "summary": tally(cases),
    }
    content["require_evidence"] = False
    whole = {**frame("assessment", ("v1.0", "v2.0")), **content, **changes}
    return sealed({**whole, "result": result_of(whole)})


def everything(**changes: Any) -> Table:
    """The assessment of a receiver that does everything in every way."""
    receiver = [
        statement("UG1.1-1", "met", {"passed": 1204}),
        statement("3.2-1", "not met", {"passed": 3, "failed": 2, "skipped": 0},
                  failing=["2.1-1/adt/named"], reason="and it is late"),
        statement("2.2(a)-1", "not shown", reason="no case that tests it was run, since every "
                  "one that does takes a token that has not been given to this run as of yet"),
    ]  # fmt: skip
    implementation = {"name": "Receiver <9>", "version": "4.5", "build": "2025-06-01"}
    not_tested = [
        {"what": "2.2(a)-1", "why": "nothing shows it"},
        {"what": "3.2-2", "why": "it takes <years>"},
        {"what": "UG1.1-1", "why": "nothing shows it"},
        *({"what": f"large/{n}", "why": "too large"} for n in range(1, 63)),
    ]
    content = {
        "inputs": [{"path": "known.json", "sha256": "e" * 64, "bytes": 1444}],
        "implementation": implementation,
        "seed": 77,
        "receiver": receiver,
        "clauses": _CLAUSES,
        "requirements": _requirements(),
        "not_tested": not_tested,
        "known_failures": [_AWAITED, _OLD, _UNUSED],
        "troubles": ["it left a process", "it wrote to <stdout>"],
        "slow": {"over": 2, "cases": [{"id": "conforming/qcaf", "seconds": 2.5}]},
    }
    return assessment(_cases(), **{**content, **changes})


def _good(**changes: Any) -> Table:
    """One that does all that is asked of it, as far as it is asked."""
    cases = [
        case("conforming/adt", "passed"),
        case("2.1-1/adt/x", "passed", "2.1-1", location="right"),
        case("3.1-1/adt/y", "failed", "3.1-1", excuse=_AWAITED),
    ]
    owed = [statement("UG1.1-1", "met", {"passed": 2})]
    met = [statement("2.1-1", "met", {"passed": 1})]
    return assessment(cases[:2], **{
        "receiver": owed, "requirements": met, "profile": VERIFIED,
        "clauses": {"2.1": {"passed": 1}}, **changes,
    })  # fmt: skip


def _missing(identifiers: list[str]) -> Table:
    """One that does what is asked of it, and does not notice what breaks these."""
    unseen = [statement(one, "not met", {"failed": 1}) for one in identifiers]
    return _good(requirements=unseen, implementation={"name": "n" * 41})


def _submitter(**changes: Any) -> Table:
    """One that writes submissions."""
    cases = [
        case("conforming/adt", "passed", expected="conforms", outcome="conforms"),
        case("conforming/qcaf", "failed", expected="conforms", outcome="violates",
             verdict="wrong", reasons=[{"requirement": "2.1-1", "message": "the file is empty"}]),
        case("conforming/incident", "skipped", expected="conforms", reason="has none"),
    ]  # fmt: skip
    written = [
        statement("2.1-1", "not met", {"passed": 1, "failed": 1}, failing=["conforming/qcaf"]),
        statement("3.1-1", "met", {"passed": 2}),
    ]
    clauses = {"2.1": {"passed": 1, "failed": 1}, "3.1": {"passed": 2}}
    whole = {"role": "submitter", "adapter": "python:ours", "requirements": written}
    return assessment(cases, **{**whole, "clauses": clauses, **changes})


SEVEN = ["2.1-1", "2.1-2", "2.2(a)-1", "2.2(b)-1", "3.1-1", "3.1-2", "3.2-1"]
#: Every made-up assessment, by the name of its files in ``shown``.
ASSESSMENTS: Mapping[str, Callable[[], Table]] = {
    "assessed": everything,
    "assessed-with-evidence": lambda: everything(require_evidence=True, receiver=[], troubles=[]),
    "receiver-keeps-to-it": _good,
    "receiver-in-trouble": lambda: _good(troubles=["it left a process"]),
    "receiver-misses-one": lambda: _missing(SEVEN[:1]),
    "receiver-misses-six": lambda: _missing(SEVEN[:6]),
    "receiver-misses-seven": lambda: _missing(SEVEN),
    "receiver-shows-nothing": lambda: assessment([], profile=VERIFIED),
    "receiver-hides": lambda: _good(
        requirements=[statement("2.1-1", "not shown"), statement("3.1-1", "not shown")],
        implementation={"version": "9"},
        adapter="ours",
    ),
    "submitter": _submitter,
    "submitter-hides": lambda: _submitter(
        requirements=[statement("2.1-1", "not shown", {"skipped": 1})],
        implementation={"name": "writer"},
    ),
}
