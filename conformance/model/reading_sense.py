"""Checks on readings that a schema cannot express: notes have them, and they decide something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.model.catalogue import Catalogue
from conformance.model.column import Role
from conformance.model.cross_rule import CrossRuleName, cross_rule
from conformance.model.file_readings import settled_in
from conformance.model.file_sense import FileSense
from conformance.model.problem import Path, Problem
from conformance.model.profile import CharacterSet
from conformance.model.requirement import Kind, Reads

#: Notes about values that only one kind of file has, and what it is.
_OF_ONE_KIND: Mapping[str, tuple[Kind, str]] = {
    "warning-above-adt": (Kind.ADT, "only an ADT File has thresholds"),
    "duplicate-rules": (Kind.ADT, "only an ADT File has rules"),
    "general-or-particular": (Kind.ADT, "only an ADT File has rules"),
    "action-case": (Kind.QCAF, "only a QCAF has actions"),
}


def known_problems(
    at: Path, readings: Mapping[str, str], catalogue: Catalogue
) -> Iterator[Problem]:
    """Yield the readings of the table at ``at`` that there are not, or not for a file alone."""
    for name, reading in readings.items():
        path, note = (*at, name), catalogue.notes.get(name)
        if note is None:
            yield Problem(path, "there is no such note", "tadp clauses lists them")
        elif not note.decides:
            what = "no check depends on it, so nothing can be chosen"
            yield Problem(path, what, "leave it out")
        elif reading not in [one.id for one in note.readings]:
            known = ", ".join(one.id for one in note.readings)
            yield Problem(path, f"{reading!r} is not one of {known}")
        elif at[:1] == ("files",) and note.reads is not Reads.BYTES:
            what = "is about more than the bytes of one file"
            yield Problem(path, what, "choose it under [readings], for all files")


def idle_problems(table: Mapping[str, Any], files: Mapping[Kind, FileSense]) -> Iterator[Problem]:
    """Yield the readings that are chosen, and that other entries leave nothing to decide."""
    idle = {kind: _idle(file) for kind, file in files.items()}
    for kind, file in files.items():
        own: Path = ("files", kind.value, "readings")
        chosen = file.table.get("readings", {})
        yield from _idle_among(own, chosen, idle[kind])
        yield from _empty_allowed(own, chosen, {kind: file})
        # An entry of the file itself need not be in that of all files.
        idle[kind] = {**dict.fromkeys(chosen, "each file has a reading of its own"), **idle[kind]}
    shared = set.intersection(*(set(found) for found in idle.values()))
    everywhere = {
        note: "; ".join(dict.fromkeys(found[note] for found in idle.values() if found[note]))
        for note in shared
    }
    chosen = table.get("readings", {})
    yield from _idle_among(("readings",), chosen, {**everywhere, **_idle_around(table, files)})
    others = {k: f for k, f in files.items() if "empty-file" not in f.table.get("readings", {})}
    yield from _empty_allowed(("readings",), chosen, others)


def _idle_among(at: Path, chosen: Mapping[str, str], idle: Mapping[str, str]) -> Iterator[Problem]:
    for note, why in idle.items():
        if note in chosen:
            yield Problem((*at, note), f"decides nothing: {why}", "leave it out")


def _idle(file: FileSense) -> dict[str, str]:
    """Return the notes that the entries of a file leave nothing to decide, each with the reason."""
    table = file.table
    found = {
        note: f"{entry} = {str(table[entry])!r} says so already"
        for note, entry in settled_in(table).items()
    }
    found |= {note: why for note, (kind, why) in _OF_ONE_KIND.items() if kind is not file.kind}
    if file.kind is Kind.ADT:
        found |= _idle_of_rules(file)
    columns = [column for kind in file.kinds.values() for column in kind.columns]
    identifiers = [column for column in columns if column.type.reads_as.is_identifier]
    if all(c.type.as_read({"eui64-case": "any"}, ()) == c.type for c in identifiers):
        found["eui64-case"] = "each column of EUI-64s says its case"
    if table["characters"] in (CharacterSet.UTF_8, CharacterSet.LATIN_1):
        found["character-set"] = f"characters = {table['characters']!r} says so already"
    if not table["minimum_records"]:
        found["empty-file"] = "minimum_records = 0 lets every file be empty"
    return found


def _idle_of_rules(file: FileSense) -> dict[str, str]:
    """Return the notes about rules that an ADT File leaves nothing to decide."""
    thresholds = [
        rule for rule in map(cross_rule, file.rows["rules"])
        if rule.rule is CrossRuleName.COMPARE
        and [file.columns[name].role for name in rule.columns] == [Role.WARNING, Role.THRESHOLD]
    ]  # fmt: skip
    general = [c for c in file.columns.values() if c.role is Role.VARIANT and c.nullable]
    idle = {
        "warning-above-adt": not thresholds and "no rule compares a Warning Threshold with its ADT",
        "duplicate-rules": not file.rows["key"] and "the ADT File has no key",
        "general-or-particular": not general and "no variant in the ADT File can be null",
    }
    return {note: why for note, why in idle.items() if why}


def _idle_around(table: Mapping[str, Any], files: Mapping[Kind, FileSense]) -> dict[str, str]:
    """Return the notes about more than one file that a profile leaves nothing to decide."""
    columns = [column for file in files.values() for column in file.columns.values()]
    found: dict[str, str] = {}
    composed = [
        one
        for file in files.values()
        for kind in file.tables.kinds.values()
        for one in kind.composed
    ]
    roles = {*(column.role for column in columns), *(one.get("role") for one in composed)}
    if Role.QUARANTINED_AT not in roles:
        late = "no file says when a communication was quarantined"
        found |= dict.fromkeys(("hours-counted-to", "exactly-120-hours", "late-release"), late)
    if "contingency" not in table.get("delivery", {"contingency": ""}):
        found["email-contingency"] = "there is no delivery.contingency"
    return found


def _empty_allowed(
    at: Path, chosen: Mapping[str, str], files: Mapping[Kind, FileSense]
) -> Iterator[Problem]:
    """Yield that empty files are allowed where more than one record has to be there."""
    for kind, file in files.items():
        least = file.table["minimum_records"]
        if chosen.get("empty-file") == "allowed" and least > 1:
            yield Problem(
                (*at, "empty-file"),
                "lets a file without records pass, where "
                f"files.{kind.value}.minimum_records asks for {least}",
                "leave one of the two",
            )
