"""The time at which a file says that it was made, beside the one at which it was sent."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from conformance.checks.context import Context
from conformance.findings import Finding, NotShown, Outcome, Place
from conformance.model.column import Role
from conformance.model.profile import FileFormat
from conformance.records.composing import RoleValue
from conformance.records.wording import quoted
from conformance.submission.moments import format_moment

#: Bytes at the start of a file in which its header is.
_HEAD = 1 << 16


def not_after_sending(context: Context, form: FileFormat) -> Iterator[Outcome]:
    """Yield that the file was made after it was sent, or that this is not known.

    The profile has the time in a header; one that cannot be read is a fault of its own.
    """
    kind, data = form.kind_of(Role.CREATED_AT), context.data
    if kind is None or data is None:
        return
    # Loads what reads a file whose records are of several kinds.
    from conformance.records.found import records_in

    layout = context.layout(form)
    where = RoleValue.of(replace(layout, format=form.rows_of(kind)), Role.CREATED_AT)
    there = (one for one in records_in(layout, data.head(_HEAD)) if one.kind == kind)
    record = next(there, None)
    if where is None or record is None or not kind.has_count(len(record.fields)):
        return
    values = {c.name: one.value for c, one in zip(kind.columns, record.fields, strict=False)}
    if not any(values.get(name) for name in where.names):
        return
    value = where.take([field.value for field in record.fields])
    moments, sent = where.type.moments(value) if value else None, context.sent_at
    if moments is None:
        yield NotShown(f"{where.name} cannot be read")
    elif sent is None:
        yield NotShown("when the file was sent is not known", ("sent_at",))
    elif moments[0] > sent:
        start = record.fields[where.index].start
        yield Finding(
            f"{where.name} is after the sending of the file",
            found=quoted(value),
            expected=f"{format_moment(sent)} or earlier",
            place=Place(data.name, record.number, where.index + 1, record.offset + start),
            profile=tuple(
                layout.entry(f"records.{kind.name}.columns.{name}") for name in where.names
            ),
        )
    elif moments[1] > sent:
        yield NotShown("the clocks showed the time in the file twice, once after it was sent")
