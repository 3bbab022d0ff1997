"""Files of several kinds of records: tags, groups, columns that repeat, and computed values.

Not read are kinds without a tag in their first field, values in several columns, ends of groups,
quotation marks, sums of other than whole numbers, and rules but ``compare``.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.receiver.columns import typed
from tests.receiver.records import NULL_WORDS, Fault, Reader, WrongError
from tests.receiver.submission import Facts

Table = dict[str, Any]
#: A row, by the names of its columns: those of other records have their kind in front.
Row = dict[str, str]

#: Requirements of files of several kinds, in the file's own clause.
REQUIREMENTS = {"kinds": 17, "derived": 18}


@dataclass
class Line:
    """A record: its kind, its number, where it begins, and its fields by their columns."""

    kind: Table
    number: int
    start: int
    fields: list[str]
    columns: list[Table]

    def rows(self) -> Iterator[Row]:
        """Yield the fields once for each repetition, by the names of their columns."""
        single = {c["name"]: f for c, f in self._pairs() if "of" not in c}
        times = max((c["of"] for c, _ in self._pairs() if "of" in c), default=0)
        for turn in range(1, times + 1) if times else ():
            yield single | {c["name"]: f for c, f in self._pairs() if c.get("of") == turn}
        if not times:
            yield single

    def _pairs(self) -> list[tuple[Table, str]]:
        return list(zip(self.columns, self.fields, strict=True))


@dataclass(frozen=True)
class KindReader:
    """Reads files of one form; ``form`` is the profile's table of it, ``smsr`` the reference."""

    form: Table
    readings: Mapping[str, str]
    smsr: str | None

    def read(self, data: bytes) -> tuple[list[Row], list[Fault]]:
        """Return the rows of a file, and what is wrong with its form."""
        mark = b"\xef\xbb\xbf"
        if data.startswith(mark) and self.readings["byte-order-mark"] == "ignored":
            data = data[len(mark) :]
        plain = Reader({**self.form, "columns": []}, self.readings)
        found = list(plain._of_bytes(data))
        if found:
            return [], found[:1]
        text = data.decode("utf-8")
        if not text:
            return [], [] if self.readings["empty-file"] == "allowed" else [Fault("records")]
        lines: list[Line] = []
        start = 0
        for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
            what = self._line(plain, line, number, start)
            if isinstance(what, Fault):
                return [], [what]
            lines.append(what)
            start += len(line.encode()) + 1
        found = [*self._order(lines)] or [*self._computed(lines, data)] or [*self._rules(lines)]
        return self._rows(lines), found[:1]

    def _line(self, plain: Reader, line: str, number: int, start: int) -> Line | Fault:
        kinds = {one["columns"][0]["value"]: one for one in self.form["records"]}
        fields, other = line.split(","), re.search(r"[;\t|]", line)
        kind = kinds.get(fields[0])
        for what, there in (
            ("length", len(line.encode()) > self.form["maximum_record_bytes"]),
            ("comma", "," not in line and other and line[: other.start()] in kinds),
            ("characters", any(map(plain._is_strange, line))),
            ("kinds", kind is None),
        ):
            if there:
                return Fault(what, number)
        assert kind is not None
        columns = self._columns(kind, len(fields))
        if columns is None:
            return Fault("count", number)
        fields += [""] * (len(columns) - len(fields))
        for place, (column, field) in enumerate(zip(columns, fields, strict=True), 1):
            try:
                self._field(column, field)
            except WrongError as error:
                return Fault(str(error), number, place)
        return Line(kind, number, start, fields, columns)

    def _columns(self, kind: Table, count: int) -> list[Table] | None:
        """Return the columns of a record with so many fields, if one may have as many."""
        columns: list[Table] = kind["columns"]
        if "optional_from" in kind:
            least = [one["name"] for one in columns].index(kind["optional_from"])
            return columns if least <= count <= len(columns) else None
        repeat = next((one for one in columns if "repeat" in one), None)
        if repeat is None:
            return columns if count == len(columns) else None
        times, rest = divmod(count - len(columns) + 1, len(repeat["columns"]))
        least, most = repeat["occurs"]
        if rest or not least <= times <= most:
            return None
        turns = [{**c, "of": n} for n in range(1, times + 1) for c in repeat["columns"]]
        place = columns.index(repeat)
        return [*columns[:place], *turns, *columns[place + 1 :]]

    def _field(self, column: Table, field: str) -> None:
        nullable = column.get("nullable")
        if column.get("role") == "variant" and (
            self.readings["general-or-particular"] == "type-required"
        ):
            nullable = False
        if nullable and field.strip(" ").lower() in NULL_WORDS:
            if field and self.readings["null-form"] != "words":
                raise WrongError("null-form")
            return
        if '"' in field:
            raise WrongError("quotes")
        if not field:
            raise WrongError("null")
        typed(column, field, self.readings)

    def _order(self, lines: list[Line]) -> Iterator[Fault]:
        """Yield records in another place, without the one above, or too few or too many."""
        last, above = len(lines), set[str]()
        for line in lines:
            kind = line.kind
            at = kind.get("at")
            if at and line.number != (at if at > 0 else last + 1 + at):
                others = [one.kind.get("at", 0) * at < 0 for one in lines]
                beside = others[: line.number] if at > 0 else others[line.number - 1 :]
                if len(beside) - sum(beside) != abs(at):
                    yield Fault("kinds", line.number)
            if kind.get("parent", kind["name"]) not in {kind["name"], *above}:
                yield Fault("kinds", line.number)
            above.add(kind["name"])
        for kind in self.form["records"]:
            least, most = [*kind.get("occurs", [0]), None][:2]
            if "parent" in kind:
                counts = [0]
                for line in lines:
                    if line.kind["name"] == kind["parent"]:
                        counts.append(0)
                    counts[-1] += line.kind is kind
                counts = counts[1:]
            else:
                counts = [sum(line.kind is kind for line in lines)]
            if any(not least <= one <= (most or one) for one in counts):
                yield Fault("kinds")

    def _computed(self, lines: list[Line], data: bytes) -> Iterator[Fault]:
        """Yield values that are not those that follow from others."""
        latest: dict[str, Row] = {}
        for line in lines:
            row = next(line.rows())
            for place, column in enumerate(line.columns, 1):
                field = line.fields[place - 1]
                said = int(field) if re.fullmatch("[0-9]+", field) else field
                rule = column.get("derived", {})
                if column.get("equals") and self.smsr is not None and field != self.smsr:
                    yield Fault("derived", line.number, place)
                if rule and said != self._value(rule, line, lines, (data, latest)):
                    yield Fault("derived", line.number, place)
            latest[line.kind["name"]] = row

    def _value(
        self, rule: Table, line: Line, lines: list[Line], past: tuple[bytes, dict[str, Row]]
    ) -> object:
        data, latest = past
        match rule:
            case {"repetitions": _}:
                return max(column.get("of", 0) for column in line.columns)
            case {"same": of}:
                name, column = of.split(".")
                return int(latest[name][column])
            case {"count": names}:
                return sum(one.kind["name"] in names for one in lines)
            case {"sum": of}:
                name, *_, column = of.split(".")
                rows = (row for one in lines if one.kind["name"] == name for row in one.rows())
                return sum(int(row[column]) for row in rows)
            case {"digest": "crc-32"}:
                return zlib.crc32(data[: line.start])
        return hashlib.sha256(data[: line.start]).hexdigest()

    def _rules(self, lines: list[Line]) -> Iterator[Fault]:
        """Yield keys that repeat, and comparisons that do not hold."""
        seen = set[tuple[str, ...]]()
        last_wins = self.readings["duplicate-rules"] == "last-wins"
        for line, row in self._with_above(lines):
            names = line.kind.get("key")
            if names:
                key = (line.kind["name"], *(_in(row, name) for name in names))
                if key in seen and not last_wins:
                    yield Fault("key", line.number)
                seen.add(key)
            for rule in self.form["rules"]:
                left, right = (row.get(rule[side]["column"]) for side in ("left", "right"))
                broken = left and right and int(left) > int(right)
                if broken and self.readings["warning-above-adt"] != "allowed":
                    yield Fault("compare", line.number)

    def _with_above(self, lines: list[Line]) -> Iterator[tuple[Line, Row]]:
        """Yield the rows of each record, with what it has from those above it."""
        latest: Row = {}
        for line in lines:
            for row in line.rows():
                yield line, {**latest, **row}
            own = next(line.rows())
            latest |= {f"{line.kind['name']}.{name}": field for name, field in own.items()}

    def key(self, row: Row) -> tuple[str, ...]:
        """Return the key of a row."""
        unit = self.form["unit"].partition(".")[0]
        (kind,) = (one for one in self.form["records"] if one["name"] == unit)
        return tuple(_in(row, name) for name in kind["key"])

    def _rows(self, lines: list[Line]) -> list[Row]:
        unit = self.form["unit"].partition(".")[0]
        return [row for line, row in self._with_above(lines) if line.kind["name"] == unit]


def _in(row: Row, name: str) -> str:
    """Return a value of a row; of a column that repeats, by the name behind its group."""
    return row[name] if name in row else row[name.partition(".")[2]]


def faults_of(content: bytes, facts: Facts, folder: Path) -> list[Fault]:
    """Return what is wrong with a file of several kinds of records."""
    smsr = facts.manifest["references"].get("smsr") or {}
    form, readings = facts.profile["files"][facts.kind], facts.profile["readings"]
    reader = KindReader(form, readings, smsr.get("number"))
    rows, faults = reader.read(content)
    replaced = facts.manifest.get("replaces")
    if faults or replaced is None or facts.edition == "v2.0":
        return faults
    live, _ = reader.read((folder / replaced["file"]).read_bytes())
    there = {reader.key(row) for row in rows} | {tuple(one) for one in replaced["removed"]}
    return [] if all(reader.key(row) in there for row in live) else [Fault("left-out")]
