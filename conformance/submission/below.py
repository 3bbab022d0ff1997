"""What is below a folder that is not a submission itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.model.profile import Profile
from conformance.submission.area.naming import read_name
from conformance.submission.area.reading import area_sources, is_area
from conformance.submission.area.stray import Stray, no_submission
from conformance.submission.area.survey import is_folder, listing, special
from conformance.submission.hints import CliHints
from conformance.submission.kind import kind_by_name
from conformance.submission.lone import UnknownKind, read_each
from conformance.submission.misnamed import misnamed_owner
from conformance.submission.names import PUBLICATION, SUBMISSION, belongs_to, is_submission
from conformance.submission.strayed import is_of_another_name


def below(
    folder: Path, hints: CliHints, profile: Profile
) -> tuple[Sequence[str], Sequence[Stray], bool]:
    """Return the submissions below ``folder``, files beside them, and True if it has an area.

    Raises:
        SubmissionError: there is nothing to check.
    """
    names: list[str] = []
    beside: list[Stray] = []
    in_area = False
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        if is_submission(here):
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
    strays = beside if in_area else []
    if not names:
        names, strays = _loose(folder, hints, profile)
    if not names:
        raise SubmissionError(
            "contains nothing to check",
            where=str(folder),
            remedy=f"a submission is a folder with {SUBMISSION} or {PUBLICATION}",
        )
    return names, strays, in_area


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


def _loose(folder: Path, hints: CliHints, profile: Profile) -> tuple[list[str], list[Stray]]:
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
            why = _why_stray(path, hints, profile)
            if why is None:
                names.append(str(path))
            else:
                strays.append(Stray(str(path), why))
    return names, strays


def _why_stray(path: Path, hints: CliHints, profile: Profile) -> str | None:
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
