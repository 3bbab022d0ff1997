"""dataframely, on polars."""

from __future__ import annotations

import sys

import dataframely as dy
import polars as pl

from tests.bench.rules import ColumnRule, read_rules


def column(rule: ColumnRule) -> dy.String:
    if rule.values:
        return dy.String(nullable=False, check=lambda text: text.is_in(rule.values))
    return dy.String(nullable=False, regex=f"^(?:{rule.pattern})$", primary_key=rule.unique)


rules = read_rules(sys.argv[2])
Qcaf = type("Qcaf", (dy.Schema,), {rule.name: column(rule) for rule in rules})
frame = pl.read_csv(
    sys.argv[1],
    has_header=False,
    new_columns=[rule.name for rule in rules],
    infer_schema=False,
    quote_char=None,
)
good, failures = Qcaf.filter(frame)
sys.stdout.write("invalid\n" if len(failures) else "valid\n")
