"""The words of findings, each recorded once.

A file of words has a block for each message: below it, indented, what was expected and found with
it, its own hint, and the notes and entries of the profile that it names. Values that differ from
case to case are masked, so that another case adds nothing. What only some findings with a message
say, such as a hint, is recorded with ``no hint`` as well: elsewhere, none may go missing. Where the
place matters, a line ``in CASE`` follows for each case that gives the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from conformance.checker import Checked, Result
from conformance.findings import Finding, Status
from conformance.records.fault import Fault

#: A message or a reason, and a line below it.
Line = tuple[str, str]

_INDENT = "    "
#: The line that is recorded of a finding for each part that it does not have.
_ABSENT = {name: f"no {name}" for name in ("expected", "found", "hint", "notes", "profile")}
_MASKS = (
    (re.compile(r"'[^']*'(?:\.\.\.)?"), "'...'"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:Z| UTC)"), "{time}"),
    (re.compile(r"\b(?:[0-9A-Fa-f]{2}-){7}[0-9A-Fa-f]{2}\b"), "{EUI-64}"),
    (re.compile(r"(?<=\{EUI-64\}:)\d+\b"), "{counter}"),
    (re.compile(r"\b(REQ|INC)\d+\b"), r"\1{digits}"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "{digest}"),
    (re.compile(r"(serial number )[0-9A-F]+"), r"\1{number}"),
    (re.compile(r"(?<![+])\b\d{1,3}(?:,\d{3})+\b|(?<![+])\b\d{3,}\b"), "{number}"),
    (re.compile(r"^[A-Z][A-Za-z]*: "), "{column}: "),
)
_ENTRY = (
    (re.compile(r"^files\.(adt|qcaf|report)\b"), "files.{kind}"),
    (re.compile(r"(?<=\.columns\.)\w+"), "{column}"),
)
NEW = "read what is new; if it is right, run python -m tests.snapshots.findings\n"
FILES = tuple(
    Path(__file__).parents[1] / name / "words.txt"
    for name in ("checks", "records", "signature", "submission")
)


def masked(text: str) -> str:
    """Return the text on one line, without what differs from case to case."""
    text = _substituted(text, _MASKS)
    return text.replace("\n", "\\n").replace("\r", "\\r")


def _substituted(text: str, masks: Iterable[tuple[re.Pattern[str], str]]) -> str:
    for pattern, mask in masks:
        text = pattern.sub(mask, text)
    return text


def lines_of(finding: Finding | Fault, requirement_hint: str | None = None) -> Iterator[Line]:
    """Return what a finding says, and does not; a hint only if it is not its requirement's."""
    message = masked(finding.message)
    hint = None if finding.hint == requirement_hint else finding.hint
    parts = {
        "expected": [masked(text) for text in (finding.expected,) if text is not None],
        "found": [masked(text) for text in (finding.found,) if text is not None],
        "hint": [masked(text) for text in (hint,) if text is not None],
        "notes": [", ".join(finding.notes)] if finding.notes else [],
        "profile": [_substituted(entry, _ENTRY) for entry in finding.profile],
    }
    for name, values in parts.items():
        yield from ((message, f"{name}: {value}") for value in values)
        if not values:
            yield message, _ABSENT[name]


def lines_of_result(result: Result) -> Iterator[Line]:
    """Return what a result says: its findings, or why there is no answer."""
    for finding in result.findings:
        yield from lines_of(finding, result.requirement.hint)
    if result.reason and result.status in (Status.NOT_SHOWN, Status.NOT_APPLICABLE):
        reason = f"{result.status}: {masked(result.reason)}"
        yield reason, f"evidence: {', '.join(result.evidence) or 'none'}"


def lines_of_check(checked: Checked) -> Iterator[Line]:
    """Return what is said of a submission."""
    for result in checked.results:
        yield from lines_of_result(result)


def place_of(finding: Finding) -> str:
    """Return the place and the excerpt: ``adt.csv record 1 field 6 at 40 [40+2 of 42]``."""
    place, excerpt = finding.place, finding.excerpt
    parts = {
        f"{place.file}": place.file,
        f"{place.record}": place.record,
        f"field {place.field}": place.field,
        f"at {place.offset}": place.offset,
    }
    shown = [text for text, value in parts.items() if value is not None]
    if excerpt is not None:
        shown.append(f"[{excerpt.start}+{excerpt.length} of {len(excerpt.data)}]")
    return " ".join(shown)


@cache
def read(path: Path) -> frozenset[Line]:
    """Return the lines of a file of words."""
    message, found = "", set()
    for line in path.read_text("utf-8").split("\n")[:-1]:
        if line.startswith(_INDENT):
            found.add((message, line.removeprefix(_INDENT)))
        else:
            message = line
    return frozenset(found)


def worth_recording(lines: Iterable[Line], others: Iterable[Line]) -> set[Line]:
    """Return the lines without those about what no finding in ``others`` says with its message."""
    said = {(message, _ABSENT.get(line.partition(": ")[0])) for message, line in others}
    unsaid = _ABSENT.values()
    return {line for line in lines if line[1] not in unsaid or line in said}


def write(path: Path, lines: Iterable[Line]) -> None:
    """Write a file of words, in the order of the alphabet."""
    made = []
    for message, block in groupby(sorted(set(lines)), key=lambda line: line[0]):
        made += [message, *(_INDENT + line for _, line in block)]
    path.write_text("\n".join(made) + "\n", "utf-8")


#: The arguments of ``assert_recorded``, while the files are written.
collected: set[Line] | None = None


def assert_recorded(lines: Iterable[Line]) -> None:
    """Fail where something is said that is in none of the files of words."""
    if collected is not None:
        collected.update(lines)
        return
    recorded = frozenset[Line]().union(*map(read, FILES))
    unknown = worth_recording(set(lines) - recorded, recorded)
    new = [f"+ {message}: {line}" for message, line in sorted(unknown)]
    assert not new, NEW + "\n".join(new[:20])


def assert_same(lines: Iterable[Line], path: Path, group: str) -> None:
    """Fail where what is said of the cases of a group is not what the file has."""
    now, recorded = set(lines), read(path)
    here = {line for line in recorded if line[1].startswith(f"in {group}: ")}
    changed = [f"- {message}: {line}" for message, line in sorted(here - now)]
    unknown = worth_recording(now - recorded, recorded)
    changed += [f"+ {message}: {line}" for message, line in sorted(unknown)]
    assert not changed, NEW + "\n".join(changed[:20])
