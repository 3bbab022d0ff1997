"""``tadp clauses``: the catalogue of requirements."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance.commands.common import catalogue, print_json, print_lines
from conformance.content import Content
from conformance.errors import TadpError
from conformance.model.catalogue import Catalogue
from conformance.model.requirement import Requirement
from conformance.report.style import Style
from conformance.report.visible import visible_json, visible_text
from conformance.submission.manifest import MAXIMUM_BYTES
from conformance.version import __version__

_EPILOG = """\
examples:
  tadp clauses
  tadp clauses --edition v2.0
  tadp clauses --format json
  tadp clauses --format html --output catalogue.html
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    parser.add_argument("--edition", metavar="ID", help="only what this edition contains")
    parser.add_argument(
        "--format", choices=("text", "json", "html"), default="text",
        help="text (default), json, or html: one page that needs nothing else",
    )  # fmt: skip
    parser.add_argument(
        "--corpus", metavar="FOLDER", type=Path,
        help="the corpus whose cases json and html name (default: the one that is installed)",
    )  # fmt: skip
    parser.add_argument("--output", metavar="FILE", type=Path, help="write to a file")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    model = catalogue()
    if options.edition not in (None, *model.editions):
        raise TadpError(
            f"there is no edition {options.edition!r}",
            remedy=f"one of: {', '.join(model.editions)}",
        )
    if options.format == "text":
        lines = _lines(model, options.edition, _style(options))
        if options.output is None:
            print_lines(lines)
        else:
            _write(options.output, "".join(f"{line}\n" for line in lines))
        return 0
    document = _document(model, options.edition)
    corpus = options.corpus or _installed()
    if corpus is not None:
        _add_cases(document, corpus)
    if options.format == "html":
        from conformance.report.page import catalogue_page
        from conformance.report.writing import show

        page = catalogue_page(document)
        if options.output is None:
            show(page)
        else:
            _write(options.output, page)
    elif options.output is None:
        print_json(document)
    else:
        _write(options.output, visible_json(document) + "\n")
    return 0


def _style(options: argparse.Namespace) -> Style:
    return Style.of(sys.stdout) if options.output is None else Style(colour=False)


def _write(path: Path, text: str) -> None:
    from conformance.report.writing import write_whole

    write_whole(path, text.encode("utf-8"))


def _installed() -> Path | None:
    """The corpus that came with the package, if one did."""
    from conformance.assessment.corpus import find_corpus

    try:
        return find_corpus()
    except TadpError:
        return None


def _add_cases(document: dict[str, Any], corpus: Path) -> None:
    """Give each requirement the cases of ``corpus`` that break it, and the faults in them."""
    path = corpus / "manifest.json"
    try:
        cases = json.loads(Content.of_file(str(path), path).read(MAXIMUM_BYTES))["cases"]
        broken = [(root, str(case["id"])) for case in cases for root in case["roots"]]
    except (TadpError, ValueError, RecursionError, KeyError, TypeError) as error:
        raise TadpError(
            "is no manifest of a corpus", where=str(path), remedy="see tadp fixtures path"
        ) from error
    for requirement in document["requirements"]:
        mine = [visible_text(case) for root, case in broken if root == requirement["id"]]
        requirement["cases"] = mine
        requirement["faults"] = list(dict.fromkeys(case.rpartition("/")[2] for case in mine))


def _lines(model: Catalogue, edition: str | None, style: Style) -> Iterator[str]:
    chosen = {r.id: r for r in model.requirements(edition)}
    for clause in model.clauses:
        mine = [chosen[r.id] for r in clause.requirements if r.id in chosen]
        if not mine:
            continue
        yield style(f"{clause.number}  {clause.title}", "bold")
        yield from textwrap.wrap(
            clause.summary, 98, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
        )
        for requirement in mine:
            tags = f"{requirement.actor}, {requirement.basis}, {requirement.testable}"
            wrapped = textwrap.wrap(f"{requirement.statement} [{tags}]", 84, break_on_hyphens=False)
            yield f"  {style(f'{requirement.id:<12}', 'cyan')}  {wrapped[0]}"
            yield from (" " * 16 + line for line in wrapped[1:])
        yield ""


def _document(model: Catalogue, edition: str | None) -> dict[str, Any]:
    return {
        "catalogue": 1,
        "model": {"version": __version__, "sha256": model.digest},
        "editions": [
            {"id": e.id, "title": e.title, "in_force": e.in_force, "summary": e.summary}
            for e in model.editions.values()
        ],
        "clauses": [
            {"number": c.number, "title": c.title, "summary": c.summary} for c in model.clauses
        ],
        "requirements": [_requirement(r) for r in model.requirements(edition)],
        "excluded": [
            {"clause": c.number, "sentence": x.sentence, "reason": x.reason}
            for c in model.clauses
            for x in c.excluded
        ],
        "not_covered": [
            {
                "clauses": list(gap.clauses),
                "what": gap.what,
                "reason": gap.reason,
                "editions": list(gap.editions),
            }
            for gap in model.not_covered
            if edition is None or edition in gap.editions
        ],
        "notes": [
            {
                "id": n.id,
                "title": n.title,
                "question": n.question,
                "default": n.default,
                "reason": n.reason,
                "source": n.source,
                "readings": [{"id": r.id, "text": r.text} for r in n.readings],
            }
            for n in model.notes.values()
        ],
    }


def _requirement(requirement: Requirement) -> dict[str, Any]:
    return {
        "id": requirement.id,
        "clause": requirement.clause,
        "statement": requirement.statement,
        "actor": requirement.actor.value,
        "subject": requirement.subject.value,
        "strength": requirement.strength.value,
        "basis": requirement.basis.value,
        "testable": requirement.testable.value,
        "phase": requirement.phase.value,
        "kinds": sorted(k.value for k in requirement.kinds),
        "set_by": requirement.set_by.value if requirement.set_by else None,
        "checks": list(requirement.checks),
        "with": dict(requirement.parameters),
        "from": list(requirement.derived_from),
        "rejects": list(requirement.rejects),
        "editions": list(requirement.editions),
        "notes": list(requirement.notes),
        "effect": requirement.effect,
        "hint": requirement.hint,
        "source": requirement.source,
        "example": {
            "conforms": requirement.example.conforms,
            "violates": requirement.example.violates,
        },
    }
