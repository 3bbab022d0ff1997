"""Words that the views of an assessment share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.footing import Footing
from conformance.phrases import counted
from conformance.report.assessed.tally import FAILING, gate_of, is_amiss
from conformance.report.outline import Fact

Table = Mapping[str, Any]

#: The basis of a failed requirement, where the profile need not be named.
_GROUNDS = {
    Footing.CLAUSE: "legal text",
    Footing.STATED: "verified edition file",
    Footing.VERIFIED: "verified profile",
    Footing.NOTE: "reading that a note chooses",
    Footing.EDITION: "edition, which may not have applied",
    Footing.GUIDANCE: "User Guidance",
    Footing.UNCONFIRMED: "unverified edition file",
    Footing.UNVERIFIED: "unverified profile",
}
#: The name of the group of the cases that break nothing.
CONFORMING = "conforming"
#: And of those where nothing shows whether they do.
UNDECIDED = "undecided"
#: The meaning of each status of a case, for a reader who has not seen the protocol.
MEANINGS = {
    "passed": "the expected result",
    "failed": "the wrong verdict",
    "other reason": "rejected, as it should be, but for a fault that it does not have",
    "not counted": "rejected, but the conforming case beside it was not accepted either",
    "neutral": "it is not known whether it conforms, so either answer is accepted",
    "skipped": "left out by the implementation, which says why",
    "error": "no usable answer: a crash, a timeout, a reply that cannot be read",
}


def name_of(report: Table) -> str:
    """Return the name that the implementation gives, or else how it was reached."""
    says = report["implementation"]
    name = says.get("name") or report["adapter"]
    return f"{name} {says['version']}" if says.get("version") else str(name)


def run_line(report: Table) -> str:
    """Return how the run ended, which gates a change, with the known failures that are excused."""
    counts = report["summary"]["cases"]
    line = ", ".join(f"{counts[name]:,} {name}" for name in counts if counts[name]) or "nothing"
    excused = report["summary"]["known"]["excused"]
    if excused:
        line += f"; {counted(excused, 'known failure')} excused"
    if report.get("require_evidence") and counts["skipped"]:
        line += "; skipped cases count as failed"
    return f"The run {report['result']}: of {len(report['cases']):,} cases, {line}."


def statement_line(statement: Table) -> str:
    """Return the results of the cases behind a statement, in words, never as a percentage."""
    counts = statement["counts"]
    total = sum(counts.values())
    if not total:
        return str(statement.get("reason", ""))
    parts = [f"{counts.get('passed', 0):,} of {total:,} cases had the expected result"]
    parts += [f"{n:,} {name}" for name, n in counts.items() if name != "passed" and n]
    line = "; ".join(parts)
    if statement["rests_on"] is not None:
        line += f"; rests on the {_GROUNDS[Footing(statement['rests_on'])]}"
    return f"{line} ({statement['reason']})" if statement.get("reason") else line


def ordered(report: Table) -> list[Table]:
    """The cases in the order of the clauses; in the report is the random one of the run."""
    order = {s["id"]: number for number, s in enumerate(report["requirements"])}
    return sorted(report["cases"], key=lambda c: (_place(c, order), c["id"]))


def classes(case: Table) -> list[str]:
    """Return the requirements that a case breaks; if it breaks none, the name of its group."""
    return case["roots"] or [UNDECIDED if case["expected"] == "either" else CONFORMING]


def _place(case: Table, order: Mapping[str, int]) -> int:
    """Return where a case is: by its first requirement, the conforming ones before all."""
    return -1 if classes(case) == [CONFORMING] else order.get(classes(case)[0], len(order))


def wording_of(report: Table, identifier: str) -> Table:
    """How the latest edition that was used words a requirement."""
    return next(w[identifier] for w in reversed(report["catalogue"].values()) if identifier in w)


def is_failing(case: Table, report: Table) -> bool:
    """Return True if a case did not come out as it should, known or not, or fails the run."""
    return case["status"] in FAILING or is_amiss(case["status"], case["location"], gate_of(report))


def outcome_line(case: Table) -> str:
    """Return what was expected of a case and what was seen, on one line."""
    seen = f"expected {case['expected']}, seen {case['outcome']}"
    if case["status"] == "other reason":
        seen += f", but for another reason: {', '.join(named(case))}"
    elif case["status"] == "not counted":
        seen += f", which does not count: {case['positive']} was not accepted"
    return f"{seen}: {case['reason']}" if case["reason"] else seen


#: The entries of an answer, and of a case, that give the place.
_PLACE = ("file", "record", "field", "offset")


def explanation(case: Table) -> list[Fact]:
    """Return what there is to know of a case that came out wrong, each with what it is.

    A report of an earlier version has less.
    """
    facts = [
        Fact("title", case.get("title", "")),
        Fact("changed", "; ".join(case.get("change", ()))),
        Fact("expected", _expected(case)),
        Fact("seen", _seen(case)),
        Fact("said", "; ".join(_said(case))),
        Fact("took", took(case)),
        *(Fact(name, case.get(name, "")) for name in ("again", "show", "kept")),
    ]
    return [fact for fact in facts if fact.text]


def took(case: Table) -> str:
    """Return how long the answer to a case took; nothing if the report does not say."""
    return f"{case['seconds']:.3f} s" if "seconds" in case else ""


def _expected(case: Table) -> str:
    parts = [case["expected"]]
    if case["expected"] == "rejected" and case["roots"]:
        through = case.get("through", ())
        also = f", which also breaks {', '.join(through)}" if through else ""
        parts.append(f"for {', '.join(case['roots'])}{also}")
    where = place_text(case.get("place", {}))
    return " ".join(parts) + (f", at {where}" if where else "")


def _seen(case: Table) -> str:
    parts = [case["outcome"]]
    if names := named(case):
        parts.append(f"for {', '.join(names)}")
    where = [place_text(reason) for reason in case["reasons"]]
    where = list(dict.fromkeys(one for one in where if one))
    return " ".join(parts) + (f", at {'; '.join(where)}" if where else "")


def _said(case: Table) -> list[str]:
    """Return the implementation's own words."""
    words = [case["reason"], *(reason.get("message", "") for reason in case["reasons"])]
    return list(dict.fromkeys(word for word in words if word))


