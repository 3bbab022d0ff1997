"""Reading the records of the model, and refusing a broken one by file and record."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import convert

from conformance.errors import ModelError
from conformance.home import HOME
from conformance.model.catalogue import Catalogue, selects
from conformance.model.requirement import (
    Basis,
    Clause,
    Edition,
    Example,
    Exclusion,
    NotCovered,
    Note,
    Requirement,
    Strength,
    Variant,
)
from conformance.model.schema import problems
from conformance.model.validated import is_valid, known, shipped_table

#: Dots in one line of TOML. The standard library's reader takes a time for a key of many parts that
#: grows with the square of their number, and more for many such keys.
MAXIMUM_DOTS = 400

#: The key of a record in TOML, and the field that it becomes: where an edition overrides it, and in
#: a requirement.
_OVERRIDES = {"with": "parameters", "from": "derived_from"}
_FIELDS = {"check": "checks", "edition": "overrides", **_OVERRIDES}
_ENUMERATED = {"strength": Strength, "basis": Basis}


def load_catalogue(checks: Collection[str], root: Path | None = None) -> Catalogue:
    """Load the model from ``root``, by default the one that the package ships.

    ``checks`` holds the names of the registered checks.

    Raises:
        ModelError: a record does not fit its schema, names a check, note or edition that is
            not there, or uses an id twice; the error names the file and the record.
    """
    root = root or HOME / "model"
    digest = hashlib.sha256()
    listed = _table(root / "editions.toml", "editions", digest)
    editions = _editions(listed)
    notes = _notes(_table(root / "notes.toml", "notes", digest))
    variants = _variants(_table(root / "service-reference-variants.toml", None, digest))
    names = sorted(
        (f.name for f in (root / "clauses").iterdir() if f.name.endswith(".toml")),
        key=lambda name: by_number(name.removesuffix(".toml")),
    )
    clauses = {
        name: _clause(_table(root / "clauses" / name, "clause", digest), name) for name in names
    }
    catalogue = Catalogue(
        tuple(clauses.values()),
        notes,
        editions,
        variants,
        digest.hexdigest(),
        _not_covered(listed, editions),
    )
    if catalogue.digest not in known():
        _check(catalogue, clauses, checks)
    return catalogue


def parse_toml(data: bytes, where: str) -> dict[str, Any]:
    """Parse TOML.

    Raises:
        ModelError: the bytes are not UTF-8, or not TOML, or a line has too many dots.
    """
    long_lines = (line for line in data.split(b"\n") if len(line) > MAXIMUM_DOTS)
    if any(line.count(b".") > MAXIMUM_DOTS for line in long_lines):
        raise ModelError(f"has more than {MAXIMUM_DOTS} dots in one line", where=where)
    # The shipped model is read without it.
    import tomli

    try:
        return tomli.loads(data.decode("utf-8"))
    # Not only a TOMLDecodeError: of an integer that is too long, Python makes a ValueError.
    except (ValueError, RecursionError) as error:
        raise ModelError(f"is not TOML: {_in_plain_words(error)}", where=where) from None


def _in_plain_words(error: Exception) -> str:
    """Return what the parser says is wrong, where its words are about itself."""
    text = str(error)
    found = re.fullmatch(r"Cannot (mutate immutable namespace|declare) \((.+?),?\)(.*)", text)
    if found is None:
        return text.replace("Cannot overwrite a value", "an entry that is there already")
    name, at = ".".join(re.findall(r"'([^']*)'", found[2])), found[3].removeprefix(" twice")
    if found[1] == "declare":
        return (
            f"[{name}] is there already, or within what was written on one line{at}; put all of "
            "its entries where it is first"
        )
    return (
        f"{name} is there already, written on one line (= [] or = {{}}), so that no table can add "
        f"to it{at}; leave that line out, or write all of it there"
    )


def _table(file: Path, schema: str | None, digest: Any) -> dict[str, Any]:
    data = file.read_bytes()
    digest.update(file.name.encode() + b"\0" + len(data).to_bytes(8, "big") + data)
    shipped = shipped_table(data)
    if shipped is not None:
        return shipped
    table = parse_toml(data, file.name)
    found = [] if is_valid(data) else problems(schema or file.name.removesuffix(".toml"), table)
    if found:
        from conformance.model.lines import lines_of_toml
        from conformance.model.problem import Document

        raise Document(file.name, data.decode(), table, lines_of_toml).refused(found)
    return table


def _where(name: str, identifier: str, what: str = "requirement") -> str:
    return f"{name}, {what} {identifier}"


def by_number(clause: str) -> tuple[list[int], str]:
    """Return a key to sort clauses by: those with numbers first, then those with names."""
    numbers = [int(part) for part in clause.split(".") if part.isdigit()]
    return (numbers or [1 << 30], clause)


def _editions(table: Mapping[str, Any]) -> dict[str, Edition]:
    return {e["id"]: convert(e, Edition) for e in table["edition"]}


def _not_covered(
    table: Mapping[str, Any], editions: Mapping[str, Edition]
) -> tuple[NotCovered, ...]:
    gaps = []
    for gap in table.get("not_covered", ()):
        mine = tuple(gap.get("editions", editions))
        unknown = next((e for e in mine if e not in editions), None)
        if unknown is not None:
            where = _where("editions.toml", gap["clauses"][0], "not_covered")
            raise ModelError(f"names the edition {unknown!r}, which does not exist", where=where)
        gaps.append(convert({**gap, "editions": mine}, NotCovered))
    return tuple(gaps)


def _notes(table: Mapping[str, Any]) -> dict[str, Note]:
    notes: dict[str, Note] = {}
    for record in table["note"]:
        note, where = note_of(record), _where("notes.toml", record["id"], "note")
        if note.id in notes:
            raise ModelError("id already used", where=where)
        for name in ("default", "strictest"):
            if record.get(name, note.default) not in {r.id for r in note.readings}:
                raise ModelError(f"{name} {record[name]!r} is not one of its readings", where=where)
        notes[note.id] = note
    return notes


def note_of(record: Mapping[str, Any]) -> Note:
    """Return the note that ``record``, which fits its schema, describes."""
    return convert({**record, "readings": record["reading"]}, Note)


def _variants(table: Mapping[str, Any]) -> dict[str, Variant]:
    return {v["srv"]: convert(v, Variant) for v in table["variant"]}


def _clause(table: Mapping[str, Any], name: str) -> Clause:
    return Clause(
        number=table["clause"],
        title=table["title"],
        summary=table["summary"],
        requirements=tuple(_requirement_of(r, name) for r in table["requirement"]),
        excluded=convert(table.get("excluded", ()), tuple[Exclusion, ...]),
    )


def _requirement_of(record: Mapping[str, Any], name: str) -> Requirement:
    if name != "UG.toml" and not selects(name.removesuffix(".toml"), record["id"]):
        raise ModelError("id belongs to another clause", where=_where(name, record["id"]))
    return requirement_of(record)


def requirement_of(record: Mapping[str, Any]) -> Requirement:
    """Return the requirement that ``record``, which fits its schema, describes."""
    fields = {_FIELDS.get(key, key): value for key, value in record.items()}
    checks = fields.get("checks", ())
    fields["checks"] = (checks,) if isinstance(checks, str) else checks
    fields["clause"] = record["id"].rsplit("-", 1)[0]
    fields["overrides"] = {e: override(o) for e, o in record.get("edition", {}).items()}
    return convert(fields, Requirement)


def override(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``record`` puts in place of the fields of a requirement, by their names."""
    return dict(_overridden(record))


