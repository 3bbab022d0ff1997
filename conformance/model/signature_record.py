"""The record of a file that carries its signature, as a profile gives its form."""

# No annotations from __future__: msgspec would compile the text of each at the start.

from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from msgspec import Struct


class RecordRole(StrEnum):
    """The content of a column of a signature record, if it is not a constant."""

    ISSUER = "issuer"  #: the name of the CA that issued the signer's certificate
    SERIAL = "serial"  #: the serial number of that certificate
    CERTIFICATE = "certificate"
    SIGNATURE = "signature"


class RecordColumn(Struct, frozen=True):
    """A column of a signature record.

    ``form`` is how its value is written (of a signature, its ``encoding``). ``raw``: an ECDSA
    signature is the numbers r and s, rather than DER. Without a ``role`` it is the ``constant``,
    by which the record is recognised if it is a ``tag``.
    """

    name: str
    role: RecordRole | None = None
    form: str = ""
    raw: bool = False
    constant: str = ""
    tag: bool = False


class RecordForm(Struct, frozen=True, dict=True):
    """The form of a signature record: the last of its file, or the ``first``.

    ``trimmed``: the signature is over the other records without their last separator.
    """

    columns: tuple[RecordColumn, ...]
    first: bool = False
    trimmed: bool = False

    @classmethod
    def of(cls, table: dict[str, Any]) -> Self:
        """Return what ``[signature.record]`` of a profile says."""
        return cls(
            tuple(map(_column, table["columns"])),
            first=table.get("at") == "first",
            trimmed=table.get("over") == "records-before-without-separator",
        )

    @cached_property
    def tags(self) -> dict[int, bytes]:
        """The constants by which the record is recognised, by their positions from 0."""
        return {i: one.constant.encode() for i, one in enumerate(self.columns) if one.tag}

    @property
    def has_certificate(self) -> bool:
        """Return True if the signer's certificate is in the record."""
        return any(one.role is RecordRole.CERTIFICATE for one in self.columns)

    @property
    def raw(self) -> bool:
        """Return True if an ECDSA signature is r and s one after the other."""
        return any(one.raw for one in self.columns)

    @property
    def quotes(self) -> bool:
        """Return True if a field of the record may be in quotation marks."""
        return any(one.form == "rfc4514" for one in self.columns)

    @property
    def printed(self) -> str:
        """The fields as a clause would print them: constants as they are, others by their names."""
        return ",".join(one.constant or one.name for one in self.columns)


def _column(table: dict[str, Any]) -> RecordColumn:
    role = table.get("role")
    if role is None:
        return RecordColumn(table["name"], constant=table["value"], tag=table.get("tag", False))
    return RecordColumn(
        table["name"],
        RecordRole(role),
        table.get("form") or table["encoding"],
        raw=table.get("value") == "raw",
    )
