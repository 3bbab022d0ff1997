"""Submissions in a zip archive: loose files, or whole folders with a record."""

from __future__ import annotations

from pathlib import Path, PurePath, PurePosixPath

from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import BrokenFileError, SubmissionError
from conformance.model.profile import Profile
from conformance.submission.archive import files_of
from conformance.submission.area.stray import Stray
from conformance.submission.attachments import Attachment, sort_attachments
from conformance.submission.evidence import Submission
from conformance.submission.mailed import (
    kind_of_file,
    submissions_in_message,
    with_file,
    with_own_names,
)
from conformance.submission.manifest import Reader, described, load_json
from conformance.submission.names import SUBMISSION


class Archived(Reader):
    """Reads the entries of a manifest in an archive, whose files are those in its own folder."""

    def __init__(self, files: dict[str, Content], manifest: Content, zone: str | None) -> None:
        super().__init__(Path(), manifest, zone)
        self._files = files
        self._folder = PurePosixPath(manifest.name).parent

    def file(self, name: str | None) -> Content | None:
        """Return the file called ``name`` in the folder of the manifest."""
        if name is None:
            return None
        found = self._files.get((self._folder / name).as_posix())
        if found is None:
            raise SubmissionError("no such file in the archive", where=f"{self.where}: {name!r}")
        return found


def recorded_in_archive(
    archive: Content, files: list[Content], profile: Profile, zone: str | None
) -> tuple[list[Submission], tuple[Stray, ...]]:
    """Return the submissions that the manifests among the ``files`` of an archive describe.

    Also the manifests that cannot be used, each with the reason: none of them keeps the rest from
    being checked.
    """
    known = {file.name: file for file in files}
    found: list[Submission] = []
    refused: list[Stray] = []
    for name in sorted(known):
        if PurePosixPath(name).name == SUBMISSION:
            try:
                found += _described(archive, known, name, profile, zone)
            except SubmissionError as error:
                refused.append(Stray(f"{archive.name}/{name}", _why(error)))
    return with_own_names(found, tuple(refused)), tuple(refused)


def _why(error: SubmissionError) -> str:
    first = error.errors[0] if isinstance(error, BrokenFileError) else error
    remedy = first.remedy or "correct it"
    return f"{first.what}, so nothing was read from it ({remedy})"


def _described(
    archive: Content,
    known: dict[str, Content],
    name: str,
    profile: Profile,
    zone: str | None,
) -> list[Submission]:
    """Return what the manifest called ``name`` describes.

    Raises:
        SubmissionError: it cannot be read, or names a file that is not there.
    """
    where = f"{archive.name}/{name}"
    table = load_json(known[name].named(where), "submission")
    reader = Archived(known, known[name], zone)
    reader.where = where
    one = described(table, reader, where.removesuffix(f"/{SUBMISSION}"))
    message = reader.file(table.get("delivery", {}).get("message"))
    one = replace(one, inputs=(archive,))
    # A message shows how its file was sent; else the archive is taken for what was sent.
    if message is not None:
        return submissions_in_message(one, message, profile)
    return [replace(one, archive=PurePath(archive.name).name)]


def loose_in_archive(
    submission: Submission, files: list[Content], refused: tuple[Stray, ...], profile: Profile
) -> list[Submission]:
    """Return ``submission`` with each of the submissions among the ``files`` of an archive.

    Without a record that can be used, the archive is taken for what is to be sent. ``refused`` are
    those that cannot.
    """
    archive = PurePath(submission.source).name
    attachments = [Attachment(f) for f in files if PurePosixPath(f.name).name != SUBMISSION]
    attached = sort_attachments(attachments, lambda file: kind_of_file(file, profile))
    passed = tuple(
        Stray(f"{submission.source}/{one.name}", one.why) for one in attached.passed_over
    )
    found = [
        replace(with_file(submission, one), archive=one.archive or archive)
        for one in attached.enclosed
        if one.file is not None
    ]
    return with_own_names(found, (*refused, *passed))


def opened(archive: Content) -> list[Content]:
    """Return the files in ``archive``; none if it cannot be opened.

    Its bytes are looked at then, and it is named for what it is.
    """
    try:
        return files_of(archive)
    except SubmissionError:
        return []
