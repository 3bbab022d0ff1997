"""From the paths on a command line to submissions."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.model.profile import Profile
from conformance.model.requirement import Kind
from conformance.submission.area import area_files
from conformance.submission.evidence import Submission
from conformance.submission.lone import Told, is_signature_of, read_lone
from conformance.submission.manifest import SUBMISSION, read_manifest
from conformance.submission.publication import PUBLICATION, read_publication

#: The path that means standard input, and the most that is read from it.
STDIN = "-"
MAXIMUM_STDIN = 256 << 20


def find_sources(paths: list[str], folders: Mapping[Kind, str] | None = None) -> Iterator[str]:
    """The sources that ``paths`` name: files, submissions, and those below a folder.

    A folder that is no submission itself stands for the submissions below it, in the order of
    their names, or, if there are none, for the files in it. A copy of a SharePoint area, whose
    folders for new submissions are ``folders``, stands for the files in those and in Live. Links
    are not followed. A detached signature is left out where the file that it signs is there too.

    Raises:
        SubmissionError: there is nothing at a path, or nothing to check in it.
    """
    for name in paths:
        path = Path(name)
        if name == STDIN:
            yield name
        elif name and path.is_dir():
            yield from _below(path, folders or {})
        elif name and path.exists():
            signed = is_signature_of(path)
            if signed is None or not _named(signed, paths):
                yield name
        else:
            raise SubmissionError("no such file or directory", where=name or "''")


def _named(signed: Path, paths: list[str]) -> bool:
    return any(p != STDIN and Path(p).resolve() == signed.resolve() for p in paths)


def _below(folder: Path, area: Mapping[Kind, str]) -> Iterator[str]:
    if _is_submission(folder):
        yield str(folder)
        return
    submissions: list[str] = []
    files: list[str] = []
    for parent, folders, names in os.walk(folder, followlinks=False):
        here = Path(parent)
        folders.sort()
        if _is_submission(here):
            submissions.append(parent)
            folders.clear()
        elif here == folder:
            files = [str(here / n) for n in sorted(names) if _stands_alone(here / n)]
    if not submissions:
        spots = [str(f) for f in area_files(folder, area) if _stands_alone(f)]
        files = spots or files
    if not submissions and not files:
        raise SubmissionError(
            "holds nothing to check",
            where=str(folder),
            remedy=f"a submission is a folder with {SUBMISSION} or {PUBLICATION}",
        )
    yield from submissions or files


def _stands_alone(file: Path) -> bool:
    return not file.is_symlink() and is_signature_of(file) is None


def _is_submission(folder: Path) -> bool:
    return (folder / SUBMISSION).is_file() or (folder / PUBLICATION).is_file()


def read_submission(source: str, told: Told, profile: Profile) -> Submission:
    """Read the submission that ``source`` names.

    Raises:
        SubmissionError: it cannot be read; the error says what and where.
    """
    if source == STDIN:
        data = read_stdin()
        return read_lone(Content.of_bytes("(standard input)", data), None, told, profile)
    path = Path(source)
    if path.is_dir():
        if (path / SUBMISSION).is_file():
            return read_manifest(path, source)
        return read_publication(path, source)
    return read_lone(Content.of_file(source, path), path, told, profile)


def read_stdin() -> bytes:
    """All that standard input holds.

    Raises:
        SubmissionError: it is closed, or holds more than ``MAXIMUM_STDIN``.
    """
    if getattr(sys, "stdin", None) is None:
        raise SubmissionError("standard input is closed")
    data = sys.stdin.buffer.read(MAXIMUM_STDIN + 1)
    if len(data) > MAXIMUM_STDIN:
        raise SubmissionError("standard input is larger than 256 MiB", remedy="save it as a file")
    return data
