"""The lines of a QCAF as its report has them: without the actions that clause 4.7(b) adds."""

from __future__ import annotations

import re
from collections.abc import Callable

from conformance.model.column import Role
from conformance.records.layout import Layout
from conformance.records.stretches import by_lines


def without_actions(mine: Layout, theirs: Layout) -> Callable[[bytes], bytes] | None:
    """Return what takes the actions off lines of a QCAF, so that they are those of its report.

    None: they would not be, or it could not be known that they are.
    """
    *own, last = mine.columns
    report = list(theirs.columns)
    rest = b""
    if report and report[-1].role is Role.ACTION:
        report.pop()
        rest = mine.dialect.field_separator
    if not (
        last.role is Role.ACTION
        and [(one.name, one.type) for one in own] == [(one.name, one.type) for one in report]
        and _read_by(mine) == _read_by(theirs)
        and all(map(by_lines, (mine, theirs)))
    ):
        return None
    # As a template, which has no escapes but of backslashes.
    ending = (rest + b"\n").replace(b"\\", b"\\\\")
    codes = b"|".join(re.escape(code.encode()) for code in last.type.choices)
    action = re.compile(re.escape(mine.dialect.field_separator) + b"(?:" + codes + b")\n")
    return lambda lines: action.sub(ending, lines)


def _read_by(layout: Layout) -> tuple[object, ...]:
    """Return what decides, beside the columns, how the bytes of a file are read."""
    form, dialect = layout.format, layout.dialect
    separators = dialect.field_separator, dialect.record_separator
    return (
        separators,
        form.key,
        form.maximum_record_bytes,
        form.header,
        layout.latin,
        layout.multibyte,
    )
