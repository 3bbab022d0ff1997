"""``tadp clauses``: the catalogue of requirements."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

from conformance import __version__
from conformance.commands.common import add_format, catalogue, print_json, print_lines
from conformance.errors import TadpError
from conformance.model.catalogue import Catalogue
from conformance.model.requirement import Requirement
from conformance.report.style import Style

_EPILOG = """\
examples:
  tadp clauses
  tadp clauses --edition v2.0
  tadp clauses --format json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    parser.add_argument("--edition", metavar="ID", help="only what this edition contains")
    add_format(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    model = catalogue()
    if options.edition not in (None, *model.editions):
        raise TadpError(
            f"there is no edition {options.edition!r}",
            remedy=f"one of: {', '.join(model.editions)}",
        )
    if options.format == "json":
        print_json(_document(model, options.edition))
    else:
        print_lines(_lines(model, options.edition, Style.of(sys.stdout)))
    return 0


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
        "requirements": [_requirement(r) for r in model.requirements(edition)],
        "excluded": [
            {"clause": c.number, "sentence": x.sentence, "reason": x.reason}
            for c in model.clauses
            for x in c.excluded
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
