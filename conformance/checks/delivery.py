"""How a submission reached DCC: clauses 3.4, 4.7 and 4.13; guidance 1.4 and 1.5."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import PurePath

from msgspec.structs import replace

from conformance.checks.certificate import unread_sender, wrong_in_file
from conformance.checks.context import Context
from conformance.checks.file import in_message
from conformance.checks.name import NameForm, name_form_of, right_name
from conformance.checks.peers import findings_of
from conformance.checks.recipients import sent_to
from conformance.checks.registry import check
from conformance.findings import Finding, NotShown, Outcome, Through
from conformance.model.column import Role, conforming
from conformance.model.parameter import Parameter
from conformance.model.profile import EMAIL
from conformance.model.reference_shape import mentions, miscounted
from conformance.model.requirement import Kind, Requirement
from conformance.model.types.eui64 import canonical
from conformance.patterns import pattern
from conformance.records import read_records
from conformance.submission.area.naming import EUI64
from conformance.submission.names import signed_name

#: The word in findings for the part of a name that is the reference of the request.
_REQUEST_ID = "its Request Id"
_OWNER = "its EUI-64"
_DASHES = "\u2010-\u2015"
_EXTENSIONS = r"(?:\.[A-Za-z0-9]{1,8})+$"


@check(
    "delivery-method",
    method=Parameter(optional=True),
    recipient=Parameter(values=("service-desk",), optional=True),
)
def delivery_method(context: Context, requirement: Requirement) -> Iterator[Outcome]:
    """Sent by DCC's secure delivery method of choice; before MP109, by email (3.4, 4.7, 4.13)."""
    method = context.submission.delivery.method
    rules = context.profile.delivery
    wanted = requirement.parameters.get("method", rules.method)
    if wanted == EMAIL and context.submission.delivery.mailed and method == rules.of_messages:
        method = EMAIL  # whatever the profile calls it
    if method is None:
        yield NotShown("how it was delivered is not known", ("delivery.method",))
    elif method == wanted:
        if requirement.parameters.get("recipient") == "service-desk":
            yield from sent_to(context, "delivery.service_desk_mailboxes")
    elif "change-over" in requirement.notes and method == rules.method:
        # Under the edition before it, the method that the amendment brought.
        if context.reading("change-over") == "email-only":
            yield Finding(
                "delivered by the method that the amendment brought, before it was in force",
                found=method,
                expected=wanted,
                notes=("change-over",),
            )
    elif method == rules.contingency and context.reading("email-contingency") == "guidance":
        # The guidance's requirement 1.6 checks whether the User could use the contingency.
        return
    else:
        yield Finding(
            "not delivered by the secure delivery method of choice",
            found=method,
            expected=wanted,
            notes=("email-contingency",) if method == rules.contingency else (),
            profile=() if "method" in requirement.parameters else ("delivery.method",),
        )


@check("file-for-each-role")
def file_for_each_role(context: Context, _: Requirement) -> Iterator[Outcome]:
    """An ADT File for each User ID and User Role that sets ADTs (3.4)."""
    if context.reading("file-per-role") == "one":
        yield from _one_role(context)
    setters = context.submission.sender.adt_setters
    if setters is None:
        yield NotShown("who else sets ADTs is not known", ("sender.sets_adts",))
        return
    part, own = context.submission.area.part, context.sender_user_id
    for setter in setters:
        # Without any file of another User ID, the fault is of the area as a whole, and there once.
        if not setter.file and not (part and canonical(setter.user_id) != own):
            yield Finding(
                "a User ID and User Role that sets ADTs has no ADT File",
                found=f"none for {setter.user_id} in role {setter.user_role}",
                expected="an ADT File for each",
            )


def _one_role(context: Context) -> Iterator[Outcome]:
    form, data = context.format, context.data
    column = form.index_of_role(Role.USER_ROLE) if form else None
    if form is None or data is None or column is None:
        return
    layout = context.layout(form)
    found = Counter(fields[column] for _, _, fields in read_records(data, layout))
    # One that is not of the form of its column is the fault of another check.
    roles = [*filter(conforming(layout.columns[column]), found)]
    if len(roles) > 1:
        yield Finding(
            "the file has several User Roles",
            found=", ".join(sorted(r.decode("latin-1") for r in roles)),
            expected="one User Role in a file",
            notes=("file-per-role",),
            profile=("files.adt.columns",),
        )


