"""A lone file, with or without its detached signature, as far as it shows anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.foreign import Foreign, foreign
from conformance.model.profile import Profile
from conformance.model.requirement import Kind
from conformance.model.signature_record import RecordForm
from conformance.signature import SignedInput, open_file
from conformance.signature.containers.base import CERTIFICATE_SUFFIX
from conformance.signature.recognition import CMS_SHAPES, recognise
from conformance.submission.area.naming import read_name
from conformance.submission.area.spot import Folder, Spot, elsewhere, has_area, is_live, spot_of
from conformance.submission.evidence import Incident, PublishedItem, ServiceRequest, Submission
from conformance.submission.hints import CliHints
from conformance.submission.kind import (
    HEAD,
    is_message,
    kind_by_content,
    kind_by_name,
    kind_in_place_of,
)
from conformance.submission.misnamed import misnamed_owner, misnamed_signature, signature_used
from conformance.submission.names import belongs_to, name_inside, signature_names, signed_name
from conformance.submission.paths import is_file

if TYPE_CHECKING:
    from conformance.submission.register import Register


#: The remedy for a lone file of unknown kind, for a command that has this option.
SAY_KIND = "say --kind adt, qcaf, report or publication"


class UnknownKind(SubmissionError):  # noqa: N818 - it says what is not known
    """Nothing shows what a lone file is."""


def read_lone(content: Content, path: Path | None, hints: CliHints, profile: Profile) -> Submission:
    """Return the one submission that a lone file is, or has in it: see ``read_each``.

    Raises:
        SubmissionError: as ``read_each`` says; or it has several submissions in it.
    """
    return only(read_each(content, path, hints, profile), content.name)


def only(found: list[Submission], where: str) -> Submission:
    """Return the one submission of ``found``, which were in one source.

    Raises:
        SubmissionError: there are several.
    """
    if len(found) > 1:
        raise SubmissionError(
            f"has {len(found)} submissions in it", where=where, remedy="give one by itself"
        )
    return found[0]


def read_each(
    content: Content, path: Path | None, hints: CliHints, profile: Profile
) -> list[Submission]:
    """Return the submission that a lone file is, or those in it if it is a message or an archive.

    ``path`` is where it lies, or nothing if it came by standard input. A signature
    beside the file, by its name (see ``signature_names``), belongs to it. In
    a copy of the SharePoint area the folder tells the kind and, for a new submission, the
    delivery.

    Raises:
        UnknownKind: neither its name nor its content shows what it is.
        SubmissionError: it cannot be read, or is a file of another program.
    """
    bare = Submission(source=content.name, kind=Kind.ADT, root=path.parent if path else Path())
    if foreign(content) is Foreign.ZIP:
        # Loads the readers of messages and of archives.
        from conformance.submission.archived import loose_in_archive, opened, recorded_in_archive

        files = opened(content)
        if has_area([file.name for file in files], profile.delivery):
            raise SubmissionError(
                "is a zip archive of a SharePoint area, as its Download makes one",
                where=content.name,
                remedy="unpack it, and check the folder",
            )
        found, refused = recorded_in_archive(content, files, profile, hints.zone)
        if found:
            return found
        found = loose_in_archive(bare, files, refused, profile)
        if path is not None:
            found = [_with_signature_outside(one, path, profile) for one in found]
        # If there is nothing to check in it, the archive itself is looked at.
        found = found or [replace(bare, file=content, passed_over=refused)]
    else:
        found = _opened(bare, content, path, hints, profile)
    found = [_with_kind(_with_hints(one, hints), path, hints, profile) for one in found]
    if len(found) > 1 and (hints.signature or hints.certificate):
        option = "--signature" if hints.signature else "--certificate"
        raise SubmissionError(
            f"has {len(found)} submissions in it, and {option} goes with one file",
            where=content.name,
        )
    found = [replace(one, inputs=(content, *_beside_it(one, content))) for one in found]
    if hints.register is not None and path is not None:
        found = [hints.register.completed(one, path.name) for one in found]
    return found


def _opened(
    bare: Submission, content: Content, path: Path | None, hints: CliHints, profile: Profile
) -> list[Submission]:
    """Return ``bare`` with the file and its signature, taken out of what they are in."""
    if is_message(content):
        # Loads the readers of messages and of archives.
        from conformance.submission.mailed import submissions_in_message, with_references

        found = submissions_in_message(bare, content, profile)
        return [with_references(one, profile.references) for one in found]
    kind = foreign(content)
    # In a folder of an area it was uploaded in place of the file, which is a fault of it.
    if kind in (Foreign.OUTLOOK, Foreign.TNEF) and _spot(path, profile) is None:
        raise SubmissionError(f"is {kind.title}", where=content.name, remedy=kind.remedy)
    entity = None if hints.signature else _signed_mail(content)
    if entity is not None:
        from conformance.submission.mailed import submissions_in_signed_mail

        return submissions_in_signed_mail(bare, entity, profile)
    signature, certificate = _beside(path, profile.signature.record)
    misnamed = misnamed_signature(path) if path and not hints.signature else None
    strayed = None
    if path and not (hints.signature or signature or misnamed or _is_signed(content)):
        from conformance.submission.strayed import strayed_signature

        strayed = strayed_signature(content, path, profile.delivery)
    return [
        replace(
            bare,
            file=content,
            signature=signature,
            certificate=certificate,
            misnamed=misnamed.name if misnamed else None,
            strayed=strayed,
        )
    ]


def _with_signature_outside(submission: Submission, path: Path, profile: Profile) -> Submission:
    """Return what was in the archive ``path`` with the signature that is beside the archive."""
    if submission.file is None or submission.signature is not None:
        return submission
    inside = path.with_name(PurePath(submission.file.name).name)
    signature, _ = _beside(inside, profile.signature.record)
    return replace(submission, signature=signature)


def _with_hints(submission: Submission, hints: CliHints) -> Submission:
    """Return ``submission`` with the signature and the certificate of the command line."""
    if hints.signature is not None:
        given = Content.of_input(str(hints.signature), hints.signature)
        submission = replace(submission, signature=given)
    if hints.certificate is not None:
        given = Content.of_input(str(hints.certificate), hints.certificate)
        submission = replace(submission, certificate=given)
    return submission


def _beside_it(submission: Submission, content: Content) -> Iterator[Content]:
    """Yield what was read beside the file, if that is ``content`` itself."""
    if submission.file is content or any(o.file is content for o in submission.published):
        for extra in (submission.signature, submission.certificate):
            if isinstance(extra, Content):
                yield extra


def _with_kind(
    submission: Submission, path: Path | None, hints: CliHints, profile: Profile
) -> Submission:
    """Return ``submission`` with its kind, and with what its place in an area shows."""
    spot = _spot(path, profile)
    kind = hints.kind or (
        kind_in(spot, submission.file, profile) if spot else _kind(submission, path, profile)
    )
    if spot is not None and path is not None:
        submission = replace(submission, kind=kind)
        is_new = _is_new(path, spot, hints.register, profile)
        submission = _in_area(submission, spot, path.name, profile, is_new=is_new)
    if kind is Kind.PUBLICATION:
        # A lone template is all that a lone file can show of a publication.
        item = PublishedItem("template", None, submission.file, None)
        submission = replace(submission, file=None, signature=None, published=(item,))
    return replace(submission, kind=kind)


def _spot(path: Path | None, profile: Profile) -> Spot | None:
    """Return where in an area ``path`` is, if it is in one."""
    if path is None:
        return None
    return spot_of(path.parent, profile.delivery) or elsewhere(path, profile)


def _is_new(path: Path, spot: Spot, register: Register | None, profile: Profile) -> bool:
    """Return True if a register or the record of the area says that a request is not completed."""
    if register is not None and path.name in register.waiting:
        return True
    number = register.number_of(path.name) if register is not None else None
    number = number or read_name(path.name, profile.references).reference
    if number is None or spot.folder not in (Folder.LIVE, Folder.ARCHIVE):
        return False
    # Loads the reader of manifests.
    from conformance.submission.area.requests import is_open

    return (register is None or number not in register.requests) and is_open(path, spot, number)


def _in_area(
    submission: Submission, spot: Spot, name: str, profile: Profile, *, is_new: bool
) -> Submission:
    """Return ``submission`` with what its place and its name in an area say."""
    # A signature with the file in it is named like one beside the file.
    delivery = replace(submission.delivery, name=signed_name(name) or name)
    if delivery.mailed:
        # How the message was sent says nothing of how it came into the folder.
        delivery = replace(delivery, method=None)
    was_put = spot.folder in (Folder.SUBMITTED, Folder.ELSEWHERE)
    if was_put or (is_new and spot.folder is Folder.ARCHIVE):
        delivery = replace(delivery, method=profile.delivery.method, folder=spot.path)
    elif spot.kind is not submission.kind:
        # Wherever it was uploaded to, it is in the folder of another kind.
        delivery = replace(delivery, folder=spot.path)
    said = read_name(name, profile.references)
    return replace(
        submission,
        area=replace(submission.area, part=True, early=is_new and is_live(spot)),
        delivery=delivery,
        request=ServiceRequest(said.reference) if said.reference else None,
        incident=Incident(said.incident) if said.incident else None,
    )


def kind_in(spot: Spot, file: Content | None, profile: Profile) -> Kind:
    """Return the kind of a file in a folder of an area: the folder's, unless its records differ."""
    formats = {kind: profile.files[kind] for kind in profile.delivery.folders}
    data = file
    if file is not None and recognise(file.head(HEAD)) in CMS_SHAPES:
        data = open_file(SignedInput(file), profile.signature).data
    return kind_in_place_of(spot.kind, data.head(HEAD), formats) if data else spot.kind


