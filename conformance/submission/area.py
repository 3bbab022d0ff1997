"""A copy of a Party's SharePoint area: what the place of a file in it tells.

The guidance (MP109 Annex D, sections 1.4 and 1.5) gives each kind of file a sub-area, with a folder
for new submissions and, for ADT Files, one for the file that is in force.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from conformance.model.requirement import Kind

#: The folder with the file that is now in production, beside the one for new submissions.
LIVE = "Live"

#: An expression for an EUI-64 as names have it.
EUI64 = r"[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){7}"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a file lies. ``folder`` is that of new submissions, if it lies there."""

    kind: Kind
    folder: str | None
    live_names: tuple[str, ...] | None

    def live_folder(self, file: Path) -> Path:
        """The folder with what is in force, of the area in which ``file`` lies at this spot."""
        here = file.absolute().parent
        return here if self.folder is None else here.parent / LIVE


def spot_of(file: Path, folders: Mapping[Kind, str]) -> Spot | None:
    """What the folders around ``file`` tell, if they are those of a SharePoint area.

    ``folders`` holds, by kind, the path of the folder for new submissions.
    """
    here = file.absolute().parent
    for kind, folder in folders.items():
        wanted = PurePosixPath(folder)
        if not wanted.parent.name or not _same(here.parent.name, wanted.parent.name):
            continue
        if _same(here.name, wanted.name):
            return Spot(kind, folder, live_names(here.parent / LIVE))
        if _same(here.name, LIVE):
            return Spot(kind, None, live_names(here))
    return None


def area_files(folder: Path, folders: Mapping[Kind, str]) -> Iterator[Path]:
    """The files below ``folder`` that lie where the guidance has files, in order; no links."""
    for file in sorted(folder.rglob("*")):
        if not file.is_symlink() and file.is_file() and spot_of(file, folders) is not None:
            yield file


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def owner_of(name: str) -> str | None:
    """The EUI-64, in upper case, that the name of a submission begins with (guidance 1.4)."""
    match = re.match(EUI64, name)
    return match[0].upper() if match else None


def live_names(folder: Path) -> tuple[str, ...] | None:
    """The submissions in a folder by name; a signature beside a file is no other submission."""
    if not folder.is_dir():
        return None
    names = sorted(file.name for file in folder.iterdir() if file.is_file())
    return tuple(name for name in names if not _is_signature(name, names))


def _is_signature(name: str, names: Collection[str]) -> bool:
    stem, dot, _ = name.rpartition(".")
    return bool(dot) and stem in names
