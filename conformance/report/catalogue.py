"""The catalogue of requirements as a JSON document."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from conformance.content import Content
from conformance.errors import TadpError
from conformance.model.catalogue import Catalogue
from conformance.model.requirement import Requirement
from conformance.report.edition_files import file_record
from conformance.report.visible import visible_text
from conformance.submission.manifest import MAXIMUM_BYTES
from conformance.version import __version__


def catalogue_document(model: Catalogue, edition: str | None) -> dict[str, Any]:
    """Return the requirements of an edition, or of all, with what they refer to."""
    return {
        "catalogue": 1,
        "model": {"version": __version__, "sha256": model.digest},
        "edition_files": [file_record(file) for file in model.edition_files],
        "editions": [
            {
                "id": e.id,
                "title": e.title,
                "in_force": e.in_force,
                "known_from": e.known_from,
                "summary": e.summary,
                "withdrawn": dict(e.withdrawn),
            }
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
                "decides": n.decides,
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
        "stated_by": requirement.stated and requirement.stated.edition,
    }


def add_cases(document: dict[str, Any], manifest: Callable[[], Content], where: str) -> None:
    """Give each requirement the cases of a corpus that break it, and the faults in them."""
    try:
        cases = json.loads(manifest().read(MAXIMUM_BYTES))["cases"]
        broken = [(root, str(case["id"])) for case in cases for root in case["roots"]]
    except (TadpError, ValueError, RecursionError, KeyError, TypeError) as error:
        raise TadpError(
            "is not the manifest of a corpus", where=where, remedy="see tadp fixtures path"
        ) from error
    for requirement in document["requirements"]:
        mine = [visible_text(case) for root, case in broken if root == requirement["id"]]
        requirement["cases"] = mine
        requirement["faults"] = list(dict.fromkeys(case.rpartition("/")[2] for case in mine))