@check("name-form")
def name_form(context: Context, _: Requirement) -> Iterator[Outcome]:
    """The name is the EUI-64, the Request Id and the tag (guidance 1.4 and 1.5)."""
    name = context.submission.delivery.name
    if name is None:
        yield NotShown("the submission's name is not known", ("delivery.name",))
        return
    reference = context.profile.references.smsr
    if not pattern(reference).search(name) and _is_missed_already(context):
        # One fault: the reference is missing from what is used as the subject line.
        yield NotShown("the name has no reference", blocked_by=("reference-in-subject",))
        return
    # A reference that is not of the shape is the fault of the reference, and not of the name.
    reference = _with_known(reference, context.smsr_number)
    tag = context.profile.delivery.tags[context.submission.kind]
    incident = _incident_in_name(context)
    parts, whole = _parts_of_name(name_form_of(context), reference, incident, tag)
    match = whole.fullmatch(name)
    if match is None and (other := _is_instead(context, whole)):
        yield NotShown(other, blocked_by=("signature-present",))
        return
    if match is None:
        known = context.incident_number
        asks = known is not None and mentions(name, known)
        parts_of_it = f"EUI-64, Request Id{', Incident' * bool(incident)} and {tag}"
        wrong = _first_wrong(parts, name)
        if _REQUEST_ID in wrong:
            miscount = miscounted(context.profile.references.smsr, name)
            wrong = f"{_REQUEST_ID} {miscount}" if miscount else wrong
        yield Finding(
            f"the name is not of the form that the guidance gives: {wrong}",
            found=name,
            expected=f"{parts_of_it}, such as {right_name(context)}",
            notes=("name-form", *["incident-and-request-id"] * asks),
            profile=("delivery.tags", "references.smsr"),
        )
        return
    yield from _of_another_request(context, name) or _owner(context, match[1])


@lru_cache(maxsize=64)
def _parts_of_name(
    form: NameForm, reference: str, incident: str | None, tag: str
) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """Return the expressions of the parts of a name by what they are called, and of the whole."""
    before, after = form.between
    room = f"(?:{after}(?:{incident}))?" if incident else ""
    parts = {
        _OWNER: f"({EUI64})",
        "the dash behind its EUI-64": before,
        _REQUEST_ID: f"(?:{reference})",
        "the dash before its end": f"{room}{after}",
        f"{tag!r} at its end": f"{re.escape(tag)}{form.end}",
    }
    return parts, re.compile("".join(parts.values()))


def _is_instead(context: Context, whole: re.Pattern[str]) -> str | None:
    """Return why a wrong name is not a fault of its own: one found at the signature has both.

    ``whole`` is the pattern of a right one.
    """
    submission = context.submission
    if submission.archive is not None:
        # The file and its signature are to be sent instead, each by a name of its own.
        return "the name is that of an archive"
    if in_message(context):
        return "the name is that of an email message"
    if context.foreign is not None:
        return f"the name is that of {context.foreign.title}"
    strayed = submission.strayed
    if strayed is not None and strayed.owner and whole.fullmatch(strayed.owner):
        return "the signature of the file has the right name"
    return None


def _of_another_request(context: Context, name: str) -> list[Outcome]:
    """Return that a name has a Request Id other than that of the submission, if it does."""
    number = context.smsr_number
    if number is None or mentions(name, number):
        return []
    # That the number has not the form of one, or is not in what stands for the subject line, is
    # the same fault, and is found there.
    if not pattern(context.profile.references.smsr).fullmatch(number):
        return [NotShown("the name has another reference", blocked_by=("smsr-shape",))]
    if any(findings_of("reference-in-subject", context)):
        return [NotShown("the name has another reference", blocked_by=("reference-in-subject",))]
    return [
        Finding(
            "the Request Id in the name is not that of the Service Request",
            found=name,
            expected=f"{number}, as in {right_name(context)}",
            hint="Find out in the SSI which of the two is right: rename the file and its "
            "signature, or correct the record of the submission.",
            profile=("references.smsr",),
        )
    ]


def _first_wrong(parts: Mapping[str, str], name: str) -> str:
    """Return the first of ``parts``, expressions by what they are called, that is wrong."""
    form, at = "", 0
    for part, expression in parts.items():
        form += expression
        found = pattern(form).match(name)
        if part.endswith("at its end") and found is not None and found.end() < len(name):
            more = name[found.end() :]
            return f"{(re.sub(_EXTENSIONS, '', more) or more)[:40]!r} at its end is too much"
        if found is None and part == _OWNER and pattern(EUI64).search(name) is None:
            return f"{part} is missing"
        if found is None and part == _OWNER:
            return f"{part} is wrong, from character {at + 1} on"
        if found is None:
            return _in_place_of(part, name[at:])
        at = found.end()
    raise AssertionError(name)


def _in_place_of(part: str, rest: str) -> str:
    """Return what the ``rest`` of a name has in the place of ``part``."""
    if part.startswith("the dash"):
        word = rest[:1].strip(".")
    else:
        word = re.split(rf"[-{_DASHES}.]", rest)[0][:40]
    return f"{word!r} is in the place of {part}" if word else f"{part} is missing"


def _incident_in_name(context: Context) -> str | None:
    """Return an expression for the Incident, if by a note the name of a QCAF has to have it."""
    asked = context.reading("incident-and-request-id") == "name"
    if context.submission.kind is not Kind.QCAF or not asked:
        return None
    return _with_known(context.profile.references.incident, context.incident_number)


