"""The column rules of a QCAF, taken from the profile, for whoever else is to check them."""

from __future__ import annotations

import json
from pathlib import Path

from conformance.checks import CHECKS
from conformance.model.loading import load_catalogue
from conformance.model.profile_loading import DEFAULT, load_profile
from conformance.model.requirement import Kind
from conformance.records import expression
from tests.bench.rules import ColumnRule


def column_rules() -> list[ColumnRule]:
    """The rules of each column of a QCAF in the reference profile."""
    form = load_profile(DEFAULT, load_catalogue(CHECKS)).files[Kind.QCAF]
    rules = []
    for column in form.columns:
        values = column.type.choices
        pattern = expression.value(column, b",")
        rules.append(ColumnRule(column.name, pattern.decode(), values, (column.name,) == form.key))
    return rules


def write_rules(path: Path) -> None:
    """Write the rules as JSON."""
    path.write_text(json.dumps([vars(rule) for rule in column_rules()]), "utf-8")