def _overridden(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if key == "example":
            yield key, Example(**value)
        elif key in _ENUMERATED:
            yield key, _ENUMERATED[key](value)
        else:
            yield _OVERRIDES.get(key, key), tuple(value) if isinstance(value, list) else value


def _check(catalogue: Catalogue, clauses: Mapping[str, Clause], checks: Collection[str]) -> None:
    """Check that what the requirements of ``clauses``, by their files, name is there."""
    seen: dict[str, str] = {}
    for name, clause in clauses.items():
        for requirement in clause.requirements:
            where = _where(name, requirement.id)
            if requirement.id in seen:
                raise ModelError(f"id already used in {seen[requirement.id]}", where=where)
            seen[requirement.id] = name
            _check_references(requirement, where, (checks, catalogue.notes, catalogue.editions))
    _check_patterns(catalogue, seen)


def _check_references(
    requirement: Requirement,
    where: str,
    known: tuple[Collection[str], Mapping[str, Note], Mapping[str, Edition]],
) -> None:
    checks, notes, editions = known
    for what, used, there in (
        ("check", requirement.checks, checks),
        ("note", requirement.all_notes, notes),
        ("edition", (*requirement.editions, *requirement.overrides), editions),
    ):
        for name in used:
            if name not in there:
                raise ModelError(f"names the {what} {name!r}, which does not exist", where=where)
    if requirement.basis is Basis.NOTE and not requirement.notes:
        raise ModelError("rests on a note and names none", where=where)


def _check_patterns(catalogue: Catalogue, ids: Mapping[str, str]) -> None:
    for requirement in catalogue.requirements():
        for pattern in (*requirement.derived_from, *requirement.rejects):
            if not any(selects(pattern, identifier) for identifier in ids):
                raise ModelError(
                    f"names {pattern!r}, which is not a requirement",
                    where=_where(ids[requirement.id], requirement.id),
                )
