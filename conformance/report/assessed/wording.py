"""Words that the views of an assessment share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.findings import Verdict
from conformance.footing import Footing, in_order
from conformance.report.assessed.tally import FAILING, gate_of, is_amiss
from conformance.report.headline import grounds_of, profile_named

Table = Mapping[str, Any]

#: A longer name does not stand in a sentence.
_SHORT = 40
#: What it rests on that a requirement is not met, where the profile need not be named.
_GROUNDS = {
    Footing.CLAUSE: "legal text",
    Footing.STATED: "verified edition file",
    Footing.VERIFIED: "verified profile",
    Footing.NOTE: "reading of a note",
    Footing.EDITION: "edition, which is not known to have applied",
    Footing.GUIDANCE: "User Guidance",
    Footing.UNCONFIRMED: "unverified edition file",
    Footing.UNVERIFIED: "unverified profile",
}
#: The name of the group of the cases that break nothing.
CONFORMING = "conforming"
#: And of those of which nothing shows whether they do.
UNDECIDED = "undecided"
#: What each status of a case means, to a reader who has not seen the protocol.
MEANINGS = {
    "passed": "came out as it should",
    "failed": "the wrong verdict",
    "other reason": "rejected, as it should be, but for something that is not wrong with it",
    "not counted": "rejected, but so is the conforming case that it was made from",
    "neutral": "whether it conforms cannot be told, so that either answer will do",
    "skipped": "the implementation left it out, and says why",
    "error": "no answer that counts: a crash, a timeout, a reply that is none",
}


def name_of(report: Table) -> str:
    """What the implementation calls itself, or else how it was reached."""
    says = report["implementation"]
    name = says.get("name") or report["adapter"]
    return f"{name} {says['version']}" if says.get("version") else str(name)


def answer(report: Table) -> tuple[str, str]:
    """What is known of the implementation as a whole, and a sentence that says so.

    The verdict is one of those of a submission. Known failures excuse the run, and never the
    implementation.
    """
    name = name_of(report)
    if len(name) > _SHORT:
        name = f"the {report['role']}"
    verdict, sentence = _answer(report, name)
    # A name is left as it is written.
    named = sentence.startswith(name) and name == name_of(report)
    return verdict, sentence if named else sentence[0].upper() + sentence[1:]


def _answer(report: Table, name: str) -> tuple[str, str]:
    owed, others = _owed(report), _others(report)
    broken, missed = _not_met(owed), _not_met(others)
    if broken:
        verdict, which = _verdict(broken), _on(broken, report)
        if verdict is Verdict.VIOLATES:
            return verdict.value, f"{name} does not keep to Appendix AA: it breaks {which}."
        return verdict.value, (
            f"nothing shows that {name} breaks the legal text itself, but it fails {which}."
        )
    if missed:
        # That it has to notice them is said by no clause.
        return Verdict.DEPARTS.value, (
            f"{name} does what Appendix AA asks of a receiver itself, but does not notice "
            f"submissions that break {_on(missed, report)}."
        )
    hidden = [s["id"] for s in (*owed, *others) if s["result"] == "not shown"]
    rest = _other_parts(report) + _unasked(owed)
    if hidden or not report["summary"]["cases"]["passed"]:
        missing = f"{_listed(hidden)} could not be shown" if hidden else "nothing could be shown"
        return "not shown", f"nothing shows that {name} breaks Appendix AA, but {missing}.{rest}"
    if report["troubles"]:
        return "not shown", (
            f"as far as tested, {name} keeps to Appendix AA, but something was wrong with the "
            f"run.{rest}"
        )
    return "conforms", (
        f"as far as tested, {name} keeps to what is known of Appendix AA and to "
        f"{profile_named(report)}.{rest}"
    )


def _other_parts(report: Table) -> str:
    """Return a sentence on right rejections that name another clause or place, if there are any.

    They break nothing, since no clause says that a receiver has to name one.
    """
    parts = {
        "clause": sum(case["status"] == "other reason" for case in report["cases"]),
        "place": report["summary"]["location"]["wrong"],
    }
    told = [f"another {part} in {_cases(n)}" for part, n in parts.items() if n]
    return f" It names {' and '.join(told)} that it rejects rightly." if told else ""


def _cases(number: int) -> str:
    return f"{number:,} case{'s' * (number != 1)}"


def _unasked(owed: list[Table]) -> str:
    """Return a sentence on what this run did not ask of the implementation, if there is any."""
    ids = [s["id"] for s in owed if s["result"] == "not asked"]
    return f" Not asked: {_listed(ids)}." if ids else ""


def _not_met(statements: list[Table]) -> list[Table]:
    return [s for s in statements if s["result"] == "not met"]


def _verdict(statements: list[Table]) -> Verdict:
    """What it comes to that these are not met."""
    binding = any(Footing(s["rests_on"]).binds for s in statements)
    return Verdict.VIOLATES if binding else Verdict.DEPARTS


def _on(statements: list[Table], report: Table) -> str:
    """The requirements, by what it rests on that they are not met."""
    found: dict[Footing, list[str]] = {}
    for one in statements:
        found.setdefault(Footing(one["rests_on"]), []).append(one["id"])
    said = [
        f"{_listed(found[footing])}, on {grounds_of(footing, report)}"
        for footing in in_order(found)
    ]
    return "; ".join(said)


def _owed(report: Table) -> list[Table]:
    """The statements on what the implementation itself has to do."""
    return list(report["receiver"] if report["role"] == "receiver" else report["requirements"])


def _others(report: Table) -> list[Table]:
    """Of a receiver, the statements on what those who submit have to do."""
    return list(report["requirements"]) if report["role"] == "receiver" else []


def _listed(ids: list[str], most: int = 6) -> str:
    if len(ids) > most:
        return f"{', '.join(ids[:most])} and {len(ids) - most:,} more"
    return ", ".join(ids[:-1]) + (" and " if ids[:-1] else "") + ids[-1]


def run_line(report: Table) -> str:
    """How the run ended, which gates a change: known failures are excused, and told."""
    counts = report["summary"]["cases"]
    told = ", ".join(f"{counts[name]:,} {name}" for name in counts if counts[name]) or "nothing"
    excused = report["summary"]["known"]["excused"]
    if excused:
        told += f"; {excused:,} known failure{'s' * (excused != 1)} excused"
    if report.get("require_evidence") and counts["skipped"]:
        told += "; what was skipped counts as failed"
    return f"The run {report['result']}: of {len(report['cases']):,} cases, {told}."


def statement_line(statement: Table) -> str:
    """What the cases came to that a statement rests on, in words and never as a percentage."""
    counts = statement["counts"]
    total = sum(counts.values())
    if not total:
        return str(statement.get("reason", ""))
    told = [f"{counts.get('passed', 0):,} of {total:,} cases came out as they should"]
    told += [f"{n:,} {name}" for name, n in counts.items() if name != "passed" and n]
    line = "; ".join(told)
    if statement["rests_on"] is not None:
        line += f"; rests on the {_GROUNDS[Footing(statement['rests_on'])]}"
    return f"{line} ({statement['reason']})" if statement.get("reason") else line


def ordered(report: Table) -> list[Table]:
    """The cases in the order of the clauses; in the report is the random one of the run."""
    order = {s["id"]: number for number, s in enumerate(report["requirements"])}
    return sorted(report["cases"], key=lambda c: (_place(c, order), c["id"]))


def groups(report: Table) -> dict[str, list[Table]]:
    """The cases by the requirements that they break, in the order of the clauses."""
    grouped: dict[str, list[Table]] = {}
    for case in ordered(report):
        grouped.setdefault(", ".join(classes(case)), []).append(case)
    return grouped


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


def told(case: Table) -> str:
    """What was expected of a case and what was seen, on one line."""
    seen = f"expected {case['expected']}, seen {case['outcome']}"
    if case["status"] == "other reason":
        seen += f", but for another reason: {', '.join(named(case))}"
    elif case["status"] == "not counted":
        seen += f", which does not count: {case['positive']} was not seen to be accepted"
    return f"{seen}: {case['reason']}" if case["reason"] else seen


#: What in an answer, and in a case, says where.
_PLACE = ("file", "record", "field", "offset")


def explanation(case: Table) -> list[tuple[str, str]]:
    """Return what there is to know of a case that came out wrong, each with what it is.

    A report of an earlier version has less.
    """
    rows = [
        ("title", case.get("title", "")),
        ("changed", "; ".join(case.get("change", ()))),
        ("expected", _expected(case)),
        ("seen", _seen(case)),
        ("said", "; ".join(_said(case))),
        ("took", took(case)),
        ("again", case.get("again", "")),
        ("show", case.get("show", "")),
        ("kept", case.get("kept", "")),
    ]
    return [(name, value) for name, value in rows if value]


def took(case: Table) -> str:
    """Return how long the answer to a case took; nothing if the report does not say."""
    return f"{case['seconds']:.3f} s" if "seconds" in case else ""


def _expected(case: Table) -> str:
    parts = [case["expected"]]
    if case["expected"] == "rejected" and case["roots"]:
        through = case.get("through", ())
        also = f" (through it {', '.join(through)})" if through else ""
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


def slow_lines(report: Table) -> list[str]:
    """Return a line for each case that took longer than was asked about, the slowest first."""
    return [
        f"{one['seconds']:.3f} s  {one['id']}" for one in report.get("slow", {}).get("cases", ())
    ]


def slow_title(report: Table) -> str:
    """Return what the list of slow cases is called."""
    slow = report["slow"]
    return f"Cases that took more than {slow['over']:g} s: {len(slow['cases']):,}"


def named(case: Table) -> list[str]:
    """The requirements or clauses that the implementation named."""
    names = (r.get("requirement") or r.get("clause") for r in case["reasons"])
    return list(dict.fromkeys(str(n) for n in names if n))


def skipped(report: Table) -> dict[str, int]:
    """Each reason for which the implementation skipped cases, with how many."""
    reasons = sorted(case["reason"] for case in report["cases"] if case["status"] == "skipped")
    return {reason: reasons.count(reason) for reason in dict.fromkeys(reasons)}


def excuse_line(excuse: Table) -> str:
    """Why a failure is excused, who mends it, and until when."""
    return f"{excuse['reason']} ({excuse['owner']}, until {excuse['expires']})"


def not_tested(report: Table) -> Iterator[tuple[str, list[str]]]:
    """Each reason for which something was not tested, with what was not."""
    by_reason: dict[str, list[str]] = {}
    for entry in report["not_tested"]:
        by_reason.setdefault(entry["why"], []).append(entry["what"])
    yield from by_reason.items()
