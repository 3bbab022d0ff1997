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
OTHER_COMMAS = ";\t|"
NULL_WORDS = {"null", "none", "n/a", "nan", "\\n", "-", '""', ""}
PAIRS = r"[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){7}"
EUI64 = re.compile(PAIRS)
REQUEST = re.compile(rf"{PAIRS}:{PAIRS}:(0|[1-9][0-9]*)")
DIGITS = re.compile(r"0|[1-9][0-9]*")
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
#: The counter of a Request ID is an unsigned number of 64 bits.
COUNTERS = 1 << 64
#: Which User Roles may send which Service Reference Variant.
VARIANTS = {
    row["variant"]: row["roles"].split()
    for row in csv.DictReader(
        (Path(__file__).parents[1] / "golden" / "variants.csv").read_bytes().decode().splitlines()
    )
}


class WrongError(ValueError):
    """A field is not of its column's form; the text is what is wrong, as in ``Fault``."""


def row_of(form: Table, record: Record) -> dict[str, str]:
    """Return the fields of a record by the names of their columns."""
    return dict(zip((column["name"] for column in form["columns"]), record, strict=True))


@dataclass(frozen=True)
class Fault:
    """A fault, by the last part of the requirement's name, and where it is."""

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
        if len(records) < self.form["minimum_records"]:
            return [], [Fault("records")]
        return records, []

    def _of_bytes(self, data: bytes) -> Iterator[Fault]:
        if data.startswith(MARK):
            yield Fault("mark")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            yield Fault("characters")
            return
        other = SEPARATORS.search(text)
        if other is not None:
            # LF CR separates the record before the LF from the next.
            before = text[: other.start()].removesuffix("\n")
            yield Fault("separator", before.count("\n") + 1)
        if SIGN in text:
            yield Fault("characters" if self.readings["record-sign"] == "allowed" else "sign")
        if text and (self.readings["final-line-feed"], text[-1] == "\n") in (
            ("terminator", False),
            ("separator", True),
        ):
            yield Fault("separator")

    def _record(self, line: str, number: int) -> tuple[Record, Fault | None]:
        what = self._of_record(line, number)
        if what is not None:
            return [], Fault(what, number)
        record: Record = []
        for column, field in zip(self.form["columns"], line.split(","), strict=True):
            try:
                record.append(self._field(column, field))
            except WrongError as error:
                return [], Fault(str(error), number, len(record) + 1)
        return record, None

    def _of_record(self, line: str, number: int) -> str | None:
        """Return what is wrong with a record as a whole."""
        columns = self.form["columns"]
        is_long = len(line.encode()) > self.form["maximum_record_bytes"]
        count, wanted = line.count(","), len(columns) - 1
        other = any(count + line.count(one) == wanted for one in OTHER_COMMAS)
        for what, there in (
            ("header", number == 1 and line == ",".join(one["name"] for one in columns)),
            ("comma", count != wanted and other),
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

    def _field(self, column: Table, field: str) -> str:
        """Return the value of a field.

        Raises:
            WrongError: it has none.
        """
        nullable = column.get("nullable")
        if column.get("role") == "variant" and (
            self.readings["general-or-particular"] == "type-required"
        ):
            nullable = False
        if nullable and field.strip(" ").lower() in NULL_WORDS:
            if field and self.readings["null-form"] != "words":
                raise WrongError("null-form")
            return ""
        if '"' in field:
            bare = field[1:-1]
            if self.readings["quotes"] != "rfc4180" or field != f'"{bare}"' or '"' in bare:
                raise WrongError("quotes")
            field = bare
        if not field and column["type"] != "action":
            raise WrongError("null")
        return self._value(column, field)

    def _value(self, column: Table, field: str) -> str:
        """Return the value of a field that is not null, as its type reads it."""
        raise NotImplementedError


def _eui64(_: Table, field: str, readings: Mapping[str, str]) -> str:
    if not EUI64.fullmatch(field) or (readings["eui64-case"] == "upper" and field != field.upper()):
        raise WrongError("form")
    return field.upper()


def _request_id(_: Table, field: str, readings: Mapping[str, str]) -> str:
    parts = REQUEST.fullmatch(field)
    if parts is None or (readings["eui64-case"] == "upper" and field != field.upper()):
        raise WrongError("form")
    if int(parts[1]) >= COUNTERS:
        raise WrongError("range")
    return field.upper()


def _integer(column: Table, field: str, _: Mapping[str, str]) -> str:
    if not DIGITS.fullmatch(field):
        raise WrongError("form")
    number = int(field)
    long = len(field) > column.get("maximum_digits", len(field))
    if long or not column.get("minimum", 0) <= number <= column.get("maximum", number):
        raise WrongError("range")
    return field


def _instant(_: Table, field: str, __: Mapping[str, str]) -> str:
    if not INSTANT.fullmatch(field):
        raise WrongError("form")
    try:
        datetime.fromisoformat(field)
    except ValueError:
        raise WrongError("form") from None
    return field


def _code(column: Table, field: str, _: Mapping[str, str]) -> str:
    if field not in (VARIANTS if "values_from" in column else column["values"]):
        raise WrongError("code")
    return field


def _action(_: Table, field: str, readings: Mapping[str, str]) -> str:
    if readings["action-case"] == "any-case":
        field = field.capitalize()
    if field not in ("Release", "Delete"):
        raise WrongError("action")
    return field


TYPES = {
    "eui64": _eui64,
    "request-id": _request_id,
    "integer": _integer,
    "instant": _instant,
    "code": _code,
    "action": _action,
}


@dataclass(frozen=True)
class Rules:
    """The rules for the records of a file together, and with the submission."""

    profile: Table
    form: Table
    sender: str
    set_by: str | None

    def check(self, records: list[Record]) -> list[Fault]:
        """Return what is wrong with records whose fields are right."""
        readings = self.profile["readings"]
        found = []
        seen: set[tuple[str, ...]] = set()
        for number, record in enumerate(records, 1):
            values = row_of(self.form, record)
            for rule in self.form["rules"]:
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
        match rule["rule"]:
            case "one-sender":
                senders = {one[:23].replace(":", "-") for one in own}
                return "sender" if senders != {self.sender} else None
            case "eligible-variant":
                role, variant = own
                return "eligible" if variant and role not in VARIANTS[variant] else None
            case "breach-fits":
                return "breach" if self.profile["breaches"][own[0]] != self.set_by else None
        return None
