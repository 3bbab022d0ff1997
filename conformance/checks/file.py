"""The bytes, records, fields and keys of a file: clauses 6.1, 6.3, 6.4, 6.5 and 4.7(b).

``conformance.records`` looks at the file once and lays every departure at one rule; here each
rule becomes the check of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from conformance.checks.context import Context
from conformance.checks.memory import once
from conformance.checks.registry import check
from conformance.content import Content
from conformance.findings import Finding, NotApplicable, NotShown, OmittedFindings, Outcome, Through
from conformance.model.catalogue import Catalogue
from conformance.model.column import Role
from conformance.model.cross_rule import CrossRuleName
from conformance.model.parameter import Parameter, Parameters
from conformance.model.profile import FileFormat
from conformance.model.requirement import Kind, Requirement
from conformance.model.types.dated import Dated
from conformance.records import Rule, Scan, read_records
from conformance.records.layout import FIELD_SEPARATORS, RECORD_SEPARATORS
from conformance.signature import Presence
from conformance.submission.moments import as_written

if TYPE_CHECKING:
    from conformance.checks.saved import Saved

#: Why a signature is not looked at whose certificate comes by another way.
NO_CERTIFICATE = "the certificate of the signer was not given"
_PRESENT = ("signature-present",)
#: Rules that a format has only if its profile says so.
CROSS_RULES = frozenset(name.laid_at for name in CrossRuleName)


def check_rule(rule: Rule, context: Context, _: Requirement) -> Iterable[Outcome]:
    """The file keeps to ``rule`` (6.1, 6.3 to 6.5)."""
    found = _of_clean_file(context).get(rule)
    return _outcomes(rule, context) if found is None else found


def _outcomes(rule: Rule, context: Context) -> Iterator[Outcome]:
    unseen = unreadable(context)
    if unseen:
        yield unseen
        return
    form, seen = context.format, context.scan
    if form is None or seen is None:
        yield NotApplicable("it is not a file")
    elif reason := _not_there(rule, form):
        yield NotApplicable(reason)
    elif rule is Rule.BREACH_FITS and context.set_by is None:
        yield NotShown("who set the threshold is not known", ("quarantine.set_by",))
    elif seen.faults.get(rule) and (cause := saved_copy(context)) and cause.has_to_do_with(rule):
        yield _as_saved(cause, rule, seen.faults[rule][0], context)
    elif rule is Rule.NULL_FORM and seen.quotes_nulls:
        yield Through((Rule.QUOTING,), profile=seen.faults[rule][0].profile)
    else:
        found = seen.faults.get(rule, ())
        yield from (_with_date(one, form) for one in found) if rule is Rule.FIELD_FORM else found
        beyond = seen.counts.get(rule, 0) - len(found)
        if beyond:
            yield OmittedFindings(beyond)
        hiding = seen.hidden.get(rule, frozenset())
        if hiding:
            yield NotShown("part of the file cannot be read", blocked_by=tuple(sorted(hiding)))
        if rule in _BESIDE:
            yield from _BESIDE[rule](context, form, seen)


@once
def _of_clean_file(context: Context) -> Mapping[Rule, tuple[Outcome, ...]]:
    """Return the outcomes that a file without a fault has by its form alone; of others, none."""
    if unreadable(context):
        return {}
    form, seen = context.format, context.scan
    if form is None or seen is None or any(seen.counts.values()) or any(seen.hidden.values()):
        return {}
    return _of_form(form)


@lru_cache(maxsize=64)
def _of_form(form: FileFormat) -> Mapping[Rule, tuple[Outcome, ...]]:
    """Return the outcomes that all files of a form have if they have no fault."""
    absent = {rule: _not_there(rule, form) for rule in Rule}
    return {
        rule: () if reason is None else (NotApplicable(reason),)
        for rule, reason in absent.items()
        if reason is not None or rule not in {Rule.BREACH_FITS, *_BESIDE}
    }


def saved_copy(context: Context) -> Saved | None:
    """Return what a program did to a file with something wrong, as ``saved`` does."""
    # Loads what looks for the file as it was before.
    from conformance.checks.saved import saved

    return saved(context)


def _with_date(fault: Finding, form: FileFormat) -> Finding:
    """Return ``fault`` with the right form of a date that a person wrote in another one."""
    field, columns = fault.place.field, () if form.several else form.columns
    type_ = columns[field - 1].type if field and field <= len(columns) else None
    moment = as_written((fault.found or "")[1:-1]) if isinstance(type_, Dated) else None
    if not isinstance(type_, Dated) or not isinstance(moment, datetime):
        return fault
    right = type_.formats[0].write(moment)
    utc = ", if it is UTC" if right.endswith("Z") else ""
    return replace(fault, expected=f"{fault.expected}: {right}{utc}")


def _as_saved(cause: Saved, rule: Rule, first: Finding, context: Context) -> Outcome:
    """Return what a rule comes to that a spreadsheet program broke, with ``first`` found of it."""
    if rule is not cause.cause:
        return Through((cause.cause,), profile=first.profile)
    found = cause.finding(first)
    # A report is exported again, and neither made nor signed.
    return replace(found, hint=None) if context.submission.kind is Kind.REPORT else found


@lru_cache(maxsize=512)
def _not_there(rule: Rule, form: FileFormat) -> str | None:
    """Return why a form has nothing that could break a rule, if so."""
    kinds = form.kinds
    if rule in CROSS_RULES and not any(r.rule.laid_at is rule for k in kinds for r in k.rules):
        return "the profile has no such rule"
    if rule is Rule.UNIQUE_KEY and not any(kind.key for kind in kinds):
        return "the profile has no key"
    if rule is Rule.HEADER and form.header:
        return "the profile asks for a header"
    if rule is Rule.RECORD_KINDS and not (form.several or form.header):
        return "the profile has one kind of record"
    computed = (column.derived or column.is_given for kind in kinds for column in kind.columns)
    if rule is Rule.DERIVED and not any(computed) and not form.has_role(Role.CREATED_AT):
        return "the profile has no value that follows from others"
    return None


def _by_clock(_: Context, __: FileFormat, seen: Scan) -> Iterator[Outcome]:
    if seen.undecided:
        yield NotShown(
            "the clocks showed a time twice, and whether it compares as it should depends on which "
            f"is meant, {seen.undecided:,} times"
        )


def _left_open(_: Context, __: FileFormat, seen: Scan) -> Iterator[Outcome]:
    yield from map(NotShown, seen.left_open)


def _without_source(context: Context, form: FileFormat, _: Scan) -> Iterator[Outcome]:
    """Yield what values that follow from the submission are not compared with."""
    if form.compares_with_request and context.smsr_number is None:
        yield NotShown("the number of the request is not known", ("references.smsr.number",))
    if form.has_role(Role.CREATED_AT):
        from conformance.checks.creation import not_after_sending

        yield from not_after_sending(context, form)


def _without_roles(context: Context, form: FileFormat, _: Scan) -> Iterator[Outcome]:
    """Yield the variants in the file whose User Roles are not known to this suite."""
    column, data = form.index_of_role(Role.VARIANT), context.data
    unknown = _of_no_role(context.setting.catalogue)
    if column is None or data is None or not has_any(data, unknown):
        return
    used = {fields[column] for _, _, fields in read_records(data, context.layout(form))}
    for variant in sorted(used & unknown):
        yield NotShown(f"which User Roles may send {variant.decode()} is not known to this suite")


def has_any(content: Content, values: Collection[bytes]) -> bool:
    """Return False if none of ``values`` is anywhere in ``content``: its records can be left."""
    if not values:
        return False
    before, longest = b"", max(map(len, values))
    for chunk in content.chunks():
        seen = before + chunk
        if any(value in seen for value in values):
            return True
        before = seen[-longest:]
    return False


@lru_cache(maxsize=16)
def _of_no_role(catalogue: Catalogue) -> frozenset[bytes]:
    return frozenset(v.srv.encode() for v in catalogue.variants.values() if not v.roles)


def _null_action(context: Context, form: FileFormat, seen: Scan) -> Iterator[Outcome]:
    """A null where clause 4.7(b) or 4.13(b) wants an action: its fault, and so the column's."""
    column = form.index_of_role(Role.ACTION)
    if column is None or not seen.counts.get(Rule.ACTION) or seen.faults.get(Rule.NULL_ALLOWED):
        return
    if form.columns[column].name in seen.nulls and not form.columns[column].nullable:
        entry = context.layout(form).column_entry(column)
        yield Through((Rule.ACTION,), profile=(entry,))


