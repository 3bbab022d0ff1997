"""The Digital Signature: clauses 6.1, 3.4(b), 4.7(b) and 4.13(b)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from conformance.checks.context import Context
from conformance.checks.delivery import moved_without_signature
from conformance.checks.file import NO_CERTIFICATE, in_message, no_file, not_attached, saved_copy
from conformance.checks.registry import check
from conformance.content import Content
from conformance.findings import Finding, NotShown, Outcome, Place, Through
from conformance.foreign import Foreign, foreign
from conformance.model.profile import SignatureRules
from conformance.model.requirement import Requirement
from conformance.signature import Opened, Presence
from conformance.signature.digest import OTHER_BYTES, OTHER_FILE
from conformance.signature.record import looks_signed
from conformance.submission.evidence import is_forwarded
from conformance.submission.names import SUBMISSION, right_name

if TYPE_CHECKING:
    from conformance.submission.strayed import Strayed

_SIGN_THE_FILE = (
    "Sign the file itself, as with `tadp sign`, and attach what that writes. A signature that a "
    "mail program puts on the message is lost when the file is taken out of it."
)
_GONE = "If it is gone, then: "
#: Attachments that are named which are something else.
_LISTED = 3
#: Entries of a profile that let the certificate of the signer come from elsewhere.
_ELSEWHERE = (("signature.cms.certificate",), ("signature.record.columns",))


@check("signature-present")
def signature_present(context: Context, _: Requirement) -> Iterator[Outcome]:
    """There is a signature at all (6.1)."""
    opened, submission = context.opened, context.submission
    if in_message(context):
        yield Finding(
            "an email message is in the place of the file",
            found=submission.delivery.name,
            expected=f"the {submission.kind.label} itself, with its signature",
            hint="Put the CSV file and its signature that were sent with the message into this "
            "folder, each by itself, if they are not there yet. Take the message away.",
        )
    elif opened is None:
        packed = submission.delivery.message_packed
        yield _not_attached(context) if not_attached(context) and not packed else no_file(context)
    else:
        yield from _signed_csv(context, opened)


def _signed_csv(context: Context, opened: Opened) -> Iterator[Outcome]:
    """Yield what keeps the file from being a signed CSV file, sent by itself."""
    submission = context.submission
    if submission.archive is not None:
        yield Finding(
            "the file was sent in a zip archive, which is not allowed",
            found=submission.archive,
            expected="the CSV file itself, with its signature",
            hint="Unpack the archive and send each file by itself. If the files were sent like "
            "that, and put into the archive later, check the unpacked folder.",
        )
    if submission.delivery.forwarded is not None:
        yield Finding(
            "the file is in a message that was forwarded as an attachment",
            found=f"attached to the message {submission.delivery.forwarded!r} inside the one sent",
            expected="the CSV file and its signature, attached to the message that is sent",
            hint="Send a new message with the file and its signature attached to it.",
        )
    if context.foreign is not None:
        yield Finding(
            "the file is not CSV",
            found=context.foreign.title,
            expected="a Digitally Signed CSV file",
            place=Place(submission.file.name if submission.file else None),
            hint=_in_place_of(context, context.foreign),
        )
    elif opened.container is None and submission.misnamed and submission.file:
        name = right_name(submission.misnamed, PurePath(submission.file.name).name)
        yield Finding(
            "the signature beside the file does not have its name, and was not used",
            found=submission.misnamed,
            expected=name,
            place=Place(submission.file.name),
            hint="Rename the signature: all of the name of its file comes first, with the ending, "
            "and nothing comes after the ending of the signature.",
        )
    elif opened.container is None and submission.strayed and submission.file:
        strayed, name = submission.strayed, submission.file.name
        found = _elsewhere(strayed, name) if strayed.sure else _in_closed_archive(strayed, name)
        folder = moved_without_signature(context)
        yield (
            replace(found, hint=f"Move the file to {folder}, to its signature.")
            if folder
            else found
        )
    elif opened.container is None:
        file, mail = submission.file, submission.delivery.message_signed
        unsigned = Finding(
            "the email message is signed, not the file in it" if mail else "the file is not signed",
            found="no signature in the file or beside it",
            expected="one of " + ", ".join(context.profile.signature.containers),
            place=Place(file.name if file else None),
            hint=_SIGN_THE_FILE if mail else _hint(context.profile.signature),
            # Whatever the profile takes, all forms that are known were looked for, but this one.
            profile=("signature.containers",) if file and looks_signed(file) else (),
        )
        copy = saved_copy(context)
        yield copy.finding(unsigned) if copy and copy.original is not None else unsigned
    elif opened.presence is Presence.UNSIGNED:
        yield from opened.faults
    elif opened.presence is Presence.ALONE:
        yield NotShown(
            "the file that the signature is over did not come with it",
            ("file",),
            ("signature-verifies",),
        )


def _in_place_of(context: Context, kind: Foreign) -> str:
    """Return what to do about a file of another program, which may be made from the signed one."""
    signature = context.submission.signature
    if isinstance(signature, Content) and foreign(signature) is None:
        if kind is Foreign.HTML:
            return kind.instead
        return f"Put the CSV file that was signed in its place: the signature is here. {_GONE}" + (
            kind.instead
        )
    from conformance.submission.signed_instead import signed_beside

    name, is_there = signed_beside(context.submission) or ("", False)
    if not name or not name.isprintable():
        return kind.instead
    if is_there:
        return f"Take this file away: {name}, which is signed, is beside it."
    return (
        f"Put {name}, as it was signed, in the place of this file: the signature of that is here. "
        f"{_GONE}{kind.instead}"
    )


def _elsewhere(strayed: Strayed, name: str) -> Finding:
    """Return that the file ``name`` has a signature, which was not given with it."""
    return Finding(
        f"{SUBMISSION} does not name the signature of the file, which was not used"
        if strayed.recorded
        else "the signature of the file is in another place or has another name, and was not used",
        found=strayed.place,
        expected=f"named in {SUBMISSION}"
        if strayed.recorded
        else "beside the file, with all of its name and an ending",
        place=Place(name),
        hint=strayed.remedy if strayed.remedy.isprintable() else None,
    )


def _in_closed_archive(strayed: Strayed, name: str) -> Finding:
    """Return that the file ``name`` has no signature, unless that is in an archive."""
    return Finding(
        "the file is not signed, unless its signature is in an archive",
        found=f"no signature in the file or beside it; {strayed.place} is not opened here",
        expected="the signature by itself, with the file",
        place=Place(name),
        hint=strayed.remedy if strayed.remedy.isprintable() else None,
    )


def _not_attached(context: Context) -> Finding:
    """Return that a message has no file attached that could be a submission."""
    passed = [stray.name for stray in context.submission.passed_over]
    return Finding(
        "the email message was forwarded without a signed CSV file attached"
        if is_forwarded(context.submission.delivery.subject)
        else "the email message has no signed CSV file attached",
        found=f"only {', '.join(passed[:_LISTED])}" if passed else "no attachment",
        expected=f"the {context.submission.kind.label} and its signature",
        hint="Attach the CSV file and its signature, and send the message again.",
    )


def _hint(rules: SignatureRules) -> str | None:
    """Return which record would have the signature in it, where the profile takes one."""
    if rules.record is None:
        return None
    place = "first" if rules.record.first else "last"
    return f"A signature in the file is its {place} record: {rules.record.printed}"


@check("signature-verifies")
def signature_verifies(context: Context, _: Requirement) -> Iterator[Outcome]:
    """The signature verifies over exactly the file's bytes (3.4(b), 4.7(b), 4.13(b), 4.8(a))."""
    opened = context.opened
    if opened is None or context.foreign is not None:
        yield no_file(context)
    elif opened.presence is Presence.UNSIGNED:
        yield NotShown("there is no signature", blocked_by=("signature-present",))
    elif opened.presence is Presence.UNKNOWN:
        # That it did not come along is as the profile has it.
        yield from (one for one in opened.faults if one.profile not in _ELSEWHERE)
        yield NotShown(NO_CERTIFICATE, ("--certificate",))
    elif opened.faults and (cause := saved_copy(context)) and cause.breaks_signature:
        first = opened.faults[0]
        yield cause.finding(first) if cause.shows_at_signature else Through((cause.cause,))
    else:
        # Of a file inside that is not the one beside it, that is the other file.
        inside = any(fault.message.startswith(OTHER_FILE) for fault in opened.faults)
        yield from opened.faults if inside else (_named_after(f, context) for f in opened.faults)


def _named_after(fault: Finding, context: Context) -> Finding:
    """Return ``fault`` with the file that the signature is over, if it is another at hand."""
    if fault.message != OTHER_BYTES:
        return fault
    from conformance.submission.signed_instead import signed_instead

    other = signed_instead(context.submission, context.profile.delivery)
    if other is None or not other.name.isprintable():
        return fault
    name = other.name
    if other.swapped:
        message = f"the signature of this file and that of {name} are in each other's place"
        hint = f"Put each signature beside the file that it is over: this one has that of {name}."
        return replace(fault, message=message, hint=hint)
    changed = PurePath(name).name == PurePath(fault.place.file or "").name
    if other.live:
        hint = "Ask DCC's Service Centre which of the two is in production, and have the file that "
        hint += "is, as it was signed, put into this folder."
    elif changed:
        hint = f"Put the file back as {name} has it. If the change is meant, submit the changed "
        hint += "file under a request of its own, with a signature over it."
    else:
        hint = "If this file is right, sign it, and put its own signature beside it. If "
        hint += f"{name} is, send that with its signature."
    message = f"the signature is over another file, {name}"
    if changed:
        message = f"the file was changed after it was signed: as signed, it is {name}"
    return replace(fault, message=message, hint=hint)
