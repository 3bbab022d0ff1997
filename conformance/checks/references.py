"""The references in a subject line, of Service Request and Incident: 3.4(a), 4.7(a), 4.13(a)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from conformance.checks.context import Context
from conformance.checks.name import right_file_name
from conformance.checks.recipients import only_forwarded
from conformance.checks.registry import check
from conformance.findings import Finding, NotShown, Outcome
from conformance.model.parameter import Parameter
from conformance.model.reference_shape import described, mentions, references_in
from conformance.model.requirement import Kind, Requirement
from conformance.submission.evidence import ABSENT

#: The thing that a reference is for, by the word of the model.
_NAMES = {"smsr": "SMSR", "incident": "Incident"}


@check("reference-in-subject", reference=Parameter(values=("smsr", "incident")))
def reference_in_subject(context: Context, requirement: Requirement) -> Iterator[Outcome]:
    """The reference is in the subject line of the submission (3.4(a), 4.7(a), 4.13(a))."""
    which = requirement.parameters["reference"]
    smsr = which == "smsr"
    if smsr and context.submission.request is ABSENT:
        yield NotShown("no SMSR was raised", blocked_by=("smsr-raised",))
        return
    delivery, shape = context.submission.delivery, getattr(context.profile.references, which)
    if delivery.passed_on or has_reference(delivery.forwarded or "", shape):
        yield from filter(None, (only_forwarded(context),))
        return
    wanted = context.smsr_number if smsr else context.incident_number
    lined = _has_subject_line(context)
    if wanted is None:
        seen = (_without_any(context, which) or of_another(context, which)) if lined else None
        yield seen or NotShown(
            f"the reference of the {_NAMES[which]} is not known", (f"references.{which}.number",)
        )
        return
    if lined:
        missing = list(_in_subject(context, wanted, ()))
        # Where the name has a form to keep, it is the name that is wrong, and is found there.
        if missing or (smsr and context.checks_of("name-form")):
            yield from missing
        else:
            yield from filter(None, (of_another(context, which),))
    elif smsr:
        yield from _in_title_or_name(context, wanted)
    else:
        yield from _incident_of_upload(context, wanted)


def of_another(context: Context, which: str) -> Finding | None:
    """Return that the subject line has another reference than the name of the file, if so."""
    delivery, shape = context.submission.delivery, getattr(context.profile.references, which)
    named = references_in(delivery.name or "", shape)
    said = references_in(delivery.subject or "", shape)
    if not named or not said or named & said:
        return None
    return Finding(
        "the subject line has another reference than the name of the file",
        found=", ".join(sorted(said)),
        expected=", ".join(sorted(named)),
        hint="Find out which of the two is right, and correct the other.",
        profile=(f"references.{which}",),
    )


def _without_any(context: Context, which: str) -> Finding | None:
    """Return that the subject line has nothing like a reference, which can be seen without it."""
    subject = context.submission.delivery.subject
    shape = getattr(context.profile.references, which)
    if subject is None or has_reference(subject, shape):
        return None
    return Finding(
        f"the subject line has no reference of an {_NAMES[which]}",
        found=subject or "an empty subject line",
        expected=like(shape, context.submission.delivery.name),
        hint=_put_in_subject(context),
        profile=() if not subject else (f"references.{which}",),
    )


def like(shape: str, name: str | None) -> str:
    """Return the reference of that shape that the ``name`` of a file has, or else an example."""
    said = references_in(name or "", shape)
    return f"{said.pop()}, as in the name of the file" if len(said) == 1 else described(shape)


def subject_is_missed(context: Context) -> bool:
    """Return True if the subject line of a message lacks the reference of the SMSR."""
    subject = context.submission.delivery.subject
    if subject is None or not _has_subject_line(context):
        return False
    number = context.smsr_number
    if number is None:
        return not has_reference(subject, context.profile.references.smsr)
    return not mentions(subject, number)


def _has_subject_line(context: Context) -> bool:
    method = context.profile.delivery.methods.get(context.submission.delivery.method or "")
    return method is not None and method.subject_line


def _put_in_subject(context: Context) -> str:
    """Return what to do where there is a subject line; by the guidance, the body has it as well."""
    rules, delivery = context.profile.delivery, context.submission.delivery
    both = delivery.method == rules.contingency and context.checks_of("contingency-reference")
    if both and context.submission.kind is Kind.QCAF and subject_is_missed(context):
        return (
            "Put the whole references of the Incident and of the Service Request, as the SSI shows "
            "them, in the subject line, and that of the Service Request in the body too."
        )
    also = " and in the body" if both and context.submission.kind is Kind.ADT else ""
    return f"Put the whole reference, as the SSI shows it, in the subject line{also}."


def _in_subject(context: Context, wanted: str, notes: tuple[str, ...] = ()) -> Iterator[Outcome]:
    """A subject line, or a title that was given, has the reference."""
    subject = context.submission.delivery.subject
    if subject is None:
        yield NotShown("the subject line is not known", ("delivery.subject",))
    elif not mentions(subject, wanted):
        missing = _missing(context, wanted, subject, "the subject line", notes)
        in_body = mentions(context.submission.delivery.body or "", wanted)
        if _has_subject_line(context) and not in_body:
            missing = replace(missing, hint=_in_place_of_others(context, wanted, subject))
        yield missing


def _in_place_of_others(context: Context, wanted: str, subject: str) -> str:
    """Return what to do where neither the subject line nor the body has the reference."""
    shapes, hint = context.profile.references, _put_in_subject(context)
    shape = shapes.smsr if wanted == context.smsr_number else shapes.incident
    others = ", ".join(sorted(references_in(subject, shape)))
    return f"In place of {others}, {hint[0].lower()}{hint[1:]}" if others else hint


def _in_title_or_name(context: Context, wanted: str) -> Iterator[Outcome]:
    """By note subject-line: a title counts, and without one the name is used."""
    if context.submission.delivery.subject is not None:
        yield from _in_subject(context, wanted, ("subject-line",))
    elif context.reading("subject-line") == "title":
        yield from _untitled(context, wanted, ("subject-line",))
    else:
        yield from _in_name(context, wanted, ("subject-line",))


def _untitled(context: Context, wanted: str, notes: tuple[str, ...]) -> Iterator[Outcome]:
    """By note subject-line: a delivery that is described and has no title does not meet it."""
    if context.submission.delivery.name is None:
        yield NotShown("the title that goes with the upload is not known", ("delivery.subject",))
    else:
        yield Finding(
            "the submission has no subject line or title",
            found="only a name",
            expected=wanted,
            notes=notes,
            profile=_without_subject_line(context),
        )


def _without_subject_line(context: Context) -> tuple[str, ...]:
    """The entry by which the method has no subject line, so that something else is used."""
    method = context.submission.delivery.method
    known = method in context.profile.delivery.methods
    return (f"delivery.methods.{method}.subject_line",) if known else ()


def _in_name(context: Context, wanted: str, notes: tuple[str, ...]) -> Iterator[Outcome]:
    name = context.submission.delivery.name
    if name is None:
        yield NotShown("the submission's name is not known", ("delivery.name",))
    elif not mentions(name, wanted) and _is_on_signature(context, wanted):
        reason = "the signature of the file has the right name"
        yield NotShown(reason, blocked_by=("signature-present",))
    elif not mentions(name, wanted):
        missing = _missing(
            context, wanted, name, "the name, which takes the place of the subject line", notes
        )
        right = right_file_name(context)
        # A remedy is shown as it is.
        if wanted == context.smsr_number and context.checks_of("name-form") and right.isprintable():
            # Else the name would fail again, at the guidance, once it has the reference.
            hint = f"Rename the file, and its signature, to {right}, by the guidance; or correct "
            hint += "the number in submission.json or the register, if that is wrong."
            missing = replace(missing, hint=hint)
        yield replace(missing, profile=_without_subject_line(context))


def _is_on_signature(context: Context, wanted: str) -> bool:
    """Return True if the file was renamed without its signature, which has the reference."""
    strayed = context.submission.strayed
    return strayed is not None and mentions(strayed.owner or "", wanted)


def _incident_of_upload(context: Context, wanted: str) -> Iterator[Outcome]:
    """By note incident-and-request-id: title, name, or the request that leads to the Incident."""
    delivery, notes = context.submission.delivery, ("incident-and-request-id",)
    match context.reading("incident-and-request-id"):
        case "name":
            yield from _in_name(context, wanted, notes)
        case "request-id":
            texts = [text for text in (delivery.subject, delivery.name) if text is not None]
            if any(mentions(text, wanted) for text in texts):
                return
            if context.smsr_number is None:
                yield NotShown("the Request Id is not known", ("references.smsr.number",))
            else:
                yield from _in_name(context, context.smsr_number, notes)
        case _:
            if delivery.subject is not None:
                yield from _in_subject(context, wanted, notes)
            elif context.reading("subject-line") == "title":
                yield from _untitled(context, wanted, ("subject-line", *notes))
            elif delivery.name is None or not mentions(delivery.name, wanted):
                yield NotShown(
                    "the title that goes with the upload is not known", ("delivery.subject",)
                )


def _missing(
    context: Context, wanted: str, text: str, where: str, notes: tuple[str, ...] = ()
) -> Finding:
    delivery = context.submission.delivery
    elsewhere = [
        place
        for place, other in (("body", delivery.body), ("name", delivery.name))
        if other is not None and other is not text and mentions(other, wanted)
    ]
    hint = f"It is in the {elsewhere[0]}: put it in {where} too." if elsewhere else None
    return Finding(
        f"the reference is not in {where}",
        found=text or "an empty subject line",
        expected=wanted,
        hint=hint,
        notes=notes,
    )


def has_reference(text: str, shape: str) -> bool:
    """Return True if ``text`` has a word of that shape."""
    return bool(references_in(text, shape))