#: What else there is to say of a rule, besides its faults.
_BESIDE: Mapping[Rule, Callable[[Context, FileFormat, Scan], Iterator[Outcome]]] = {
    Rule.COMPARE: _by_clock,
    Rule.PROFILE_RULES: _left_open,
    Rule.DERIVED: _without_source,
    Rule.ELIGIBLE_VARIANT: _without_roles,
    Rule.NULL_ALLOWED: _null_action,
}


def no_file(context: Context) -> NotShown:
    """Return that there is no CSV file to look at, and where it may be."""
    if context.foreign is not None:
        return NotShown(f"the file is {context.foreign.title}", blocked_by=_PRESENT)
    if context.submission.delivery.message_packed:
        return NotShown(
            "the attachments of the email message are packed in winmail.dat, which is not opened "
            "here: send the message as plain text or HTML, or give the file that is in it",
            ("file",),
        )
    if not_attached(context) or in_message(context):
        return NotShown("it is not attached to the email message", blocked_by=_PRESENT)
    return NotShown("there is no file to look at", ("file",))


def not_attached(context: Context) -> bool:
    """Return True if the file was sent by an email message, and is not attached to that."""
    submission = context.submission
    return submission.file is None and submission.delivery.mailed and _sent_by_mail(context)


def in_message(context: Context) -> bool:
    """Return True if an email message was put in a folder of an area in place of the file."""
    submission, delivery = context.submission, context.submission.delivery
    in_place = delivery.method is None or not _sent_by_mail(context)
    return submission.area.part and delivery.mailed and in_place


