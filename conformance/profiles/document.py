"""A profile in sections that every view shows: all of its entries, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from conformance.model.catalogue import Catalogue
from conformance.model.profile import FileFormat, Profile
from conformance.model.record_kind import RecordKind
from conformance.model.verification import Assumption, leaves_of, within
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
    sections = [
        section
        for kind, form in profile.files.items()
        for section in _file(form, profile, f"{_FILES}.{kind}")
    ]
    for key, value in tables.items():
        if key not in (_FILES, _READINGS, _ASSUMPTIONS):
            record = signature_record_of(profile) if key == _SIGNATURE else ""
            sentence = _unverified(profile, key)
            sections.append(Section(title_of(key), _entries(value), record, sentence))
    sections.append(_folders(profile))
    sections.append(_readings(profile, catalogue))
    sections.append(_assumptions(profile))
    facts.append(
        ("unverified", ", ".join(shown(one.entry) for one in profile.unverified) or "nothing")
    )
    facts.append(("sha256", profile.digest))
    return Document(shown(profile.title), tuple(facts), tuple(sections))


def record_of(form: FileFormat, kind: RecordKind | None = None) -> str:
    """Return a record of a file as a clause would print it: ``f1,f2,...,fN`` and the sign.

    Of a file of several kinds, a record of ``kind``, with the constant by which it is recognised,
    what repeats in parentheses and what can be left out in brackets.
    """
    kind = kind or form.kinds[0]
    names = [c.type.choices[0] if c.tag else c.name for c in kind.columns]
    if kind.repeat is not None:
        first, last = kind.repeat.first, kind.repeat.first + kind.repeat.width - 1
        names[first : last + 1] = [one.partition(".")[2] for one in names[first : last + 1]]
        names[first], names[last] = f"({names[first]}", f"{names[last]})..."
    if kind.optional_from is not None:
        names[kind.optional_from] = f"[{names[kind.optional_from]}"
        names[-1] += "]"
    return ",".join(map(shown, names)) + _RECORD_END


def records_of(form: FileFormat) -> Mapping[str, str]:
    """Return a record of each kind of a file, by the name of the kind."""
    return {kind.name: record_of(form, kind) for kind in form.kinds}


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


def _unverified(profile: Profile, path: str) -> str:
    """Return a sentence on what is unverified of the entries at and below ``path``."""
    found = [one.entry for one in profile.unverified_in(path)]
    if any(within(path, entry) for entry in found):
        return "Unverified, all of it. The last section says why it was assumed."
    if found:
        return f"Unverified: {', '.join(map(shown, found))}. The last section says why."
    return "Verified, all of it." if any(leaves_of(profile.raw.get(path, True), path)) else ""


def _file(form: FileFormat, profile: Profile, path: str) -> Iterator[Section]:
    """Yield a section about a file, and one about each kind of its records if it lists them."""
    table = profile.raw[_FILES][form.kind]
    title = f"{form.kind.label} (clause {shown(form.clause)})"
    records = table.get("records", ())
    rest = {key: value for key, value in table.items() if key not in ("columns", "records")}
    columns = _columns(table["columns"]) if "columns" in table else ()
    printed = records_of(form)
    record, sentence = "" if records else record_of(form), _unverified(profile, path)
    yield Section(title, (*columns, *_entries(rest)), record, sentence)
    for one in records:
        rest = {key: value for key, value in one.items() if key != "columns"}
        yield Section(
            f"{form.kind.label}, records {shown(one['name'])}",
            (*_columns(one["columns"]), *_entries(rest)),
            printed.get(one["name"], ""),
        )


def _columns(columns: Sequence[Mapping[str, Any]]) -> tuple[Table, ...]:
    """Return the table of columns, and one of each group of columns that repeats."""
    rows: list[tuple[str, ...]] = []
    groups: list[Table] = []
    for number, column in enumerate(columns, 1):
        if "repeat" in column:
            name = in_words(column["repeat"])
            rest = {key: value for key, value in column.items() if key != "columns"}
            rows.append((str(number), name, "", "columns that repeat", "", _rest(rest)))
            groups += _columns(column["columns"])
            continue
        rows.append(
            (
                str(number),
                in_words(column["name"]),
                in_words(column.get("role", "")),
                in_words(column["type"]),
                "may be null" if column.get("nullable") else "",
                _rest(column),
            )
        )
    return (Table(_FIELDS, tuple(rows)), *groups)


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
        confirmed = f"by {one.by} on {one.on}: {one.source}" if one.verified else "unverified"
        yield shown(one.entry), shown(confirmed), shown(one.reason)
