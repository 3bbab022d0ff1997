"""What a profile says, in sections that every view shows: all of its entries, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from conformance.model.catalogue import Catalogue
from conformance.model.profile import FileFormat, Profile
from conformance.model.verification import Assumption
from conformance.profiles.entries import entries_of, in_words, shown
from conformance.submission.area.spot import spots

#: The sign for the end of a record, as clause 6.1 prints records.
_RECORD_END = "\u25b2"
_FIELDS = ("No.", "Field", "Role", "Type", "Null", "Limits and values")
#: Entries of a column that have a cell of their own; the rest share the last.
_OWN_CELL = frozenset({"name", "role", "type", "nullable"})
_FILES, _READINGS, _ASSUMPTIONS, _SIGNATURE = "files", "readings", "assumptions", "signature"


class Table(Struct, frozen=True):
    """A table of texts, each as it is to be shown."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Section(Struct, frozen=True):
    """A part of a document: its title, a sentence, a record as a clause prints it, and tables."""

    title: str
    tables: tuple[Table, ...] = ()
    record: str = ""
    sentence: str = ""


class Document(Struct, frozen=True):
    """Sections below a title and some facts, each with its label."""

    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]


def document_of(profile: Profile, catalogue: Catalogue) -> Document:
    """Return all that ``profile`` says, with what it extends merged in."""
    tables = {key: value for key, value in profile.raw.items() if _is_table(value)}
    facts = [(key, in_words(value)) for key, value in profile.raw.items() if key not in tables]
    sections = [_file(form, profile.raw[_FILES][kind]) for kind, form in profile.files.items()]
    for key, value in tables.items():
        if key not in (_FILES, _READINGS, _ASSUMPTIONS):
            record = signature_record_of(profile) if key == _SIGNATURE else ""
            sections.append(Section(title_of(key), _entries(value), record))
    sections.append(_folders(profile))
    sections.append(_readings(profile, catalogue))
    sections.append(_assumptions(profile))
    facts.append(("sha256", profile.digest))
    return Document(shown(profile.title), tuple(facts), tuple(sections))


def record_of(form: FileFormat) -> str:
    """Return a record of a file as a clause would print it: ``f1,f2,...,fN`` and the sign."""
    return ",".join(shown(column.name) for column in form.columns) + _RECORD_END


def signature_record_of(profile: Profile) -> str:
    """Return the record that has the signature in it, likewise; nothing if there is none."""
    form = profile.signature.record
    return shown(form.printed) + _RECORD_END if form is not None else ""


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list) and any(isinstance(one, Mapping) for one in value)
    )


def title_of(key: str) -> str:
    """Return the title of the section for a table of a profile."""
    return shown(key.replace("_", " ").capitalize())


def _file(form: FileFormat, table: Mapping[str, Any]) -> Section:
    rows = [
        (
            str(number),
            in_words(column["name"]),
            in_words(column.get("role", "")),
            in_words(column["type"]),
            "may be null" if column.get("nullable") else "",
            _rest(column),
        )
        for number, column in enumerate(table["columns"], 1)
    ]
    others = {key: value for key, value in table.items() if key != "columns"}
    return Section(
        f"{form.kind.label} (clause {shown(form.clause)})",
        (Table(_FIELDS, tuple(rows)), *_entries(others)),
        record_of(form),
    )


def _rest(column: Mapping[str, Any]) -> str:
    rest = (e for e in entries_of(column) if e.path.partition(".")[0] not in _OWN_CELL)
    return "; ".join(f"{shown(entry.path)} {entry.words}" for entry in rest)


def _entries(value: Any) -> tuple[Table, ...]:
    rows = tuple((shown(entry.path), entry.words) for entry in entries_of(value) if entry.path)
    return (Table(("Entry", "Value"), rows),) if rows else ()


def _folders(profile: Profile) -> Section:
    """Return the folders of an area, whose paths the entries of ``delivery`` give in parts."""
    rows = ((f"{one.kind.label}, {one.folder}", shown(one.path)) for one in spots(profile.delivery))
    return Section("Folders of an area", (Table(("Folder", "Path"), tuple(rows)),))


def _readings(profile: Profile, catalogue: Catalogue) -> Section:
    """Return what the profile reads notes as, and the default of each other that decides."""
    stated = profile.raw.get(_READINGS, {})
    rows = [(shown(entry.path), entry.words, "") for entry in entries_of(stated) if entry.path]
    rows += [
        (note.id, shown(profile.readings[note.id]), "default")
        for note in catalogue.notes.values()
        if note.decides and note.id not in stated
    ]
    return Section(
        "Readings of open questions",
        (Table(("Note", "Reading", ""), tuple(rows)),),
        sentence="tadp explain NOTE says what each is about.",
    )


def _assumptions(profile: Profile) -> Section:
    said = list(profile.assumptions)
    known = {one.entry for one in said}
    said += [one for one in profile.unverified if one.entry not in known]
    rows = tuple(_rows(said))
    return Section("What this rests on", (Table(("Entry", "Confirmed", "Reason"), rows),))


def _rows(said: Iterable[Assumption]) -> Iterator[tuple[str, str, str]]:
    for one in said:
        confirmed = f"by {one.by} on {one.on}: {one.source}" if one.verified else "no"
        yield shown(one.entry), shown(confirmed), shown(one.reason)