def _with_known(shape: str, known: str | None) -> str:
    """Return the expression of a reference, also for one that is ``known`` and not of the shape."""
    # One of the shape adds nothing: the expression is the same for all of them, and compiled once.
    if known is None or pattern(shape).fullmatch(known):
        return shape
    return f"{shape}|{re.escape(known)}"


def _owner(context: Context, eui64: str) -> Iterator[Outcome]:
    """By note party-or-user-id: the EUI-64 in the name is the User ID, or the Party's."""
    sender, entries = context.submission.sender, context.sender_entries
    if context.reading("party-or-user-id") == "party":
        owner, entries = canonical(sender.party_eui64) if sender.party_eui64 else None, ()
        if owner is None:
            yield NotShown("the Party's EUI-64 is not known", ("sender.party_eui64",))
            return
    else:
        owner = context.sender_user_id
        unread = unread_sender(context)
        if unread:
            yield unread
            return
    if owner is not None and canonical(eui64) != owner:
        if wrong := wrong_in_file(context, canonical(eui64)):
            yield Through((wrong,), ("party-or-user-id",), entries)
            return
        right = (context.submission.delivery.name or "").replace(eui64, owner)
        hint = f"Rename the file, and its signature, to {right}."
        if entries:
            hint += " If the User ID in the file is wrong, correct that, and sign the file again."
        yield Finding(
            "the name has the EUI-64 of another Party",
            found=eui64,
            expected=owner,
            notes=("party-or-user-id",),
            profile=entries,
            # A remedy is shown as it is.
            hint=hint if right.isprintable() else None,
        )


def _is_missed_already(context: Context) -> bool:
    """Return True if the name serves as subject line, and lacks its reference."""
    if context.submission.delivery.subject is not None:
        return False
    name = context.submission.delivery.name
    return any(finding.found == name for finding in findings_of("reference-in-subject", context))


@check("folder")
def folder(context: Context, _: Requirement) -> Iterator[Outcome]:
    """Uploaded to the folder for new submissions (guidance 1.4 and 1.5)."""
    where = context.submission.delivery.folder
    wanted = context.profile.delivery.folders[context.submission.kind]
    if context.submission.area.early:
        # Whatever is said of where it was put.
        reason = "it is in the folder for what is in production, which is found for the area"
        yield NotShown(reason, (f"the file in {wanted}",))
    elif where is None:
        yield NotShown("the folder is not known", ("delivery.folder",))
    elif moved_without_signature(context):
        yield NotShown("its signature is in the right folder", blocked_by=("signature-present",))
    elif not _is_in(where, wanted):
        yield replace(
            _in_folder(where, context) or Finding("uploaded to another folder"),
            found=where,
            expected=wanted,
            profile=("delivery.folders",),
        )


def moved_without_signature(context: Context) -> str | None:
    """Return the right folder, if the signature is there, under the name of the file."""
    submission, kind = context.submission, context.submission.kind
    strayed, file = submission.strayed, submission.file
    where, wanted = submission.delivery.folder, context.profile.delivery.folders.get(kind)
    if strayed is None or strayed.recorded or file is None or where is None or wanted is None:
        return None
    *folder, name = _steps(strayed.place)
    own = PurePath(file.name).name
    right = _steps(wanted)[-len(folder) :]
    there = bool(folder) and folder[-len(right) :] == right and signed_name(name) == own
    return wanted if there and not _is_in(where, wanted) else None


def _in_folder(where: str, context: Context) -> Finding | None:
    """Return what is wrong with the folder ``where``, if it is known or below the live one."""
    from conformance.submission.area.spot import Folder, spots

    kind, known = context.submission.kind, list(spots(context.profile.delivery))
    spot = next((s for s in known if _is_in(where, s.path)), None)
    if spot is not None and spot.kind is not kind:
        return Finding(
            f"the folder is for {spot.kind.label}s, not for {kind.label}s",
            hint=f"Move the file, and its signature, to {context.profile.delivery.folders[kind]}.",
        )
    own = {s.folder: s.path for s in known if s.kind is kind}
    live, archive = own.get(Folder.LIVE), own.get(Folder.ARCHIVE)
    if archive is not None and _is_in(where, archive):
        return Finding(
            "the folder is for submissions that DCC has dealt with",
            hint=f"Move the file, and its signature, to {own[Folder.SUBMITTED]}. If DCC has "
            "completed its request, write the time in area.json or the register.",
        )
    if live is None or f"/{live}/".casefold() not in f"/{'/'.join(_steps(where))}".casefold():
        return None
    old = f"to {archive} if it was replaced, " if archive else ""
    return Finding(
        "a folder below the one for what is in production, which the guidance does not have",
        hint=f"Move the file, and its signature: {old}to {live} if it is in production, and to "
        f"{own[Folder.SUBMITTED]} if it is new.",
    )


def _is_in(where: str, folder: str) -> bool:
    return _steps(where)[-len(_steps(folder)) :] == _steps(folder)


def _steps(path: str) -> list[str]:
    return [step.strip() for step in pattern(r"[/\\]").split(path) if step.strip()]
