"""A survey of a copy of the area: every file and folder, in its place or listed as a stray.

Nothing is opened and no link is followed, so that a pipe, a device or a file that may not be read
does no harm, and ten thousand files take no longer than their names.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path

from msgspec import Struct, field

from conformance.model.profile import Profile
from conformance.model.requirement import Kind
from conformance.submission.area.naming import read_name
from conformance.submission.area.spot import Folder, Spot, elsewhere, is_sub_area, spot_of
from conformance.submission.area.stray import Stray, no_submission
from conformance.submission.misnamed import misnamed_owner
from conformance.submission.names import (
    AREA,
    PUBLICATION,
    SUBMISSION,
    belongs_to,
    signature_names,
    signed_name,
)
from conformance.submission.strayed import is_only_signature_of, is_over

#: Why a folder that the guidance does not have is a stray.
_UNKNOWN = "a folder that the guidance does not have"
#: The most files that a signature is looked for at.
_NEAR = 50


class AreaFile(Struct, frozen=True):
    """A submission in the area, in its place or not; ``name`` is its path in the area.

    ``user_id``, ``reference`` and ``incident`` are what its name says. ``lone_signature``: its name
    is that of a detached signature, and there is no file of that name beside it.
    """

    name: str
    path: Path
    spot: Spot
    user_id: str | None
    reference: str | None
    lone_signature: bool
    incident: str | None


class Survey(Struct, frozen=True):
    """The content of an area, and what else is known about it.

    ``folders`` are those of the guidance that are there and could be listed; ``records`` are
    folders that hold a submission with a record of its own.

    ``live_user_ids`` are the Party's live User IDs; ``requests`` says by Request Id when DCC
    completed it, or nothing if it has not, ``incidents`` which Incident it is about, and
    ``replaced`` the one of the file that its own replaces; ``expected`` are names of submissions
    that were made and are not here, by a register, and ``waiting`` of those whose requests are not
    completed. None of that can be seen in the folders.
    """

    root: Path
    files: tuple[AreaFile, ...] = ()
    strays: tuple[Stray, ...] = ()
    folders: frozenset[tuple[Kind, Folder]] = frozenset()
    records: tuple[Path, ...] = ()
    live_user_ids: tuple[str, ...] | None = None
    requests: Mapping[str, datetime | None] = field(default_factory=dict)
    incidents: Mapping[str, str] = field(default_factory=dict)
    replaced: Mapping[str, str] = field(default_factory=dict)
    expected: tuple[str, ...] = ()
    waiting: frozenset[str] = frozenset()


def joined(users: tuple[str, ...] | None, more: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Return the live User IDs of two lists.

    A User ID in either counts, so that no list can keep one from being looked for.
    """
    if users is None or more is None:
        return more if users is None else users
    return tuple(dict.fromkeys((*users, *more)))


def survey(root: Path, profile: Profile) -> Survey:
    """List what is below ``root``."""
    return _Surveyor(root, profile).survey()


class _Surveyor:
    """Goes through the folders, and puts each thing that is there in its place."""

    def __init__(self, root: Path, profile: Profile) -> None:
        self._root = root
        self._profile = profile
        self._files: list[AreaFile] = []
        self._strays: list[Stray] = []
        self._folders: set[tuple[Kind, Folder]] = set()
        self._records: list[Path] = []

    def survey(self) -> Survey:
        waiting = [self._root]
        while waiting:
            directory = waiting.pop()
            try:
                entries = listing(directory)
            except OSError as error:
                self._stray(directory, error.strerror or "cannot be listed", "/")
                continue
            inner = self._folder(directory, entries)
            waiting += reversed(inner)
        return Survey(
            self._root,
            tuple(file for file in self._files if not self._was_left(file)),
            tuple(self._without_used_folders()),
            frozenset(self._folders),
            tuple(self._records),
        )

    def _was_left(self, file: AreaFile) -> bool:
        """Return True if a signature, or an archive of one, is apart from its file: found there.

        That has its name, or is beside it under another.
        """
        packed = file.path.suffix.lower() == ".zip"
        if not (file.lone_signature or packed):
            return False
        is_its = is_only_signature_of if packed else is_over
        name = signed_name(file.path.name)
        likely = (
            one.path
            for one in self._files
            if one.path.name == name or (one is not file and one.path.parent == file.path.parent)
        )
        alone = islice((path for path in likely if not _signed(path)), _NEAR)
        return any(is_its(file.path, path) for path in alone)

    def _folder(self, directory: Path, entries: list[os.DirEntry[str]]) -> list[Path]:
        """Sort what is in a folder; the folders in it that are to be looked into."""
        names = {entry.name for entry in entries if entry.is_file(follow_symlinks=False)}
        if not names.isdisjoint((SUBMISSION, PUBLICATION)):
            self._records.append(directory)
            return []
        spot = spot_of(directory, self._profile.delivery)
        if spot is not None:
            self._folders.add((spot.kind, spot.folder))
        elif directory != self._root and not is_sub_area(directory.name, self._profile.delivery):
            self._stray(directory, _UNKNOWN, "/")
        inside: list[Path] = []
        for entry in entries:
            path = directory / entry.name
            if entry.name in names:
                self._file(path, spot, names)
            elif is_folder(entry):
                inside.append(path)
            else:
                self._stray(path, special(entry) or "cannot be looked at")
        return inside

    def _without_used_folders(self) -> Iterator[Stray]:
        """Yield the strays except for folders with a submission in them, which is looked at."""
        unknown = any(stray.why == _UNKNOWN for stray in self._strays)
        places = [*self._records, *(file.path for file in self._files if unknown)]
        used = {f"{self._name(folder)}/" for place in places for folder in place.parents}
        for stray in self._strays:
            if stray.why != _UNKNOWN or stray.name not in used:
                yield stray

    def _file(self, path: Path, spot: Spot | None, names: Collection[str]) -> None:
        said = read_name(path.name, self._profile.references)
        why = no_submission(path.name, said)
        if path.parent == self._root and path.name == AREA:
            return
        spot = spot or elsewhere(path, self._profile)
        if spot is None:
            self._stray(path, why or "is in none of the folders that the guidance names")
        elif belongs_to(path.name, names) is not None or misnamed_owner(path) is not None:
            return
        elif why is not None:
            self._stray(path, why)
        else:
            alone = signed_name(path.name) is not None
            name = self._name(path)
            file = AreaFile(name, path, spot, said.user_id, said.reference, alone, said.incident)
            self._files.append(file)

    def _stray(self, path: Path, why: str, end: str = "") -> None:
        self._strays.append(Stray(self._name(path) + end, why))

    def _name(self, path: Path) -> str:
        # As relative_to() would say; since Python 3.12 its time grows with the square of the depth.
        return "/".join(path.parts[len(self._root.parts) :]) or "."


def _signed(path: Path) -> bool:
    return any(path.with_name(name).is_file() for name in signature_names(path.name))


def listing(directory: Path) -> list[os.DirEntry[str]]:
    """Return the entries of ``directory``, in the order of the names.

    Raises:
        OSError: it cannot be listed.
    """
    with os.scandir(directory) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Return True if it is a folder itself, and not a link to one."""
    is_junction = getattr(entry, "is_junction", bool)
    return entry.is_dir(follow_symlinks=False) and not is_junction()


def special(entry: os.DirEntry[str]) -> str | None:
    """Return what an entry is, if it is neither a file nor a folder."""
    if entry.is_symlink():
        return "a link, which is not followed"
    return None if entry.is_file(follow_symlinks=False) else "is not a regular file"
