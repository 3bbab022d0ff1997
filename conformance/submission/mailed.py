"""Submissions that came in an email message, each with what belongs to it."""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

from conformance.content import Content
from conformance.model.profile import DeliveryRules, Profile, ReferenceRules
from conformance.model.reference_shape import references_in
from conformance.model.requirement import Kind
from conformance.signature import SignedInput, open_file
from conformance.submission.area.stray import Stray
from conformance.submission.attachments import Attached, Enclosed, sort_attachments
from conformance.submission.evidence import Incident, ServiceRequest, Submission, is_forwarded
from conformance.submission.kind import HEAD, kind_by_content, kind_by_name
from conformance.submission.message import Message, read_message

#: Of a message with the text of another one in it.
_QUOTED = (
    "forwards another message in its text. What is attached was checked as sent with this one: by "
    "its subject line, its recipients and its date. If the other one is what went to DCC, check "
    "that: open it in the Sent folder, and save it as .eml"
)
#: Of a submission in a message attached to the one by which another like it was sent.
_EARLIER = (
    "not looked at: one like it is attached to the message itself, and is what was sent by it"
)


class _Letter(Struct, frozen=True):
    """A message by which something was sent, and the submissions attached to it.

    ``forwarded`` is the subject of the message attached to it that they were in, if they were.
    ``passed_on``: the text of another message is in it, and it did not go to DCC.
    """

    message: Message
    attached: Attached
    forwarded: str | None
    passed_on: bool


def kind_of_file(content: Content, profile: Profile) -> Kind | None:
    """Return the kind that a file's name speaks of, or else its content, signed or not."""
    named = kind_by_name(content.name.rpartition("/")[2])
    if named is not None:
        return named
    found = kind_by_content(content.head(HEAD), profile.files)
    if found is None:
        data = open_file(SignedInput(content), profile.signature).data
        found = kind_by_content(data.head(HEAD), profile.files) if data else None
    return found


def submissions_in_message(
    submission: Submission, content: Content, profile: Profile
) -> list[Submission]:
    """Return ``submission`` with what the message ``content`` shows, where nothing else says it.

    There is one for each file of a submission that is attached; or the one, without a file.

    Raises:
        SubmissionError: the message is beyond what a person would send, or not one.
    """
    letters = _without_earlier(_letters(read_message(content), profile), profile)
    method = profile.delivery.of_messages
    if submission.file is not None:
        # The attachment is a copy; the file that the record names is checked.
        return [_delivered(submission, letters[0], submission.delivery.name, method)]
    found = [
        _delivered(with_file(submission, one), letter, one.name, method)
        for letter, one in _enclosed(letters)
    ]
    return with_own_names(_packed(found, letters), _passed_over(content, letters))


def submissions_in_signed_mail(
    submission: Submission, entity: Content, profile: Profile
) -> list[Submission]:
    """Return ``submission`` with each file in the ``entity`` that a signature was around.

    It is the part of a message that was signed: whom it went to, and its subject, are not in it.
    """
    letters = _letters(read_message(entity), profile)
    delivery = replace(submission.delivery, mailed=True, message_signed=True)
    bare = replace(submission, delivery=delivery)
    found = [with_file(bare, one) for _, one in _enclosed(letters)]
    return with_own_names(_packed(found, letters), _passed_over(entity, letters))


def _enclosed(letters: list[_Letter]) -> list[tuple[_Letter, Enclosed]]:
    """Return what is enclosed in any of ``letters``; the first, with nothing, if there is nothing.

    A signature without its file counts where there is no file.
    """
    found = [(letter, one) for letter in letters for one in letter.attached.enclosed]
    with_file = [pair for pair in found if pair[1].file is not None]
    return with_file or found[:1] or [(letters[0], Enclosed())]


def _packed(found: list[Submission], letters: list[_Letter]) -> list[Submission]:
    if not any(letter.attached.packed for letter in letters):
        return found
    return [replace(o, delivery=replace(o.delivery, message_packed=True)) for o in found]


def _passed_over(content: Content, letters: list[_Letter]) -> tuple[Stray, ...]:
    """Return what is passed over, and which messages were forwarded, as far as they show it."""
    first = letters[0].message
    around = []
    if not any(letter.attached.enclosed for letter in letters):
        pass
    elif letters[-1].message is not first:
        why = "only forwards the message that was sent, which is checked"
        around = [Stray(f"the message {first.subject or 'without a subject'!r}", why, noted=True)]
    elif is_forwarded(first.subject, first.body) and not (letters[0].passed_on or first.forwarded):
        name = f"the message {first.subject or 'without a subject'!r}"
        around = [Stray(name, _QUOTED, noted=True)]
    passed = (stray for letter in letters for stray in letter.attached.passed_over)
    return tuple(replace(o, name=f"{content.name}: {o.name}") for o in (*around, *passed))


