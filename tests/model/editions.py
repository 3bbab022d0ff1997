"""Edition files, for tests: one that makes sense, with what a test puts into it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from conformance.checks import PARAMETERS
from conformance.errors import CollectedError, TadpError
from conformance.model.catalogue import Catalogue
from conformance.model.edition_extending import extended
from tests.checks.situation import catalogue

HEAD: Mapping[str, str] = {
    "id": '"code-2025"',
    "title": '"Appendix AA as it was on 2 May 2025"',
    "extends": '"mp109"',
    "in_force": "2025-05-01",
    "source": '"Appendix AA, version 9.9 of 1 May 2025"',
}
CONFIRMED: Mapping[str, str] = {
    "verified": "true", "by": '"A. Reader"', "on": "2025-05-02",
}  # fmt: skip
_REQUIREMENT: Mapping[str, str] = {
    "statement": '"The request is raised by post."',
    "actor": '"User"',
    "subject": '"submission"',
    "strength": '"shall"',
    "basis": '"clause"',
    "testable": '"evidence"',
    "phase": '"references"',
    "kinds": '["adt"]',
    "check": '"smsr-raised"',
    "with": '{ via = "Post" }',
    "effect": '"It may get lost."',
    "hint": '"Buy a stamp."',
    "source": '"Version 9.9, clause 3.1"',
    "example": '{ conforms = "a letter", violates = "a call" }',
}


def record(kind: str, **entries: str) -> str:
    """Return a record in TOML; an entry whose value is empty is left out."""
    lines = (f"{name.rstrip('_')} = {value}\n" for name, value in entries.items() if value)
    return f"\n[[{kind}]]\n" + "".join(lines)


def requirement(identifier: str = "3.1-4", **changes: str) -> str:
    """Return a record of a requirement that makes sense, but for ``changes``."""
    entries = {**_REQUIREMENT, **{name.rstrip("_"): value for name, value in changes.items()}}
    return record("requirement", id=f'"{identifier}"', **entries)


def edition_text(*records: str, **head: str) -> str:
    """Return the text of an edition file, with ``head`` in place of some of its first entries."""
    lines = (f"{name} = {value}\n" for name, value in {**HEAD, **head}.items() if value)
    return "".join(lines) + "".join(records)


def edition_file(folder: Path, *records: str, **head: str) -> Path:
    """Write an edition file."""
    path = folder / f"{head.get('id', HEAD['id']).strip(chr(34))}.toml"
    path.write_text(edition_text(*records, **head), "utf-8")
    return path


def stated(folder: Path, *records: str, **head: str) -> Catalogue:
    """Return the shipped model with an edition file over it."""
    return extended(catalogue(), [edition_file(folder, *records, **head)], PARAMETERS)


def refusals(path: Path, model: Catalogue | None = None) -> list[str]:
    """Return the errors that an edition file is refused with, without the path of the file."""
    try:
        extended(model or catalogue(), [path], PARAMETERS)
    except CollectedError as error:
        found = [str(one) for one in error.errors]
    except TadpError as error:
        found = [str(error)]
    else:
        return []
    return [line.replace(str(path), path.name) for line in found]
