"""Two profiles compared, entry by entry, with what they extend merged in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from conformance.model.profile import FileFormat, Profile
from conformance.phrases import counted
from conformance.profiles.document import (
    Document,
    Section,
    Table,
    record_of,
    records_of,
    signature_record_of,
    title_of,
)
from conformance.profiles.entries import in_words, joined, parts_of, shown

_FILES, _READINGS, _SIGNATURE, _RECORD = "files", "readings", "signature", "record"


class EntryChange(Struct, frozen=True):
    """An entry that two profiles have otherwise; ``ABSENT`` where one of them does not have it."""

    entry: str
    old: Any
    new: Any

    def record(self) -> dict[str, Any]:
        """Return it as JSON."""
        values = {"old": self.old, "new": self.new}
        return {"entry": self.entry} | {k: v for k, v in values.items() if v is not ABSENT}


class _Absent:
    """No value at all, as a profile cannot have it."""


ABSENT = _Absent()


def changes(old: Profile, new: Profile) -> Iterator[EntryChange]:
    """Yield the entries that differ, in the order of the old profile and then of the new one.

    A reading that a profile does not state is the default of its note. The order of the columns
    of a file, or of the record of a signature, is an entry of its own, called ``record``.
    """
    yield from _differences(_table(old), _table(new), "")


def _table(profile: Profile) -> dict[str, Any]:
    files = {
        kind: {_RECORD: _printed(form), **profile.raw[_FILES][kind]}
        for kind, form in profile.files.items()
    }
    signature = dict(profile.raw[_SIGNATURE])
    if _RECORD in signature:
        signature[_RECORD] = {_RECORD: signature_record_of(profile), **signature[_RECORD]}
    changed = {_FILES: files, _READINGS: dict(profile.readings), _SIGNATURE: signature}
    return {**profile.raw, **changed}


def _printed(form: FileFormat) -> Any:
    """Return a record of a file as a clause would print it, or one of each kind."""
    return records_of(form) if form.several else record_of(form)


def _differences(old: Any, new: Any, path: str) -> Iterator[EntryChange]:
    if old == new:
        return
    before, after = parts_of(old), parts_of(new)
    if before is not None and after is not None:
        for key in dict.fromkeys([*before, *after]):
            values = before.get(key, ABSENT), after.get(key, ABSENT)
            yield from _differences(*values, joined(path, key))
    else:
        yield EntryChange(path, old, new)


def comparison_of(old: Profile, new: Profile) -> Mapping[str, Any]:
    """Return the comparison as JSON."""
    named = {"old": old, "new": new}
    return {
        **{
            key: {"name": one.name, "version": one.version, "sha256": one.digest}
            for key, one in named.items()
        },
        "changes": [change.record() for change in changes(old, new)],
    }


def compared(old: Profile, new: Profile) -> Document:
    """Return the comparison in the sections that every view shows."""
    rows: dict[str, list[tuple[str, ...]]] = {}
    for change in changes(old, new):
        top, _, rest = change.entry.partition(".")
        # Entries of the profile as a whole have no table of their own.
        section = title_of(top) if rest else "Profile"
        values = (_words(change.old), _words(change.new))
        rows.setdefault(section, []).append((shown(rest or top), *values))
    facts = tuple(
        (which, shown(f"{one.name}, version {one.version}: {one.title}"))
        for which, one in (("old", old), ("new", new))
    )
    count = sum(map(len, rows.values()))
    sections = tuple(
        Section(title, (Table(("Entry", "Old", "New"), tuple(found)),))
        for title, found in rows.items()
    )
    return Document(
        "Two profiles compared", (*facts, ("differ in", counted(count, "value"))), sections
    )


def _words(value: Any) -> str:
    return "(not there)" if value is ABSENT else in_words(value)
