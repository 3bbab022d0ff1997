"""The shipped model, cut down to a few requirements and without its words.

Recorded consoles are shown with it, so that none of them changes where a requirement is added, or
a statement is worded better. What a finding says is recorded in the files of words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from msgspec.structs import replace

from conformance.checks import catalogue
from conformance.model.catalogue import Catalogue
from conformance.model.requirement import Clause, Example, Exclusion, Note, Requirement

#: Some of each clause, basis, actor and way of showing it.
REQUIREMENTS = {
    "2.2(a)-1", "2.2(b)-2", "2.2(c)-1", "3.1-1", "3.1-3", "3.4-1", "3.4-2", "3.4(a)-1",
    "3.4(b)-1", "3.4(b)-2", "3.4(b)-3", "3.4(b)-4", "4.3-1", "4.3-2", "4.3-3", "4.7-1", "4.7-4",
    "4.7(b)-1", "4.7(b)-2", "4.7(b)-3", "4.7(b)-4", "4.8(a)-1", "4.8(b)-1", "4.8-3", "4.13-4",
    "4.13(b)-2", "6.1-1", "6.1-2", "6.1-3", "6.1-6", "6.3-2", "6.3-5", "6.3-8", "6.3-15", "6.4-1",
    "6.4-2", "6.4-9", "6.5-1", "UG1.3-1", "UG1.6-1",
}  # fmt: skip

load = catalogue.load_catalogue


@contextmanager
def cut_down_model() -> Iterator[None]:
    """Let every command load the model that is cut down."""
    catalogue.shipped_catalogue.cache_clear()
    try:
        with mock.patch.object(catalogue, "load_catalogue", _cut_down):
            yield
    finally:
        catalogue.shipped_catalogue.cache_clear()


def _cut_down(checks: Collection[str], root: Path | None = None) -> Catalogue:
    return cut_down(load(checks, root))


def cut_down(whole: Catalogue) -> Catalogue:
    """Return some requirements of a model, without its words."""
    clauses = tuple(_clause(clause) for clause in whole.clauses)
    return replace(
        whole,
        clauses=tuple(clause for clause in clauses if clause.requirements),
        notes={name: _note(note) for name, note in whole.notes.items()},
        editions={
            name: replace(one, title=f"Title of {name}", summary=_long(f"Summary of {name}"))
            for name, one in whole.editions.items()
        },
    )


def _clause(clause: Clause) -> Clause:
    of = f"of clause {clause.number}"
    excluded = Exclusion(f"A sentence {of}", f"Reason for what is excluded {of}")
    kept = [one for one in clause.requirements if one.id in REQUIREMENTS]
    return Clause(
        clause.number,
        f"Title {of}",
        _long(f"Summary {of}"),
        tuple(map(_requirement, kept)),
        (excluded,) if clause.excluded else (),
    )


def _requirement(requirement: Requirement) -> Requirement:
    """Return the requirement with words that say whose they are; those of its editions as well."""
    words = _words(requirement.id)
    overrides = {
        edition: {
            key: _words(f"{requirement.id} in {edition}").get(key, value)
            for key, value in changes.items()
        }
        for edition, changes in requirement.overrides.items()
    }
    return replace(requirement, **words, overrides=overrides)


def _words(of: str) -> dict[str, Any]:
    return {
        "statement": _long(f"Statement of {of}"),
        "effect": _long(f"Effect of {of}"),
        "hint": _long(f"Hint of {of}"),
        "source": f"Source of {of}",
        "example": Example(f"what conforms to {of}", f"what violates {of}"),
    }


def _note(note: Note) -> Note:
    readings = tuple(replace(one, text=f"Text of {one.id}.") for one in note.readings)
    return replace(
        note,
        title=f"Title of {note.id}",
        question=_long(f"Question of {note.id}"),
        readings=readings,
        reason=f"Reason of {note.id}.",
        source=f"Source of {note.id}",
    )


def _long(text: str) -> str:
    """Return the text as a sentence that goes on in a second line, as most do."""
    return (
        f"{text}, which has here, as in the model, so many words that it goes on in another line."
    )
