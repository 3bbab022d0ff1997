"""Email while the method of choice is down: guidance 1.6."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks.context import Context
from conformance.checks.peers import findings_of
from conformance.checks.recipients import only_forwarded, sent_to
from conformance.checks.references import (
    has_reference,
    like,
    of_another,
    subject_is_missed,
)
from conformance.checks.registry import check
from conformance.findings import Finding, NotApplicable, NotShown, Outcome, Through
from conformance.model.reference_shape import mentions
from conformance.model.requirement import Kind, Requirement

#: By the note: the reading by which a reason does not count, and that reason.
_REFUSED = {
    "planned-outage": ("unforeseen-only", "announced-outage"),
    "no-upload-right": ("outage-only", "no-upload-right"),
}


@check("contingency-only")
def contingency_only(context: Context, _: Requirement) -> Iterator[Outcome]:
    """By email only while the method of choice is unavailable (guidance 1.6)."""
    if context.reading("email-contingency") == "never":
        yield NotApplicable("the profile admits no contingency")
    elif context.submission.delivery.primary_unavailable is None:
        yield NotShown(
            "whether the method of choice was available is not known",
            ("delivery.primary_unavailable",),
        )
    elif not context.submission.delivery.primary_unavailable:
        yield Finding(
            "sent by the contingency method while the method of choice was available",
            found=context.submission.delivery.method,
            expected=context.profile.delivery.method,
            notes=("email-contingency",),
            profile=("delivery.contingency", "delivery.method"),
        )
    else:
        yield from _for_a_reason_that_counts(context)


def _for_a_reason_that_counts(context: Context) -> Iterator[Outcome]:
    """By notes planned-outage and no-upload-right: not every reason counts, by some readings."""
    reason = context.submission.delivery.unavailable_because
    for note, (reading, refused) in _REFUSED.items():
        if context.reading(note) != reading:
            continue
        if reason is None:
            evidence = ("delivery.unavailable_because",)
            yield NotShown("why the method of choice was unavailable is not known", evidence)
        elif reason == refused:
            yield Finding(
                "the method of choice was unavailable for a reason that does not count",
                found=reason,
                expected="an outage that was not foreseen",
                notes=(note,),
                profile=("delivery.contingency",),
            )


@check("contingency-reference")
def contingency_reference(context: Context, _: Requirement) -> Iterator[Outcome]:
    """The Service Request's Id is in the email's subject line and in its body (guidance 1.6)."""
    delivery, number = context.submission.delivery, context.smsr_number
    if only := only_forwarded(context):
        yield only
        return
    missed = subject_is_missed(context)
    places = {"body": delivery.body}
    if context.submission.kind is Kind.QCAF:
        places["subject"] = delivery.subject
    elif missed:
        # For an ADT File the subject line is clause 3.4(a)'s, which this fails through: with
        # what to do about both.
        return
    if context.submission.kind is Kind.QCAF and (whole := _of_subject(context, missed)):
        yield whole
        return
    shape = context.profile.references.smsr
    for place, text in places.items():
        if number is None and (text is None or has_reference(text, shape)):
            yield NotShown("the Service Request's Id is not known", ("references.smsr.number",))
        elif text is None:
            yield NotShown(f"the {place} of the message is not known", (f"delivery.{place}",))
        elif number is None or not mentions(text, number):
            both = missed and place == "body" and len(places) > 1
            where = "neither in the body nor in the subject" if both else f"not in the {place}"
            yield Finding(
                f"the Service Request's Id is {where} of the message",
                found=" ".join(text.split())[:80] or "nothing",
                expected=number or like(shape, delivery.name),
                profile=("delivery.contingency", *["references.smsr"] * (number is None)),
            )
            if both:
                return


def _of_subject(context: Context, missed: bool) -> Finding | Through | None:
    """Return what is wrong with the subject line of a QCAF as a whole; it may have been ``missed``.

    Without either reference it is one mistake, which the clause has.
    """
    if missed and any(findings_of("reference-in-subject", context)):
        return Through(("reference-in-subject",))
    return of_another(context, "smsr")


@check("contingency-mailbox")
def contingency_mailbox(context: Context, _: Requirement) -> Iterator[Outcome]:
    """The email goes to DCC's mailbox (guidance 1.6)."""
    yield from sent_to(context, "delivery.contingency_mailboxes")
