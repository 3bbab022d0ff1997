"""Records as a layout has them written: what is made keeps to what is checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from conformance.records.layout import Layout


def record(layout: Layout, values: Sequence[bytes]) -> bytes:
    """Return a record with ``values``, one for each column, without the separator behind it."""
    separator = layout.dialect.field_separator
    fields = separator.join([layout.field(index, one) for index, one in enumerate(values)])
    return fields + separator if layout.closed else fields


def lines(layout: Layout, rows: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
    """Yield a file of records piece by piece; a separator is after the last if it may be."""
    separator, before = layout.dialect.record_separator, b""
    for values in rows:
        yield before + record(layout, values)
        before = separator
    if before and layout.ended:
        yield before


def file(layout: Layout, rows: Iterable[Sequence[bytes]]) -> bytes:
    """Return a file of records."""
    return b"".join(lines(layout, rows))
