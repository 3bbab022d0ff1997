"""The meaning of a file's folders: the kind of submission, and whether it was taken."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from conformance.model.profile import DeliveryRules, Profile
from conformance.model.requirement import Kind
from conformance.submission.area.naming import read_name, tagged


class Folder(StrEnum):
    """The folders of a sub-area."""

    SUBMITTED = "submitted"  #: new submissions
    LIVE = "live"  #: the file that is in production
    ARCHIVE = "archive"  #: old submissions
    ELSEWHERE = "elsewhere"  #: none of these, but somewhere in the area


class Spot(Struct, frozen=True):
    """A folder that the guidance knows; ``path`` is what the profile calls it."""

    kind: Kind
    folder: Folder
    path: str

    def area_around(self, directory: Path) -> Path:
        """Return the folder with the copy of the area in which ``directory`` is this folder.

        A copy may lack the outermost folders that the profile names.
        """
        for name in reversed(self.path.split("/")):
            if not same_name(directory.name, name):
                break
            directory = directory.parent
        return directory


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


def is_live(spot: Spot | None) -> bool:
    """Return True if a directory is that of what is in production."""
    return spot is not None and spot.folder is Folder.LIVE


def is_sub_area(name: str, rules: DeliveryRules) -> bool:
    """Return True if a folder called ``name`` is one that has the folders of a kind."""
    return any(same_name(name, one) for one in _sub_areas(rules))


def elsewhere(file: Path, profile: Profile) -> Spot | None:
    """Return where ``file`` is, if it is in an area, in none of its folders, and a submission.

    Its name says that it is a submission; the kind is that of its tag or of the sub-area around it.
    What is in a folder of an archive, such as that of a year, is in the archive. The path is that
    within the area: where the area is on the disk says nothing of it.
    """
    rules, said = profile.delivery, read_name(file.name, profile.references)
    if said.user_id is None and said.reference is None:
        return None
    steps = file.absolute().parent.parts
    kinds = _sub_areas(rules)
    for depth in range(len(steps), 0, -1):
        spot = spot_of(Path(*steps[:depth]), rules)
        if spot is not None and spot.folder is Folder.ARCHIVE:
            return spot
        sub_area = next((name for name in kinds if same_name(name, steps[depth - 1])), None)
        if sub_area is not None:
            kind = tagged(file.name, rules.tags) or kinds[sub_area]
            return Spot(kind, Folder.ELSEWHERE, _within(rules, sub_area, *steps[depth:]))
    tag = tagged(file.name, rules.tags)
    if tag is None:
        return None
    for depth in range(len(steps), 0, -1):
        if any(Path(*steps[:depth], name).is_dir() for name in kinds):
            return Spot(tag, Folder.ELSEWHERE, _within(rules, *steps[depth:]))
    return None


def _within(rules: DeliveryRules, *steps: str) -> str:
    """Return a path in an area, called as the profile calls it."""
    outer = next(iter(rules.folders.values()), "").split("/")[:-2]
    return "/".join((*outer, *steps)) or "."


def _sub_areas(rules: DeliveryRules) -> dict[str, Kind]:
    """Return the kind of each folder that holds the folders of a kind, by its name."""
    found = {("", *spot.path.split("/"))[-2]: spot.kind for spot in spots(rules)}
    return {name: kind for name, kind in found.items() if name}


def has_area(names: Iterable[str], rules: DeliveryRules) -> bool:
    """Return True if files of these ``names``, with their folders, are those of an area."""
    known = {"/".join(_folded(spot.path).split("/")[-2:]) for spot in spots(rules)}
    return any(f"/{place}/" in f"/{_folded(name)}" for name in names for place in known)


def same_name(one: str, other: str) -> bool:
    """Return True if two names are one to SharePoint and to Windows, which ignore case."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
