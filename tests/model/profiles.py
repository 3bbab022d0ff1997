"""Profiles that verify some of their entries, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from conformance.commands.common import catalogue
from conformance.model.profile import Profile
from conformance.model.profile_loading import load_profile

CONFIRMED = 'verified = true\nreason = "Seen."\nsource = "A"\nby = "B"\non = "2025-01-31"\n'


def assumption(entry: str, *, verified: bool = True) -> str:
    """Return a record of an entry, in TOML."""
    said = CONFIRMED if verified else 'verified = false\nreason = "A guess."\n'
    return f'[[assumptions]]\nentry = "{entry}"\n{said}'


def extending(folder: Path, text: str, base: str = "reference", name: str = "mine") -> Path:
    """Write a profile that extends ``base``."""
    file = folder / f"{name}.toml"
    head = f'profile = "{name}"\ntitle = "T"\nversion = "1"\nextends = "{base}"\n'
    file.write_text(head + text, "utf-8")
    return file


def verified(*entries: str, readings: Mapping[str, str] | None = None) -> Profile:
    """Return the reference profile with ``readings``, and with these entries verified."""
    table = "".join(f'{note} = "{reading}"\n' for note, reading in (readings or {}).items())
    text = f"[readings]\n{table}" + "".join(assumption(entry) for entry in entries)
    with TemporaryDirectory() as name:
        return load_profile(str(extending(Path(name), text)), catalogue())
