"""A fault: one change to a conforming draft that breaks one requirement, and its record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, assert_never

from msgspec import Struct
from msgspec.structs import replace

from conformance.findings import Place
from conformance.model.requirement import Requirement
from conformance.model.rule import Rule
from conformance.records.computing import Stays
from conformance.records.found import recomputed
from generators.draft import Draft
from generators.faults.allowed import is_allowed

#: Stands for an entry of the manifest that is not there.
ABSENT = "(absent)"


#: No place in particular.
NOWHERE = Place()


class DraftPart(StrEnum):
    """The part of a draft that is changed."""

    CSV = "csv"
    FILE = "file"
    FILES = "files"
    MANIFEST = "manifest"
    SIGNING = "signing"


class DraftChange(Struct, frozen=True):
    """One change, with what was there before and what is there after.

    ``where`` is the offset in the CSV file; the name of another file and the offset in it, or its
    name alone where the whole file is put there, replaced or taken away; the path of an entry of
    the manifest; or the name of a knob of the signing.
    """

    part: DraftPart
    where: tuple[str | int, ...]
    before: Any
    after: Any


class Faulty(Struct, frozen=True):
    """A draft with exactly one fault, and how it came to have it.

    ``place`` is where the checker must find it; what is nothing there is not looked at.
    ``through`` names checks whose requirements fail through this one, for this fault alone.
    """

    draft: Draft
    changes: tuple[DraftChange, ...]
    place: Place = NOWHERE
    through: tuple[str, ...] = ()


class Fault(Struct, frozen=True):
    """A named way to break ``requirement``; ``apply`` returns a new draft and never changes one.

    The name is the check that it offends and the variant: ``record-separator/crlf-everywhere``.
    """

    name: str
    title: str
    requirement: str
    apply: Callable[[Draft], Faulty]

    @property
    def variant(self) -> str:
        """The name without the check; it may hold names and values of the profile."""
        return self.name.split("/", 1)[1]


#: Yields (variant, title, apply) for a requirement of a draft.
Variant = tuple[str, str, Callable[[Draft], Faulty]]
Operator = Callable[[Draft, Requirement], Iterator[Variant]]

OPERATORS: dict[str, Operator] = {}


def operator(check: str) -> Callable[[Operator], Operator]:
    """Register the decorated function as the one that offends the check called ``check``."""

    def register(function: Operator) -> Operator:
        if check in OPERATORS:
            raise ValueError(f"two operators offend {check!r}")
        OPERATORS[check] = function
        return function

    return register


def faults_of(
    draft: Draft, wanted: Callable[[str, str], bool] = lambda *_: True
) -> Iterator[Fault]:
    """Every fault that a conforming draft can be given, in the order of the requirements.

    Faults are looked for where ``wanted`` returns True for a requirement and a check.
    """
    for requirement in draft.requirements:
        for check in requirement.checks:
            if check in OPERATORS and wanted(requirement.id, check):
                for variant, title, apply in OPERATORS[check](draft, requirement):
                    name = f"{check}/{variant}"
                    if not is_allowed(draft.kind, name, draft.profile.readings_of(draft.kind)):
                        whole = apply if check == Rule.DERIVED else with_totals(apply)
                        yield Fault(name, title, requirement.id, _as_sent(draft, whole))


def with_totals(
    apply: Callable[[Draft], Faulty], kept: Stays | None = None
) -> Callable[[Draft], Faulty]:
    """Return ``apply``, after which what is computed of the file is right again.

    Where ``kept`` says so, a value stays as it is.
    """

    def applied(draft: Draft) -> Faulty:
        faulty = apply(draft)
        changed = faulty.draft
        if changed.csv is None or changed.csv == draft.csv or not changed.format.computes:
            return faulty
        changes, place = list(faulty.changes), faulty.place
        for offset, before, after in recomputed(changed.layout, changed.csv, kept=kept):
            changed, recorded = edit_bytes(changed, offset, len(before), after)
            changes.append(recorded)
            if place.file is None and place.offset is not None and offset < place.offset:
                place = replace(place, offset=place.offset + len(after) - len(before))
        return replace(faulty, draft=changed, changes=tuple(changes), place=place)

    return applied


def _as_sent(draft: Draft, apply: Callable[[Draft], Faulty]) -> Callable[[Draft], Faulty]:
    """Return ``apply``, with the place in the file as it is sent, if its signature comes first."""
    container = draft.signing.kind if draft.signing is not None else None
    if container is None or not container.first:
        return apply

    def applied(draft: Draft) -> Faulty:
        faulty = apply(draft)
        place = faulty.place
        if place.file is not None or place == NOWHERE:
            return faulty
        # How long the record is, is known when the file is signed.
        place = replace(place, record=place.record and place.record + 1, offset=None)
        return replace(faulty, place=place)

    return applied


def edit_bytes(draft: Draft, offset: int, length: int, new: bytes) -> tuple[Draft, DraftChange]:
    """Replace ``length`` bytes of the CSV file from ``offset`` on."""
    old = draft.csv or b""
    changed = old[:offset] + new + old[offset + length :]
    return (
        replace(draft, csv=changed),
        DraftChange(DraftPart.CSV, (offset,), old[offset : offset + length], new),
    )


def edit_file(
    draft: Draft, name: str, offset: int, length: int, new: bytes
) -> tuple[Draft, DraftChange]:
    """Replace ``length`` bytes of another file from ``offset`` on."""
    old = draft.files[name]
    changed = old[:offset] + new + old[offset + length :]
    return (
        replace(draft, files={**draft.files, name: changed}),
        DraftChange(DraftPart.FILE, (name, offset), old[offset : offset + length], new),
    )


def put_file(draft: Draft, name: str, data: Any) -> tuple[Draft, DraftChange]:
    """Put a whole file there, or in the place of another; ``ABSENT`` takes it away."""
    before = draft.files.get(name, ABSENT)
    files = {other: held for other, held in draft.files.items() if other != name}
    if data != ABSENT:
        files[name] = data
    return replace(draft, files=files), DraftChange(DraftPart.FILES, (name,), before, data)


def edit_manifest(
    draft: Draft, path: tuple[str | int, ...], value: Any
) -> tuple[Draft, DraftChange]:
    """Set the entry at ``path``; ``ABSENT`` takes it away."""
    before = _get(draft.manifest, path)
    manifest = _set(draft.manifest, path, value)
    return replace(draft, manifest=manifest), DraftChange(DraftPart.MANIFEST, path, before, value)


def edit_signing(draft: Draft, name: str, value: Any) -> tuple[Draft, DraftChange]:
    """Set the knob ``name`` of the signing."""
    assert draft.signing is not None  # noqa: S101 - operators of signing see signed drafts only
    before = getattr(draft.signing, name)
    signing = replace(draft.signing, **{name: value})
    return replace(draft, signing=signing), DraftChange(DraftPart.SIGNING, (name,), before, value)


def undo(faulty: Faulty) -> Draft:
    """The draft as it was, made from what the changes record."""
    draft = faulty.draft
    for change in reversed(faulty.changes):
        match change.part:
            case DraftPart.CSV:
                draft, _ = edit_bytes(draft, int(change.where[0]), len(change.after), change.before)
            case DraftPart.FILE:
                draft, _ = edit_file(
                    draft,
                    str(change.where[0]),
                    int(change.where[1]),
                    len(change.after),
                    change.before,
                )
            case DraftPart.FILES:
                draft, _ = put_file(draft, str(change.where[0]), change.before)
            case DraftPart.MANIFEST:
                draft, _ = edit_manifest(draft, change.where, change.before)
            case DraftPart.SIGNING:
                draft, _ = edit_signing(draft, str(change.where[0]), change.before)
            case _:
                assert_never(change.part)
    return draft


def _get(table: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        if isinstance(table, Mapping):
            if step not in table:
                return ABSENT
            table = table[step]
        else:
            table = table[int(step)]
    return table


def _set(table: Any, path: tuple[str | int, ...], value: Any) -> Any:
    step, *rest = path
    if isinstance(table, Mapping):
        inner = table.get(step, {})
        new = _set(inner, tuple(rest), value) if rest else value
        changed = {k: v for k, v in table.items() if k != step}
        return changed if new is ABSENT else {**changed, step: new}
    items = list(table)
    items[int(step)] = _set(items[int(step)], tuple(rest), value) if rest else value
    return items
