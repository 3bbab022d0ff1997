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

from conformance.findings import Verdict
from conformance.home import HOME
from conformance.model.requirement import citation_of
from conformance.report.edition_files import file_lines
from conformance.report.headline import answer, headline, resting_on, verdict_of
from conformance.report.outline import how_to_give
from conformance.report.wording import (
    BASES,
    PASSED_BY,
    Table,
    counted,
    failed,
    failing_on,
    gaps_of,
    kind_label,
    missing_evidence,
    notes_of,
    passed_by,
    passed_otherwise,
    place_of,
    read_otherwise,
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
_STATUSES = ("failed", "not shown", "attested", "passed", "not applicable")


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
            "failing_on": failing_on(report),
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
    environment.filters["citation"] = _citation
    environment.globals |= {
        "bases": BASES, "place": place_of, "settles": missing_evidence, "gaps_of": gaps_of,
        "passed_by_heading": PASSED_BY,
        "file_lines": file_lines,
    }  # fmt: skip
    return environment


def _citation(clause: str) -> str:
    """Return the reference to ``clause`` as a heading."""
    citation = citation_of(clause)
    return citation[0].upper() + citation[1:]


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
    by_status: dict[str, list[Table]] = {status: [] for status in _STATUSES}
    for result in submission["requirements"]:
        by_status[result["status"]].append(result)
    return {
        **submission,
        "number": number,
        "label": kind_label(submission),
        "headline": headline(submission, report),
        "roots": [_resting(result, report) for result in failed(submission)],
        "derived": [_resting(r, report) for r in by_status["failed"] if not r["count"]],
        "by_status": by_status,
        "passed_by": passed_by([submission]),
        "passed_otherwise": passed_otherwise([submission]),
        "counts": counted(submission),
    }


def _resting(result: Table, report: Table) -> dict[str, Any]:
    return {
        **result, "resting": resting_on(result, report), "otherwise": read_otherwise(result)
    }  # fmt: skip


def _fit(submissions: list[dict[str, Any]]) -> int:
    """Give each failed requirement the findings that are ``shown``; how many are left out.

    A browser has to hold the page. The first submissions have theirs first, which are the worst.
    """
    roots = [root for submission in submissions for root in submission["roots"]]
    kept = sum(len(root["findings"]) for root in roots)
    each = next(
        (n for n in EACH if sum(min(n, len(r["findings"])) for r in roots) <= FINDINGS), EACH[-1]
    )
    room = FINDINGS
    for root in roots:
        root["shown"] = root["findings"][: min(each, room)]
        room -= len(root["shown"])
    return kept - (FINDINGS - room)


def _clauses(report: Table) -> dict[str, list[dict[str, Any]]]:
    """Each requirement that bore on something, by clause, with how it came out."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for number, submission in enumerate(report["submissions"], 1):
        edition = submission["edition"]
        for result in submission["requirements"]:
            if result["status"] == "not applicable":
                continue
            row = rows.setdefault(
                (edition, result["id"]),
                {
                    **report["catalogue"][edition][result["id"]],
                    **result,
                    "edition": edition,
                    "violating": False,
                    "counts": dict.fromkeys(_STATUSES[:-1], 0),
                    "failing": [],
                },
            )
            row["counts"][result["status"]] += 1
            if result["status"] == "failed":
                row["violating"] |= verdict_of(result, row) is Verdict.VIOLATES
            if result["status"] == "failed" and len(row["failing"]) < NAMED:
                row["failing"].append((number, submission["source"]))
    clauses: dict[str, list[dict[str, Any]]] = {}
    for row in rows.values():
        clauses.setdefault(row["clause"], []).append(row)
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
