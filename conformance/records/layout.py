"""The layout of a file: the dialect of clause 6.1, the profile's columns, the readings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import force_setattr, replace

from conformance.errors import ModelError
from conformance.model.column import Column, Role
from conformance.model.composed import Composed
from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.model.dialect import Quoting, RecordEnd
from conformance.model.profile import CharacterSet, FileFormat
from conformance.model.requirement import Kind
from conformance.model.rule import Rule
from conformance.model.types.column_type import Meaning
from conformance.model.types.eui64 import canonical

#: The notes whose reading decides something here, with the readings that are known.
READINGS: Mapping[str, tuple[str, ...]] = {
    "action-case": ("exact", "any-case"),
    "byte-order-mark": ("refused", "ignored"),
    "character-set": ("ascii", "utf-8"),
    "duplicate-rules": ("refused", "last-wins"),
    "empty-file": ("refused", "allowed"),
    "eui64-case": ("upper", "any"),
    "final-line-feed": ("either", "terminator", "separator"),
    "general-or-particular": ("null-is-general", "type-required"),
    "null-form": ("commas-only", "words"),
    "quotes": ("data", "rfc4180"),
    "record-sign": ("absent", "allowed"),
    "warning-above-adt": ("refused", "allowed"),
}

#: What a file has that the reading of a note is about: without it, every reading comes to the same.
OCCURS: Mapping[str, bytes] = {
    # A word of hexadecimal digits, not all of its letters in upper case.
    "eui64-case": rb"(?<!\w)(?=[0-9A-F]*[a-f])[0-9A-Fa-f]+(?!\w)",
    # Nothing between separators, or before the first, or after the last.
    "general-or-particular": rb"(?m)^[,;\t|]|([,;\t|])(\1|\r?$)",
}


#: The separators that records can be read by.
FIELD_SEPARATORS = (",", ";", "\t", "|")
RECORD_SEPARATORS = ("\n", "\r\n")


class Dialect(Struct, frozen=True, cache_hash=True):
    """How clause 6.1 writes data down: bytes for separators, and for the sign of its notation."""

    field_separator: bytes = b","
    record_separator: bytes = b"\n"
    record_sign: bytes = "\u25b2".encode()
    actions: tuple[str, ...] = ("Release", "Delete")

    def __post_init__(self) -> None:
        """Refuse a dialect that no record could be read in.

        Raises:
            ModelError: a separator is not one that is known.
        """
        if self.field_separator.decode("latin-1") not in FIELD_SEPARATORS:
            raise ModelError("the field separator is not a comma, semicolon, tab or bar")
        if self.record_separator.decode("latin-1") not in RECORD_SEPARATORS:
            raise ModelError("the record separator is neither LF nor CR LF")
        if self.record_sign.isascii():
            raise ModelError("the record sign is empty, or could be in any value")


class Layout(Struct, frozen=True, dict=True):
    """The layout that one file must have.

    ``readings`` gives the reading of every note in ``READINGS``, over which that of the file goes.
    ``sender`` is the User ID of who
    sent the file, an EUI-64 in any form; ``breaches`` the values of the breach
    column that fit who set the threshold; ``eligible`` the User Roles that may send each Service
    Reference Variant, where an empty set means that none is named; ``request`` the number of the
    Service Management Service Request, where a column has to be the same; ``created`` when the file
    is made, in UTC. ``None``, or nothing, means: not known.
    """

    format: FileFormat
    dialect: Dialect
    readings: Mapping[str, str]
    sender: str | None = None
    breaches: frozenset[str] | None = None
    eligible: Mapping[str, frozenset[str]] = field(default_factory=dict)
    request: str | None = None
    created: datetime | None = None
    #: The columns, with the readings applied to them.
    columns: tuple[Column, ...] = ()
    composed: tuple[Composed, ...] = ()
    #: The value of ``between``, where other kinds of records also decide it.
    joined: bytes | None = None

    def __post_init__(self) -> None:
        if self.format.readings:
            force_setattr(self, "readings", {**self.readings, **self.format.readings})
        columns = tuple(self._as_read(column) for column in self.format.columns)
        force_setattr(self, "columns", columns)
        composed = tuple(one.over(columns) for one in self.format.composed)
        force_setattr(self, "composed", composed)

    def _as_read(self, column: Column) -> Column:
        nullable = column.nullable or column.type.always_null
        if (
            column.role == Role.VARIANT
            and self.holds_rules
            and self.readings["general-or-particular"] == "type-required"
        ):
            nullable = column.type.always_null
        if column.type.null_rule is Rule.ACTION and self.format.kind == Kind.QCAF:
            # No profile can waive a requirement of clause 4.7(b).
            nullable = False
        read = column.type.as_read(self.readings, self.dialect.actions)
        if self.latin:
            read = read.with_characters(r"\xa0-\xff")
        if read is column.type and nullable is column.nullable:
            return column
        return replace(column, type=read, nullable=nullable)

    @cached_property
    def own_composed(self) -> tuple[Composed, ...]:
        """The values in several columns that the records themselves have."""
        own = len(self.own)
        return tuple(one for one in self.composed if one.index < own)

    def __hash__(self) -> int:
        """Of what differs between layouts; the rest is compared."""
        return hash((self.format.kind, self.format.unit, self.dialect, self.sender))

    @cached_property
    def own(self) -> tuple[Column, ...]:
        """The columns that the records themselves have."""
        return self.columns[: len(self.columns) - self.format.inherited]

    def given(self, column: Column) -> bytes | None:
        """Return what the submission or the profile says a column is, if it does and is known."""
        if column.equals is not None:
            return None if self.request is None else self.request.encode()
        if self.created is not None and (found := self._created(self.created, column)):
            return found
        if column.role is not Role.RECIPIENT or self.format.recipient is None:
            return None
        party = column.type.of_party(self.format.recipient)
        return None if party is None else party.encode()

    def _created(self, moment: datetime, column: Column) -> bytes | None:
        """Return what a column, or its part of a value in several, has for the time of making."""
        if column.role is Role.CREATED_AT:
            return (column.type.of_moment(moment) or "").encode()
        for whole in self.composed:
            if whole.role is Role.CREATED_AT and column.entry in {p.entry for p in whole.parts}:
                parts = whole.split((whole.type.of_moment(moment) or "").encode())
                return next(v for p, v in zip(whole.parts, parts, strict=True)
                            if p.entry == column.entry)  # fmt: skip
        return None

    @cached_property
    def party(self) -> bytes | None:
        """The sender with hyphens and in upper case, if it is known."""
        found = canonical(self.sender) if self.sender else None
        return found.encode() if found else None

    @cached_property
    def multibyte(self) -> bool:
        """Return True if characters beyond ASCII are characters like any other."""
        return (
            self.format.characters == CharacterSet.UTF_8
            or self.readings["character-set"] == "utf-8"
        ) and not self.latin

    @cached_property
    def latin(self) -> bool:
        """Return True if a byte is a character, as in Latin-1."""
        return self.format.characters == CharacterSet.LATIN_1

    def decoded(self, data: bytes) -> bytes:
        """Return characters of the file in UTF-8, as values are read and shown."""
        if not self.latin or data.isascii():
            return data
        return data.decode("latin-1").encode()

    def encoded(self, value: bytes) -> bytes:
        """Return a value, which is in UTF-8, in the characters of the file."""
        if not self.latin or value.isascii():
            return value
        return value.decode(errors="replace").encode("latin-1", errors="replace")

    def has_sign(self, data: bytes) -> bool:
        """Return True if ``data`` has the sign for a record separator where it may not be."""
        return self.dialect.record_sign in data and self.readings["record-sign"] == "absent"

    @cached_property
    def quoting(self) -> Quoting:
        """Which fields are in quotation marks."""
        if self.readings["quotes"] != "rfc4180":
            return Quoting.NONE
        said = self.format.quoting
        return Quoting.ALLOWED if said in (None, Quoting.NONE) else said

    def quoting_of(self, index: int) -> Quoting:
        """Return which values of the column at ``index`` are in quotation marks: none, or all."""
        return self._quoting_of(self.columns[index])

    def _quoting_of(self, column: Column) -> Quoting:
        if self.quoting is not Quoting.TEXT:
            return self.quoting
        return Quoting.ALL if column.type.reads_as is Meaning.TEXT else Quoting.NONE

    @cached_property
    def between(self) -> bytes:
        """The bytes between the values of a record in a plain run.

        Where a value can have a separator in it, that is a byte that no value has. It is the same
        for all kinds of records of a file.
        """
        if self.joined is not None:
            return self.joined
        several = (column for kind in self.format.records for column in kind.columns)
        texts = (one for one in (*self.columns, *several) if not one.type.exact)
        embedded = any(self._quoting_of(column) is not Quoting.NONE for column in texts)
        return b"\r" if embedded else self.dialect.field_separator

    @cached_property
    def lead(self) -> bytes:
        """The bytes at the start of each record in a plain run: constants, which are never null."""
        found = b""
        for column in self.columns[:-1]:
            values = column.type.choices if column.type.reads_as is Meaning.CONSTANT else ()
            if len(values) != 1 or column.nullable or column.type.sentinels:
                break
            found += values[0].encode() + self.between
        return found

    @cached_property
    def closed(self) -> bool:
        """Return True if a separator of fields is after the last field of a record too."""
        return self.format.record_end is RecordEnd.SEPARATOR

    def bare(self, data: bytes) -> bytes:
        """Return a record without the separator of fields after its last field."""
        return data[:-1] if self.closed and data.endswith(self.dialect.field_separator) else data

    def field(self, index: int, value: bytes) -> bytes:
        """Return the field of a column with ``value``: in quotes where it would end otherwise."""
        value = self.encoded(value)
        match self.quoting_of(index):
            case Quoting.NONE:
                return value
            case Quoting.ALLOWED if not (b'"' in value or self.dialect.field_separator in value):
                return value
            case _:
                return b'"' + value.replace(b'"', b'""') + b'"' if value else value

    @property
    def ended(self) -> bool:
        """Return True if a file may end with a separator after its last record."""
        return self.readings["final-line-feed"] != "separator"

    @property
    def holds_rules(self) -> bool:
        """Return True if the records are rules, as those of an ADT File are."""
        return self.format.kind == Kind.ADT

    def cross_columns(self, rule: Rule) -> tuple[int, ...]:
        """Return the positions, from 0, of the columns that ``rule`` looks at, each once.

        None: the rule does not apply.
        """
        if rule == Rule.UNIQUE_KEY:
            last_wins = self.readings["duplicate-rules"] == "last-wins"
            if self.holds_rules and last_wins:
                return ()
            return tuple(map(self.format.index, self.format.key))
        if rule == Rule.DERIVED:
            return tuple(i for i, c in enumerate(self.own) if c.derived or c.is_given)
        names = (name for name in CrossRuleName if name.laid_at is rule)
        found = (self.looked_at(one) for name in names for one in self.rules_of(name))
        return tuple(dict.fromkeys(index for columns in found for index in columns))

    def rules_of(self, name: CrossRuleName) -> tuple[CrossRule, ...]:
        """Return the profile's rules of a kind, as far as they apply by what is known."""
        found = self.format.rules_of(name)
        if name is CrossRuleName.COMPARE and self.readings["warning-above-adt"] == "allowed":
            return tuple(rule for rule in found if not self.is_of_thresholds(rule))
        unknown = (name is CrossRuleName.BREACH_FITS and self.breaches is None) or (
            name is CrossRuleName.ELIGIBLE_VARIANT and not self.eligible
        )
        return () if unknown else found

    def is_of_thresholds(self, rule: CrossRule) -> bool:
        """Return True if ``rule`` keeps a Warning Threshold from being above its ADT."""
        return self.format.is_of_thresholds(rule)

    def positions(self, rule: CrossRule) -> tuple[int, ...]:
        """Return the positions, from 0, of the columns of ``rule``."""
        return tuple(map(self.format.index, rule.columns))

    def looked_at(self, rule: CrossRule) -> tuple[int, ...]:
        """Return the positions, from 0, of all columns that ``rule`` looks at."""
        return tuple(map(self.format.index, rule.looks_at))

    def grounds(self, note: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the notes and the entries of the profile that the reading of ``note`` is by."""
        entry = self.format.settled.get(note)
        return ((note,), ()) if entry is None else ((), (self.entry(entry),))

    def entry(self, name: str = "") -> str:
        """The path of an entry of the profile about this file, or of the file as a whole."""
        path = f"files.{self.format.kind.value}"
        if self.format.below and name.partition(".")[0] in ("columns", "key", "composed"):
            path += f".{self.format.below}"
        return f"{path}.{name}" if name else path

    def column_entry(self, index: int) -> str:
        """The path of the entry about the column at ``index``."""
        column = self.format.columns[index]
        return self.entry(column.entry or f"columns.{column.name}")
