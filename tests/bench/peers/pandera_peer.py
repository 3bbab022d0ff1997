"""pandera, on polars."""

from __future__ import annotations

import sys

import pandera.polars as pa
import polars as pl

from tests.bench.rules import ColumnRule, read_rules


def column(rule: ColumnRule) -> pa.Column:
    if rule.values:
        return pa.Column(str, pa.Check.isin(rule.values))
    return pa.Column(str, pa.Check.str_matches(f"^(?:{rule.pattern})$"), unique=rule.unique)


rules = read_rules(sys.argv[2])
frame = pl.read_csv(
    sys.argv[1],
    has_header=False,
    new_columns=[rule.name for rule in rules],
    infer_schema=False,
    quote_char=None,
)
try:
    pa.DataFrameSchema({rule.name: column(rule) for rule in rules}).validate(frame, lazy=True)
except pa.errors.SchemaErrors:
    sys.stdout.write("invalid\n")
else:
    sys.stdout.write("valid\n")
