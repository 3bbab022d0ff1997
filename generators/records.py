"""The records of a conforming file, one by one, so that a million need little memory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random

from conformance.errors import TadpError
from conformance.model.column import Role
from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.model.profile import FileFormat
from conformance.model.types.column_type import ColumnType
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
            if not _settle(form, fields):
                continue
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


def unmet(form: FileFormat, fields: Sequence[bytes]) -> Iterator[CrossRule]:
    """Yield the comparisons that a record of conforming values does not keep."""
    for rule in form.rules_of(CrossRuleName.COMPARE):
        left, right = (form.index(name) for name in rule.columns)
        if not fields[left] or not fields[right]:
            if not rule.null_passes:
                yield rule
        elif not rule.comparator.holds(_order(form, left, fields), _order(form, right, fields)):
            yield rule


def _settle(form: FileFormat, fields: list[str]) -> bool:
    """Give the record values that keep all comparisons; return True if it has them.

    Where it helps, the left value becomes the right one.
    """
    broken = list(unmet(form, [text.encode() for text in fields]))
    for rule in broken:
        left, right = (form.index(name) for name in rule.columns)
        if fields[right] and conforms(form.columns[left].type, fields[right].encode()):
            fields[left] = fields[right]
    return not broken or not any(unmet(form, [text.encode() for text in fields]))


def conforms(kind: ColumnType, value: bytes) -> bool:
    """Return True if ``value`` is one of the type's."""
    return kind.judge(lambda pattern: lambda text: bool(re.fullmatch(pattern, text)))(value) is None


def _order(form: FileFormat, place: int, fields: Sequence[bytes]) -> tuple[int, bytes]:
    return form.columns[place].type.order(fields[place])


def join(rows: Iterator[list[str]] | list[list[str]]) -> bytes:
    """The bytes of a file of ``rows``: commas between fields, a line feed after each record."""
    return b"".join(",".join(fields).encode() + b"\n" for fields in rows)