def place_text(place: Table) -> str:
    """Return a place in words: file, record, field and offset, as far as they are known."""
    return ", ".join(f"{name} {place[name]}" for name in _PLACE if name in place)


def made_up_lines(report: Table) -> list[str]:
    """Return a line for each task made up at random: what came of it, and how to repeat it."""
    return [f"{c['status']}: {c['again']}" for c in ordered(report) if is_made_up(c)]


def is_made_up(case: Table) -> bool:
    """Return True if a case was made up at random for the run that it is in."""
    return "again" in case and str(case["id"]).startswith("random/")


def named(case: Table) -> list[str]:
    """The requirements or clauses that the implementation named."""
    names = (r.get("requirement") or r.get("clause") for r in case["reasons"])
    return list(dict.fromkeys(str(n) for n in names if n))


def skipped(report: Table) -> dict[str, int]:
    """Each reason for which the implementation skipped cases, with how many."""
    reasons = sorted(case["reason"] for case in report["cases"] if case["status"] == "skipped")
    return {reason: reasons.count(reason) for reason in dict.fromkeys(reasons)}


def excuse_line(excuse: Table) -> str:
    """Why a failure is excused, who fixes it, and until when."""
    return f"{excuse['reason']} ({excuse['owner']}, until {excuse['expires']})"


def not_tested(report: Table) -> Iterator[tuple[str, list[str]]]:
    """Each reason for which something was not tested, with what was not."""
    by_reason: dict[str, list[str]] = {}
    for entry in report["not_tested"]:
        by_reason.setdefault(entry["why"], []).append(entry["what"])
    yield from by_reason.items()
