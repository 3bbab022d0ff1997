"""great_expectations, on pandas."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import great_expectations as gx
import great_expectations.expectations as E  # noqa: N812 - as its documentation has it
import pandas as pd

from tests.bench.rules import ColumnRule, read_rules


def expectations(rule: ColumnRule) -> Iterator[Any]:
    yield E.ExpectColumnValuesToNotBeNull(column=rule.name)
    if rule.values:
        yield E.ExpectColumnValuesToBeInSet(column=rule.name, value_set=list(rule.values))
    else:
        pattern = f"^(?:{rule.pattern})$"
        yield E.ExpectColumnValuesToMatchRegex(column=rule.name, regex=pattern)
    if rule.unique:
        yield E.ExpectColumnValuesToBeUnique(column=rule.name)


rules = read_rules(sys.argv[2])
frame = pd.read_csv(
    sys.argv[1],
    header=None,
    names=[rule.name for rule in rules],
    dtype=str,
    keep_default_na=False,
    na_values=[""],
)
context = gx.get_context(mode="ephemeral")
source = context.data_sources.add_pandas("pandas")
definition = source.add_dataframe_asset("qcaf").add_batch_definition_whole_dataframe("all")
batch = definition.get_batch({"dataframe": frame})
suite = gx.ExpectationSuite("qcaf", expectations=[e for rule in rules for e in expectations(rule)])
sys.stdout.write("valid\n" if batch.validate(suite).success else "invalid\n")
