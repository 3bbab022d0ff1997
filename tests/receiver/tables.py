"""A table as a profile of its own may have it: columns of any type, and rules of more kinds.

Where such a profile says nothing, files are read as ``records`` reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from tests.receiver.columns import is_null, rank, typed
from tests.receiver.records import Fault, Reader, Record, Rules, Table, WrongError, row_of

#: Control characters of Latin-1, which no text has.
CONTROLS = range(0x7F, 0xA0)
#: Requirements of rules that the shipped profile does not have, in the file's own clause.
REQUIREMENTS = {"other-rule": 16}
#: The roles of what the note on a warning above its ADT is about.
WARNING = ["warning-threshold", "threshold"]


@dataclass(frozen=True)
class TableReader(Reader):
    """Reads files of one form, whatever types its columns have."""

    def read(self, data: bytes) -> tuple[list[Record], list[Fault]]:
        records, faults = super().read(data)
        if not faults and len(records) > self.form.get("maximum_records", len(records)):
            return [], [Fault("records")]
        return records, faults

    def _of_bytes(self, data: bytes) -> Iterator[Fault]:
        yield from super()._of_bytes(data)
        if self.form.get("final_separator") == "required" and data and not data.endswith(b"\n"):
            yield Fault("separator")

    def _is_strange(self, character: str) -> bool:
        if self.form["characters"] == "utf-8" and character > "\x7f":
            return ord(character) in CONTROLS
        return super()._is_strange(character)

    def _field(self, column: Table, field: str) -> str:
        if is_null(column, field) and self.readings["null-form"] != "words":
            raise WrongError("null-form")
        return super()._field(column, field)

    def _value(self, column: Table, field: str) -> str:
        return typed(column, field, self.readings)


@dataclass(frozen=True)
class TableRules(Rules):
    """The rules of a table, of each record and of records together."""

    def check(self, records: list[Record]) -> list[Fault]:
        found = super().check(records)
        rows = [row_of(self.form, record) for record in records]
        for rule in self.form["rules"]:
            if rule["rule"] == "sorted":
                found += self._unsorted(rule, rows)
        return found

    def _broken(self, rule: Table, values: Mapping[str, str]) -> str | None:
        match rule["rule"]:
            case "compare" if "when" not in rule:
                return None if self._compares(rule, values) else "compare"
            case "require":
                met = all(self._is_met(one, values) for one in rule["when"])
                return (
                    "other-rule"
                    if met and not all(values[one] for one in rule["columns"])
                    else None
                )
        return super()._broken(rule, values)

    def _compares(self, rule: Table, values: Mapping[str, str]) -> bool:
        """Return True if two values are as they have to be, or one of them is null."""
        columns = [self._column(rule[side]["column"]) for side in ("left", "right")]
        if not all(values[column["name"]] for column in columns):
            return True
        left, right = (rank(column, values[column["name"]]) for column in columns)
        roles = [column.get("role") for column in columns]
        if roles == WARNING and self.profile["readings"]["warning-above-adt"] == "allowed":
            return True
        return left < right if rule["op"] == "<" else left <= right

    def _is_met(self, condition: Table, values: Mapping[str, str]) -> bool:
        value = values[condition["column"]]
        words = self._column(condition["column"]).get("also", ())
        meant = {one["word"]: one["means"] for one in words}
        return meant.get(value, value) in condition["in"]

    def _unsorted(self, rule: Table, rows: list[dict[str, str]]) -> Iterator[Fault]:
        """Yield the records that are before the one above them."""
        names = [one["column"] for one in rule["by"]]
        ranks = [[rank(self._column(name), row[name]) for name in names] for row in rows]
        for number, (above, below) in enumerate(pairwise(ranks), 2):
            if below < above:
                yield Fault("other-rule", number)

    def _column(self, name: str) -> Table:
        return next(one for one in self.form["columns"] if one["name"] == name)
