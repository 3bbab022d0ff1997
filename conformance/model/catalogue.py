"""The model as values: clauses, notes, editions and Service Reference Variants."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import force_setattr

from conformance.errors import ModelError
from conformance.model.requirement import (
    Clause,
    Edition,
    EditionFile,
    NotCovered,
    Note,
    Requirement,
    Variant,
)


class Catalogue(Struct, frozen=True, eq=False):
    """All that the suite knows of Appendix AA; ``digest`` is the SHA-256 of its records.

    It is equal to itself only, so that what was made of it can be looked up.
    """

    clauses: tuple[Clause, ...]
    notes: Mapping[str, Note]
    editions: Mapping[str, Edition]
    variants: Mapping[str, Variant]
    digest: str
    #: Parts that no requirement covers, which every report has to list.
    not_covered: tuple[NotCovered, ...] = ()
    #: The User Roles that may send each Service Reference Variant.
    eligible: Mapping[str, frozenset[str]] = {}
    #: Every requirement, worded as each edition has it: made once, used for each submission.
    _worded: Mapping[str, tuple[Requirement, ...]] = {}

    def __post_init__(self) -> None:
        eligible = {variant.srv: variant.roles for variant in self.variants.values()}
        worded = {
            edition: tuple(r.in_edition(edition) for r in self.requirements())
            for edition in self.editions
        }
        force_setattr(self, "eligible", eligible)
        force_setattr(self, "_worded", worded)

    @property
    def edition_files(self) -> tuple[EditionFile, ...]:
        """The files that state editions, in the order of these."""
        return tuple(e.file for e in self.editions.values() if e.file is not None)

    @property
    def lists(self) -> Mapping[str, tuple[str, ...]]:
        """The lists of values that a column of a profile can take its own from, by their names."""
        return {"service-reference-variants": tuple(self.variants)}

    def requirements(self, edition: str | None = None) -> Iterator[Requirement]:
        """Every requirement, in the order of the clauses; worded as ``edition`` has it.

        With an edition, only those that it contains.
        """
        if edition is None:
            for clause in self.clauses:
                yield from clause.requirements
        else:
            yield from (r for r in self.worded(edition) if edition in r.editions)

    def worded(self, edition: str) -> tuple[Requirement, ...]:
        """Every requirement, worded as ``edition`` has it, even if it does not contain it."""
        return self._worded[edition]

    def requirement(self, identifier: str) -> Requirement | None:
        """The requirement with this id, worded as the latest edition has it."""
        return next((r for r in self.worded(self.latest.id) if r.id == identifier), None)

    def not_covered_in(self, edition: str) -> tuple[NotCovered, ...]:
        """Return what is missing from what the suite knows of ``edition``."""
        return tuple(gap for gap in self.not_covered if edition in gap.editions)

    def edition(self, identifier: str) -> Edition:
        """Return the edition with this id.

        Raises:
            ModelError: there is none.
        """
        found = self.editions.get(identifier)
        if found is None:
            raise ModelError(
                f"there is no edition {identifier!r}", remedy=f"one of: {', '.join(self.editions)}"
            )
        return found

    def edition_at(self, moment: datetime) -> Edition:
        """The edition in force at ``moment``."""
        day = moment.date()
        found = None
        for edition in self.editions.values():
            if edition.in_force is None or date.fromisoformat(edition.in_force) <= day:
                found = edition
        if found is None:
            raise LookupError(f"no edition was in force on {day}")
        return found

    def doubt(self, edition: Edition, moment: datetime) -> str | None:
        """Return why it is not known that ``edition`` applied at ``moment``, if it is not."""
        day = moment.date().isoformat()
        if edition.in_force and day < edition.in_force:
            return f"edition {edition.id} did not apply on {day}: its start was {edition.in_force}"
        if edition.known_from and day < edition.known_from:
            return (
                f"whether edition {edition.id} applied on {day} is not known: its start is not "
                f"known, only that it applied on {edition.known_from}"
            )
        known = list(self.editions.values())
        for later in known[known.index(edition) + 1 :]:
            if later.in_force and later.in_force <= day:
                return (
                    f"edition {edition.id} did not apply on {day}: edition {later.id} took its "
                    f"place on {later.in_force}"
                )
        return None

    def using(self, check: str, edition: str) -> tuple[Requirement, ...]:
        """The requirements that ``edition`` contains and that use ``check``, in order."""
        return _using(self, check, edition)

    @property
    def latest(self) -> Edition:
        """The edition that came last."""
        return list(self.editions.values())[-1]


@lru_cache(maxsize=512)
def _using(catalogue: Catalogue, check: str, edition: str) -> tuple[Requirement, ...]:
    return tuple(r for r in catalogue.requirements(edition) if check in r.checks)


def selects(pattern: str, identifier: str) -> bool:
    """Return True if ``pattern`` names the requirement ``identifier``.

    A pattern is an id (``6.1-3``), a clause or the start of one (``6.1``, ``3.4``,
    ``3.4(b)``, ``UG1.4``, ``UG``), or has an asterisk (``6.1-*``).
    """
    return bool(_selector(pattern)(identifier))


@lru_cache(maxsize=512)
def _selector(pattern: str) -> Callable[[str], object]:
    """Return what is true of the requirements that ``pattern`` names."""
    if "*" in pattern:
        # Brackets and question marks mean themselves here.
        plain = "".join(f"[{c}]" if c in "[?" else c for c in pattern)
        return re.compile(fnmatch.translate(plain)).match
    starts = (f"{pattern}-", f"{pattern}(", *([pattern] if pattern.isalpha() else []))
    return lambda identifier: identifier == pattern or identifier.startswith(starts)


def selects_any(patterns: Collection[str], identifier: str) -> bool:
    """Return True if one of ``patterns`` names the requirement ``identifier``."""
    return any(selects(pattern, identifier) for pattern in patterns)
