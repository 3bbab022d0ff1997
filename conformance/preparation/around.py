"""The records of a file that a sheet has no rows for: headers, trailers and what is above rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import TadpError
from conformance.model.column import Column, Role, carried
from conformance.model.profile import FileFormat
from conformance.model.record_kind import RecordKind
from conformance.model.types.cell import Unreadable
from conformance.model.types.column_type import Meaning
from conformance.records import Layout
from conformance.records.found import records_in
from conformance.submission.moments import now

#: Bytes at either end of a file in which the records around the others are looked for.
_END = 1 << 20


class Around(Struct):
    """Fills in the records of ``layout`` that rows do not say.

    ``given`` are values by ``kind.Column``; ``there`` the fields that another file has of a kind,
    by the names of their columns, with the columns.
    """

    layout: Layout
    given: Mapping[str, str] = {}
    there: Mapping[str, Mapping[str, tuple[Column, bytes]]] = {}
    used: set[str] = field(default_factory=set)

    @property
    def _in_rows(self) -> set[str]:
        return {column.name for column in self.layout.format.columns}

    def of(self, kind: RecordKind) -> Sequence[Sequence[bytes]]:
        """Return the values of the records of a kind where some belong.

        Raises:
            TadpError: nothing gives a field a value.
        """
        wanted = kind.name in self.there or any(
            name.startswith(f"{kind.name}.") for name in self.given
        )
        count = max(kind.occurs.minimum, 1) if wanted else kind.occurs.minimum
        return [[self._value(kind, column) for column in kind.columns] for _ in range(count)]

    def _value(self, kind: RecordKind, column: Column) -> bytes:
        name = f"{kind.name}.{column.name}"
        found = self._known(kind, column, name)
        if found is None:
            raise TadpError(
                f"nothing says what {name} is",
                where=self.layout.format.kind.label,
                remedy=f"give it with --set {name}=VALUE",
            )
        return found

    def _known(self, kind: RecordKind, column: Column, name: str) -> bytes | None:
        """Return the value of a column, by whatever says it, if something does."""
        if name in self.given:
            self.used.add(name)
            return stated(column, name, self.given[name])
        there = self.there.get(kind.name, {}).get(column.name)
        if column.derived is not None or column.tag or name in self._in_rows:
            found: bytes | None = b""  # the assembly knows
        elif (given := self.layout.given(column)) is not None:
            found = given
        elif there is not None:
            found = carried(there[1], there[0], column)
        else:
            found = self._usual(column)
        return found

    def _usual(self, column: Column) -> bytes | None:
        """Return what a column has if nothing else says it, if that is known."""
        if column.type.reads_as is Meaning.CONSTANT:
            return column.type.choices[0].encode()
        if column.role is Role.USER_ID and self.layout.party is not None:
            party = column.type.of_party(self.layout.party.decode())
            return None if party is None else party.encode()
        return b"" if column.nullable or column.type.always_null else None

    def require_used(self) -> None:
        """Refuse values for fields that no record has.

        Raises:
            TadpError: there is such a value.
        """
        for name in self.given:
            if name not in self.used:
                known = ", ".join(_names(self.layout.format))
                raise TadpError(
                    f"{name} is not a field that can be set here",
                    where="--set",
                    remedy=f"one of: {known}" if known else "leave it out",
                )


def created_at(layout: Layout, moment: datetime | None) -> Layout:
    """Return the layout of a file that is made at a moment, or now.

    Raises:
        TadpError: the file does not say when it was made.
    """
    if not layout.format.created:
        if moment is None:
            return layout
        raise TadpError(
            "the file does not have the time at which it was made",
            where="--made-at",
            remedy="leave it out, or give a column of a header the role created-at",
        )
    return replace(layout, created=moment or now(), columns=(), composed=())


def stated(column: Column, name: str, text: str) -> bytes:
    """Return the value of a column that a person gave, written as one in a sheet is.

    Raises:
        TadpError: it cannot be read.
    """
    found = column.type.from_text(text)
    if isinstance(found, Unreadable):
        raise TadpError(f"{found.message}: {found.found}", where=f"--set {name}", remedy=found.fix)
    return found.text.encode()


def _names(form: FileFormat) -> Iterator[str]:
    unit = form.unit.partition(".")[0]
    for kind in form.records:
        for column in kind.columns:
            if kind.name != unit and not column.tag and column.derived is None:
                yield f"{kind.name}.{column.name}"


def there_in(layout: Layout, content: Content) -> Mapping[str, Mapping[str, tuple[Column, bytes]]]:
    """Return the fields of the records at the start and at the end of a file, by kind and name."""
    if not layout.format.several:
        return {}
    head = content.head(_END)
    tail = content.slice(max(0, len(content) - _END), min(_END, len(content))).head(_END)
    found: dict[str, dict[str, tuple[Column, bytes]]] = {}
    for data in (head, tail):
        for record in records_in(layout, data):
            kind = record.kind
            if kind is not None and kind.at is not None and kind.is_plain:
                fields = zip(kind.columns, record.fields, strict=False)
                found[kind.name] = {c.name: (c, one.value) for c, one in fields}
    return found