def is_signature_of(path: Path) -> Path | None:
    """The file beside ``path`` whose signature ``path`` is by its name, if any."""
    name = name_inside(path.name)
    known = (name, *signature_names(name)) if name else ()
    owner = belongs_to(path.name, [one for one in known if is_file(path.with_name(one))])
    return path.with_name(owner) if owner is not None else misnamed_owner(path)


def _is_signed(content: Content) -> bool:
    return recognise(content.head(HEAD)) in CMS_SHAPES


def _signed_mail(content: Content) -> Content | None:
    """Return the message of several parts that ``content`` is a signature around, if it is one."""
    if recognise(content.head(HEAD)) not in CMS_SHAPES:
        return None
    # Loads the readers of CMS and of messages.
    from conformance.submission.signed_mail import entity_in, has_parts

    entity = entity_in(content)
    if entity is None or not has_parts(entity):
        return None
    return Content.of_bytes(content.name, entity)


def _beside(path: Path | None, record: RecordForm | None) -> tuple[Content | None, Content | None]:
    """Return the signature beside a file, and the certificate for it or for its ``record``."""
    if path is None:
        return None, None
    found = [path.with_name(name) for name in signature_names(path.name)]
    signature = next((f for f in found if is_file(f) and not f.is_symlink()), None)
    signature = signature or signature_used(path)
    certificate = path.with_name(path.name + CERTIFICATE_SUFFIX)
    wanted = signature is not None or (record is not None and not record.has_certificate)
    return (
        Content.of_input(signature.name, signature) if signature is not None else None,
        Content.of_input(certificate.name, certificate)
        if wanted and is_file(certificate)
        else None,
    )


