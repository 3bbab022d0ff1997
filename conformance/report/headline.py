"""A verdict in words: what is broken, by which clause, and on whose word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from conformance.findings import Status, Verdict
from conformance.footing import Footing, in_order
from conformance.model.requirement import Kind
from conformance.phrases import capital, counted, joined, plural
from conformance.report.edition_files import named_files
from conformance.report.wording import failed

Table = Mapping[str, Any]

_GUIDANCE = "UG"


def headline(submission: Table, report: Table) -> str:
    """Return what the verdict on ``submission`` says, as a predicate: ``violates clause 6.1``."""
    said = [_headline(submission, report)]
    if "edition_doubt" in submission:
        said.append(submission["edition_doubt"])
    if "edition_because" in submission:
        said.append(
            f"judged under edition {submission['edition']}, because {submission['edition_because']}"
        )
    return "; ".join(said)


def _headline(submission: Table, report: Table) -> str:
    match Verdict(submission["verdict"]):
        case Verdict.CONFORMS:
            return (
                f"conforms to {edition_named(submission['edition'], report)} and to "
                f"{profile_named(report)}"
            )
        case Verdict.NOT_SHOWN:
            count = sum(r["status"] == Status.NOT_SHOWN for r in submission["requirements"])
            return f"shows no fault, but {counted(count, 'requirement')} could not be checked"
        case Verdict.VIOLATES | Verdict.DEPARTS:
            return "; ".join(_clauses_of(submission, report))


def profile_named(report: Table) -> str:
    """Return the profile as a headline names it: ``the unverified profile 'reference'``."""
    profile = report["profile"]
    return f"the {'' if profile['verified'] else 'un'}verified profile '{profile['name']}'"


def edition_named(edition: str, report: Table) -> str:
    """Return what is known of an edition, as a headline names it, with the file that states it."""
    known = f"what is known of edition {edition}"
    states = next((f for f in report["edition_files"] if f["edition"] == edition), None)
    if states is None:
        return known
    sort = "a verified" if states["verified"] else "an unverified"
    return f"{known}, which {sort} edition file states,"


def grounds_of(footing: Footing, report: Table) -> str:
    """Return what a failure rests on, in words: ``the legal text``."""
    words = {
        Footing.STATED: named_files(report, verified=True),
        Footing.UNCONFIRMED: named_files(report, verified=False),
        Footing.CLAUSE: "the legal text",
        Footing.GUIDANCE: "the User Guidance",
        Footing.NOTE: "a reading of the text",
        Footing.EDITION: "an edition that may not have applied",
    }
    return words.get(footing, f"the {footing} '{report['profile']['name']}'")


def resting_on(result: Table, report: Table) -> str:
    """Return what a failed requirement rests on, with the notes or the entries that decided it."""
    footing, findings = Footing(result["rests_on"]), result["findings"]
    said = grounds_of(footing, report)
    if footing in (Footing.NOTE, Footing.EDITION):
        return _with(said, "note", _used(findings, "notes"))
    if footing in (Footing.VERIFIED, Footing.UNVERIFIED):
        return _with(said, "", _used(findings, "profile"))
    return said


def verdict_of(result: Table, words: Table) -> Verdict:
    """Return what a failed requirement comes to by itself: it violates, or it departs."""
    duty = words["strength"] == "shall"
    binds = result["rests_on"] is not None and Footing(result["rests_on"]).binds
    return Verdict.VIOLATES if duty and binds else Verdict.DEPARTS


def _clauses_of(submission: Table, report: Table) -> list[str]:
    """Each thing that the submission breaks, the strongest first.

    What fails through another requirement is named only where it is a duty that is broken: the
    rest is said where the other one is.
    """
    groups: dict[tuple[Footing, str], list[Table]] = {}
    wording = report["catalogue"][submission["edition"]]
    for result in submission["requirements"]:
        violates = verdict_of(result, wording[result["id"]]) is Verdict.VIOLATES
        if result["count"] or violates:
            broken = _broken_part(result, wording[result["id"]])
            groups.setdefault((Footing(result["rests_on"]), broken), []).append(result)
    order = list(Footing)
    ranked = sorted(groups.items(), key=lambda item: order.index(item[0][0]))
    return [_phrase(*key, results, report) for key, results in ranked]


def _broken_part(result: Table, words: Table) -> str:
    """Return the clause of a failed requirement, or the guidance, or the profile alone."""
    if result["clause"].startswith(_GUIDANCE) or words["strength"] != "shall":
        return _GUIDANCE
    if result["basis"] == "profile" and Footing(result["rests_on"]) is Footing.UNVERIFIED:
        return "profile"
    return "clause"


def _phrase(footing: Footing, broken: str, results: list[Table], report: Table) -> str:
    """Return the phrase for one group of failed requirements."""
    profile = f"the {footing} '{report['profile']['name']}'"
    if broken == "profile":
        return f"does not match {profile}"
    clause = broken == "clause"
    notes = _used([f for r in results for f in r["findings"]], "notes")
    how = {
        Footing.CLAUSE: " of Appendix AA" if clause else "",
        Footing.STATED: f" as {grounds_of(footing, report)} states it",
        Footing.VERIFIED: f" as {profile} states it",
        Footing.NOTE: f" {_with('under one reading of the text', 'note', notes)}",
        Footing.EDITION: _with(" if that edition applied", "note", notes),
        Footing.GUIDANCE: " if the User Guidance is right" if clause else "",
        Footing.UNCONFIRMED: f" if {grounds_of(footing, report)} is right",
        Footing.UNVERIFIED: f" if {profile} is right" if clause else f" as {profile} states it",
    }
    verb = "violates" if clause else "departs from"
    return f"{verb} {_listed(r['clause'] for r in results)}{how[footing]}"


def _listed(clauses: Iterable[str]) -> str:
    """``clause 6.1``, ``clauses 3.4(b) and 6.1``, ``the User Guidance, 1.4 and 1.6``."""
    names = list(dict.fromkeys(clauses))
    legal = [name for name in names if not name.startswith(_GUIDANCE)]
    guidance = [name.removeprefix(_GUIDANCE) for name in names if name.startswith(_GUIDANCE)]
    said = [f"{plural(len(legal), 'clause')} {joined(legal)}"] if legal else []
    said += [f"the User Guidance, {joined(guidance)}"] if guidance else []
    return " and ".join(said)


def _used(findings: Iterable[Table], name: str) -> list[str]:
    return list(dict.fromkeys(one for f in findings for one in f[name]))


def _with(text: str, what: str, names: list[str]) -> str:
    if not names:
        return text
    label = f"{plural(len(names), what)} " if what else ""
    return f"{text} ({label}{joined(names)})"


def answer(report: Table) -> tuple[str, str]:
    """Return the verdict of all submissions together, and a sentence that says so."""
    counts = report["summary"]["submissions"]
    total, unread = sum(counts.values()), len(report.get("not_read", ()))
    verdict = next((v for v in Verdict if counts[v]), Verdict.NOT_SHOWN)
    if verdict is Verdict.CONFORMS and unread:
        verdict = Verdict.NOT_SHOWN
    if not total:
        sentence = "Nothing was checked."
    elif total == 1:
        sentence = f"The submission {headline(report['submissions'][0], report)}."
    else:
        sentence = _many(report)
    if unread:
        sentence += f" {unread:,} more could not be read."
    return verdict.value, sentence


def _many(report: Table) -> str:
    submissions = [s for s in report["submissions"] if s["kind"] != Kind.AREA]
    areas = [s for s in report["submissions"] if s["kind"] == Kind.AREA]
    doubted = sum("edition_doubt" in s for s in report["submissions"])
    doubts = [f"it is not known of {doubted:,} that the edition applied"] if doubted else []
    if undated := [s["edition"] for s in report["submissions"] if "edition_because" in s]:
        verbs = "does not say when it was sent, and is", "do not say when they were sent, and are"
        used = sorted(set(undated))
        under = f"{plural(len(used), 'edition')} {joined(used)}"
        doubts.append(f"{len(undated):,} {verbs[len(undated) > 1]} judged under {under}")
    if all(s["verdict"] == Verdict.CONFORMS for s in report["submissions"]):
        used = sorted({s["edition"] for s in report["submissions"]})
        known = joined([edition_named(edition, report) for edition in used])
        each = [("submission", len(submissions)), ("area", len(areas))]
        sets = joined([counted(n, noun) for noun, n in each if n])
        return (
            f"All {sets} conform to {known} and to {'; '.join([profile_named(report), *doubts])}."
        )
    said = list(_outcomes(submissions, "submission", report))
    if any(area["verdict"] != Verdict.CONFORMS for area in areas):
        said += _outcomes(areas, "area", report)
    return f"{capital('; '.join([*said, *doubts]))}."


def _outcomes(those: list[dict[str, Any]], noun: str, report: Table) -> Iterator[str]:
    """Say what has come of several submissions, or of several areas."""
    counts = Counter(one["verdict"] for one in those)
    if violating := counts[Verdict.VIOLATES]:
        broken = [r for one in those for r in _broken(one, report)]
        verb = "violates" if violating == 1 else "violate"
        yield f"{violating:,} of {counted(len(those), noun)} {verb} {_listed(broken)}"
    elif those:
        yield f"none of {counted(len(those), noun)} violates Appendix AA"
    if departing := counts[Verdict.DEPARTS]:
        yield f"{departing:,} {_departing(departing, those, report)}"
    if hidden := counts[Verdict.NOT_SHOWN]:
        yield f"{hidden:,} could not be checked in full"


def _broken(submission: Table, report: Table) -> list[str]:
    """The clauses that hold duties which a submission violates."""
    wording = report["catalogue"][submission["edition"]]
    return [
        r["clause"]
        for r in submission["requirements"]
        if verdict_of(r, wording[r["id"]]) is Verdict.VIOLATES
    ]


def _departing(count: int, those: Iterable[Table], report: Table) -> str:
    """Return what the submissions depart from that do not violate anything."""
    footings = in_order(
        Footing(r["rests_on"]) for s in those if s["verdict"] == Verdict.DEPARTS for r in failed(s)
    )
    said = joined([grounds_of(footing, report) for footing in footings])
    return f"{'departs' if count == 1 else 'depart'}, according to {said}"
