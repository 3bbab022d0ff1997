"""The verdict on an implementation as a whole: what is known, and a sentence that says why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from conformance.findings import Verdict
from conformance.footing import Footing, in_order
from conformance.phrases import capital, counted, joined
from conformance.report.assessed.claims import untested_claims
from conformance.report.assessed.wording import name_of
from conformance.report.headline import grounds_of, profile_named

Table = Mapping[str, Any]

#: A longer name has no room in a sentence.
_SHORT = 40
#: Ids that a sentence names.
_NAMED = 6


def answer(report: Table) -> tuple[str, str]:
    """Return the verdict on the implementation as a whole, and a sentence that says so.

    The verdict is one of those of a submission. Known failures excuse the run, and never the
    implementation.
    """
    name = name_of(report)
    if len(name) > _SHORT:
        name = f"the {report['role']}"
    verdict, sentence = _answer(report, name)
    # A name is left as it is written.
    named = sentence.startswith(name) and name == name_of(report)
    return verdict, sentence if named else capital(sentence)


def _answer(report: Table, name: str) -> tuple[str, str]:
    owed, others = _owed(report), _others(report)
    broken, missed = _not_met(owed), _not_met(others)
    if broken:
        verdict, which = _verdict(broken), _on(broken, report)
        if verdict is Verdict.VIOLATES:
            return verdict.value, f"{name} does not comply with Appendix AA: it breaks {which}."
        return verdict.value, (
            f"nothing shows that {name} breaks the legal text itself, but it fails {which}."
        )
    if missed:
        # That it has to notice them is said by no clause.
        return Verdict.DEPARTS.value, (
            f"{name} does what Appendix AA asks of a receiver itself, but does not notice "
            f"submissions that break {_on(missed, report)}."
        )
    rest = _other_parts(report) + _unasked(owed)
    missing = _missing(report, [s["id"] for s in (*owed, *others) if s["result"] == "not shown"])
    doubt = ""
    if not report["summary"]["cases"]["passed"]:
        doubt, rest = f"nothing is known about {name}: {_why_nothing(report)}.", ""
    elif missing:
        doubt = f"nothing shows that {name} breaks Appendix AA, but {missing}."
    elif report["troubles"]:
        doubt = f"as far as tested, {name} complies with Appendix AA, but the run had problems."
    if doubt:
        return Verdict.NOT_SHOWN.value, f"{doubt}{rest}"
    return Verdict.CONFORMS.value, (
        f"as far as tested, {name} complies with what is known of Appendix AA and with "
        f"{profile_named(report)}.{rest}"
    )


#: Why a case that did not pass shows nothing.
_NOTHING = {
    "skipped": "was skipped",
    "error": "got no usable answer",
    "neutral": "may be answered either way",
    "other reason": "was rejected for another reason",
    "not counted": "was rejected together with the conforming one",
    "failed": "failed",
}


def _why_nothing(report: Table) -> str:
    """Return why a run in which no case passed shows nothing."""
    counts = Counter(case["status"] for case in report["cases"])
    if len(counts) == 1:
        ((status, number),) = counts.items()
        every = "the only case" if number == 1 else f"each of {number:,} cases"
        return f"{every} {_NOTHING[status]}"
    return joined(_nothings(counts), _NAMED) or "no case was run against it"


def _nothings(counts: Mapping[str, int]) -> list[str]:
    return [
        f"{counted(number, 'case')} {words if number == 1 else words.replace('was', 'were')}"
        for status, words in _NOTHING.items()
        if (number := counts[status])
    ]


def _missing(report: Table, hidden: list[str]) -> str:
    """Return what was looked at and could not be shown, and what is claimed and was not tested."""
    untested = untested_claims(report)
    # Of a case that breaks something, a statement says what it comes to.
    others = Counter(c["status"] for c in report["cases"] if not c["roots"] and not hidden)
    for status in ("passed", "neutral"):
        del others[status]
    return joined(
        [
            *([f"{joined(hidden, _NAMED)} could not be shown"] if hidden else []),
            *([f"it claims {joined(untested, _NAMED)}, which no case tested"] if untested else []),
            *_nothings(others),
        ],
        _NAMED,
    )


def _other_parts(report: Table) -> str:
    """Return a sentence on right rejections that name another clause or place, if there are any.

    They break nothing, since no clause says that a receiver has to name one.
    """
    parts = {
        "clause": sum(case["status"] == "other reason" for case in report["cases"]),
        "place": report["summary"]["location"]["wrong"],
    }
    named = [f"another {part} in {counted(n, 'case')}" for part, n in parts.items() if n]
    return f" It names {' and '.join(named)} that it rightly rejects." if named else ""


def _unasked(owed: list[Table]) -> str:
    """Return a sentence on what this run did not ask of the implementation, if there is any."""
    ids = [s["id"] for s in owed if s["result"] == "not asked"]
    return f" Not asked: {joined(ids, _NAMED)}." if ids else ""


def _not_met(statements: list[Table]) -> list[Table]:
    return [s for s in statements if s["result"] == "not met"]


def _verdict(statements: list[Table]) -> Verdict:
    """Return the verdict if these are not met."""
    binding = any(Footing(s["rests_on"]).binds for s in statements)
    return Verdict.VIOLATES if binding else Verdict.DEPARTS


def _on(statements: list[Table], report: Table) -> str:
    """The requirements, by what it rests on that they are not met."""
    found: dict[Footing, list[str]] = {}
    for one in statements:
        found.setdefault(Footing(one["rests_on"]), []).append(one["id"])
    said = [
        f"{joined(found[footing], _NAMED)}, according to {grounds_of(footing, report)}"
        for footing in in_order(found)
    ]
    return "; ".join(said)


def _owed(report: Table) -> list[Table]:
    """Return the statements on what the implementation itself must do."""
    return list(report["receiver"] if report["role"] == "receiver" else report["requirements"])


def _others(report: Table) -> list[Table]:
    """Of a receiver, the statements on what those who submit have to do."""
    return list(report["requirements"]) if report["role"] == "receiver" else []
