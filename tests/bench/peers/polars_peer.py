"""Polars alone, with an expression for each column."""

from __future__ import annotations

import sys

import polars as pl

from tests.bench.rules import ColumnRule, read_rules


def broken(rule: ColumnRule) -> pl.Expr:
    column = pl.col(rule.name)
    if rule.values:
        fits = column.is_in(rule.values)
    else:
        fits = column.str.contains(f"^(?:{rule.pattern})$")
    if rule.unique:
        fits &= column.is_unique()
    # A null fits nothing.
    return (~fits.fill_null(value=False)).any().alias(rule.name)


rules = read_rules(sys.argv[2])
try:
    frame = pl.read_csv(
        sys.argv[1],
        has_header=False,
        new_columns=[rule.name for rule in rules],
        infer_schema=False,
        quote_char=None,
    )
    invalid = any(frame.select(broken(rule) for rule in rules).row(0))
except pl.exceptions.PolarsError:
    invalid = True
sys.stdout.write("invalid\n" if invalid else "valid\n")
