"""Records as a layout has them written: what is made keeps to what is checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from conformance.model.dialect import Quoting
from conformance.records.layout import Layout


def record(layout: Layout, values: Sequence[bytes], places: Sequence[int] = ()) -> bytes:
    """Return a record with ``values``, without the separator behind it.

    There is one for each column, unless ``places`` has the columns that they are of.
    """
    fields = [layout.field(i, v) for i, v in zip(places or range(len(values)), values, strict=True)]
    return joined(layout, fields)


def writer(layout: Layout) -> Callable[[Sequence[bytes]], bytes]:
    """Return what ``record`` does with a value for each column, for many records."""
    columns = range(len(layout.columns))
    if layout.latin or any(layout.quoting_of(column) is not Quoting.NONE for column in columns):
        return lambda values: record(layout, values)
    return lambda values: joined(layout, values)


def joined(layout: Layout, fields: Sequence[bytes]) -> bytes:
    """Return a record of fields as they are written, without the separator behind it."""
    separator = layout.dialect.field_separator
    return separator.join(fields) + (separator if layout.closed else b"")
