"""The CSV file byte for byte: clause 6.1, and the columns, keys and rules of the profile."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

Table = dict[str, Any]
Record = list[str]

MARK = b"\xef\xbb\xbf"
SIGN = "\u25b2"
SEPARATORS = re.compile("[\r\u0085\u2028\u2029]")
OTHER_COMMAS = re.compile(r"[;\t|]")
NULL_WORDS = {"null", "none", "n/a", "na", "nan", "\\n", "-", "nil", '""', ""}
PAIRS = r"[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){7}"
EUI64 = re.compile(PAIRS)
REQUEST = re.compile(rf"({PAIRS}):({PAIRS}):(0|[1-9][0-9]*)")
DIGITS = re.compile(r"0|[1-9][0-9]*")
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
#: The counter of a Request ID is an unsigned number of 64 bits.
COUNTERS = 1 << 64
#: Which User Roles may send which Service Reference Variant.
VARIANTS = {
    row["variant"]: row["roles"].split()
    for row in csv.DictReader(
        (Path(__file__).parents[1] / "golden" / "variants.csv").read_text("utf-8").splitlines()
    )
}


@dataclass(frozen=True)
class Fault:
    """What is wrong, by the last part of the requirement's name, and where."""

    what: str
    record: int | None = None
    field: int | None = None


@dataclass(frozen=True)
class Reader:
    """Reads files of one form; ``form`` is the profile's table of it."""

    form: Table
    readings: Mapping[str, str]

    def read(self, data: bytes) -> tuple[list[Record], list[Fault]]:
        """Return the records of a file, and what is wrong with its form."""
        if data.startswith(MARK) and self.readings["byte-order-mark"] == "ignored":
            data = data[len(MARK) :]
        found = list(self._of_bytes(data))
        if found:
            return [], found[:1]
        text = data.decode("utf-8")
        if not text and self.readings["empty-file"] == "allowed":
            return [], []
        lines = text.removesuffix("\n").split("\n") if text else []
        records: list[Record] = []
        for number, line in enumerate(lines, 1):
            record, fault = self._record(line, number)
            if fault is not None:
                return [], [fault]
            records.append(record)
        if len(records) < self.form.get("minimum_records", 0):
            return [], [Fault("records")]
        return records, []

    def _of_bytes(self, data: bytes) -> Iterator[Fault]:
        if data.startswith(MARK):
            yield Fault("mark")
        if b"\0" in data or data.startswith((b"\xff\xfe", b"\xfe\xff")):
            yield Fault("characters")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            yield Fault("characters")
            return
        if SEPARATORS.search(text):
            yield Fault("separator", 1)
        if SIGN in text:
            yield Fault("sign" if self.readings["record-sign"] == "absent" else "characters")
        if text and (self.readings["final-line-feed"], text[-1] == "\n") in (
            ("terminator", False),
            ("separator", True),
        ):
            yield Fault("separator")

    def _record(self, line: str, number: int) -> tuple[Record, Fault | None]:
        what = self._of_record(line, number)
        if what is not None:
            return [], Fault(what, number)
        record = []
        fields = zip(self.form["columns"], line.split(","), strict=True)
        for place, (column, field) in enumerate(fields, 1):
            value, what = self._field(column, field)
            if what is not None:
                return [], Fault(what, number, place)
            record.append(value)
        return record, None

    def _of_record(self, line: str, number: int) -> str | None:
        """Return what is wrong with a record as a whole."""
        columns = self.form["columns"]
        is_long = len(line) > self.form["maximum_record_bytes"]
        count, wanted = line.count(","), len(columns) - 1
        for what, there in (
            ("header", number == 1 and line == ",".join(one["name"] for one in columns)),
            ("comma", count != wanted == len(OTHER_COMMAS.findall(line)) + count),
            ("length", is_long),
            ("count", count != wanted),
            ("characters", any(map(self._is_strange, line))),
        ):
            if there:
                return what
        return None

    def _is_strange(self, character: str) -> bool:
        if self.readings["character-set"] == "utf-8" and character > "\x7f":
            return False
        return not " " <= character <= "~"

    def _field(self, column: Table, field: str) -> tuple[str, str | None]:
        """Return the value of a field, or what is wrong with it."""
        nullable = column.get("nullable", False)
        if column.get("role") == "variant" and self.readings["general-or-particular"] != (
            "null-is-general"
        ):
            nullable = False
        if nullable and field.strip(" ").lower() in NULL_WORDS:
            if not field or self.readings["null-form"] == "words":
                return "", None
            return "", "null-form"
        if '"' in field:
            bare = field[1:-1]
            if self.readings["quotes"] != "rfc4180" or field != f'"{bare}"' or '"' in bare:
                return "", "quotes"
            field = bare
        if not field and column["type"] != "action":
            return "", "null"
        return TYPES[column["type"]](column, field, self.readings)


