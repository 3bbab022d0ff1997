"""The model with an edition that a file states: extended by it, or the file refused.

Each requirement is worded in the new edition as in the one that it extends, unless the file words
or withdraws it. What the file states rests on the file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from conformance.model.catalogue import Catalogue, selects
from conformance.model.edition_file import Statement
from conformance.model.edition_sense import Sense
from conformance.model.gaps import left_of
from conformance.model.loading import by_number, note_of, override, requirement_of
from conformance.model.parameter import Parameters
from conformance.model.requirement import (
    Clause,
    Edition,
    EditionFile,
    Exclusion,
    NotCovered,
    Requirement,
)

#: Entries that explain a requirement and change nothing of what it asks for.
_ADVICE = frozenset({"effect", "hint", "example"})


def extended(
    catalogue: Catalogue, paths: Iterable[Path], checks: Mapping[str, Parameters]
) -> Catalogue:
    """Return ``catalogue`` with the editions that the files at ``paths`` state, one after another.

    ``checks`` holds what each registered check takes, by their names.

    Raises:
        TadpError: a file cannot be read, or does not fit the model; of all that is wrong with it
            at once.
    """
    for path in paths:
        statement = Statement(path)
        Sense(statement, catalogue, checks).check()
        statement.end()
        catalogue = _Extension(statement, catalogue).made()
    return catalogue


class _Extension:
    """Puts an edition file that makes sense over a model."""

    def __init__(self, statement: Statement, catalogue: Catalogue) -> None:
        self._table, self._file = statement.table, statement.source
        self._before = catalogue
        self._id, self._extends = self._file.edition, self._file.extends

    def made(self) -> Catalogue:
        """Return the model with the edition."""
        known, table = self._before, self._table
        withdrawn = {i: one["reason"] for one in table.get("withdraw", ()) for i in one["ids"]}
        edition = Edition(
            self._id,
            table["title"],
            table.get("summary", table["title"]),
            table["in_force"],
            file=self._file,
            withdrawn=withdrawn,
        )
        ordered = sorted((*known.editions.values(), edition), key=lambda e: e.in_force or "")
        notes = (note_of(record) for record in table.get("note", ()))
        return replace(
            known,
            clauses=self._clauses(withdrawn),
            notes={**known.notes, **{note.id: note for note in notes}},
            editions={one.id: one for one in ordered},
            not_covered=tuple(self._gaps()),
        )

    def _clauses(self, withdrawn: Collection[str]) -> tuple[Clause, ...]:
        words = {r["id"]: override(_without_id(r)) for r in self._table.get("word", ())}
        new = [
            Clause(one["clause"], one["title"], one["summary"], (), ())
            for one in self._table.get("clause", ())
        ]
        known = sorted((*self._before.clauses, *new), key=lambda c: by_number(c.number))
        return tuple(self._clause(clause, words, withdrawn) for clause in known)

    def _clause(
        self, clause: Clause, words: Mapping[str, dict[str, Any]], withdrawn: Collection[str]
    ) -> Clause:
        added = (
            replace(requirement_of({**record, "editions": [self._id]}), stated=self._file)
            for record in self._table.get("requirement", ())
            if selects(clause.number, record["id"])
        )
        left_out = (
            Exclusion(one["sentence"], one["reason"])
            for one in self._table.get("excluded", ())
            if one["clause"] == clause.number
        )
        return replace(
            clause,
            requirements=(
                *(
                    requirement
                    if self._extends not in requirement.editions or requirement.id in withdrawn
                    else _carried(requirement, self._file, words.get(requirement.id, {}))
                    for requirement in clause.requirements
                ),
                *added,
            ),
            excluded=(*clause.excluded, *left_out),
        )

    def _gaps(self) -> Iterator[NotCovered]:
        covered = [one["clause"] for one in self._table.get("clause", ())]
        covered += self._table.get("covers", ())
        for gap in self._before.not_covered:
            left = left_of(gap.clauses, covered) if self._extends in gap.editions else ()
            if left == gap.clauses:
                yield replace(gap, editions=(*gap.editions, self._id))
                continue
            yield gap
            if left:
                yield replace(gap, clauses=left, editions=(self._id,))
        for one in self._table.get("not_covered", ()):
            yield NotCovered(tuple(one["clauses"]), one["what"], one["reason"], (self._id,))


def _carried(requirement: Requirement, file: EditionFile, words: dict[str, Any]) -> Requirement:
    """The requirement in the edition of ``file`` too, where ``words`` take the place of others."""
    if words.keys() - _ADVICE:
        words = {"source": file.source, **words, "stated": file}
    worded = {**requirement.overrides.get(file.extends, {}), **words}
    overrides = {**requirement.overrides, file.edition: worded} if worded else requirement.overrides
    return replace(requirement, editions=(*requirement.editions, file.edition), overrides=overrides)


def _without_id(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "id"}
