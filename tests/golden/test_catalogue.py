"""The model, apart from its words, is as in the tables beside this, written by hand."""

from __future__ import annotations

import csv
from collections.abc import Mapping

import pytest

from conformance.checks import CHECKS
from conformance.model.catalogue import Catalogue
from conformance.model.loading import load_catalogue

from .cases import FOLDER

Rows = list[dict[str, str]]
TABLES = ("catalogue", "notes", "not_covered")


def written(table: str) -> Rows:
    """Return the rows of a table, as they were written."""
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def modelled(catalogue: Catalogue) -> Mapping[str, Rows]:
    """Return what the model says, as the rows of each table."""
    order = ("publication", "adt", "qcaf", "report", "incident", "area")
    return {
        "catalogue": [
            {
                "requirement": r.id,
                "actor": r.actor.value,
                "strength": r.strength.value,
                "basis": r.basis.value,
                "testable": r.testable.value,
                "kinds": " ".join(k for k in order if k in {kind.value for kind in r.kinds}),
                "set_by": r.set_by.value if r.set_by else "",
                "editions": " ".join(r.editions),
            }
            for r in catalogue.requirements()
        ],
        "notes": [
            {
                "note": note.id,
                "default": note.default,
                "a check depends on it": "yes" if note.decides else "no",
            }
            for note in catalogue.notes.values()
        ],
        "not_covered": [
            {"clauses": "; ".join(gap.clauses), "editions": " ".join(gap.editions)}
            for gap in catalogue.not_covered
        ],
    }


@pytest.mark.parametrize("table", TABLES)
def test_the_model_is_what_the_table_says(table: str) -> None:
    """Requirements, notes and what is not covered, row by row."""
    assert modelled(load_catalogue(CHECKS))[table] == written(table)
