"""Files of a profile made up, given several kinds of records: headers, groups, trailers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

Table = dict[str, Any]

#: Entries of a file that each kind of record has of its own.
_OWN = ("columns", "key", "composed")
#: Tags of the kinds of records: mainframes write numbers.
_LETTERS = {"Head": "H", "Group": "G", "Body": "B", "End": "E", "Tail": "T"}
_DIGITS = {"Head": "100", "Group": "150", "Body": "200", "End": "159", "Tail": "999"}
#: The records that a file has to have room for.
_ROOM = 4
#: The lengths of a text that may be any checksum or number of a request.
_ANY = {"maximum_length": 64}


def spread(table: Table, seed: int) -> Table:
    """Return a profile whose ADT File and whose other two files have several kinds of records."""
    files = dict(table["files"])
    for kind, file in table["files"].items():
        # What groups the report has, the QCAF has.
        same = "adt" if kind == "adt" else "quarantine"
        maker = RecordMaker(Random(f"{seed}/{same}"))  # noqa: S311 - reproducible, not secret
        files[kind] = maker.several(file)
    return _with_recipient({**table, "files": files})


def _with_recipient(table: Table) -> Table:
    """Return a profile that says who the recipient is where a column has it."""
    heads = (file["records"][0]["columns"] for file in table["files"].values() if "records" in file)
    if not any(column.get("role") == "recipient" for head in heads for column in head):
        return table
    return {**table, "delivery": {**table["delivery"], "recipient": "90-B3-D5-1F-30-01-00-00"}}


class RecordMaker:
    """Spreads the columns of files over records of several kinds, by chance."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._tags = random.choice([_LETTERS, _DIGITS])

    def _tag(self, name: str) -> Table:
        return {"name": "Tag", "type": "constant", "value": self._tags[name], "tag": True}

    def _either(self) -> bool:
        return self._random.random() < 1 / 2

    def several(self, file: Mapping[str, Any]) -> Table:
        """Return the table of a file with its columns in the records of some kinds."""
        if self._random.random() < 1 / 4:
            return {**file, "header": "names"}
        columns, key = list(file["columns"]), list(file["key"])
        ruled = {name for rule in file["rules"] for name in _names_in(rule)}
        records = self._head(sent=file["clause"] != "6.4")
        wholes = list(file.get("composed", ()))
        above = self._above(columns, {*key, *ruled}, wholes)
        own = [one for one in columns if one not in above]
        parts = {one["name"]: one["from"] for one in wholes}
        own = self._repeated(own, parts.get(key[0], key[:1]) if key else [])
        body: Table = {"name": "Body", "columns": [self._tag("Body"), *own]}
        if key:
            body["key"] = key
        if above:
            records.append(
                {"name": "Group", "columns": [self._tag("Group"), *above, *self._count()]}
            )
            records[-1] |= _composed_of(wholes, above)
            body["parent"] = "Group"
            body["occurs"] = [1, 500]
        body |= _composed_of(wholes, own)
        records.append(body)
        records += self._end(body) if above else []
        records += self._tail(records)
        rest = {name: value for name, value in file.items() if name not in _OWN}
        if "maximum_records" in rest:
            # A row, with the records around it that are counted as well.
            rest["maximum_records"] = max(rest["maximum_records"], _ROOM)
        repeated = any("repeat" in column for column in body["columns"])
        return {**rest, "unit": "Body.Part" if repeated else "Body", "records": records}

    def _head(self, *, sent: bool) -> list[Table]:
        if self._either():
            return []
        number = {"name": "Number", "type": "integer", "width": 6, "pad": "0"}
        request = {"name": "Request", "type": "text", **_ANY, "equals": "submission.smsr"}
        own: list[Table] = [
            request,
            {"name": "To", "type": "eui64", "form": "colons", "role": "recipient"},
            {"name": "Made", "type": "instant", "role": "created-at"}
            | {"format": "DD/MM/YYYY hh:mm", "zone": "Europe/London"},
        ]
        # Drawn for the report too, so that what is drawn next is what the QCAF has.
        drawn = [one for one in own if self._either()]
        columns = [self._tag("Head"), number, *(drawn if sent else [])]
        return [{"name": "Head", "at": 1, "occurs": [1, 1], "columns": columns}]

    def _above(
        self, columns: Sequence[Table], fixed: set[str], wholes: Sequence[Table]
    ) -> list[Table]:
        """Return columns that are put into a record above the others, if any can be.

        Those of a value in several columns stay together.
        """
        if self._either():
            return []
        free = [
            one for one in columns
            if one["name"] not in fixed and one["type"] != "nothing" and one.get("role") != "action"
        ]  # fmt: skip
        for whole in wholes:
            parts = [one for one in free if one["name"] in whole["from"]]
            if whole["name"] not in fixed and parts[1:] and self._either():
                return parts
            free = [one for one in free if one["name"] not in whole["from"]]
        return free[: max(0, min(2, len(columns) - 2))]

    def _repeated(self, own: list[Table], key: Sequence[str]) -> list[Table]:
        """Return the columns of the body; some of them repeat, perhaps."""
        if not key or self._either():
            return own
        inside = [one for one in own if one["name"] in key] + own[-1:]
        inside = list({one["name"]: one for one in inside}.values())
        outside = [one for one in own if one not in inside]
        totals: list[Table] = [
            {"name": "Parts", "type": "integer", "derived": {"repetitions": "Part"}}
        ]
        if summed := _added_up({"columns": inside}):
            totals.append({"name": "Total", **summed})
        totals = [one for one in totals if self._either()]
        part: Table = {"repeat": "Part", "occurs": [1, 9], "columns": inside}
        inner = [part, *totals] if self._either() else [*totals, part]
        return [*outside, *inner]

    def _count(self) -> list[Table]:
        ways: list[Table] = [
            {"name": "Below", "type": "integer", "derived": {"count": ["Body"]}},
            {"name": "Sum", "type": "text", **_ANY, "derived": self._digest("records-below")},
        ]
        return [one for one in ways if self._either()]

    def _end(self, body: Table) -> list[Table]:
        """Return a record with the totals of a group at its end, or none."""
        if self._either():
            return []
        columns = [self._tag("End")]
        count = ["Group", "Body", "End"] if self._either() else ["Body"]
        columns.append({"name": "Count", "type": "integer", "derived": {"count": count}})
        if summed := _added_up(body):
            columns.append({"name": "Sum", **summed})
        occurs = {"occurs": [0, 1]} if self._either() else {}
        return [{"name": "End", "parent": "Group", "at": -1, **occurs, "columns": columns}]

    def _digest(self, over: str) -> Table:
        return {"digest": self._random.choice(["crc-32", "sha-256"]), "over": over}

    def _tail(self, records: Sequence[Table]) -> list[Table]:
        if self._either():
            return []
        body = [one["name"] for one in records if one.get("at", -1) < 0]
        columns: list[Table] = [self._tag("Tail")]
        columns.append({"name": "Records", "type": "integer", "derived": {"count": body}})
        if summed := _added_up(records[-1] if records[-1]["name"] == "Body" else records[-2]):
            columns.append({"name": "Sum", **summed})
        if any(one["name"] == "Head" for one in records):
            same = {"same": "Head.Number"}
            columns.append({"name": "Same", "type": "integer", "derived": same})
        if self._either():
            digest = self._digest("records-before")
            columns.append({"name": "Check", "type": "text", **_ANY, "derived": digest})
        return [{"name": "Tail", "at": -1, "occurs": [1, 1], "columns": columns}]


