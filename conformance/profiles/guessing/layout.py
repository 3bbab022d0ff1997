"""Records as clause 6.1 prints them: field names between commas, and a sign at the end."""

from __future__ import annotations

import re

from conformance.errors import TadpError
from conformance.model.schema import schema_of

#: Ends a record where a clause prints one (clause 6.1).
SIGN = "\u25b2"


def records_of(layout: str) -> tuple[tuple[str, ...], ...]:
    """Return the names of the fields of each record that is printed in ``layout``.

    Raises:
        TadpError: there is none, or a name is not one that a column can have.
    """
    *whole, rest = layout.split(SIGN)
    records = [*whole, rest] if rest.strip() else whole
    if not any(map(str.strip, records)):
        raise _wrong(layout, "has no field", "write the names of the fields, such as 'A,B,C\u25b2'")
    return tuple(_fields(layout, record) for record in records)


def _fields(layout: str, record: str) -> tuple[str, ...]:
    names = tuple(" ".join(name.split()) for name in record.split(","))
    column = schema_of("profile")["$defs"]["column"]["properties"]["name"]
    for name in names:
        if name in ("...", "\u2026"):
            raise _wrong(layout, f"has {name} in place of fields", "write out all of them")
        if not re.search(column["pattern"], name) or len(name) > column["maxLength"]:
            raise _wrong(layout, f"has a field {name!r}", column["x-wanted"])
        if names.count(name) > 1:
            raise _wrong(layout, f"has two fields {name}", "give each a name of its own")
    return names


def _wrong(layout: str, what: str, remedy: str) -> TadpError:
    return TadpError(what, where=f"layout {layout[:60]!r}", remedy=remedy)
