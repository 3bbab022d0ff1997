"""The catalogue of requirements as a JSON document."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from msgspec import Struct, to_builtins

from conformance.content import Content
from conformance.errors import TadpError
from conformance.model.catalogue import Catalogue
from conformance.model.requirement import Requirement
from conformance.report.edition_files import file_record
from conformance.report.visible import visible_text
from conformance.submission.manifest import MAXIMUM_BYTES
from conformance.version import __version__

_OF_EDITION = ("id", "title", "in_force", "known_from", "summary")
_OF_REQUIREMENT = (
    "id", "clause", "statement", "actor", "subject", "strength", "basis", "testable", "phase",
    "set_by", "checks", "rejects", "editions", "notes", "effect", "hint", "source", "example",
)  # fmt: skip
_OF_NOTE = ("id", "title", "question", "default", "reason", "source", "decides", "readings")


def catalogue_document(model: Catalogue, edition: str | None) -> dict[str, Any]:
    """Return the requirements of an edition, or of all, with what they refer to."""
    gaps = [gap for gap in model.not_covered if edition is None or edition in gap.editions]
    return {
        "catalogue": 1,
        "model": {"version": __version__, "sha256": model.digest},
        "edition_files": [file_record(file) for file in model.edition_files],
        "editions": [
            {**_entries(e, *_OF_EDITION), "withdrawn": dict(e.withdrawn)}
            for e in model.editions.values()
        ],
        "clauses": [_entries(c, "number", "title", "summary") for c in model.clauses],
        "requirements": [_requirement(r) for r in model.requirements(edition)],
        "excluded": [
            {"clause": c.number, **_entries(x, "sentence", "reason")}
            for c in model.clauses
            for x in c.excluded
        ],
        "not_covered": [_entries(gap, "clauses", "what", "reason", "editions") for gap in gaps],
        "notes": [_entries(note, *_OF_NOTE) for note in model.notes.values()],
    }


def _requirement(requirement: Requirement) -> dict[str, Any]:
    return {
        **_entries(requirement, *_OF_REQUIREMENT),
        "kinds": sorted(k.value for k in requirement.kinds),
        "with": dict(requirement.parameters),
        "from": list(requirement.derived_from),
        "stated_by": requirement.stated and requirement.stated.edition,
    }


def _entries(record: Struct, *names: str) -> dict[str, Any]:
    """Return what a record of the model has under ``names``, as JSON has it."""
    return {name: to_builtins(getattr(record, name)) for name in names}


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