def _eui64(_: Table, field: str, readings: Mapping[str, str]) -> tuple[str, str | None]:
    if not EUI64.fullmatch(field) or (readings["eui64-case"] == "upper" and field != field.upper()):
        return "", "form"
    return field.upper(), None


def _request_id(_: Table, field: str, readings: Mapping[str, str]) -> tuple[str, str | None]:
    parts = REQUEST.fullmatch(field)
    if parts is None or (readings["eui64-case"] == "upper" and field != field.upper()):
        return "", "form"
    return (field.upper(), None) if int(parts[3]) < COUNTERS else ("", "range")


def _integer(column: Table, field: str, _: Mapping[str, str]) -> tuple[str, str | None]:
    if not DIGITS.fullmatch(field):
        return "", "form"
    number = int(field)
    long = len(field) > column.get("maximum_digits", len(field))
    if long or not column.get("minimum", 0) <= number <= column.get("maximum", number):
        return "", "range"
    return field, None


def _instant(_: Table, field: str, __: Mapping[str, str]) -> tuple[str, str | None]:
    try:
        if INSTANT.fullmatch(field):
            datetime.fromisoformat(field)
            return field, None
    except ValueError:
        pass
    return "", "form"


def _code(column: Table, field: str, _: Mapping[str, str]) -> tuple[str, str | None]:
    values = VARIANTS if "values_from" in column else column["values"]
    return (field, None) if field in values else ("", "code")


def _action(_: Table, field: str, readings: Mapping[str, str]) -> tuple[str, str | None]:
    if readings["action-case"] == "any-case":
        field = field.capitalize()
    return (field, None) if field in ("Release", "Delete") else ("", "action")


def _nothing(_: Table, field: str, __: Mapping[str, str]) -> tuple[str, str | None]:
    return ("", None) if not field else ("", "form")


TYPES = {
    "eui64": _eui64,
    "request-id": _request_id,
    "integer": _integer,
    "instant": _instant,
    "code": _code,
    "action": _action,
    "nothing": _nothing,
}


@dataclass(frozen=True)
class Rules:
    """What the records of a file have to keep to together, and with the submission."""

    profile: Table
    form: Table
    sender: str
    set_by: str | None

    def check(self, records: list[Record]) -> list[Fault]:
        """Return what is wrong with records whose fields are right."""
        names = [column["name"] for column in self.form["columns"]]
        readings = self.profile["readings"]
        found = []
        seen: set[tuple[str, ...]] = set()
        for number, record in enumerate(records, 1):
            values = dict(zip(names, record, strict=True))
            for rule in self.form.get("rules", ()):
                what = self._broken(rule, values)
                if what is not None:
                    found.append(Fault(what, number))
            key = tuple(values[name] for name in self.form["key"])
            is_adt = self.form["clause"] == "6.3"
            if key in seen and not (is_adt and readings["duplicate-rules"] == "last-wins"):
                found.append(Fault("key", number))
            seen.add(key)
        return found

    def _broken(self, rule: Table, values: Mapping[str, str]) -> str | None:
        """Return what breaks a rule, or nothing."""
        own = [values[name] for name in rule.get("columns", ())]
        broken = False
        match rule["rule"]:
            case "one-sender":
                what = "sender"
                broken = {one.split(":")[0] for one in own} != {self.sender.upper()}
            case "eligible-variant":
                what, (role, variant) = "eligible", own
                broken = bool(variant) and role not in VARIANTS[variant]
            case "breach-fits":
                what, (breach,) = "breach", own
                broken = self.profile["breaches"][breach] != self.set_by
            case "compare":
                what = "compare"
                left, right = (values[rule[side]["column"]] for side in ("left", "right"))
                asked = self.profile["readings"]["warning-above-adt"] == "refused"
                broken = asked and bool(left and right) and int(left) > int(right)
            case other:
                raise ValueError(other)
        return what if broken else None