def _names_inside(file: Content | None) -> Iterator[str]:
    """Yield the names in a zip archive, which say what it is where its own name does not."""
    if file is not None and foreign(file) is Foreign.ZIP:
        # Loads the reader of archives.
        from conformance.submission.archive import names_in

        yield from names_in(file)


def _kind(submission: Submission, path: Path | None, profile: Profile) -> Kind:
    file, subject = submission.file, submission.delivery.subject
    names = [path.name] if path else []
    if file is not None and submission.delivery.mailed:
        # Of a file that came in a message; a lone one is called by its whole path.
        names = [PurePath(file.name).name, *names]
    for name in (*names, subject or "", *_names_inside(file)):
        kind = kind_by_name(name)
        if kind:
            return kind
    if file is not None:
        kind = kind_by_content(file.head(HEAD), profile.files)
        if kind is None:
            data = open_file(SignedInput(file), profile.signature).data
            kind = kind_by_content(data.head(HEAD), profile.files) if data else None
        if kind:
            return kind
    other = None if file is None else foreign(file)
    if other is not None:
        raise UnknownKind(
            f"is {other.title}, not CSV", where=submission.source, remedy=other.remedy
        )
    raise UnknownKind(
        "neither its name nor its content shows what it is",
        where=submission.source,
        remedy=SAY_KIND,
    )
