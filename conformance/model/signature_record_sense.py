"""Checks on the record that carries a signature that a schema cannot express."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from conformance.model.problem import MISSING, Path, Problem
from conformance.model.signature_record import RecordRole

#: The container whose form the table is.
CONTAINER = "signature-record"

_TABLE: Path = ("signature", "record")
#: How a column of each role may be written; of a signature that is its encoding.
_CHOICES: Mapping[RecordRole | None, tuple[str, ...]] = {
    RecordRole.ISSUER: ("der-base64", "der-hex", "rfc4514"),
    RecordRole.SERIAL: ("hex", "decimal"),
    RecordRole.CERTIFICATE: ("der-base64", "der-hex"),
    RecordRole.SIGNATURE: ("base64", "hex"),
}
_CONSTANT = ("value", "tag")
_SIGNATURE = ("encoding", "value")
#: Entries that only some columns have.
_OWN = ("value", "tag", "form", "encoding")
#: Types that the value of a signature may have.
_VALUES = ("der", "raw")


def record_problems(signature: Mapping[str, Any], widths: Iterable[int]) -> Iterator[Problem]:
    """Yield what makes no sense in ``[signature.record]``, or in leaving it out.

    ``widths`` are the numbers of columns of the files that are signed.
    """
    table = signature.get("record")
    taken = CONTAINER in signature["containers"]
    if table is None:
        if taken:
            yield Problem(
                _TABLE,
                f"{MISSING}, and signature.containers has {CONTAINER}",
                "say which columns the record has: [signature.record] in docs/profile.md",
            )
        return
    if not taken:
        what = f"makes no difference: signature.containers does not have {CONTAINER}"
        yield Problem(_TABLE, what, "add it there, or leave this table out")
    found = [one for i, c in enumerate(table["columns"]) for one in _column(c, i, signature)]
    yield from found
    if not found:
        yield from _together(table, {*widths})


def _column(
    column: Mapping[str, Any], index: int, signature: Mapping[str, Any]
) -> Iterator[Problem]:
    path: Path = (*_TABLE, "columns", index)
    if ("role" in column) == ("type" in column):
        what = "is both" if "role" in column else "is neither"
        yield Problem(path, f"{what} a constant and a role", "give it a type or a role")
        return
    role = RecordRole(column["role"]) if "role" in column else None
    own: tuple[str, ...]
    match role:
        case None:
            own, title, needed = _CONSTANT, "a constant", "value"
        case RecordRole.SIGNATURE:
            own, title, needed = _SIGNATURE, "a signature", "encoding"
        case _:
            own, title, needed = ("form",), f"the role {role.value}", "form"
    for entry in _OWN:
        if entry in column and entry not in own:
            yield Problem((*path, entry), f"{title} has no such entry", "leave it out")
    choices = _CHOICES.get(role, ())
    right = f"one of {', '.join(choices)}" if choices else "write the text"
    if needed not in column:
        yield Problem((*path, needed), MISSING, right)
    elif choices and column[needed] not in choices:
        yield Problem((*path, needed), f"{title} is not written so", right)
    if role is RecordRole.SIGNATURE and "value" in column:
        yield from _value(column["value"], (*path, "value"), signature)


def _value(value: str, path: Path, signature: Mapping[str, Any]) -> Iterator[Problem]:
    if value not in _VALUES:
        yield Problem(
            path, f"{value!r} is not a form of a signature", f"one of {', '.join(_VALUES)}"
        )
    elif all(one["key"] != "ecdsa" for one in signature["algorithms"]):
        what = "is about ECDSA, and signature.algorithms has none: an RSA signature is one number"
        yield Problem(path, what, "leave it out")


def _together(table: Mapping[str, Any], widths: set[int]) -> Iterator[Problem]:
    columns, path = table["columns"], (*_TABLE, "columns")
    roles = Counter(one["role"] for one in columns if "role" in one)
    for what, count in (*roles.items(), *Counter(one["name"] for one in columns).items()):
        if count > 1:
            title = f"the role {what}" if what in roles else f"the name {what}"
            yield Problem(path, f"{count} columns have {title}", "leave all but one out")
    if not roles[RecordRole.SIGNATURE]:
        yield Problem(path, "no column has the role signature", "add the column that holds it")
    if not roles[RecordRole.CERTIFICATE] and not (
        roles[RecordRole.ISSUER] and roles[RecordRole.SERIAL]
    ):
        yield Problem(
            path,
            "nothing says whose signature it is",
            "add a column with the role certificate, or one with issuer and one with serial",
        )
    if not any(one.get("tag") for one in columns) and len(columns) in widths:
        yield Problem(
            path,
            f"no constant is a tag, and a file has {len(columns)} columns too, so the signature "
            "record cannot be distinguished from the others",
            "add a constant with tag = true",
        )
    over = table.get("over", "")
    if table.get("at") == "first" and over.startswith("records-before"):
        what = 'there are no records before the first; at = "first" says that it is that'
        yield Problem((*_TABLE, "over"), what, "all-other-records")
