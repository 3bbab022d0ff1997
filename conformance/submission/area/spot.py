"""The meaning of a file's folders: the kind of submission, and whether it was taken."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from conformance.model.profile import DeliveryRules
from conformance.model.requirement import Kind


class Folder(StrEnum):
    """The folders of a sub-area."""

    SUBMITTED = "submitted"  #: new submissions
    LIVE = "live"  #: the file that is in production
    ARCHIVE = "archive"  #: old submissions


class Spot(Struct, frozen=True):
    """A folder that the guidance knows; ``path`` is what the profile calls it."""

    kind: Kind
    folder: Folder
    path: str


def spots(rules: DeliveryRules) -> Iterator[Spot]:
    """Every folder of the area, by the profile."""
    for kind, path in rules.folders.items():
        yield Spot(kind, Folder.SUBMITTED, path)
        for folder, names in ((Folder.LIVE, rules.live), (Folder.ARCHIVE, rules.archives)):
            if kind in names:
                yield Spot(kind, folder, f"{path.rpartition('/')[0]}/{names[kind]}")


def spot_of(directory: Path, rules: DeliveryRules) -> Spot | None:
    """Which folder of the area ``directory`` is, by its name and that of the sub-area around it."""
    here = directory.absolute()
    for spot in spots(rules):
        *_, outer, inner = ("", *spot.path.split("/"))
        if outer and same_name(here.name, inner) and same_name(here.parent.name, outer):
            return spot
    return None


def is_sub_area(name: str, rules: DeliveryRules) -> bool:
    """Return True if a folder called ``name`` is one with the folders of a kind."""
    outer = {("", *spot.path.split("/"))[-2] for spot in spots(rules)}
    return any(same_name(name, one) for one in outer if one)


def same_name(one: str, other: str) -> bool:
    """Return True if two names are one to SharePoint and to Windows, which ignore case."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
