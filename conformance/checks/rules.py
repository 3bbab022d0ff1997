"""An ADT File replaces the one before it as a whole: guidance 1.1."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks.context import Context
from conformance.checks.file import hiding, no_file, unreadable
from conformance.checks.peers import findings_of
from conformance.checks.registry import check
from conformance.content import Content
from conformance.findings import (
    CAP,
    Finding,
    NotApplicable,
    NotShown,
    OmittedFindings,
    Outcome,
    Place,
    Through,
)
from conformance.model.column import Role
from conformance.model.requirement import Kind, Requirement
from conformance.records import Rule, scan
from conformance.records.adt_change import RuleChanges, compare
from conformance.records.adt_rules import read_rules
from conformance.records.composing import RoleValue
from conformance.signature import SignedInput, open_file
from conformance.submission.evidence import ABSENT, Replaced, Submission


@check("full-replacement")
def full_replacement(context: Context, _: Requirement) -> Iterator[Outcome]:
    """Every rule of the file in force is in the new one, or was meant to go (guidance 1.1)."""
    replaced, form, data = context.submission.replaced, context.format, context.data
    hidden = unreadable(context)
    if replaced is None:
        yield NotShown("the ADT File in force before is not known", ("replaces.file",))
        return
    if hidden or form is None or data is None:
        yield hidden or no_file(context)
        return
    if replaced is ABSENT or not form.key:
        first = "no ADT File was in force before"
        yield NotApplicable(first if replaced is ABSENT else "the profile has no key")
        return
    blocked = hiding(context, *form.key)
    if blocked:
        yield NotShown("part of the file cannot be read", blocked_by=blocked)
        return
    layout = context.layout(form)
    before = open_file(SignedInput(replaced.file), context.profile.signature).data
    if before is None or any(map(scan(before, layout).columns_unread.get, form.key)):
        yield NotShown("the ADT File in force before cannot be read as a whole", ("replaces.file",))
        return
    if replaced.removed is not None:
        change = compare(read_rules(before, layout), read_rules(data, layout))
        yield from _left_out(context, replaced, change)


def _left_out(context: Context, replaced: Replaced, change: RuleChanges) -> Iterator[Outcome]:
    """Yield the rules that the new file leaves out and that were not meant to go."""
    count, renamed, meant = 0, False, replaced.removed or ()
    places = _without_user_id(context, change.new.key)
    added = {tuple(rule.key[i] for i in places) for rule in change.added()}
    for rule in change.removed():
        if tuple(map(_text, rule.key)) in meant:
            continue
        if tuple(rule.key[i] for i in places) in added:
            renamed = True
            continue
        count += 1
        if count <= CAP:
            yield Finding(
                "a rule of the file in force is left out, so that DCC would remove it",
                found=f"no rule for {', '.join(_text(part) or 'null' for part in rule.key)}",
                expected="the rule, or a statement that it was meant to be removed",
                place=Place(replaced.file.name, rule.record),
                profile=("files.adt.key",),
            )
    if count > CAP:
        yield OmittedFindings(count - CAP)
    if renamed and not count:
        yield _of_other_user_id(context, replaced.file)


def _without_user_id(context: Context, key: tuple[str, ...]) -> list[int]:
    """Return the places in a key of all columns but those of the User ID."""
    form = context.format
    user_id = RoleValue.of(context.layout(form), Role.USER_ID) if form is not None else None
    names = user_id.names if user_id is not None else ()
    return [index for index, name in enumerate(key) if name not in names]


def _of_other_user_id(context: Context, replaced: Content) -> Outcome:
    """Return that the rules of the file in force are there under another User ID.

    It is one mistake, found where the User ID is, if something shows that it is wrong in the file.
    """
    before = Submission(replaced.name, Kind.ADT, context.submission.root, file=replaced)
    user_id = Context(before, context.setting).file_user_id
    of_certificate = user_id in [one.eui64 for one in context.examinations]
    shown_by = {
        Rule.ONE_SENDER: True,
        "certificate-of-aro": of_certificate,
        "name-form": user_id == context.named_user_id,
    }
    for name, shows in shown_by.items():
        if shows and any(findings_of(name, context)):
            return Through((name,), profile=("files.adt.key",))
    return Finding(
        "the file in force before, which is named, is of another User ID",
        found=user_id,
        expected=context.sender_user_id,
        place=Place(replaced.name),
        profile=("files.adt.key",),
        hint="Name the ADT File of the same User ID that was in force before; or correct the User "
        "ID in the new file, and sign it again.",
    )


def _text(part: bytes | None) -> str:
    return (part or b"").decode(errors="replace")
