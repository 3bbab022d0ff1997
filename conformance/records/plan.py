"""What is made of a layout once, before any byte is looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from operator import itemgetter

from msgspec.structs import replace

from conformance.model.dialect import Quoting
from conformance.model.rule import Rule
from conformance.records import expression
from conformance.records.characters import Characters
from conformance.records.engine import Engine, run_end
from conformance.records.field import FieldCheck
from conformance.records.header import Header
from conformance.records.keys import Key
from conformance.records.layout import Layout
from conformance.records.lines import Cut, Run
from conformance.records.plain import plain
from conformance.records.splitting import Splitter

#: Takes the key out of the values of a record.
TakeKey = Callable[[list[bytes]], Key]

_FIRST_VALUE: TakeKey = itemgetter(0)


class Plan:
    """The checks of one layout, ready to be used; ``engine`` runs its expressions.

    Raises:
        ModelError: a pattern of the profile is no regular expression.
    """

    def __init__(self, layout: Layout, engine: Engine) -> None:
        self.layout = layout
        self.checks = [FieldCheck(layout, i, engine) for i in range(len(layout.columns))]
        self.characters = Characters(layout)
        self.splitter = Splitter(layout, self.checks)
        self.header = Header(layout, self.checks)
        self.separator = layout.dialect.record_separator
        self.key_columns = layout.cross_columns(Rule.UNIQUE_KEY)
        #: Columns of the key in which a value has several spellings, and what these share.
        self._folded = {i: fold for i in self.key_columns if (fold := layout.columns[i].type.fold)}
        self._only_case = all(layout.columns[i].type.any_case for i in self._folded)
        rest = re.escape(layout.between) + b".*\n"
        self._after_first = re.compile(rest) if len(layout.columns) > 1 else None
        longest, limit = expression.longest(layout), layout.format.maximum_record_bytes
        self._engine = engine
        self.cut = Cut(
            partial(run_end, expression.record(layout), engine),
            self.splitter.separators,
            len(layout.columns) - 1 + layout.closed,
            limit,
            longest is None or longest > limit,
            plain=plain(layout),
        )

    def cut_for(self, head: bytes) -> Cut:
        """How to cut a file that begins with ``head``: into runs of records of one sender.

        It is the sender of the file, or else of its first record. As the expression holds them
        to it, nobody has to look for it in every record.
        """
        first = self.layout.columns[0]
        if 0 not in self.layout.cross_columns(Rule.ONE_SENDER):
            return self.cut
        if self.layout.quoting is not Quoting.NONE:
            head = head.removeprefix(b'"')
        sender = self.layout.party or first.type.leading(head)
        if sender is None:
            return self.cut
        either, upper = (
            partial(run_end, expression.record(self.layout, sender, upper=case), self._engine)
            for case in (False, True)
        )
        return replace(self.cut, run_end=either, upper_end=upper, sender=sender)

    def values(self, data: bytes) -> list[bytes]:
        """The values of a record that can be read."""
        fields = self.splitter.split(data).fields
        return [
            b"" if check.is_null(field.value) else field.value
            for field, check in zip(fields, self.checks, strict=True)
        ]

    def key(self) -> TakeKey:
        """What takes the key out of the values of a record."""
        take = self._take()
        return partial(_folded, take, self._folded) if self._folded else take

    def _take(self) -> TakeKey:
        """What takes the key, as it is written, out of the values of a record."""
        if not self.key_columns:
            return tuple
        return _FIRST_VALUE if self.key_columns == (0,) else itemgetter(*self.key_columns)

    def keys(self, run: Run) -> Iterator[Sequence[Key]]:
        """The keys of the records of ``run``, whose values conform, some thousands at a time."""
        folded = bool(self._folded) and not (run.upper and self._only_case)
        key = self.key() if folded else self._take()
        first = self.key_columns == (0,) and self._only_case and self._after_first
        separator, beyond = self.layout.between, max(self.key_columns) + 1
        for data in run.slices():
            if first:
                # Nearly always so in a QCAF: what lies between the rests of records is their keys.
                yield first.split(data.upper() if folded else data)[:-1]
            else:
                records = data.split(run.separator)[:-1]
                yield [key(record.split(separator, beyond)) for record in records]


@lru_cache(maxsize=64)
def plan_of(layout: Layout, engine: Engine) -> Plan:
    """The plan of ``layout``: a folder of files has few layouts."""
    return Plan(layout, engine)


def _folded(
    take: TakeKey, folded: Mapping[int, Callable[[bytes], bytes]], values: list[bytes]
) -> Key:
    """The key, with one spelling for each value, as it then has in ``values``."""
    for index, fold in folded.items():
        values[index] = fold(values[index])
    return take(values)
