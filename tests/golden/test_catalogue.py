"""What each requirement is: the table is catalogue.csv beside this, written by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterable

from conformance.checks import CHECKS
from conformance.model.loading import load_catalogue
from conformance.model.requirement import Requirement

from .cases import FOLDER


def rows() -> list[dict[str, str]]:
    """The table."""
    with (FOLDER / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows_of(requirements: Iterable[Requirement]) -> list[dict[str, str]]:
    """Return requirements of the model as rows of the table."""
    order = ("publication", "adt", "qcaf", "report", "incident", "area")
    return [
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
        for r in requirements
    ]


def test_every_requirement_is_what_the_table_says() -> None:
    """Actor, strength, basis, way of showing it, kinds and editions, requirement by requirement."""
    found = {row["requirement"]: row for row in rows_of(load_catalogue(CHECKS).requirements())}
    assert found == {row["requirement"]: row for row in rows()}
