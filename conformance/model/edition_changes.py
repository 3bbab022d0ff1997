"""Changes between two editions, requirement by requirement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.model.catalogue import Catalogue
from conformance.model.requirement import Requirement

#: The fields of a requirement whose change is shown, and what each is called.
_FIELDS = {
    "clause": "clause",
    "statement": "statement",
    "strength": "strength",
    "basis": "basis",
    "parameters": "with",
    "derived_from": "from",
    "source": "source",
}


def changes_between(model: Catalogue, old: str, new: str) -> Iterator[dict[str, Any]]:
    """Each requirement that the editions do not share: added, removed, or changed and how."""
    before = {r.id: r for r in model.requirements(old)}
    after = {r.id: r for r in model.requirements(new)}
    for requirement in model.requirements():
        was, now = before.get(requirement.id), after.get(requirement.id)
        if was and now:
            changed = dict(_changed(was, now))
            if changed:
                yield {"id": requirement.id, "change": "changed", "fields": changed}
        elif now:
            yield {"id": requirement.id, "change": "added", "statement": now.statement}
        elif was:
            reason = model.editions[new].withdrawn.get(requirement.id)
            why = {"reason": reason} if reason else {}
            yield {"id": requirement.id, "change": "removed", "statement": was.statement, **why}


def _changed(was: Requirement, now: Requirement) -> Iterator[tuple[str, dict[str, Any]]]:
    for field, name in _FIELDS.items():
        old, new = getattr(was, field), getattr(now, field)
        if old != new:
            yield name, {"old": _plain(old), "new": _plain(new)}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
