"""The area as a whole: guidance 1.1, 1.3 and 1.4.

The first two are asked of a single submission as well, whose record may say what else there is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from conformance.checks.area_files import AreaFiles
from conformance.checks.certificate import unread_sender, wrong_in_file
from conformance.checks.context import Context
from conformance.checks.registry import check
from conformance.checks.succession import PLACES, Succession
from conformance.findings import Finding, NotApplicable, NotShown, Outcome, Place, Through
from conformance.model.requirement import Kind, Requirement
from conformance.phrases import listed
from conformance.submission.area.naming import read_name
from conformance.submission.area.spot import Folder, spots
from conformance.submission.area.survey import AreaFile

#: Of a file in an area that is looked at by itself.
_PART = NotApplicable(
    "applies to the area as a whole, which is looked at when its folder is checked"
)
#: Of what the guidance only describes, if it is read so.
DESCRIBED = NotApplicable("by the profile's reading of note live-folder")
_REQUESTS = ("requests in area.json",)
_LIVE_USERS = ("--live-users", "live_user_ids in area.json")
#: The folders of what was submitted: taken, waiting, or put in a folder of somebody's own.
SUBMITTED = (Folder.SUBMITTED, Folder.ELSEWHERE, Folder.ARCHIVE)
#: Names that are given where there may be any number.
_NAMED = 3


@check("file-for-each-user-id")
def file_for_each_user_id(context: Context, _: Requirement) -> Iterator[Outcome]:
    """An ADT File for each live EUI-64 User ID (guidance 1.1)."""
    area = context.submission.area
    if context.submission.kind is Kind.AREA:
        yield from _file_for_each(AreaFiles.of(context), context)
    elif area.part:
        yield _PART
    elif area.live_user_ids is None or area.live_names is None:
        evidence = ("area.live_user_ids", "area.live")
        yield NotShown("the live User IDs and their files are not known", evidence)
    else:
        covered = set(_owners(context, area.live_names))
        if context.sender_user_id:
            covered.add(context.sender_user_id)
        faults = list(_without_file(area.live_user_ids, covered))
        unread = unread_sender(context)
        named = context.named_user_id
        without = _without_file(area.live_user_ids, {*covered, named})
        if faults and unread:
            yield unread
        elif faults and not any(without) and (wrong := wrong_in_file(context, named)):
            yield Through((wrong,))
        else:
            yield from faults


def _file_for_each(area_files: AreaFiles, context: Context) -> Iterator[Outcome]:
    users = area_files.survey.live_user_ids
    missing = not_copied(context, Folder.SUBMITTED) or not_copied(context, Folder.LIVE)
    if users is None:
        yield NotShown("which User IDs are live is not known", _LIVE_USERS)
        return
    files = area_files.by_user(Kind.ADT, Folder.SUBMITTED, Folder.LIVE, Folder.ELSEWHERE)
    faults = list(_without_file(users, {*files, *_taken_away(area_files, context)}, PLACES))
    if faults and (missing or None in files):
        yield missing or _whose(files[None])
    else:
        yield from faults


def _taken_away(area_files: AreaFiles, context: Context) -> Iterator[str | None]:
    """Yield whose files are in the archive although DCC took them, or are found there as new."""
    if context.reading("live-folder") != "described":
        completed = _requests(area_files, context)
        for file in area_files.files(Kind.ADT, Folder.ARCHIVE):
            taken = file.reference and completed.get(file.reference)
            if taken or file.path.name in area_files.survey.waiting:
                yield area_files.owner(file)


def _without_file(
    users: Iterable[str], covered: Iterable[str | None], entries: tuple[str, ...] = ()
) -> Iterator[Finding]:
    there = frozenset(covered)
    for user_id in users:
        if user_id.upper() not in there:
            yield Finding(
                "a live User ID has no ADT File",
                found=f"none for {user_id}",
                expected="one",
                profile=entries,
                hint="Submit an ADT File for it; or if it is not live, correct the list that says "
                "it is.",
            )


@check("one-live-file")
def one_live_file(context: Context, _: Requirement) -> Iterator[Outcome]:
    """The Live folder holds one file for a User ID (guidance 1.4)."""
    area = context.submission.area
    if context.reading("live-folder") == "described":
        yield DESCRIBED
    elif context.submission.kind is Kind.AREA:
        yield from _one_live_each(AreaFiles.of(context), context)
    elif area.part:
        yield _PART
    elif area.live_names is None:
        yield NotShown("the contents of the Live folder are not known", ("area.live",))
    else:
        for user_id, count in Counter(_owners(context, area.live_names)).items():
            if count > 1:
                yield _several(user_id, str(count), Place(), ())


def _one_live_each(area_files: AreaFiles, context: Context) -> Iterator[Outcome]:
    missing = not_copied(context, Folder.LIVE)
    if missing:
        yield missing
        return
    for user_id, files in area_files.by_user(Kind.ADT, Folder.LIVE).items():
        if user_id is None:
            yield _whose(files)
        elif len(files) > 1:
            found = _several(user_id, named(files), Place(files[-1].name), PLACES)
            yield replace(found, hint=_misplaced(area_files, files, context))
    yield from _nothing_live(area_files, context)


def _misplaced(area_files: AreaFiles, files: Sequence[AreaFile], context: Context) -> str | None:
    """Return what to do about files in Live whose request is not completed, if any."""
    said = area_files.survey.requests
    new = [file for file in files if said.get(file.reference or "", file) is None]
    if not new:
        return None
    folder = context.profile.delivery.folders[Kind.ADT]
    hint = f"Move each file whose request is not completed, with its signature, to {folder}: "
    hint += f"{named(new)}."
    if len(files) - len(new) != 1:
        hint += " Ask DCC's Service Centre which file is in production."
    return hint if hint.isprintable() else None


def _nothing_live(area_files: AreaFiles, context: Context) -> Iterator[NotShown]:
    """Say that Live is empty, unless it is known of each file whether DCC has taken it."""
    if any(area_files.files(Kind.ADT, Folder.LIVE)):
        return
    others = list(area_files.files(Kind.ADT, *SUBMITTED))
    said, taken = area_files.survey.requests, _requests(area_files, context)
    if others and all(file.reference in said for file in others):
        return
    if any(taken.get(file.reference or "") for file in others):
        # That this one is not in Live is found by itself, where the latest one is looked for.
        return
    yield NotShown(
        "the Live folder is empty, and nothing says that it should be: check whether all "
        "of it was copied, and ask DCC's Service Centre which file is in production",
        _REQUESTS,
    )


def _several(user_id: str, what: str, place: Place, entries: tuple[str, ...]) -> Finding:
    return Finding(
        "the Live folder has several files for a User ID",
        found=f"{what} for {user_id}",
        expected="one",
        place=place,
        notes=("live-folder",),
        profile=entries,
    )


@check("live-is-last")
def live_is_last(context: Context, _: Requirement) -> Iterator[Outcome]:
    """Live has the file whose request DCC completed last (guidance 1.4)."""
    if context.reading("live-folder") == "described":
        yield DESCRIBED
        return
    area_files = AreaFiles.of(context)
    missing = not_copied(context, Folder.LIVE)
    if missing:
        yield missing
        return
    live = area_files.by_user(Kind.ADT, Folder.LIVE)
    others = area_files.by_user(Kind.ADT, *SUBMITTED)
    in_force = {file.reference: file for some in live.values() for file in some if file.reference}
    waiting: list[AreaFile] = []
    requests = _requests(area_files, context)
    shared = any(_shared(area_files, context))
    for user_id in {**others, **live}:
        files, there = others.get(user_id, []), live.get(user_id, [])
        # The file in Live under the wrong User ID: its name is the fault.
        files = [
            f
            for f in files
            if there or not _is_same(area_files, f, in_force.get(f.reference or ""))
        ]
        if user_id is None:
            yield _whose([*files, *there])
        elif len(there) > 1:
            yield NotShown(
                "it is not clear which file is in production", blocked_by=("one-live-file",)
            )
        else:
            yield from Succession(area_files, requests, waiting).faults(there, files)
    if not (live or others):
        yield from _nothing_live(area_files, context)
    if waiting:
        numbers = dict.fromkeys(file.reference or "the request" for file in waiting)
        what = ", ".join([*numbers][:_NAMED])
        yield NotShown(
            f"it is not known when, or whether, DCC completed {what} of {named(waiting)}",
            _REQUESTS,
            ("request-for-each-file",) if shared else (),
        )


def _is_same(area_files: AreaFiles, file: AreaFile, other: AreaFile | None) -> bool:
    digest = area_files.digest(file) if other is not None else None
    return other is not None and digest is not None and digest == area_files.digest(other)


def _requests(area_files: AreaFiles, context: Context) -> Mapping[str, datetime | None]:
    """Return when DCC completed the requests that are for one file each."""
    shared = {reference for reference, _ in _shared(area_files, context)}
    return {n: at for n, at in area_files.survey.requests.items() if n not in shared}


@check("request-for-each-file")
def request_for_each_file(context: Context, _: Requirement) -> Iterator[Outcome]:
    """Each file that was submitted has a request of its own (guidance 1.3, clause 3.1)."""
    area_files = AreaFiles.of(context)
    files = [f for kind in (Kind.ADT, Kind.QCAF) for f in area_files.files(kind, *Folder)]
    if not any(file.reference for file in files):
        reason = "no name has a Request Id" if files else "the area has no file"
        yield NotShown(reason, ("names as the guidance gives them",))
        return
    for name in area_files.survey.expected:
        yield NotShown(
            f"{name} was submitted, as the register says, and is not in the area",
            (f"the file {name}, or a register without its row",),
        )
    for reference, different in _shared(area_files, context):
        yield Finding(
            "several files share one request",
            found=f"{reference} for {named(different)}",
            expected="a request for each",
            place=Place(different[-1].name),
            notes=("request-for-each-file",),
            profile=(*PLACES, "references.smsr"),
        )


def _shared(area_files: AreaFiles, context: Context) -> Iterator[tuple[str, list[AreaFile]]]:
    """Return the Request Ids that are for several files, with one of each different file."""
    each = context.reading("request-for-each-file") == "one-file"
    groups: dict[tuple[str, str | None], list[AreaFile]] = {}
    for kind in (Kind.ADT, Kind.QCAF):
        for file in area_files.files(kind, *Folder):
            if file.reference is not None:
                of = None if each else f"{kind.value} {area_files.owner(file)}"
                groups.setdefault((file.reference, of), []).append(file)
    for (reference, _of), files in groups.items():
        different = _different(area_files, files)
        if len(different) > 1:
            yield reference, different


def _different(area_files: AreaFiles, files: list[AreaFile]) -> list[AreaFile]:
    """One of each different file among those of a request.

    Other bytes in Live than those submitted for the same User ID are not a second file: it
    is reported where Live is looked at.
    """
    if len(files) == 1:
        return files
    found: dict[tuple[str, str | None], dict[bytes | None, AreaFile]] = {}
    for file in sorted(files, key=lambda one: one.spot.folder is Folder.LIVE):
        known = found.setdefault((area_files.kind(file).value, area_files.owner(file)), {})
        if not (known and file.spot.folder is Folder.LIVE):
            known.setdefault(area_files.digest(file), file)
    for known in found.values():
        if len(known) > 1:
            # A file that cannot be read may be the same as the one that can.
            known.pop(None, None)
            # One with the signature of another is a changed copy of that. Where it is checked, that
            # is found there; one in the archive is not.
            several = [*known.items()]
            for digest, file in several:
                if file.spot.folder is Folder.ARCHIVE:
                    continue
                others = (one for _, one in several if one is not file)
                if any(area_files.has_signature_of(file, one) for one in others):
                    del known[digest]
    # The same bytes in the name of another are one file, whose name has the wrong User ID.
    each = {digest or file.name: file for k in found.values() for digest, file in k.items()}
    return list(each.values())


def _owners(context: Context, names: Iterable[str]) -> list[str]:
    """The EUI-64 at the start of each name that has one."""
    said = (read_name(name, context.profile.references).user_id for name in names)
    return [user_id for user_id in said if user_id is not None]


def not_copied(context: Context, folder: Folder) -> NotShown | None:
    """Why nothing is known of a folder for ADT Files, if it is not in the copy."""
    wanted = (Kind.ADT, folder)
    if wanted in AreaFiles.of(context).survey.folders:
        return None
    known = (s.path for s in spots(context.profile.delivery) if (s.kind, s.folder) == wanted)
    path = next(known, f"of the kind {folder.value}")
    return NotShown(f"the copy has no folder {path}", (path,))


def _whose(files: list[AreaFile]) -> NotShown:
    return NotShown(f"no User ID is known for {named(files)}", ("the User ID in each name",))


def named(files: Sequence[AreaFile]) -> str:
    """The first of some files by name, and how many more there are."""
    return listed([file.name for file in files], _NAMED)
