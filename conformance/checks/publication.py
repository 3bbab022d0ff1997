"""DCC's publications: clause 2.2."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from conformance.checks.context import Context
from conformance.checks.registry import check
from conformance.content import Content
from conformance.findings import Excerpt, Finding, NotShown, OmittedFindings, Outcome, Place
from conformance.foreign import foreign
from conformance.model.parameter import Parameter
from conformance.model.requirement import Kind, Requirement
from conformance.records import scan
from conformance.submission.evidence import PublishedItem

#: A template's first record is looked at; no heading is longer.
HEADING = 1 << 16
#: Publications of DCC, as ``publication.json`` calls them.
ITEMS = ("setting-guidance", "template", "submitting-guidance")


def _items(context: Context, item: str) -> list[PublishedItem]:
    return [p for p in context.submission.published if p.item == item]


@check("published-item", item=Parameter(values=ITEMS))
def published_item(context: Context, requirement: Requirement) -> Iterator[Outcome]:
    """DCC provides the item at all (2.2(a), 2.2(b), 2.2(c))."""
    item = requirement.parameters["item"]
    if not _items(context, item):
        listed = ", ".join(p.item for p in context.submission.published)
        yield Finding(f"{item} is not published", found=listed or "nothing", expected=item)


@check("published-via", via=Parameter())
def published_via(context: Context, requirement: Requirement) -> Iterator[Outcome]:
    """Each item is provided via the SSI (2.2(d))."""
    via = requirement.parameters["via"]
    wanted = {via.casefold()}
    if context.reading("ssi-or-sharepoint") == "either":
        # Where the guidance has the items: by the method that DCC chose.
        wanted.add(context.profile.delivery.method.casefold())
    for item in context.submission.published:
        if item.via is None:
            yield NotShown("where it is provided is not known", ("items.via",))
        elif not wanted & {via.casefold() for via in item.via}:
            yield Finding(
                f"{item.item} is not provided via the {via}",
                found=", ".join(item.via) or "nowhere",
                expected=via,
                notes=("ssi-or-sharepoint",),
            )


@check("template-format")
def template_format(context: Context, _: Requirement) -> Iterator[Outcome]:
    """The template has the form of clause 6.3, and a filled-in copy keeps to it (2.2(b))."""
    templates = _items(context, "template")
    if not templates:
        yield NotShown("there is no template", blocked_by=("published-item",))
    for template in templates:
        if template.file is None:
            yield NotShown("the template itself is not given", ("items.file",))
        else:
            yield from _of_another_program(template.file) or _heading(context, template.file)
        if template.filled_in is None:
            yield NotShown("no filled-in copy of the template is given", ("items.filled_in",))
        else:
            yield from _of_another_program(template.filled_in) or _filled_in(
                context, template.filled_in
            )


def _of_another_program(file: Content) -> list[Finding]:
    """Return the one finding that ``file`` is not CSV, instead of those about its bytes."""
    kind = foreign(file)
    if kind is None:
        return []
    return [
        Finding(
            "the file is not CSV",
            found=kind.title,
            expected="CSV in the format of clause 6.3",
            place=Place(file.name),
            hint=kind.hint,
        )
    ]


def _heading(context: Context, template: Content) -> Iterator[Outcome]:
    """The first record names the columns in order, in the dialect of clause 6.1."""
    dialect, form = context.dialect, context.profile.files[Kind.ADT]
    record = template.head(HEADING).split(dialect.record_separator, 1)[0]
    wanted = [column.name.encode() for column in form.columns]
    if record.split(dialect.field_separator) != wanted:
        yield Finding(
            "the template is not in the format of clause 6.3",
            found=record[:200].decode("latin-1"),
            expected=dialect.field_separator.join(wanted).decode(),
            place=Place(template.name, 1, None, 0),
            excerpt=Excerpt(record[:200], 0, len(record[:200])),
            profile=("files.adt.columns",),
        )


def _filled_in(context: Context, copy: Content) -> Iterator[Outcome]:
    seen = scan(copy, context.layout(context.profile.files[Kind.ADT]))
    for rule, findings in seen.faults.items():
        # Clause 6.1 is about what is sent; a copy has the format of clause 6.3, the profile's.
        yield from (replace(f, profile=("files.adt", *f.profile)) for f in findings)
        if seen.counts[rule] > len(findings):
            yield OmittedFindings(seen.counts[rule] - len(findings))
