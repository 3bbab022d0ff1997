"""SMSR and Incident references: clauses 3.1, 3.4(a), 4.7(a), 4.13, 4.13(a); guidance 1.3."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from conformance.checks.context import Context
from conformance.checks.name import right_name
from conformance.checks.recipients import only_forwarded
from conformance.checks.registry import check
from conformance.findings import Finding, NotApplicable, NotShown, Outcome
from conformance.model.parameter import Parameter
from conformance.model.reference_shape import described, mentions, references_in
from conformance.model.requirement import Kind, Requirement, SetBy
from conformance.submission.evidence import ABSENT, ServiceRequest
from conformance.submission.moments import format_moment

#: What references are of, by the word of the model.
_NAMES = {"smsr": "SMSR", "incident": "Incident"}


@check("smsr-raised", via=Parameter())
def smsr_raised(context: Context, requirement: Requirement) -> Iterator[Outcome]:
    """An SMSR was raised, via the SSI (3.1)."""
    request = context.submission.request
    if request is ABSENT:
        expected = f"an SMSR raised via the {requirement.parameters['via']}"
        yield Finding("no SMSR was raised", found="none", expected=expected)
    elif request is None:
        yield NotShown("it is not known whether an SMSR was raised", ("references.smsr",))
    else:
        yield from _raised_via(context, request, requirement)


def _raised_via(
    context: Context, request: ServiceRequest, requirement: Requirement
) -> Iterator[Outcome]:
    wanted = requirement.parameters["via"]
    if context.reading("users-without-ssi") == "otherwise":
        return
    if request.via is None:
        yield NotShown("how the SMSR was raised is not known", ("references.smsr.via",))
    elif request.via.casefold() != wanted.casefold():
        yield Finding(
            f"the SMSR was not raised via the {wanted}",
            found=request.via,
            expected=wanted,
            notes=("users-without-ssi",),
        )


@check("smsr-before-sending")
def smsr_before_sending(context: Context, _: Requirement) -> Iterator[Outcome]:
    """The SMSR was raised before the file was sent (3.1)."""
    request = context.submission.request
    if request is ABSENT:
        yield NotShown("no SMSR was raised", blocked_by=("smsr-raised",))
    else:
        yield from _raised_before_sending(context, request)


def _raised_before_sending(context: Context, request: ServiceRequest | None) -> Iterator[Outcome]:
    raised, sent = request.raised_at if request else None, context.sent_at
    if raised is None or sent is None:
        missing = [] if raised else ["references.smsr.raised_at"]
        missing += [] if sent else ["sent_at"]
        yield NotShown("it is not known which came first", tuple(missing))
    elif raised >= sent:
        yield Finding(
            "the SMSR was not raised before the file was sent",
            found=f"raised {format_moment(raised)}",
            expected=f"before {format_moment(sent)}, when the file was sent",
        )


@check("smsr-shape")
def smsr_shape(context: Context, _: Requirement) -> Iterator[Outcome]:
    """The SMSR reference has the shape that the SSI generates (3.1; the shape is the profile's)."""
    number = context.smsr_number
    if context.submission.request is ABSENT:
        yield NotShown("no SMSR was raised", blocked_by=("smsr-raised",))
    elif number is None:
        yield NotShown("the reference of the SMSR is not known", ("references.smsr.number",))
    elif not re.fullmatch(context.profile.references.smsr, number):
        yield Finding(
            "the reference is not of the shape that the SSI generates",
            found=number,
            expected=described(context.profile.references.smsr),
            profile=("references.smsr",),
        )


@check("smsr-after-advice", via=Parameter())
def smsr_after_advice(context: Context, requirement: Requirement) -> Iterator[Outcome]:
    """An SMSR was raised via the SSI, after DCC's advice and before sending (4.13)."""
    request, advised = context.submission.request, context.submission.quarantine.advised_at
    if request is ABSENT or request is None:
        yield from smsr_raised(context, requirement)
        return
    yield from _raised_via(context, request, requirement)
    yield from _raised_before_sending(context, request)
    if advised is None:
        yield NotShown("it is not known when DCC advised", ("quarantine.advised_at",))
    elif request.raised_at is not None and request.raised_at < advised:
        yield Finding(
            "the SMSR was raised before DCC advised of the action",
            found=f"raised {format_moment(request.raised_at)}",
            expected=f"not before {format_moment(advised)}, when DCC advised",
        )


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
        yield from missing or filter(None, (of_another(context, which),))
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
    also = " and in the body" if both else ""
    return f"Put the whole reference, as the SSI shows it, in the subject line{also}."


def _in_subject(context: Context, wanted: str, notes: tuple[str, ...] = ()) -> Iterator[Outcome]:
    """A subject line, or a title that was given, has the reference."""
    subject = context.submission.delivery.subject
    if subject is None:
        yield NotShown("the subject line is not known", ("delivery.subject",))
    elif not mentions(subject, wanted):
        missing = _missing(context, wanted, subject, "the subject line", notes)
        if missing.hint is None and _has_subject_line(context):
            missing = replace(missing, hint=_put_in_subject(context))
        yield missing


def _in_title_or_name(context: Context, wanted: str) -> Iterator[Outcome]:
    """By note subject-line: a title counts, and without one the name stands for it."""
    if context.submission.delivery.subject is not None:
        yield from _in_subject(context, wanted, ("subject-line",))
    elif context.reading("subject-line") == "title":
        yield from _untitled(context, wanted, ("subject-line",))
    else:
        yield from _in_name(context, wanted, ("subject-line",))


def _untitled(context: Context, wanted: str, notes: tuple[str, ...]) -> Iterator[Outcome]:
    """By note subject-line: a delivery that is told of and has no title does not meet it."""
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
    """The entry by which the method has no subject line, so that something stands for it."""
    method = context.submission.delivery.method
    known = method in context.profile.delivery.methods
    return (f"delivery.methods.{method}.subject_line",) if known else ()


def _in_name(context: Context, wanted: str, notes: tuple[str, ...]) -> Iterator[Outcome]:
    name = context.submission.delivery.name
    if name is None:
        yield NotShown("the submission's name is not known", ("delivery.name",))
    elif not mentions(name, wanted):
        missing = _missing(
            context, wanted, name, "the name, which takes the place of the subject line", notes
        )
        right = right_name(context)
        # A remedy is shown as it is.
        if wanted == context.smsr_number and context.checks_of("name-form") and right.isprintable():
            # Else the name would fail again, at the guidance, once it has the reference.
            hint = f"Rename the file, and its signature, to {right}, by the guidance; or correct "
            hint += "the number of the request in the record or the register, if that is wrong."
            missing = replace(missing, hint=hint)
        yield replace(missing, profile=_without_subject_line(context))


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


@check(
    "catalogue-item",
    adt=Parameter(several=True, kind=Kind.ADT),
    qcaf=Parameter(several=True, kind=Kind.QCAF),
)
def catalogue_item(context: Context, requirement: Requirement) -> Iterator[Outcome]:
    """The Service Request was raised with the right item of the SSI's catalogue (guidance 1.3)."""
    request = context.submission.request
    wanted = requirement.parameters[context.submission.kind]
    # Clause 4.7 asks for no request, so that its absence is the guidance's own matter.
    own = context.submission.kind is Kind.QCAF and context.set_by is SetBy.USER
    if own and context.reading("request-for-user-set-qcaf") == "dcc-set-only":
        yield NotApplicable("by the profile's reading of note request-for-user-set-qcaf")
    elif request is ABSENT:
        if own:
            yield Finding(
                "no SMSR was raised",
                found="none",
                expected=" or ".join(wanted),
                notes=("request-for-user-set-qcaf",),
            )
        else:
            blocked = ("smsr-raised", "smsr-after-advice")
            yield NotShown("no SMSR was raised", blocked_by=blocked)
    elif request is None or request.catalogue_item is None:
        yield NotShown("the catalogue item is not known", ("references.smsr.catalogue_item",))
    elif request.catalogue_item not in wanted:
        yield Finding(
            "another catalogue item was used",
            found=request.catalogue_item,
            expected=" or ".join(wanted),
        )