def _sent_by_mail(context: Context) -> bool:
    method = context.profile.delivery.methods.get(context.submission.delivery.method or "")
    return method is None or method.subject_line


@once
def unreadable(context: Context) -> NotShown | None:
    """Why the file's bytes cannot be looked at, if they cannot."""
    opened = context.opened
    if opened is None or context.foreign is not None:
        return no_file(context)
    unsigned = opened.presence is Presence.UNSIGNED
    blocking = "signature-present" if unsigned else "signature-verifies"
    if opened.data is None:
        return NotShown("the file cannot be taken out of its container", blocked_by=(blocking,))
    if context.reading("order-of-checks") == "in-order":
        # Clause 4.8 has (a), the cryptography and the certificate, before (b), the format.
        if opened.presence is Presence.UNKNOWN:
            return NotShown(NO_CERTIFICATE, ("--certificate",), (blocking,))
        if opened.faults:
            return NotShown("the signature does not hold", blocked_by=(blocking,))
        if any(one.faults for one in context.examinations):
            return NotShown("the certificate is not valid", blocked_by=("certificate-valid",))
    return None


def hiding(context: Context, *columns: str) -> tuple[str, ...]:
    """The rules whose faults keep these columns from being read in every record."""
    seen = context.scan
    if seen is None:
        return ()
    counts = seen.counts
    if not (seen.unread or counts.get(Rule.MINIMUM_RECORDS) or counts.get(Rule.RECORD_KINDS)):
        return ()
    # A fault that hides a record hides each of its columns, so the columns asked for are enough.
    rules: set[Rule] = set()
    if seen.counts.get(Rule.MINIMUM_RECORDS):
        rules.add(Rule.MINIMUM_RECORDS)
    if seen.counts.get(Rule.RECORD_KINDS) and context.format and context.format.several:
        # A record of no kind, or in another place, may have been one of those that are looked at.
        rules.add(Rule.RECORD_KINDS)
    for column in columns:
        rules |= seen.columns_unread.get(column, frozenset())
    own = {column.name for column in context.format.own} if context.format else set()
    if own and not own.issuperset(columns):
        # Values that a row has from the records above it are unknown where its own record is.
        rules |= frozenset.intersection(*(seen.columns_unread.get(n, frozenset()) for n in own))
    return tuple(sorted(rules))


#: Parameters that the clauses give to rules of their own.
_PARAMETERS: Mapping[Rule, Parameters] = {
    Rule.FIELD_SEPARATOR: {"separator": Parameter(values=FIELD_SEPARATORS, single=True)},
    Rule.RECORD_SEPARATOR: {"separator": Parameter(values=RECORD_SEPARATORS, single=True)},
    Rule.RECORD_SIGN: {
        "sign": Parameter(shape=r"[^\x00-\x7f]", words="a sign outside ASCII", single=True)
    },
    Rule.ACTION: {
        "values": Parameter(
            shape="[A-Za-z]{1,40}", words="a word of letters", several=True, single=True
        )
    },
}
for _rule in Rule:
    check(_rule.value, **_PARAMETERS.get(_rule, {}))(partial(check_rule, _rule))
