"""The raw report as one HTML file for auditors, and the catalogue as another.

A page needs nothing but itself: its content security policy admits just its own style and script,
by their digests, and no request at all. Every text goes through the escaping of the templates.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from conformance.findings import Status, Verdict
from conformance.home import HOME
from conformance.model.requirement import citation_of
from conformance.phrases import beyond, capital, counted, plural
from conformance.report.edition_files import file_lines
from conformance.report.headline import answer, headline
from conformance.report.outline import Outcome, fails_through, how_to_give, outcomes_of
from conformance.report.wording import (
    BASES,
    FAILING_ON,
    PASSED_BY,
    Table,
    gaps_of,
    kind_label,
    notes_of,
    passed_by,
    passed_otherwise,
)

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

#: Submissions from which on only those that do not conform are open at first, and then none.
FEW, SOME = 3, 20
#: Submissions that a requirement names in the table of clauses.
NAMED = 10
#: Findings that a page holds in all, and how many of each requirement, as far as they fit.
FINDINGS, EACH = 10_000, (20, 3, 1)
#: Submissions from which on those that passed something do not link to it.
LINKED = 200
_ORDER = tuple(verdict.value for verdict in Verdict)
_NAMES = (
    "NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN "
    "EM SUB ESC FS GS RS US"
)
_CONTROLS = {chr(0x2400 + code): name for code, name in enumerate(_NAMES.split())}
_CONTROLS["\u2421"] = "DEL"
_PICTURES = re.compile("([\u2400-\u241f\u2421])")
#: Where one word ends in names such as ServiceReferenceVariant or time_period.
_WORD_ENDS = re.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=_)")
_BETWEEN = re.compile(r">\n\s*<")
_STATUSES = ("failed", "not shown", "attested", "passed")


def page_of(report: Table) -> str:
    """The report as an HTML document."""
    verdict, sentence = answer(report)
    # Numbered as they are in the raw report, and shown with the worst first.
    submissions = [
        _submission(one, number, report) for number, one in enumerate(report["submissions"], 1)
    ]
    submissions.sort(key=lambda one: _ORDER.index(one["verdict"]))
    left_out = _fit(submissions)
    return render_page(
        "report.html",
        {
            "report": report,
            "verdict": verdict,
            "sentence": sentence,
            "editions": sorted({s["edition"] for s in report["submissions"]}),
            "submissions": submissions,
            "clauses": _clauses(report),
            "notes": _notes(report),
            "how_to_give": next(how_to_give(report), None),
            "opened": _opened(len(submissions)),
            "linked": len(submissions) <= LINKED,
            "left_out": left_out,
        },
    )


def catalogue_page(document: Mapping[str, Any]) -> str:
    """The document of ``tadp clauses --format json`` as an HTML document."""
    clauses: dict[str, list[Table]] = {}
    numbers = sorted((c["number"] for c in document["clauses"]), key=len, reverse=True)
    for requirement in document["requirements"]:
        clause = next(n for n in numbers if requirement["clause"].startswith(n))
        clauses.setdefault(clause, []).append(requirement)
    return render_page(
        "catalogue.html",
        {
            "document": document,
            "clauses": clauses,
            "titles": {one["number"]: one for one in document["clauses"]},
            "notes": {note["id"]: note for note in document["notes"]},
        },
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("conformance.report", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters["controls"] = _controls
    environment.filters["breakable"] = _breakable
    environment.filters["citation"] = citation_of
    environment.filters["begun"] = capital
    environment.filters["number"] = "{:,}".format
    environment.globals |= {
        "bases": BASES, "gaps_of": gaps_of, "passed_by_heading": PASSED_BY,
        "failing_on": FAILING_ON, "file_lines": file_lines, "beyond": beyond, "counted": counted,
        "plural": plural,
    }  # fmt: skip
    return environment


def _controls(text: str) -> Markup:
    """``text`` with each picture of a control character as its letters, which every font has."""
    from markupsafe import Markup, escape

    named = Markup('<span class="control">{}</span>')
    pieces = (named.format(_CONTROLS[p]) if p in _CONTROLS else escape(p)
        for p in _PICTURES.split(text))  # fmt: skip
    return Markup().join(pieces)


def _breakable(name: str) -> Markup:
    """Return ``name``, which may be several words in one, with places where a line may end."""
    from markupsafe import Markup, escape

    return Markup("<wbr>").join(escape(word) for word in _WORD_ENDS.split(name))


def render_page(name: str, values: Mapping[str, Any]) -> str:
    """The template called ``name`` of the pages, filled in with ``values``, as a whole document."""
    from markupsafe import Markup

    # Ours, and never the input's: what is marked here is not escaped.
    style, script = (
        Markup((HOME / "report" / "pages" / one).read_text("utf-8"))  # noqa: S704
        for one in ("page.css", "page.js")
    )
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    template = _environment().get_template(name)
    page = template.render(values, style=style, script=script, policy=policy)
    # Half of what a browser holds would be line feeds between elements; no text has one.
    return _BETWEEN.sub("><", page) + "\n"


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _opened(count: int) -> tuple[str, ...]:
    """Verdicts of the submissions that are open at first."""
    if count <= FEW:
        return ("violates", "departs", "not shown") if count > 1 else _ORDER
    return ("violates", "departs") if count <= SOME else ()


def _submission(submission: Table, number: int, report: Table) -> dict[str, Any]:
    by_status: dict[str, list[Outcome]] = {status: [] for status in Status}
    for outcome in outcomes_of(submission, report):
        by_status[outcome.status].append(outcome)
    return {
        **submission,
        "number": number,
        "label": kind_label(submission),
        "headline": headline(submission, report),
        "roots": [outcome for outcome in by_status["failed"] if outcome.result["count"]],
        "through": next(fails_through(submission, report), None),
        "by_status": by_status,
        "passed_by": passed_by([submission]),
        "passed_otherwise": passed_otherwise([submission]),
    }


def _fit(submissions: list[dict[str, Any]]) -> int:
    """Give each submission its ``failures``, with as many findings as a browser can hold.

    The first submissions have theirs first, which are the worst. Return how many are left out.
    """
    kept = [len(r.result["findings"]) for one in submissions for r in one["roots"]]
    each = next((n for n in EACH if sum(min(n, k) for k in kept) <= FINDINGS), EACH[-1])
    room = FINDINGS
    for submission in submissions:
        submission["failures"] = []
        for root in submission["roots"]:
            failure = root.failure(min(each, room))
            room -= len(failure.instances)
            submission["failures"].append((root, failure))
    return sum(kept) - (FINDINGS - room)


def _clauses(report: Table) -> dict[str, list[dict[str, Any]]]:
    """Each requirement that bore on something, by clause, with how it came out."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for number, submission in enumerate(report["submissions"], 1):
        edition = submission["edition"]
        for outcome in outcomes_of(submission, report):
            if outcome.status == Status.NOT_APPLICABLE:
                continue
            row = rows.setdefault(
                (edition, outcome.id),
                {
                    "outcome": outcome,
                    "edition": edition,
                    "violating": False,
                    "counts": dict.fromkeys(_STATUSES, 0),
                    "failing": [],
                },
            )
            row["counts"][outcome.status] += 1
            if outcome.status == Status.FAILED:
                row["violating"] |= outcome.verdict is Verdict.VIOLATES
                if len(row["failing"]) < NAMED:
                    row["failing"].append((number, submission["source"]))
    clauses: dict[str, list[dict[str, Any]]] = {}
    for row in rows.values():
        clauses.setdefault(row["outcome"].result["clause"], []).append(row)
    return clauses


def _notes(report: Table) -> list[dict[str, Any]]:
    """The notes that bear on something that was checked, those that decided a finding first."""
    bearing: set[str] = set()
    deciding: set[str] = set()
    for submission in report["submissions"]:
        wording = report["catalogue"][submission["edition"]]
        for result in submission["requirements"]:
            if result["status"] != "not applicable":
                bearing.update(wording[result["id"]]["notes"])
            deciding.update(notes_of(result))
    chosen = [
        {"id": name, "decided": name in deciding, **note}
        for name, note in report["notes"].items()
        if name in bearing | deciding
    ]
    return sorted(chosen, key=lambda note: not note["decided"])
