"""Reading a copy of the area as a submission: what is there, and what is reported of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.model.profile import Profile
from conformance.model.requirement import Kind
from conformance.submission.area.naming import EUI64, tagged
from conformance.submission.area.requests import open_requests
from conformance.submission.area.spot import Folder, is_sub_area, spot_of
from conformance.submission.area.survey import AreaFile, Survey, is_folder, joined, listing, survey
from conformance.submission.evidence import Submission
from conformance.submission.lone import kind_in
from conformance.submission.manifest import Reader, load_json
from conformance.submission.names import AREA

#: The largest list of live User IDs that is read: a million of them.
MAXIMUM_LIST = 32 << 20


def is_area(directory: Path, profile: Profile) -> bool:
    """Return True if ``directory`` has the folders of the guidance, is one of them, or says so."""
    rules = profile.delivery
    if is_sub_area(directory.absolute().name, rules) or spot_of(directory, rules):
        return True
    try:
        entries = listing(directory)
    except OSError:
        return False
    return any(
        is_sub_area(entry.name, rules) if is_folder(entry) else entry.name == AREA
        for entry in entries
    )


def area_sources(
    directory: Path, profile: Profile, waiting: Collection[str] = (), known: Collection[str] = ()
) -> Iterator[str]:
    """Yield the sources in an area: each submission that is new or in force; then the area.

    ``waiting`` are the names of files whose requests are not completed, by a register, and
    ``known`` are all requests that it has. Of others, the area's record says that.
    """
    found = survey(directory, profile)
    said = open_requests(directory).difference(known)
    new = {file.path.name for file in found.files if file.reference in said}
    yield from (str(file.path) for file in to_check(found, profile, {*waiting, *new}))
    yield from map(str, found.records)
    yield str(directory)


def to_check(found: Survey, profile: Profile, waiting: Collection[str] = ()) -> Iterator[AreaFile]:
    """Yield the files of an area that are new, in force, or among those of another kind.

    Those in the archive whose names are in ``waiting`` are new as well, if they are only there.
    """
    elsewhere = {f.path.name for f in found.files if f.spot.folder is not Folder.ARCHIVE}
    for file in found.files:
        is_new = file.path.name in waiting and file.path.name not in elsewhere
        if is_new or file.spot.folder is not Folder.ARCHIVE or _is_misplaced(file, profile):
            yield file


def _is_misplaced(file: AreaFile, profile: Profile) -> bool:
    """Return True if an archived file is of another kind; its content is asked where it has no tag.

    A name with the tag of its folder is believed, so that few of many old files are opened.
    """
    tag = tagged(file.path.name, profile.delivery.tags)
    if tag is not None or file.lone_signature:
        return tag not in (None, file.spot.kind)
    with suppress(SubmissionError):
        return kind_in(file.spot, Content.of_file(file.name, file.path), profile) is not (
            file.spot.kind
        )
    return False


def read_area(
    directory: Path,
    source: str,
    live_users: Path | None,
    profile: Profile,
    zone: str | None = None,
) -> Submission:
    """The area in ``directory``, with what ``area.json`` in it and a list of live User IDs tell.

    Raises:
        SubmissionError: ``area.json`` or the list cannot be read, or says what cannot be.
    """
    found = survey(directory, profile)
    submission = Submission(source, Kind.AREA, directory)
    path = directory / AREA
    if path.is_file():
        content = Content.of_file(AREA, path)
        table = load_json(content.named(f"{source}/{AREA}"), "area")
        reader = Reader(directory, content, zone)
        reader.where = f"{source}/{AREA}"
        users = table.get("live_user_ids")
        requests = {r["number"]: _completed(reader, r) for r in table.get("requests", ())}
        found = replace(
            found,
            live_user_ids=None if users is None else tuple(user.upper() for user in users),
            requests=requests,
            waiting=frozenset(
                file.path.name
                for file in found.files
                if requests.get(file.reference or "", file) is None
            ),
            incidents={
                r["number"]: r["incident"] for r in table.get("requests", ()) if "incident" in r
            },
        )
        submission = replace(
            submission,
            edition=table.get("edition"),
            sent_at=reader.moment(table, "copied_at"),
            inputs=(content,),
        )
    if live_users is not None:
        content = Content.of_file(str(live_users), live_users)
        users = joined(found.live_user_ids, read_live_users(content))
        found = replace(found, live_user_ids=users)
        submission = replace(submission, inputs=(*submission.inputs, content))
    return replace(submission, survey=found)


def _completed(reader: Reader, request: dict[str, Any]) -> datetime | None:
    return None if request["completed_at"] is None else reader.moment(request, "completed_at")


def read_live_users(content: Content) -> tuple[str, ...]:
    """The User IDs of a list that has one a line; empty lines, and what follows ``#``, are none.

    Raises:
        SubmissionError: a line holds something else; the error names the line.
    """
    try:
        text = content.read(MAXIMUM_LIST).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SubmissionError("is not UTF-8", where=content.name) from None
    users: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        user = line.partition("#")[0].strip()
        if user and not re.fullmatch(EUI64, user):
            raise SubmissionError(
                "has something that is not an EUI-64",
                where=f"{content.name}, line {number}",
                remedy="one User ID a line, such as 70-00-00-00-00-00-00-01",
            )
        if user:
            users.append(user.upper())
    return tuple(dict.fromkeys(users))
