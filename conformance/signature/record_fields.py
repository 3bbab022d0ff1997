"""The fields of a signature record: read, compared with its form, and written."""

from __future__ import annotations

import binascii
import re
from functools import partial
from typing import TypeVar, assert_never

from msgspec import Struct

from conformance.findings import Finding, Place
from conformance.model.signature_record import RecordColumn, RecordForm, RecordRole
from conformance.signature.certificate import Certificate
from conformance.signature.name import read_name, rfc4514, same_name
from conformance.signature.name_text import names, read_text
from conformance.signature.record import Line, decoded, split

T = TypeVar("T")

#: The entry of the profile that gives a record its form.
ENTRY = ("signature.record.columns",)

#: The ways in which a field is written, for people.
_TITLES = {
    "base64": "base64",
    "hex": "hexadecimal digits",
    "decimal": "decimal digits",
    "der-base64": "DER in base64",
    "der-hex": "DER in hexadecimal digits",
    "rfc4514": "a name as RFC 4514 writes it, in quotation marks if it has commas",
}
_DIGITS = {
    "hex": (re.compile(rb"[0-9A-Fa-f]{1,64}"), 16),
    "decimal": (re.compile(rb"[0-9]{1,78}"), 10),
}
#: Bytes of a field that a finding shows.
_SHOWN = 40


class Fields(Struct, frozen=True):
    """The fields of a signature record: the signature, and whose it is, where it has columns."""

    signature: bytes = b""
    certificate: Certificate | None = None
    issuer: bytes | str | None = None  #: in DER, or text
    serial: int | None = None

    def names(self, certificate: Certificate) -> bool:
        """Return True if ``certificate`` is of the issuer and with the serial number given."""
        if self.serial not in (None, certificate.serial):
            return False
        match self.issuer:
            case None:
                return True
            case str():
                return names(self.issuer, certificate.issuer)
            case bytes():
                return same_name(self.issuer, certificate.issuer)
            case _:
                assert_never(self.issuer)

    @property
    def title(self) -> str:
        """The certificate, in words."""
        serial = "" if self.serial is None else f"with serial number {self.serial:X}"
        issuer = rfc4514(self.issuer) if isinstance(self.issuer, bytes) else self.issuer
        return " ".join(filter(None, ("the certificate", serial, issuer and f"of {issuer}")))


def read_fields(line: Line, form: RecordForm) -> tuple[Fields, list[Finding]]:
    """Return what the record in ``line`` says, and all that is not as ``form`` has it."""
    place = partial(Place, None, 1 if form.first else None, offset=line.start)
    if line.data.endswith(b"\r"):
        return Fields(), [
            Finding(
                "the signature record does not end in a line feed",
                found="CR LF",
                expected="LF, as every record",
                place=place(),
                profile=ENTRY,
            )
        ]
    fields = split(line.data, form)
    if len(fields) != len(form.columns):
        return Fields(), [
            Finding(
                "the signature record has the wrong number of fields",
                found=f"{len(fields)} fields",
                expected=f"{len(form.columns)} fields: {form.printed}",
                place=place(),
                profile=ENTRY,
            )
        ]
    said: dict[str, object] = {}
    faults = []
    for number, (field, column) in enumerate(zip(fields, form.columns, strict=True), 1):
        try:
            said |= _read(field, column)
        except ValueError as error:
            faults.append(
                Finding(
                    f"{column.name} of the signature record is not {error.args[0]}",
                    found=field[:_SHOWN].decode("ascii", "backslashreplace") or "nothing",
                    expected=error.args[0],
                    place=place(field=number),
                    profile=ENTRY,
                )
            )
    return Fields(**said), faults  # type: ignore[arg-type] # as ``_read`` has them


def write_fields(signature: bytes, certificate: bytes, form: RecordForm) -> bytes:
    """Return the record with a ``signature``, by the key of a ``certificate``; both as they are."""
    return b",".join(_written(column, signature, certificate) for column in form.columns)


def _read(field: bytes, column: RecordColumn) -> dict[str, object]:
    """Return what a field says, by the name that it has in ``Fields``.

    Raises:
        ValueError: it is not of the form of its ``column``; in words what it should have been.
    """
    title = _TITLES.get(column.form, column.constant)
    try:
        match column.role:
            case None:
                _filled(field == column.constant.encode())
                return {}
            case RecordRole.SIGNATURE:
                return {"signature": _filled(decoded(column.form, field))}
            case RecordRole.SERIAL:
                digits, base = _DIGITS[column.form]
                return {"serial": int(_filled(digits.fullmatch(field))[0], base)}
            case RecordRole.CERTIFICATE:
                title = f"a certificate, {title}"
                return {"certificate": _filled(Certificate.read(_der(column, field)))}
            case RecordRole.ISSUER if column.form == "rfc4514":
                text = _unquoted(field).decode()
                read_text(text)
                return {"issuer": text}
            case RecordRole.ISSUER:
                title = f"a name, {title}"
                der = _der(column, field)
                _filled(read_name(der))
                return {"issuer": der}
    except ValueError as error:
        raise ValueError(title) from error


def _filled(value: T | None) -> T:
    """Return ``value``; raise ``ValueError`` if there is nothing in it."""
    if not value:
        raise ValueError
    return value


def _der(column: RecordColumn, field: bytes) -> bytes:
    return decoded(column.form.removeprefix("der-"), field)


def _unquoted(field: bytes) -> bytes:
    return field[1:-1].replace(b'""', b'"') if field.startswith(b'"') else field


def _written(column: RecordColumn, signature: bytes, certificate: bytes) -> bytes:
    match column.role:
        case None:
            return column.constant.encode()
        case RecordRole.SIGNATURE:
            return encoded(column.form, signature)
        case RecordRole.CERTIFICATE:
            return encoded(column.form, certificate)
        case RecordRole.SERIAL:
            serial = _filled(Certificate.read(certificate)).serial
            return (str(serial) if column.form == "decimal" else _hex(serial)).encode()
        case RecordRole.ISSUER:
            return _issuer(column, _filled(Certificate.read(certificate)).issuer)
        case _:
            assert_never(column.role)


def _hex(serial: int) -> str:
    """Return a serial number in hexadecimal, with an even number of digits, as tools print it."""
    digits = f"{serial:X}"
    return digits.rjust(len(digits) + len(digits) % 2, "0")


def _issuer(column: RecordColumn, issuer: bytes) -> bytes:
    if column.form != "rfc4514":
        return encoded(column.form, issuer)
    text = rfc4514(issuer).encode()
    return b'"' + text.replace(b'"', b'""') + b'"' if {*text} & {*b',"'} else text


def encoded(form: str, data: bytes) -> bytes:
    """Return ``data`` as a column of ``form`` has it; the reverse of ``decoded``."""
    if form.endswith("hex"):
        return binascii.b2a_hex(data).upper()
    return binascii.b2a_base64(data, newline=False)
