"""What is said of files and of fields: ``python -m tests.records.said`` writes it anew.

``said.txt`` has all that a scan of each file tells, and what is read of it, a line each; then
what is said of each value as a field of each column. By another reading, a file has a line only
where something else is said. A change of a word, a place or a count shows there as a change of a
line, to be read before it is committed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import asdict

from conformance.content import Content
from conformance.findings import Finding
from conformance.records import Layout, Scan, read_records, scan
from conformance.records.engine import DEFAULT
from conformance.records.field import FieldCheck
from conformance.records.wording import quoted
from tests.records.files import BY_READING, COLUMNS, FILES, VALUES, column_layout
from tests.records.formats import layout

GROUPS = (*FILES, *BY_READING, *COLUMNS)
SAID = Path(__file__).with_name("said.txt")
READINGS = ({}, {"null_form": "words"}, {"action_case": "any-case"}, {"eui64_case": "any"})


def said(group: str) -> Iterator[str]:
    """Each line about one group of files, one note or one column."""
    if group in FILES:
        for name, data, held_to in FILES[group]():
            yield _line(file=name, **_file(data, held_to))
    elif group in BY_READING:
        for name, data, held_to in BY_READING[group]():
            found = _file(data, held_to)
            if found != _file(data, layout()):
                yield _line(file=name, **found)
    else:
        yield from _of_column(group)


def _of_column(name: str) -> Iterator[str]:
    before: list[dict[str, Any]] = []
    for readings in READINGS:
        told = _column(FieldCheck(column_layout(COLUMNS[name], **readings), 0, DEFAULT))
        for one in told:
            if one not in before:
                yield _line(column=name, **readings, **one)
        before = before or told


def _file(data: bytes, held_to: Layout) -> dict[str, Any]:
    content = Content.of_bytes("data.csv", data)
    found = scan(content, held_to)
    read = [
        [number, offset, *(field.decode("latin-1") for field in fields)]
        for number, offset, fields in read_records(content, held_to)
    ]
    return {**_scan(found), "read": read if len(read) < 9 else len(read)}


def _scan(found: Scan) -> dict[str, Any]:
    columns = {name: sorted(rules) for name, rules in found.columns_unread.items()}
    all_alike = all(rules == sorted(found.unread) for rules in columns.values())
    return {
        "records": found.records,
        "faults": [_finding(one) for faults in found.faults.values() for one in faults[:3]],
        "shown": {rule: len(faults) for rule, faults in found.faults.items() if len(faults) > 3},
        "counts": {rule: count for rule, count in found.counts.items() if count},
        "hidden": {rule: sorted(rules) for rule, rules in found.hidden.items() if rules},
        "unread": sorted(found.unread),
        "columns": "all" if all_alike and found.unread else _filled(columns),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    shown = {**asdict(finding), "place": _filled(asdict(finding.place))}
    if finding.excerpt is not None:
        excerpt = finding.excerpt
        shown["excerpt"] = [excerpt.data.decode("latin-1"), excerpt.start, excerpt.length]
    return _filled(shown)


def _column(check: FieldCheck) -> list[dict[str, Any]]:
    """What is said of values of a column, each with the values of which it is said."""
    values: dict[str, list[str]] = {}
    for text in VALUES:
        value = text.encode()
        rule = check.broken(value)
        told: dict[str, Any] = {"is": "null" if check.is_null(value) else "good"}
        if rule is not None:
            told = asdict(check.fault(rule, value, 7))
            place = (told.pop("start"), told.pop("length"), told.pop("field"))
            assert place == (7, len(value), 1)
            assert told.pop("found") == (quoted(value) if value else "null")
        values.setdefault(json.dumps(_filled(told)), []).append(text)
    return [{**json.loads(told), "values": found} for told, found in values.items()]


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], (), {})}


def _line(**values: Any) -> str:
    return json.dumps(_filled(values)) + "\n"


if __name__ == "__main__":
    SAID.write_text("".join(f"# {group}\n{''.join(said(group))}" for group in GROUPS), "utf-8")
