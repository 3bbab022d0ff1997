"""DuckDB: its strict reader, and the rules in SQL."""

from __future__ import annotations

import sys

import duckdb

from tests.bench.rules import ColumnRule, read_rules


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def fits(rule: ColumnRule) -> str:
    if rule.values:
        return f"{rule.name} IN ({', '.join(map(literal, rule.values))})"
    return f"regexp_full_match({rule.name}, {literal(rule.pattern)})"


rules = read_rules(sys.argv[2])
# A null fits nothing.
broken = [f"count(*) FILTER (NOT coalesce({fits(rule)}, false))" for rule in rules]
broken += [f"count({rule.name}) - count(DISTINCT {rule.name})" for rule in rules if rule.unique]
columns = ", ".join(f"{literal(rule.name)}: 'VARCHAR'" for rule in rules)
query = (
    f"SELECT {' + '.join(broken)}, count(*) FROM read_csv(?, columns = {{{columns}}}, "  # noqa: S608
    "auto_detect = false, strict_mode = true, header = false, delim = ',', quote = '', "
    "escape = '', new_line = '\\n')"
)
try:
    found = duckdb.execute(query, [sys.argv[1]]).fetchone()
except duckdb.Error:
    found = None
sys.stdout.write("valid\n" if found is not None and found[0] == 0 else "invalid\n")
