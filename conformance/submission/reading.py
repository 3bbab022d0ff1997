"""From the paths on a command line to submissions."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.foreign import HEAD
from conformance.inputs import STDIN, standard_input
from conformance.model.profile import Profile
from conformance.signature.recognition import CMS_SHAPES, recognise
from conformance.submission.area.stray import Stray
from conformance.submission.evidence import Submission
from conformance.submission.hints import CliHints
from conformance.submission.names import PUBLICATION, SUBMISSION, is_submission

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
            if is_submission(path):
                names.append(str(path))
                continue
            # Loads the readers of areas and of lone files.
            from conformance.submission.below import below

            found, beside, has_area = below(path, hints, profile)
            names += found
            strays += beside
            in_area |= has_area
        elif name and path.exists():
            from conformance.submission.lone import is_signature_of

            signed = is_signature_of(path)
            if signed is None or not _named(signed, paths):
                names.append(name)
        else:
            raise SubmissionError("no such file or directory", where=name or "''")
    return Sources(tuple(names), tuple(strays), in_area)


def _named(signed: Path, paths: list[str]) -> bool:
    return any(p != STDIN and os.path.realpath(p) == os.path.realpath(signed) for p in paths)


def read_submission(source: str, hints: CliHints, profile: Profile) -> Submission:
    """Read the one submission that ``source`` names.

    Raises:
        SubmissionError: it cannot be read, or has several; the error says what and where.
    """
    from conformance.submission.lone import only

    return only(read_submissions(source, hints, profile), source)


def read_submissions(source: str, hints: CliHints, profile: Profile) -> list[Submission]:
    """Read what ``source`` names: a submission, or those in a message or an archive.

    Raises:
        SubmissionError: it cannot be read; the error says what and where.
    """
    path = Path(source)
    # The readers of folders are not loaded for a lone file, nor its reader for a folder.
    if source != STDIN and (path / SUBMISSION).is_file():
        from conformance.submission.manifest import read_manifest

        one = _with_signature_elsewhere(read_manifest(path, source, hints.zone), profile)
        return _with_message(one, profile)
    if source != STDIN and path.is_dir():
        if (path / PUBLICATION).is_file():
            from conformance.submission.publication import read_publication

            return [read_publication(path, source, hints.zone)]
        from conformance.submission.area.reading import read_area

        area = read_area(path, source, hints.live_users, profile, hints.zone)
        return [area if hints.register is None else hints.register.completed_area(area)]
    from conformance.submission.lone import read_each

    if source == STDIN:
        data = read_stdin()
        return read_each(Content.of_bytes("(standard input)", data), None, hints, profile)
    return read_each(Content.of_input(source, path), path, hints, profile)


def _with_signature_elsewhere(submission: Submission, profile: Profile) -> Submission:
    """Return ``submission``, which has a record, with the place of a signature that it lacks."""
    file = submission.file
    if file is None or isinstance(submission.signature, Content):
        return submission
    if recognise(file.head(HEAD)) in CMS_SHAPES:
        return submission
    from conformance.submission.strayed import strayed_signature

    path = submission.root / file.name
    strayed = strayed_signature(file, path, profile.delivery, recorded=True)
    return replace(submission, strayed=strayed)


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
