"""Faults of values in several fields: each part is one of its column, and the whole is none."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.composed import Composed
from conformance.model.rule import Rule
from generators.draft import Draft
from generators.faults.fault import Variant
from generators.faults.rows import changed, rows
from generators.settling import broken, conforms


def faults_of_wholes(draft: Draft, rule: Rule) -> Iterator[Variant]:
    """Yield the faults for ``rule`` of values that are composed."""
    for one in draft.layout.composed:
        whole = (r for r in rows(draft) if all(r.fields[place] for place in one.places))
        row = next(whole, None)
        if row is None:
            continue
        if rule is Rule.NULL_ALLOWED and one.nullable:
            last = one.places[-1]
            title = f"{one.name}: no {one.names[-1]}"
            yield f"{one.name}/half", title, changed(row, {last: b""}, last, there=True)
        for fault in one.type.faults():
            found = _parts(one, fault.change(one.joined(row.fields)))
            if fault.rule is rule and found:
                yield (
                    f"{one.name}/{fault.name}",
                    f"{one.name}: {fault.title}",
                    changed(row, found, one.places[-1], there=True),
                )


def _parts(one: Composed, whole: bytes) -> dict[int, bytes] | None:
    """Return a value whose parts by their places are not one, if these are what columns have."""
    try:
        parts = one.split(whole)
    except ValueError:  # more parts, or less
        return None
    found = dict(zip(one.places, parts, strict=True))
    if not all(conforms(part.type, value) for part, value in zip(one.parts, parts, strict=True)):
        return None
    # A column may write less than the whole says, such as no seconds.
    places = range(max(one.places) + 1)
    joined = one.joined([found.get(place, b"") for place in places])
    return found if broken(one.type, joined) else None
