"""The records of a conforming file, one by one, so that a million need little memory."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from conformance.errors import TadpError
from conformance.model.column import Role
from conformance.model.profile import FileFormat
from generators.values import Subjectmatter, value

#: Tries to find a key that no record has yet.
TRIES = 2000


def records(form: FileFormat, about: Subjectmatter, count: int, seed: int) -> Iterator[list[str]]:
    """``count`` records of ``form``, each with a key of its own.

    Raises:
        TadpError: the columns of the key do not allow so many different ones.
    """
    random = Random(f"{form.clause}/{seed}")  # noqa: S311 - reproducible, not secret
    keys = [form.index(name) for name in form.key]
    # A Request ID carries the number of its record, so that nothing need be remembered.
    unique = any(form.columns[k].role is Role.REQUEST_ID for k in keys)
    seen: set[tuple[str, ...]] = set()
    for index in range(count):
        for _ in range(TRIES):
            fields = [value(column, about, index, random) for column in form.columns]
            _keep_below(form, fields)
            key = tuple(fields[k] for k in keys)
            if unique or not keys or key not in seen:
                break
        else:
            raise TadpError(
                f"found no key for record {index + 1} that no other has",
                where=f"{form.kind.label}, {', '.join(form.key)}",
                remedy="ask for fewer records",
            )
        if keys and not unique:
            seen.add(key)
        yield fields


def _keep_below(form: FileFormat, fields: list[str]) -> None:
    """Lower the first field of a rule ``not-above`` to the second, if it is above."""
    rule = form.rule("not-above")
    if rule is not None:
        low, high = (form.index(name) for name in rule.columns)
        if fields[low] and fields[high] and _order(form, low, fields) > _order(form, high, fields):
            fields[low] = fields[high]


def _order(form: FileFormat, place: int, fields: list[str]) -> tuple[int, bytes]:
    return form.columns[place].type.order(fields[place].encode())


def join(rows: Iterator[list[str]] | list[list[str]]) -> bytes:
    """The bytes of a file of ``rows``: commas between fields, a line feed after each record."""
    return b"".join(",".join(fields).encode() + b"\n" for fields in rows)
