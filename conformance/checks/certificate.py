"""The File Signing Certificate: clauses 3.4(b), 4.7(b), 4.13(b) and 4.8(a)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from conformance.checks.context import Context
from conformance.checks.file import NO_CERTIFICATE, hiding, no_file
from conformance.checks.peers import findings_of
from conformance.checks.registry import check
from conformance.findings import Finding, NotApplicable, NotShown, Outcome, Through
from conformance.model.requirement import Kind, Requirement
from conformance.model.types.eui64 import canonical
from conformance.records import Rule
from conformance.signature import Examination, Presence
from conformance.submission.evidence import ResponsibleOfficer

#: Officers that are named where there may be any number.
_NAMED = 3


def _hidden(context: Context) -> NotShown | None:
    """Why the certificate cannot be judged, if it cannot."""
    opened = context.opened
    if opened is None:
        return no_file(context)
    if opened.presence is Presence.UNSIGNED:
        return NotShown("there is no signature", blocked_by=("signature-present",))
    if opened.presence is Presence.UNKNOWN:
        return NotShown(NO_CERTIFICATE, ("--certificate",))
    if opened.faults:
        # It is not known whose key signed, so no certificate can be laid to it.
        return NotShown("the signature does not hold", blocked_by=("signature-verifies",))
    if not context.examinations:
        return NotShown("the time of signing is not in the signature", ("sent_at",))
    return None


@check("certificate-valid")
def certificate_valid(context: Context, _: Requirement) -> Iterator[Outcome]:
    """Chain, validity when sent, key usage, revocation: a File Signing Certificate (3.4(b))."""
    hidden = _hidden(context)
    if hidden:
        yield hidden
        return
    if context.reading("certificate-validity") == "dcc":
        yield NotApplicable("by the profile's reading of note certificate-validity")
        return
    for examination in context.examinations:
        yield from (
            replace(f, notes=(*f.notes, "certificate-validity")) for f in examination.faults
        )
        for gap in examination.gaps:
            yield NotShown(gap.reason, gap.evidence)


@check("certificate-of-aro")
def certificate_of_aro(context: Context, _: Requirement) -> Iterator[Outcome]:
    """The certificate was provided to an ARO of the sending Party (3.4(b), 4.7(b), 4.13(b))."""
    hidden = _hidden(context)
    if hidden:
        yield hidden
        return
    for examination in context.examinations:
        yield from _of_party(context, examination)


def _of_party(context: Context, examination: Examination) -> Iterator[Outcome]:
    """Yield what speaks against one certificate as one of an ARO of the sending Party."""
    given = (context.submission.sender.party_eui64, context.sender_user_id)
    owners = list(dict.fromkeys(canonical(one) or one for one in given if one))
    anyone = context.reading("whose-aro") == "any"
    if not anyone and examination.eui64 and examination.eui64 not in owners:
        unread = unread_sender(context)
        if unread:
            yield unread
        elif owners:
            yield _of_another(context, examination.eui64, owners)
            return
    yield from _registered(context, examination)


def _of_another(context: Context, eui64: str, owners: list[str]) -> Outcome:
    """Return that a certificate is of another Party than the ``owners``: or the file is."""
    sender, notes = context.submission.sender, ("whose-aro",)
    entries = ("certificate.identity", *context.sender_entries)
    if any(findings_of(Rule.ONE_SENDER, context)) and eui64 in context.file_user_ids():
        one_sender = (Rule.ONE_SENDER,)
        if sender.user_id is not None:
            return Through(one_sender, notes, entries)
        return NotShown("the file has several User IDs", blocked_by=one_sender)
    given = sender.user_id or sender.party_eui64
    if given is None and context.named_user_id == eui64:
        return Finding(
            "the file has another User ID than its name and its certificate",
            found=context.sender_user_id,
            expected=eui64,
            notes=notes,
            profile=entries,
            hint=_whichever(context, eui64),
        )
    return Finding(
        "the certificate is another Party's",
        found=eui64,
        expected=" or ".join(owners),
        notes=notes,
        profile=entries,
    )


def _whichever(context: Context, eui64: str) -> str:
    """Return what to do about a file of which the name and the certificate have ``eui64``."""
    other = f"If it is for {context.sender_user_id}, have an ARO of that Party sign it, and rename "
    other += "it and its signature."
    if context.submission.kind is Kind.ADT:
        return f"Correct the User ID in each record to {eui64}, and sign the file again. {other}"
    return f"Make it again from the report of {eui64}, and sign it. {other}"


def unread_sender(context: Context) -> NotShown | None:
    """Why the file's User ID, which alone says who sends, is not known, if it has a column."""
    if context.sender_user_id is not None or context.data is None:
        return None
    column = context.naming_column
    if column is None:
        return None
    blocked = hiding(context, column)
    reason = "the User ID that the file names cannot be read"
    return NotShown(reason, () if blocked else ("sender.user_id",), blocked_by=blocked)


def wrong_in_file(context: Context, eui64: str | None) -> str | None:
    """Return the check that finds that the file is of another User ID than ``eui64``, if one does.

    It is that of the certificate, if that is of ``eui64`` too, or that of the records.
    """
    given = context.submission.sender.user_id
    if any(one.expected == eui64 for one in findings_of("certificate-of-aro", context)):
        return "certificate-of-aro"
    in_file = given is not None and eui64 == context.file_user_id
    return Rule.ONE_SENDER if in_file and any(findings_of(Rule.ONE_SENDER, context)) else None


def _called(officer: ResponsibleOfficer, signer: str | None) -> str:
    """Return what an officer is called, with the certificate if the ``signer`` is called so too."""
    digest = f"the certificate with SHA-256 {officer.certificate}" if officer.certificate else ""
    if digest and officer.credential == signer is not None:
        return f"{signer}, with {digest}"
    return officer.credential or digest


def _registered(context: Context, examination: Examination) -> Iterator[Outcome]:
    officers = context.submission.sender.officers
    if officers is None:
        yield NotShown(
            "the register of Authorised Responsible Officers is not known", ("sender.aros",)
        )
        return
    nameless = False
    by_name = any(officer.certificate is None for officer in officers)
    for officer in officers:
        if officer.certificate is not None:
            if officer.certificate.lower() == examination.fingerprint:
                return
        elif examination.common_name is None:
            nameless = True
        elif officer.credential == examination.common_name:
            return
    if nameless:
        yield NotShown(
            "the certificate has no name to look up in the register",
            blocked_by=("certificate-valid",),
        )
        return
    if context.reading("whose-aro") == "any":
        yield NotShown(
            "it is not known whether another Party's Authorised Responsible Officer signed",
            ("sender.aros",),
        )
        return
    yield Finding(
        "the signer is not one of the Party's Authorised Responsible Officers that were given",
        found=f"{examination.common_name or 'no name'}, serial number {examination.serial}",
        expected=" or ".join(_called(one, examination.common_name) for one in officers[:_NAMED])
        or "an officer of the Party",
        notes=("whose-aro",),
        profile=("certificate.common_name",) if by_name else (),
    )
