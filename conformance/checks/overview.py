"""A summary of an area. Nothing in it is a requirement, so nothing in it fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.checks.area_files import AreaFiles
from conformance.checks.context import Context
from conformance.errors import SubmissionError
from conformance.model.requirement import Kind
from conformance.submission.area.overview import Latest, Overview, Production
from conformance.submission.area.spot import Folder
from conformance.submission.area.survey import AreaFile
from conformance.submission.evidence import Incident
from conformance.submission.manifest import read_manifest


def overview(context: Context) -> Overview:
    """The area that ``context`` is about, in brief."""
    area_files = AreaFiles.of(context)
    return Overview(
        production=tuple(_production(area_files)),
        twice=tuple(_twice(area_files)),
        incidents=tuple(_incidents(area_files)),
        bare_signatures=tuple(file.name for file in area_files.bare_signatures()),
        strays=area_files.survey.strays,
    )


def _production(area_files: AreaFiles) -> Iterator[Production]:
    live = area_files.by_user(Kind.ADT, Folder.LIVE)
    submitted = area_files.by_user(Kind.ADT, Folder.SUBMITTED)
    known = dict.fromkeys((*live, *submitted, *(area_files.survey.live_user_ids or ())))
    for user_id in sorted(known, key=lambda one: one or "~"):
        there, new = live.get(user_id, []), submitted.get(user_id, [])
        yield Production(
            user_id, tuple(file.name for file in there), len(new), _latest(area_files, there, new)
        )


def _latest(
    area_files: AreaFiles, live: Sequence[AreaFile], submitted: Sequence[AreaFile]
) -> Latest | None:
    numbered = [file for file in submitted if file.reference is not None]
    if not numbered:
        return None
    file = max(numbered, key=lambda one: one.reference or "")
    return Latest(
        file.name, file.reference or "", _against(area_files, live[0], file) if live else None
    )


def _against(area_files: AreaFiles, live: AreaFile, file: AreaFile) -> str | None:
    mine = area_files.digest(file)
    if mine is not None and mine == area_files.digest(live):
        return "the same file"
    return area_files.difference(live, file)


def _incidents(area_files: AreaFiles) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Incidents that several different QCAFs answer.

    No clause says that an Incident has only one: the second may be a correction, or a mistake.
    """
    found: dict[str, dict[bytes, str]] = {}
    for incident, name, value in (*_answered(area_files), *_recorded(area_files)):
        if incident is not None and value is not None:
            found.setdefault(incident, {}).setdefault(value, name)
    for incident, files in sorted(found.items()):
        if len(files) > 1:
            yield incident, tuple(files.values())


def _answered(area_files: AreaFiles) -> Iterator[tuple[str | None, str, bytes | None]]:
    """Incident, name and digest of each QCAF of the area, by its name or by its request's."""
    survey = area_files.survey
    files = area_files.files(Kind.QCAF, *Folder)
    # The archive last, so that a file that lies there as well is called by its new place.
    for file in sorted(files, key=lambda one: one.spot.folder is Folder.ARCHIVE):
        incident = file.incident or survey.incidents.get(file.reference or "")
        yield incident, file.name, area_files.digest(file) if incident else None


def _recorded(area_files: AreaFiles) -> Iterator[tuple[str | None, str, bytes | None]]:
    """The same of submissions with a record of their own, as far as that can be read."""
    for folder in area_files.survey.records:
        name = folder.relative_to(area_files.survey.root).as_posix()
        try:
            submission = read_manifest(folder, name)
        except SubmissionError:
            continue
        incident, file = submission.incident, submission.file
        if submission.kind is Kind.QCAF and isinstance(incident, Incident) and file is not None:
            yield incident.number, name, file.digest("sha256")


def _twice(area_files: AreaFiles) -> Iterator[tuple[str, ...]]:
    """Files of several names with the same bytes; only what is of one size is read."""
    sizes: dict[int, list[AreaFile]] = {}
    for file in area_files.survey.files:
        try:
            sizes.setdefault(file.path.stat().st_size, []).append(file)
        except OSError:
            continue
    for files in sizes.values():
        if len({file.path.name for file in files}) > 1:
            yield from _alike(area_files, files)


def _alike(area_files: AreaFiles, files: Sequence[AreaFile]) -> Iterator[tuple[str, ...]]:
    found: dict[bytes, list[AreaFile]] = {}
    for file in files:
        try:
            value = area_files.content(file).digest("sha256")
        except SubmissionError:
            continue
        found.setdefault(value, []).append(file)
    for same in found.values():
        if len({file.path.name for file in same}) > 1:
            yield tuple(file.name for file in same)
