"""A model and profiles that are made up, read: ``python -m tests.model.made_up`` writes it again.

``made-up/read.json`` has all that is read of them; each entry has a value of its own, so
that one in the place of another shows.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from msgspec.structs import asdict

from conformance.checks import CHECKS
from conformance.model.catalogue import Catalogue
from conformance.model.loading import load_catalogue
from conformance.model.profile import Profile
from conformance.model.profile_loading import load_profile
from conformance.model.types.column_type import ColumnType

HOME = Path(__file__).with_name("made-up")
READ = HOME / "read.json"
PROFILES = HOME / "profiles"
KNOWN = ("first", "second", "third")


def read() -> dict[str, Any]:
    """Return all that is read of it."""
    shipped = load_catalogue(CHECKS)
    profiles = ("base", "mine", "keys")
    found = {name: load_profile(str(PROFILES / f"{name}.toml"), shipped) for name in profiles}
    return {
        "catalogue": _catalogue(load_catalogue(KNOWN, HOME / "model")),
        "profiles": {name: _profile(profile) for name, profile in found.items()},
    }


def _catalogue(catalogue: Catalogue) -> dict[str, Any]:
    worded = {
        edition: {
            one.id: [one.statement, one.clause, one.hint] for one in catalogue.worded(edition)
        }
        for edition in catalogue.editions
    }
    return {
        "clauses": [_plain(clause) for clause in catalogue.clauses],
        "notes": {name: _plain(note) for name, note in catalogue.notes.items()},
        "editions": {name: _plain(edition) for name, edition in catalogue.editions.items()},
        "variants": {name: _plain(variant) for name, variant in catalogue.variants.items()},
        "eligible": {name: sorted(roles) for name, roles in catalogue.eligible.items()},
        "latest": catalogue.latest.id,
        "contained": {
            edition: [one.id for one in catalogue.requirements(edition)]
            for edition in catalogue.editions
        },
        "using": {
            f"{check} in {edition}": [one.id for one in catalogue.using(check, edition)]
            for edition in catalogue.editions
            for check in KNOWN
        },
        "worded": worded,
        "digest": catalogue.digest,
    }


def _profile(profile: Profile) -> dict[str, Any]:
    """All but what is as in the reference profile; the digest is of the whole as it is merged."""
    shown: dict[str, Any] = _plain(profile)
    shown["files"] = {**dict.fromkeys(shown["files"]), "adt": shown["files"]["adt"]}
    del shown["raw"]
    if profile.name != "mine":
        del shown["files"], shown["readings"]
    return {**shown, "unverified": [one.entry for one in profile.unverified]}


def _plain(value: Any) -> Any:
    """A value of the model as JSON has it; paths from the folder of the profiles."""
    if hasattr(value, "__struct_fields__"):
        name = {"name": value.name} if isinstance(value, ColumnType) else {}
        return {**name, **_plain(asdict(value))}
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, frozenset):
        return sorted(map(_plain, value))
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    if isinstance(value, Path):
        inside = value.is_relative_to(PROFILES)
        return (value.relative_to(PROFILES) if inside else value).as_posix()
    return value


if __name__ == "__main__":
    READ.write_text(json.dumps(read(), indent=1) + "\n", "utf-8")
