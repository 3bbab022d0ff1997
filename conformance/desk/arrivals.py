"""The submissions among the files of a folder that is watched."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from msgspec import Struct

from conformance.desk.listing import Listing, Stamps
from conformance.model.profile import Profile
from conformance.submission.area.naming import read_name
from conformance.submission.area.reading import is_area, to_check
from conformance.submission.area.stray import no_submission
from conformance.submission.area.survey import survey
from conformance.submission.misnamed import misnamed_owner
from conformance.submission.names import PUBLICATION, SUBMISSION, belongs_to, name_inside


class Arrival(Struct, frozen=True):
    """A submission that is there, whole or in part.

    ``source`` is what ``tadp check`` would take, ``stamps`` those of all its files. ``single`` is a
    file without a detached signature beside it, or such a signature without its file. An ``area``
    is checked as a whole, apart from the files in it.
    """

    source: Path
    stamps: Stamps
    single: bool = False
    area: bool = False


def arrivals(listing: Listing, profile: Profile) -> Iterator[Arrival]:
    """Yield the submissions among the files of ``listing``.

    A folder with a record is one submission. In a copy of a SharePoint area each file that is new
    or in force is one, and the area as a whole is another, behind them. Elsewhere each file is one,
    with what belongs to it beside it, unless its name shows that it is none.
    """
    waiting = [listing.root]
    while waiting:
        here = waiting.pop()
        files = listing.files[here]
        if SUBMISSION in files or PUBLICATION in files:
            yield Arrival(here, listing.stamps(here))
        elif is_area(here, profile):
            yield from _in_area(here, listing, profile)
        else:
            yield from (one for one in _in_folder(here, listing) if _may_be(one, profile))
            waiting += reversed(listing.folders[here])


def _in_folder(folder: Path, listing: Listing) -> Iterator[Arrival]:
    """Yield each file in ``folder`` that belongs to no other."""
    files = listing.files[folder]
    owners = {name: _owner(folder / name, files) for name in sorted(files)}
    beside: dict[str, list[str]] = {}
    for name, owner in owners.items():
        beside.setdefault(owner or name, []).append(name)
    for name, those in beside.items():
        if owners[name] is None:
            stamps = tuple((str(folder / one), files[one]) for one in those)
            signed = any(name_inside(one) is not None for one in those if one != name)
            yield Arrival(folder / name, stamps, single=not signed)


def _owner(path: Path, files: Collection[str]) -> str | None:
    """Return the name of the file that ``path`` goes with, whether or not it is named after it."""
    owner = belongs_to(path.name, files)
    misnamed = misnamed_owner(path) if owner is None else None
    return owner if misnamed is None else misnamed.name


def _may_be(arrival: Arrival, profile: Profile) -> bool:
    name = arrival.source.name
    return no_submission(name, read_name(name, profile.references)) is None


def _in_area(root: Path, listing: Listing, profile: Profile) -> Iterator[Arrival]:
    found = survey(root, profile)
    wanted = [file.path for file in to_check(found, profile)]
    those = frozenset(wanted)
    for folder in dict.fromkeys(path.parent for path in wanted):
        if folder in listing.files:
            yield from (one for one in _in_folder(folder, listing) if one.source in those)
    for record in found.records:
        if record in listing.files:
            yield Arrival(record, listing.stamps(record))
    yield Arrival(root, listing.stamps(root), area=True)
