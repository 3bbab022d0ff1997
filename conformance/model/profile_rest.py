"""A profile with which something is wrong, without that, so that the rest of it is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from conformance.model.catalogue import Catalogue
from conformance.model.file_sense import FileSense
from conformance.model.problem import Path, Problem
from conformance.model.profile import Profile
from conformance.model.profile_entries import missing
from conformance.model.profile_loading import DEFAULT, merge, not_allowed, profile_of, senseless
from conformance.model.profile_problem import Source
from conformance.model.requirement import Kind


class Rest(Struct, frozen=True):
    """The rest of a profile; ``table`` is all of it, and ``other`` the profile that it extends."""

    profile: Profile
    table: Mapping[str, Any]
    sources: tuple[Source, ...]
    other: tuple[Path, ...]
    unseen: tuple[Problem, ...]  #: in columns beside which the schema refuses others

    def is_own(self, path: Path) -> bool:
        """Return True if what is at ``path`` is as the profile has it."""
        return not any(path[: len(one)] == one for one in self.other)


def rest_of(name: str, catalogue: Catalogue) -> Rest:
    """Return the profile called ``name``, with what is wrong as the default profile has it."""
    merged, default = merge(name), merge(DEFAULT).table
    wrong = [one.path for source in merged.sources for one in not_allowed(source.table)]
    wrong += [one.path for one in missing(merged.table)]
    wrong += [one.path for one in senseless(merged, catalogue)]
    table, other = {**default, **merged.table}, list[Path]()
    for part in {str(path[0]) for path in wrong if path} - {"files"}:
        other.append((part,))
        table.pop(part, None)
        table |= {part: default[part]} if part in default else {}
    files: dict[str, Any] = {}
    named = dict(merged.table.get("files", {}))
    unseen: list[Problem] = []
    for kind, form in default["files"].items():
        mine = [path[2:] for path in wrong if path[:2] in {("files",), ("files", kind)}]
        own = merged.table.get("files", {}).get(kind, {})
        columns = _columns(kind, own, merged.sources)
        files[kind] = own if not mine else form
        if mine and columns is None:
            other.append(("files", kind))
        elif mine:
            bad = {path[1] for path in mine if path[:1] == ("columns",) and len(path) > 1}
            files[kind] = {
                **form,
                **own,
                "columns": _without(bad, columns or []),
                "composed": [],
                "key": [],
                "rules": [],
            }
            if ("files", kind, "columns") in merged.broken:
                file = FileSense(Kind(kind), files[kind], catalogue, None)
                found = [one for one in file.problems() if one.path[2] == "columns"]
                unseen += found
                bad |= {one.path[3] for one in found if len(one.path) > 3}
                files[kind] = files[kind] | {"columns": _without(bad, columns or [])}
            other += [("files", kind, "columns", index) for index in bad]
            named[kind] = {**own, "columns": columns}
    table["files"] = files
    profile = profile_of(table, merged.trust, catalogue)
    return Rest(
        profile, {**merged.table, "files": named}, merged.sources, tuple(other), tuple(unseen)
    )


def _columns(kind: str, own: Mapping[str, Any], sources: Sequence[Source]) -> list[Any] | None:
    """Return the columns of a file of one kind of records, though the schema refuses some."""
    if "records" in own:
        return None
    stated = (source.table.get("files") for source in sources)
    forms = [*(files.get(kind) for files in stated if isinstance(files, Mapping)), own]
    found = (form.get("columns") for form in forms if isinstance(form, Mapping))
    return next((one for one in found if isinstance(one, list)), None)


def _without(bad: set[str | int], columns: Sequence[Any]) -> list[Any]:
    """Return ``columns`` with nothing in the places that are ``bad``."""
    return [
        {"name": f"column {index}", "type": "nothing", "nullable": True} if index in bad else one
        for index, one in enumerate(columns)
    ]
