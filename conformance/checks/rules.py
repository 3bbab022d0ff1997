"""An ADT File replaces the one before it as a whole: guidance 1.1."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks.context import Context
from conformance.checks.file import hiding, unreadable
from conformance.checks.registry import check
from conformance.content import Content
from conformance.findings import CAP, Finding, More, NotShown, Outcome, Place
from conformance.model.profile import FileFormat
from conformance.model.requirement import Requirement
from conformance.records import read_records


@check("full-replacement")
def full_replacement(context: Context, _: Requirement) -> Iterator[Outcome]:
    """Every rule of the file in force is in the new one, or was meant to go (guidance 1.1)."""
    replaced, form, data = context.submission.replaced, context.format, context.data
    hidden = unreadable(context)
    if replaced is None:
        yield NotShown("the ADT File in force before is not known", ("replaces.file",))
        return
    if hidden or form is None or data is None:
        yield hidden or NotShown("there is no file to look at", ("file",))
        return
    blocked = hiding(context, *form.key)
    if blocked:
        yield NotShown("part of the file cannot be read", blocked_by=blocked)
        return
    kept = {key for _, key in _keys(context, form, data)}
    count = 0
    for number, key in _keys(context, form, replaced.file):
        if key in kept or key in replaced.removed:
            continue
        count += 1
        if count <= CAP:
            yield Finding(
                "a rule of the file in force is left out, so that DCC would remove it",
                found=f"no rule for {', '.join(part or 'null' for part in key)}",
                expected="the rule, or a statement that it was meant to be removed",
                place=Place(replaced.file.name, number),
            )
    if count > CAP:
        yield More(count - CAP)


def _keys(
    context: Context, form: FileFormat, content: Content
) -> Iterator[tuple[int, tuple[str, ...]]]:
    positions = [form.index(name) for name in form.key]
    for number, _, fields in read_records(content, context.layout(form)):
        yield number, tuple(fields[p].decode("latin-1") for p in positions)
