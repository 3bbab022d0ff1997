"""frictionless, which reads with the standard library."""

from __future__ import annotations

import sys
from typing import Any

from frictionless import Dialect, Resource, Schema, system

from tests.bench.rules import ColumnRule, read_rules


def field(rule: ColumnRule) -> dict[str, Any]:
    wanted = {"enum": list(rule.values)} if rule.values else {"pattern": f"^(?:{rule.pattern})$"}
    constraints = {"required": True, "unique": rule.unique, **wanted}
    return {"name": rule.name, "type": "string", "constraints": constraints}


system.trusted = True
rules = read_rules(sys.argv[2])
resource = Resource(
    path=sys.argv[1],
    format="csv",
    encoding="utf-8",
    dialect=Dialect.from_descriptor({"header": False}),
    schema=Schema.from_descriptor({"fields": [field(rule) for rule in rules]}),
)
sys.stdout.write("valid\n" if resource.validate().valid else "invalid\n")