def _added_up(body: Mapping[str, Any]) -> Table:
    """Return the sum of a column of numbers that the records of a body have, if there is one."""
    every = [one for column in body["columns"] for one in column.get("columns", [column])]
    for one in every:
        if one["type"] in ("integer", "decimal") and not {"also", "derived"} & one.keys():
            form: Table = {"type": one["type"]} | ({"signed": True} if one.get("signed") else {})
            if one["type"] == "decimal":
                digits = one.get("fraction_digits") or one.get("maximum_fraction_digits")
                form["maximum_fraction_digits"] = digits
            return {**form, "derived": {"sum": f"Body.{one['name']}"}}
    return {}


def _composed_of(wholes: Sequence[Table], columns: Sequence[Table]) -> Table:
    """Return the entry of values in several columns, of those whose parts are here."""
    names = {one.get("name") for column in columns for one in (column, *column.get("columns", ()))}
    found = [one for one in wholes if names.issuperset(one["from"])]
    return {"composed": found} if found else {}


def _names_in(rule: Mapping[str, Any]) -> list[str]:
    found = [rule[side]["column"] for side in ("left", "right") if "column" in rule.get(side, ())]
    found += [rule["column"]] if "column" in rule else []
    found += [*rule.get("columns", []), *rule.get("for_each", [])]
    found += [rule["eligible_for"]] if "eligible_for" in rule else []
    return found + [one["column"] for one in (*rule.get("when", ()), *rule.get("by", ()))]
