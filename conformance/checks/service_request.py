"""The Service Request of a submission: clauses 3.1 and 4.13; guidance 1.3."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.checks.context import Context
from conformance.checks.registry import check
from conformance.findings import Finding, NotApplicable, NotShown, Outcome
from conformance.model.parameter import Parameter
from conformance.model.reference_shape import described
from conformance.model.requirement import Kind, Requirement, SetBy
from conformance.submission.evidence import ABSENT, ServiceRequest
from conformance.submission.moments import format_moment


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
            "the wrong catalogue item was used",
            found=request.catalogue_item,
            expected=" or ".join(wanted),
        )
