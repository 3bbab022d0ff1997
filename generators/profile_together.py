"""Rules across records, made up for the files of a profile at random, with columns of their own."""

from __future__ import annotations

from collections.abc import Iterator

from generators.drawing import Drawing, Table
from generators.profile_columns import WHY
from generators.strategies import ground

#: Columns that records are sorted by.
_ORDERED: tuple[Table, ...] = (
    {"type": "integer"},
    {"type": "integer", "width": 6, "signed": False},
    {"type": "decimal", "maximum_fraction_digits": 2},
    {"type": "instant"},
    {"type": "date", "format": "DD/MM/YYYY"},
    {"type": "code", "values": ["low", "High", "10", "9"]},
    {"type": "eui64", "case": "any"},
    {"type": "text", "pattern": "[A-Za-z]{1,3}"},
)


class TogetherMaker(Drawing):
    """Draws columns, and rules ``unique``, ``sorted`` and ``complete`` on them."""

    def plain(self, kind: str, **entries: object) -> Table:
        made: Table = {"name": self._name(), "type": kind, **entries}
        nullable = self.one([None, True, False])
        if nullable is not None:
            made.setdefault("nullable", nullable)
        return made | self.perhaps(reason=WHY)

    def _name(self) -> str:
        """Return a name of one word or of two."""
        between = self.one([None, " ", "-", "_"])
        return self.word() if between is None else f"{self.word()}{between}{self.word().lower()}"

    def together(self) -> tuple[list[Table], list[Table]]:
        """Return columns, and rules across records on them; or none."""
        if not self.either():
            return [], []
        guide = self.plain("code", values=["K", "L", "M"])
        one, other = (self.plain("", **self.one(_ORDERED)) for _ in range(2))
        alone, kind = self.plain("integer"), self.plain("code", values=["u", "v", "w"])
        conditions = [{"column": guide["name"], "in": ["K", "M"]}]
        sort: Table = {"rule": "sorted", "by": [self._sort_key(column) for column in (one, other)]}
        unique: Table = {
            "rule": "unique",
            "columns": [alone["name"]],
            **self.perhaps(when=conditions),
        }
        if self.either():
            unique["columns"].append(guide["name"])
        complete: Table = {"rule": "complete", "column": kind["name"]}
        complete |= self.perhaps(values=["v", "u"], for_each=[guide["name"]])
        found = [sort | self.perhaps(when=conditions), unique, complete]
        rules = self.some(found) if self.either() else [self.one(found)]
        return [guide, one, other, alone, kind], rules

    def _sort_key(self, column: Table) -> Table:
        order, way = self.one(["ascending", "descending"]), self.one(["values", "bytes"])
        return {"column": column["name"], **self.perhaps(order=order, **{"as": way})}

    def of_roles(self, role: Table, variant: Table) -> list[Table]:
        """Return a rule that wants a record for a variant that a User Role may send."""
        eligible, roles = ground().catalogue.eligible, {*role["values"]}
        known = [srv for srv in variant.get("values", eligible) if roles & {*eligible.get(srv, ())}]
        rule = {
            "rule": "complete",
            "column": variant["name"],
            "values": known[:2],
            "for_each": [role["name"]],
            "eligible_for": role["name"],
        }
        return [rule] if known else []


def named_by(rule: Table) -> Iterator[str]:
    """Yield the columns whose values a comparison, or a rule with conditions, holds for."""
    yield from rule.get("columns", ()) if "when" in rule else ()
    yield from (one["column"] for one in rule.get("when", ()))
    sides = (rule[side] for side in ("left", "right") if side in rule)
    yield from (side["column"] for side in sides if "column" in side)
