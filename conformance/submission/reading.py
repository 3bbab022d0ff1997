"""From the paths on a command line to submissions."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.inputs import STDIN, standard_input
from conformance.model.profile import Profile
from conformance.submission.area.naming import read_name
from conformance.submission.area.stray import no_submission
from conformance.submission.area.survey import Stray, is_folder, listing, special
from conformance.submission.evidence import Submission
from conformance.submission.kind import kind_by_name
from conformance.submission.lone import (
    CliHints,
    UnknownKind,
    is_signature_of,
    only,
    read_each,
    with_signature_elsewhere,
)
from conformance.submission.misnamed import misnamed_owner
from conformance.submission.names import PUBLICATION, SUBMISSION, belongs_to
from conformance.submission.strayed import is_of_another_name

#: Bytes that are read from standard input.
MAXIMUM_STDIN = 256 << 20


class Sources(Struct, frozen=True):
    """The submissions to check, in order, and files beside them that are not recognised."""

    names: tuple[str, ...]
    strays: tuple[Stray, ...] = ()
    in_area: bool = False  #: whether the copy of an area is among them


def find_sources(paths: list[str], hints: CliHints, profile: Profile) -> Sources:
    """The sources that ``paths`` name: files, submissions, and those below a folder.

    A folder that is not a submission itself means the submissions below it, in the order of
    their names, and for the copies of a SharePoint area, each of which stands for the files in
    its folders and for itself, last. If there are none of either, it stands for the files in it
    that can be recognised; the others are strays. Links are not followed. A detached signature is
    left out where the file that it signs is there too.

    Raises:
        SubmissionError: there is nothing at a path, or nothing to check in it.
    """
    names: list[str] = []
    strays: list[Stray] = []
    in_area = False
    for name in paths:
        path = Path(name)
        if name == STDIN:
            names.append(name)
        elif name and path.is_dir():
            below = _below(path, hints, profile)
            names += below.names
            strays += below.strays
            in_area |= below.in_area
        elif name and path.exists():
            signed = is_signature_of(path)
            if signed is None or not _named(signed, paths):
                names.append(name)
        else:
            raise SubmissionError("no such file or directory", where=name or "''")
    return Sources(tuple(names), tuple(strays), in_area)


def _named(signed: Path, paths: list[str]) -> bool:
    return any(p != STDIN and os.path.realpath(p) == os.path.realpath(signed) for p in paths)


def _below(folder: Path, hints: CliHints, profile: Profile) -> Sources:
    from conformance.submission.area.reading import area_sources, is_area

    names: list[str] = []
    beside: list[Stray] = []
    in_area = False
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        if _is_submission(here):
            names.append(str(here))
        elif is_area(here, profile):
            in_area = True
            register = hints.register
            said = (register.waiting, register.requests) if register else ()
            names += area_sources(here, profile, *said)
        else:
            folders, others = _contents(here)
            waiting += reversed(folders)
            beside += others
    # A folder of records has all sorts of things beside them; in a copied area each is reported.
    found = Sources(tuple(names), tuple(beside if in_area else ()), in_area)
    if not names:
        found = _loose(folder, hints, profile)
    if not found.names:
        raise SubmissionError(
            "contains nothing to check",
            where=str(folder),
            remedy=f"a submission is a folder with {SUBMISSION} or {PUBLICATION}",
        )
    return found


def _contents(folder: Path) -> tuple[list[Path], list[Stray]]:
    """The folders in ``folder``, and what else is there."""
    try:
        entries = listing(folder)
    except OSError as error:
        return [], [Stray(f"{folder}/", error.strerror or "cannot be listed")]
    folders = [folder / entry.name for entry in entries if is_folder(entry)]
    others = [
        Stray(str(folder / entry.name), special(entry) or "lies outside the area")
        for entry in entries
        if not is_folder(entry)
    ]
    return folders, others


def _loose(folder: Path, hints: CliHints, profile: Profile) -> Sources:
    """The files in a folder, each a submission by itself if anything shows what it is."""
    names: list[str] = []
    strays: list[Stray] = []
    try:
        entries = listing(folder)
    except OSError as error:
        raise SubmissionError(error.strerror or str(error), where=str(folder)) from None
    files = {entry.name for entry in entries if entry.is_file(follow_symlinks=False)}
    for entry in entries:
        path = folder / entry.name
        if is_folder(entry):
            strays.append(Stray(f"{path}/", "a folder without a submission"))
        elif why := special(entry):
            strays.append(Stray(str(path), why))
        elif (
            belongs_to(entry.name, files) is None
            and misnamed_owner(path) is None
            and not is_of_another_name(path)
        ):
            why = _untold(path, hints, profile)
            if why is None:
                names.append(str(path))
            else:
                strays.append(Stray(str(path), why))
    return Sources(tuple(names), tuple(strays))


def _untold(path: Path, hints: CliHints, profile: Profile) -> str | None:
    """Return why a file is not a submission, as far as is known; nothing if it is one."""
    why = no_submission(path.name, read_name(path.name, profile.references))
    if why is not None or hints.kind is not None or kind_by_name(path.name) is not None:
        return why
    try:
        read_each(Content.of_file(str(path), path), path, hints, profile)
    except UnknownKind as error:
        return error.what
    except SubmissionError:
        # A file that cannot be read is reported when it is checked.
        return None
    return None


def _is_submission(folder: Path) -> bool:
    return (folder / SUBMISSION).is_file() or (folder / PUBLICATION).is_file()


def read_submission(source: str, hints: CliHints, profile: Profile) -> Submission:
    """Read the one submission that ``source`` names.

    Raises:
        SubmissionError: it cannot be read, or has several; the error says what and where.
    """
    return only(read_submissions(source, hints, profile), source)


def read_submissions(source: str, hints: CliHints, profile: Profile) -> list[Submission]:
    """Read what ``source`` names: a submission, or those in a message or an archive.

    Raises:
        SubmissionError: it cannot be read; the error says what and where.
    """
    if source == STDIN:
        data = read_stdin()
        return read_each(Content.of_bytes("(standard input)", data), None, hints, profile)
    path = Path(source)
    # The reader of folders is not loaded for a lone file.
    if path.is_dir():
        if (path / SUBMISSION).is_file():
            from conformance.submission.manifest import read_manifest

            one = with_signature_elsewhere(read_manifest(path, source, hints.zone), profile)
            return _with_message(one, profile)
        if (path / PUBLICATION).is_file():
            from conformance.submission.publication import read_publication

            return [read_publication(path, source, hints.zone)]
        from conformance.submission.area.reading import read_area

        area = read_area(path, source, hints.live_users, profile, hints.zone)
        return [area if hints.register is None else hints.register.completed_area(area)]
    return read_each(Content.of_input(source, path), path, hints, profile)


def _with_message(submission: Submission, profile: Profile) -> list[Submission]:
    if submission.message is None:
        return [submission]
    # Loads the readers of messages and of archives.
    from conformance.submission.mailed import submissions_in_message

    return submissions_in_message(submission, submission.message, profile)


def read_stdin() -> bytes:
    """All that standard input holds.

    Raises:
        SubmissionError: it is closed, or holds more than ``MAXIMUM_STDIN``.
    """
    data = standard_input().read(MAXIMUM_STDIN + 1)
    if len(data) > MAXIMUM_STDIN:
        raise SubmissionError("standard input is larger than 256 MiB", remedy="save it as a file")
    return data
