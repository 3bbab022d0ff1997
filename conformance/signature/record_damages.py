"""The faults that only a signature in a record can have."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cryptography.hazmat.primitives.asymmetric import utils
from msgspec.structs import replace

from conformance.model.signature_record import RecordColumn, RecordForm, RecordRole
from conformance.signature.fault import Damage
from conformance.signature.record import SEPARATOR, decoded, split
from conformance.signature.record_fields import encoded
from conformance.signature.writing.form import Addition

_OTHER_LETTER = {True: b"2", False: b"1"}


def damages(form: RecordForm, *, ecdsa: bool) -> Iterator[Damage]:
    """Yield the faults of a record of ``form``; ``ecdsa``: no other key signs."""
    yield Damage("record-twice", "the signature record is there twice", _line(_twice))
    yield Damage("record-at-other-end", "the signature record is at the other end", _moved)
    yield Damage("record-cr-lf", "the signature record ends in CR LF", _line(_with_cr))
    if form.tags:
        yield Damage(
            "record-extra-field", "the signature record has a field too many", _line(_extra)
        )
    if form.tags and max(form.tags) + 1 < len(form.columns):
        yield Damage(
            "record-field-missing",
            "the last field of the signature record is missing",
            _fields(form, lambda fields: fields[:-1]),
        )
    for index, column in enumerate(form.columns):
        yield from _of_column(form, index, column)
        if column.role is RecordRole.SIGNATURE and ecdsa:
            yield Damage(
                "value-in-other-form",
                "r and s one after the other, or in DER, where it is to be the other way",
                _field(form, index, _other_value(column)),
            )


def _of_column(form: RecordForm, index: int, column: RecordColumn) -> Iterator[Damage]:
    if column.role is None:
        yield Damage(
            f"other-constant-{index + 1}",
            f"another {'tag' if column.tag else 'constant'} in the signature record",
            _field(form, index, lambda field: field + b"X"),
        )
        return
    role = column.role.value
    yield Damage(
        f"malformed-{role}",
        f"the {role} in the signature record cannot be read",
        _field(form, index, _no_name if column.form == "rfc4514" else _cut_short),
    )
    if column.role in (RecordRole.ISSUER, RecordRole.SERIAL):
        yield Damage(
            f"other-{role}",
            f"the {role} in the signature record is that of another certificate",
            _field(form, index, _other_name if "der" in column.form else _other_letter),
        )


def _line(change: Callable[[bytes], bytes]) -> Callable[[Addition], Addition]:
    """Return what applies ``change`` to the record, with the separator behind it."""

    def apply(addition: Addition) -> Addition:
        if addition.before:
            return replace(addition, before=change(addition.before))
        return replace(addition, after=change(addition.after))

    return apply


def _fields(
    form: RecordForm, change: Callable[[list[bytes]], list[bytes]]
) -> Callable[[Addition], Addition]:
    def changed(line: bytes) -> bytes:
        return b",".join(change(split(line.removesuffix(SEPARATOR), form))) + SEPARATOR

    return _line(changed)


def _field(
    form: RecordForm, index: int, change: Callable[[bytes], bytes]
) -> Callable[[Addition], Addition]:
    def changed(fields: list[bytes]) -> list[bytes]:
        return [*fields[:index], change(fields[index]), *fields[index + 1 :]]

    return _fields(form, changed)


def _moved(addition: Addition) -> Addition:
    return replace(addition, before=addition.after, after=addition.before)


def _twice(line: bytes) -> bytes:
    return line * 2


def _with_cr(line: bytes) -> bytes:
    return line.removesuffix(SEPARATOR) + b"\r" + SEPARATOR


def _extra(line: bytes) -> bytes:
    return line.removesuffix(SEPARATOR) + b"," + SEPARATOR


def _cut_short(field: bytes) -> bytes:
    """Return half of ``field``, and a character that its form does not have."""
    return field[: len(field) // 2] + b"*"


def _no_name(field: bytes) -> bytes:
    """Return ``field``, the text of a name, as a text of which nothing has a value."""
    # In quotation marks still, so that the record has the fields that it had.
    return field.replace(b"=", b"*")


def _other_letter(field: bytes) -> bytes:
    """Return ``field`` with another last letter or digit."""
    at = max(i for i in range(len(field)) if field[i : i + 1].isalnum())
    return field[:at] + _OTHER_LETTER[field[at : at + 1] == b"1"] + field[at + 1 :]


def _other_name(field: bytes) -> bytes:
    """Return the encoding of a name in DER, whose last letter is another one."""
    form = "hex" if field[:2] == b"30" else "base64"
    der = decoded(form, field)
    return encoded(form, der[:-1] + bytes((der[-1] ^ 1,)))


def _other_value(column: RecordColumn) -> Callable[[bytes], bytes]:
    def change(field: bytes) -> bytes:
        value = decoded(column.form, field)
        if column.raw:
            r, s = value[: len(value) // 2], value[len(value) // 2 :]
            other = utils.encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
        else:
            numbers = utils.decode_dss_signature(value)
            width = max((n.bit_length() + 7) // 8 for n in numbers)
            other = b"".join(n.to_bytes(width, "big") for n in numbers)
        return encoded(column.form, other)

    return change
