"""Findings in many small files, and in many values of fields.

``words.txt`` has each message with the files, or the values of a column, that it is given for. By
another reading, a file is there only where something else is found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from conformance.content import Content
from conformance.findings import Finding
from conformance.model.rule import Rule
from conformance.records import Layout, Scan, read_records, scan
from conformance.records.engine import DEFAULT
from conformance.records.fault import Fault
from conformance.records.field import FieldCheck
from conformance.records.wording import quoted
from tests.records.files import BY_READING, COLUMNS, FILES, VALUES, column_layout
from tests.records.formats import layout
from tests.snapshots.words import Line, lines_of, masked, place_of

GROUPS = (*FILES, *BY_READING, *COLUMNS)
READINGS = ({}, {"null_form": "words"}, {"action_case": "any-case"}, {"eui64_case": "any"})
#: Findings of one rule in one file whose places are recorded.
PLACES = 3


def lines(group: str) -> Iterator[Line]:
    """Return what is found in one group of files, by one note or in one column."""
    if group in FILES:
        for name, data, form in FILES[group]():
            yield from _of_file(f"in {group}: {name}", data, form)
    elif group in BY_READING:
        for name, data, form in BY_READING[group]():
            case = f"in {group}: {name}"
            yield from set(_of_file(case, data, form)) - set(_of_file(case, data, layout()))
    else:
        yield from _of_column(group)


def _of_file(case: str, data: bytes, form: Layout) -> Iterator[Line]:
    """Return the messages of a file, each with the first places, then all else that is found."""
    content = Content.of_bytes("data.csv", data)
    found = scan(content, form)
    places: dict[str, list[str]] = defaultdict(list)
    for one in (one for faults in found.faults.values() for one in faults[:PLACES]):
        _assert_excerpt_of(one, data)
        yield from lines_of(one)
        places[masked(one.message)].append(place_of(one).removeprefix("data.csv "))
    for message, known in places.items():
        yield message, f"{case}: {'; '.join(known)}"
    for whole in _scan(found):
        yield f"({whole})", case
    read = [
        f"{number} at {offset}" + ("" if _as_in_file(data, offset, fields) else f": {fields}")
        for number, offset, fields in read_records(content, form)
    ]
    yield "(records)", f"{case}: {len(read)} of {found.records}: {', '.join(read[:4])}"


def _scan(found: Scan) -> Iterator[str]:
    """Return what a scan says besides its faults."""
    for rule, count in found.counts.items():
        if count > PLACES:
            yield f"{rule} {count} times, {len(found.faults[rule])} given"
    hidden: dict[str, list[str]] = defaultdict(list)
    for rule, others in found.hidden.items():
        hidden[" and ".join(sorted(others))].append(rule)
    yield from (f"{by} hides {len(rules)}: {_short(rules)}" for by, rules in hidden.items() if by)
    if found.unread:
        yield f"not read because of {' and '.join(sorted(found.unread))}"
    unread = {c: sorted(rules) for c, rules in found.columns_unread.items() if rules}
    if any(rules != sorted(found.unread) for rules in unread.values()) or (
        len(unread) not in (0, len(found.columns_unread))
    ):
        yield "columns not read: " + " ".join(f"{c} ({' '.join(r)})" for c, r in unread.items())


def _short(rules: Sequence[str]) -> str:
    """Return the rules, or those that are not among them if these are fewer."""
    others = [rule.value for rule in Rule if rule not in rules]
    return f"all but {' '.join(others)}" if len(others) < len(rules) else " ".join(rules)


def _assert_excerpt_of(finding: Finding, data: bytes) -> None:
    """Fail unless the excerpt of a finding is of the bytes at its place."""
    if finding.excerpt is not None and finding.place.offset is not None:
        start = finding.place.offset - finding.excerpt.start
        assert data[start:].startswith(finding.excerpt.data), finding


def _as_in_file(data: bytes, offset: int, fields: Sequence[bytes]) -> bool:
    """Return True if the fields follow one another in the file, whatever separates them."""
    for field in fields:
        if not data.startswith(field, offset):
            return False
        offset += len(field) + 1
    return True


def _of_column(name: str) -> Iterator[Line]:
    """Return the values of a column by what is said of them; once for readings that differ not."""
    before: dict[Line, list[str]] = {}
    for readings in READINGS:
        check = FieldCheck(column_layout(COLUMNS[name], **readings), 0, DEFAULT)
        values: dict[Line, list[str]] = defaultdict(list)
        for text in VALUES:
            fault = _fault_of(check, text.encode())
            if isinstance(fault, Fault):
                yield from lines_of(fault)
                values[masked(fault.message), " by note ".join(["", *fault.notes])].append(text)
            else:
                values[fault, ""].append(text)
        case = f"in {name}: {' '.join(map('='.join, readings.items()))}"
        most = max(values, key=lambda line: len(values[line]))
        for line, found in values.items():
            if found != before.get(line):
                texts = "all others" if line == most else " ".join(map(repr, found))
                yield line[0], f"{case}{line[1]} {texts}"
        before = before or values


def _fault_of(check: FieldCheck, value: bytes) -> Fault | str:
    """Return what is wrong with a value of a column, or which kind of good one it is."""
    rule = check.broken(value)
    if rule is None:
        return "(null)" if check.is_null(value) else "(good)"
    fault = check.fault(rule, value, 7)
    assert (fault.start, fault.length, fault.field) == (7, len(value), 1)
    assert fault.found == (quoted(value) if value else "null")
    return fault
