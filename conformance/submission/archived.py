"""Submissions in a zip archive: loose files, or whole folders with a record."""

from __future__ import annotations

from pathlib import Path, PurePath, PurePosixPath

from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.model.profile import Profile
from conformance.submission.archive import files_of
from conformance.submission.area.survey import Stray
from conformance.submission.attachments import Attachment, sort_attachments
from conformance.submission.evidence import Submission
from conformance.submission.mailed import (
    kind_of_file,
    submissions_in_message,
    told_apart,
    with_file,
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
) -> list[Submission]:
    """Return the submissions that the manifests among the ``files`` of an archive describe.

    Raises:
        SubmissionError: a manifest cannot be read, or names a file that is not there.
    """
    known = {file.name: file for file in files}
    found: list[Submission] = []
    for name in sorted(known):
        if PurePosixPath(name).name == SUBMISSION:
            where = f"{archive.name}/{name}"
            table = load_json(known[name].named(where), "submission")
            reader = Archived(known, known[name], zone)
            reader.where = where
            one = described(table, reader, where.removesuffix(f"/{SUBMISSION}"))
            message = reader.file(table.get("delivery", {}).get("message"))
            one = replace(one, inputs=(archive,))
            # A message shows how its file was sent; else the archive is taken for what was sent.
            if message is not None:
                found += submissions_in_message(one, message, profile)
            else:
                found.append(replace(one, archive=PurePath(archive.name).name))
    return found


def loose_in_archive(
    submission: Submission, files: list[Content], profile: Profile
) -> list[Submission]:
    """Return ``submission`` with each of the submissions among the ``files`` of an archive.

    Without a record, the archive is taken for what is to be sent.
    """
    archive = PurePath(submission.source).name
    attachments = [Attachment(file) for file in files]
    attached = sort_attachments(attachments, lambda file: kind_of_file(file, profile))
    passed = tuple(
        Stray(f"{submission.source}/{one.name}", one.why) for one in attached.passed_over
    )
    found = [
        replace(with_file(submission, one), archive=one.archive or archive)
        for one in attached.enclosed
        if one.file is not None
    ]
    return told_apart(found, passed)


def opened(archive: Content) -> list[Content]:
    """Return the files in ``archive``; none if it cannot be opened.

    Its bytes are looked at then, and it is named for what it is.
    """
    try:
        return files_of(archive)
    except SubmissionError:
        return []
