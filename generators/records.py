"""The records of a conforming file, one by one, so that a million need little memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from random import Random

from conformance.errors import TadpError
from conformance.model.column import Role
from conformance.model.profile import FileFormat
from conformance.model.types.column_type import Meaning
from conformance.records import Layout, writing
from generators import composing
from generators.record_keys import all_keys, count_keys
from generators.settling import Settling
from generators.values import Subjectmatter, value

#: Records that are drawn before keys are counted out, where less than half of them are taken.
TRIES = 200
#: Records of a file of which nobody said how many it has.
FEW = 4
#: Records that are made for one key, so that its other values keep the rules.
REDRAWN = 20
#: Free keys in turn that no record fits, before it is given up: there may be more than atoms.
FORBIDDEN = 1000


def usual_count(form: FileFormat, about: Subjectmatter, few: int = FEW) -> int:
    """Return how many records a small file has: ``few``, as the profile allows.

    There is room for one more, if there can be, as a fault may add one.
    """
    there = count_keys(form, about) if form.key else few
    most = few if form.maximum_records is None else max(1, form.maximum_records - 1)
    return max(form.minimum_records, min(few, there, most))


def records(form: FileFormat, about: Subjectmatter, count: int, seed: int) -> Iterator[list[str]]:
    """Return ``count`` records of ``form``, each with a key of its own.

    Raises:
        TadpError: there may not be so many records; the columns of the key do not allow so many
            different ones; or, while the records are made, the rules do not.
    """
    if not form.has_room_for(count):
        raise TadpError(
            f"a file has at most {form.maximum_records:,} records under the profile",
            where=form.kind.label,
            remedy=f"ask for at most {form.maximum_records:,} records",
        )
    there = count_keys(form, about) if form.key else count
    if count > there:
        raise TadpError(
            f"there are {there:,} different keys, too few for {count:,} records",
            where=f"{form.kind.label}, {', '.join(form.key)}",
            remedy="ask for fewer records, or for a profile with another key",
        )
    return _Maker(form, about, seed).make(count)


class _Maker:
    """Makes records with keys that no other has: by luck at first, then one after another."""

    def __init__(self, form: FileFormat, about: Subjectmatter, seed: int) -> None:
        self._form, self._about = form, about
        self._random = Random(f"{form.clause}/{seed}")  # noqa: S311 - reproducible, not secret
        self._keys = [form.index(name) for name in form.key]
        self._settling = Settling(form, about)
        columns = [form.columns[k] for k in self._keys]
        # A Request ID has the number of its record, so that nothing need be remembered.
        self._numbered = (
            composing.numbers_records(form)
            or not columns
            or any(
                c.role is Role.REQUEST_ID and c.type.reads_as is Meaning.REQUEST and not c.nullable
                for c in columns
            )
        )
        self._folds = [column.type.fold for column in columns]
        self._seen: set[tuple[bytes, ...]] = set()
        self._half = count_keys(form, about) // 2
        self._rest = all_keys(form, about)

    def make(self, count: int) -> Iterator[list[str]]:
        """Yield records."""
        for index in range(count):
            fields = self._drawn(index) or self._counted(index)
            if fields is None:
                raise TadpError(
                    f"found no key for record {index + 1:,} that no other has",
                    where=f"{self._form.kind.label}, {', '.join(self._form.key)}",
                    remedy=f"ask for at most {index:,} records",
                )
            if not self._numbered:
                self._seen.add(self._key(fields))
            yield fields

    def _drawn(self, index: int) -> list[str] | None:
        for _ in range(TRIES if self._numbered or len(self._seen) < self._half else 1):
            fields = self._fields(index)
            if self._fits(fields, index):
                return fields
        return None

    def _counted(self, index: int) -> list[str] | None:
        """Return a record with the next key that is free, unless the rules forbid many in turn."""
        free = (one for one in self._rest if self._folded(one) not in self._seen)
        for key in islice(free, FORBIDDEN):
            for _ in range(REDRAWN):
                fields = self._fields(index)
                for place, text in zip(self._keys, key, strict=True):
                    fields[place] = text
                if self._fits(fields, index):
                    return fields
        return None

    def _fields(self, index: int) -> list[str]:
        fields = [value(c, self._about, index, self._random) for c in self._form.columns]
        composing.fill(self._form, fields, self._about, index, self._random)
        return fields

    def _fits(self, fields: list[str], index: int) -> bool:
        """Return True if the record, in which values may change, can be in the file."""
        if not self._settling.settle(fields, index, self._random):
            return False
        if not composing.exist(self._form, fields):
            return False
        if sum(map(len, fields)) + len(fields) - 1 > self._form.maximum_record_bytes:
            return False
        return self._numbered or self._key(fields) not in self._seen

    def _key(self, fields: list[str]) -> tuple[bytes, ...]:
        return self._folded([fields[k] for k in self._keys])

    def _folded(self, key: Sequence[str]) -> tuple[bytes, ...]:
        """Return what of a key is compared: the same for values that mean the same."""
        return tuple(
            fold(text.encode()) if fold and text else text.encode()
            for fold, text in zip(self._folds, key, strict=True)
        )


def join(layout: Layout, rows: Iterable[Sequence[str]]) -> bytes:
    """Return the bytes of a file of ``rows``, as ``layout`` has them written."""
    return writing.file(layout, ([text.encode() for text in fields] for fields in rows))
