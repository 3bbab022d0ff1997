"""Runs of conforming records with nothing around their values but the separators.

A run is taken apart at ``Layout.between``, thousands of records at once. So what a layout has
around values goes first, where it has anything: the separator at the end of each record, quotation
marks, and Latin-1, for UTF-8.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from conformance.model.dialect import Quoting
from conformance.records.layout import Layout

#: Takes the records of a run, and what separates them.
Plain = Callable[[bytes, bytes], bytes]


def plain(layout: Layout) -> Plain | None:
    """Return what makes a run plain; None where each already is."""
    steps: list[Plain] = []
    separator = layout.dialect.field_separator
    if layout.closed:
        steps.append(lambda data, between: data.replace(separator + between, between))
    if layout.quoting is not Quoting.NONE:
        steps.append(_Quotes(layout))
    if layout.latin:
        steps.append(_in_utf_8)
    return _Steps(tuple(steps)) if steps else None


class _Steps(Struct, frozen=True):
    """Several steps, one after the other."""

    steps: tuple[Plain, ...]

    def __call__(self, data: bytes, separator: bytes) -> bytes:
        for step in self.steps:
            data = step(data, separator)
        return data


class _Quotes:
    """Removes quotation marks, and tells inner separators from those between fields."""

    def __init__(self, layout: Layout) -> None:
        self._separator, self._between = layout.dialect.field_separator, layout.between
        self._all = layout.quoting is Quoting.ALL
        # In one pass, which is several times as fast as replacing one after the other.
        self._parted = bytes.maketrans(self._separator, self._between)
        # Records of several kinds have several numbers of separators.
        self._count = None if layout.format.several else len(layout.columns) - 1

    def __call__(self, data: bytes, separator: bytes) -> bytes:
        if self._between == self._separator:
            return data.translate(None, b'"')
        if (
            self._count is not None
            and b'""' not in data
            and data.count(self._separator) == self._count * data.count(separator)
        ):
            return data.translate(self._parted, b'"')
        if self._is_between_quotes(data, separator):
            joint = b'"' + self._separator + b'"'
            return data.replace(joint, self._between).translate(None, b'"')
        parts = data.split(b'"')
        # Every second part is outside quotes; nothing between two of them is a quote.
        outside = [part.replace(self._separator, self._between) or b'"' for part in parts[::2]]
        outside[0] = outside[0] if parts[0] else b""
        parts[::2] = outside
        return b"".join(parts)

    def _is_between_quotes(self, data: bytes, separator: bytes) -> bool:
        """Return True if each separator that ends a field is between two in quotes."""
        null = data.startswith(self._separator) or separator + self._separator in data
        if not self._all or b'""' in data or null:
            return False
        before, after = b'"' + self._separator, self._separator + b'"'
        return data.count(before) == data.count(after) == data.count(before + b'"')


def _in_utf_8(data: bytes, _: bytes) -> bytes:
    return data if data.isascii() else data.decode("latin-1").encode()
