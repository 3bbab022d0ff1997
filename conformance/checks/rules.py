"""An ADT File replaces the one before it as a whole: guidance 1.1."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks.context import Context
from conformance.checks.file import hiding, no_file, unreadable
from conformance.checks.registry import check
from conformance.findings import (
    CAP,
    Finding,
    NotApplicable,
    NotShown,
    OmittedFindings,
    Outcome,
    Place,
)
from conformance.model.requirement import Requirement
from conformance.records import scan
from conformance.records.adt_change import compare
from conformance.records.adt_rules import read_rules
from conformance.signature import SignedInput, open_file
from conformance.submission.evidence import ABSENT


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
    old, new = read_rules(before, layout), read_rules(data, layout)
    count = 0
    for rule in compare(old, new).removed() if replaced.removed is not None else ():
        key = tuple((part or b"").decode(errors="replace") for part in rule.key)
        if key in (replaced.removed or ()):
            continue
        count += 1
        if count <= CAP:
            yield Finding(
                "a rule of the file in force is left out, so that DCC would remove it",
                found=f"no rule for {', '.join(part or 'null' for part in key)}",
                expected="the rule, or a statement that it was meant to be removed",
                place=Place(replaced.file.name, rule.record),
                profile=("files.adt.key",),
            )
    if count > CAP:
        yield OmittedFindings(count - CAP)