def with_own_names(found: list[Submission], passed: tuple[Stray, ...]) -> list[Submission]:
    """Return ``found``, each called by its file if there are several."""
    if len(found) > 1:
        found = [
            replace(one, source=f"{one.source}: {one.file.name}") if one.file else one
            for one in found
        ]
    return [replace(one, passed_over=() if n else passed) for n, one in enumerate(found)]


def _letters(message: Message, profile: Profile) -> list[_Letter]:
    """Return the message, then those forwarded in it; each as it was sent to DCC, if it was."""
    waiting: list[tuple[Message, Message | None]] = [(message, None)]
    found: list[_Letter] = []
    while waiting:
        here, sent = waiting.pop(0)
        # What went to DCC is what counts; a message that was forwarded since is as it was sent.
        if sent is None and _went_to_dcc(here, profile.delivery):
            sent = here
        attached = sort_attachments(here.attachments, lambda file: kind_of_file(file, profile))
        inside = None if sent in (None, here) else here.subject or "no subject"
        quoted = is_forwarded(here.subject, here.body)
        passed_on = quoted and sent is None and any(_mailboxes(profile.delivery))
        found.append(_Letter(sent or here, attached, inside, passed_on))
        waiting += [(one, sent) for one in here.forwarded]
    return found


def _without_earlier(letters: list[_Letter], profile: Profile) -> list[_Letter]:
    """Return ``letters`` without the submissions in a message attached beside others of their kind.

    What is attached to the message itself was sent by it; the other message is an earlier one.
    """
    sent = {
        (id(one.message), kind_of_file(enclosed.file, profile))
        for one in letters
        if one.forwarded is None
        for enclosed in one.attached.enclosed
        if enclosed.file is not None
    }
    found = []
    for letter in letters:
        kept, passed = [], list(letter.attached.passed_over)
        for one in letter.attached.enclosed:
            kind = kind_of_file(one.file, profile) if one.file else None
            if letter.forwarded is None or kind is None or (id(letter.message), kind) not in sent:
                kept.append(one)
            else:
                name = f"{one.name}, in the message {letter.forwarded!r} attached to it"
                passed.append(Stray(name, _EARLIER))
        attached = replace(letter.attached, enclosed=tuple(kept), passed_over=tuple(passed))
        found.append(replace(letter, attached=attached))
    return found


def _went_to_dcc(message: Message, rules: DeliveryRules) -> bool:
    known = {one.casefold() for one in _mailboxes(rules)}
    return any(one.casefold() in known for one in message.recipients)


def _mailboxes(rules: DeliveryRules) -> tuple[str, ...]:
    return (*rules.contingency_mailboxes, *rules.service_desk_mailboxes)


def with_file(submission: Submission, enclosed: Enclosed) -> Submission:
    """Return ``submission`` with the files of one that was enclosed."""
    return replace(
        submission,
        file=enclosed.file,
        signature=submission.signature or enclosed.signature,
        certificate=submission.certificate or enclosed.certificate,
        archive=enclosed.archive,
        strayed=enclosed.strayed,
        quarantine=submission.quarantine
        if enclosed.report is None or submission.quarantine.report is not None
        else replace(submission.quarantine, report=enclosed.report),
    )


def with_references(submission: Submission, shapes: ReferenceRules) -> Submission:
    """Return ``submission`` with the references that its subject line and its name agree on.

    One is taken where the body has no other.
    """
    smsr = _agreed(submission, shapes.smsr, shapes.incident)
    incident = _agreed(submission, shapes.incident, shapes.smsr)
    return replace(
        submission,
        request=ServiceRequest(smsr) if smsr and submission.request is None else submission.request,
        incident=Incident(incident)
        if incident and submission.incident is None
        else submission.incident,
    )


def _agreed(submission: Submission, shape: str, other: str) -> str | None:
    """Return the one reference of ``shape``, and not of the ``other``, that both have."""
    delivery = submission.delivery
    texts = (delivery.subject, delivery.name, delivery.body)
    subject, name, body = (references_in(text or "", shape) for text in texts)
    if len(subject) != 1 or name != subject or not body <= subject:
        return None
    (reference,) = subject
    return None if re.fullmatch(other, reference) else reference


def _delivered(
    submission: Submission, letter: _Letter, name: str | None, method: str
) -> Submission:
    """Return ``submission`` with what a message shows, where nothing else says it."""
    delivery, message = submission.delivery, letter.message
    return replace(
        submission,
        # When a message was passed on to somebody says nothing of when it was sent to DCC.
        sent_at=submission.sent_at or (None if letter.passed_on else message.sent_at),
        delivery=replace(
            delivery,
            method=delivery.method or method,
            name=delivery.name or name,
            # A message without the field has an empty subject line, which is evidence.
            subject=(message.subject or "") if delivery.subject is None else delivery.subject,
            body=message.body if delivery.body is None else delivery.body,
            mailed=True,
            message_signed=message.signed,
            forwarded=letter.forwarded,
            passed_on=letter.passed_on,
            recipients=message.recipients if delivery.recipients is None else delivery.recipients,
        ),
    )
