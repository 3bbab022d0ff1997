"""The plan for a layout, made once, before any byte is looked at."""

from __future__ import annotations

from functools import lru_cache, partial

from msgspec.structs import replace

from conformance.model.dialect import Quoting
from conformance.model.rule import Rule
from conformance.records import expression
from conformance.records.characters import Characters
from conformance.records.distinct import distinct_of
from conformance.records.engine import Engine, run_end
from conformance.records.expression import Expected
from conformance.records.field import FieldCheck
from conformance.records.header import Header
from conformance.records.layout import Layout
from conformance.records.lines import SplitConfig
from conformance.records.plain import plain
from conformance.records.splitting import Splitter


class LayoutPlan:
    """The checks of one layout, ready to be used; ``engine`` runs its expressions.

    Raises:
        ModelError: a pattern of the profile is not a regular expression.
    """

    def __init__(self, layout: Layout, engine: Engine) -> None:
        self.layout = layout
        self.checks = [FieldCheck(layout, i, engine) for i in range(len(layout.own))]
        self.characters = Characters(layout)
        self.splitter = Splitter(layout, self.checks)
        self.header = Header(layout, self.checks)
        self.separator = layout.dialect.record_separator
        #: The key first, if there is one.
        self.distinct = tuple(distinct_of(layout))
        longest, limit = expression.longest(layout), layout.format.maximum_record_bytes
        self._engine = engine
        self.cut = SplitConfig(
            partial(run_end, expression.record(layout), engine),
            self.splitter.separators,
            len(layout.own) - 1 + layout.closed,
            limit,
            longest is None or longest > limit,
            plain=plain(layout),
        )

    def cut_for(self, head: bytes, expected: Expected | None = None) -> SplitConfig:
        """How to cut a file that begins with ``head``: into runs of records of one sender.

        It is the sender of the file, or else of its first record. As the expression admits
        no other, it need not be looked for in every record; nor what is ``expected``, in most.
        """
        sender = self._sender(head)
        if sender is None and expected is None:
            return self.cut
        any_, usual = (
            partial(run_end, one, self._engine)
            for one in (
                expression.record(self.layout, sender),
                expression.usual_record(self.layout, sender, expected),
            )
        )
        return replace(self.cut, run_end=any_, usual_end=usual, sender=sender)

    def _sender(self, head: bytes) -> bytes | None:
        """Return the sender whose name the first column of each record has to have, if known."""
        if 0 not in self.layout.cross_columns(Rule.ONE_SENDER):
            return None
        if self.layout.quoting is not Quoting.NONE:
            head = head.removeprefix(b'"')
        return self.layout.party or self.layout.columns[0].type.leading(head)

    def values(self, data: bytes) -> list[bytes]:
        """The values of a record that can be read."""
        fields = self.splitter.split(data).fields
        return [
            b"" if check.is_null(field.value) else field.value
            for field, check in zip(fields, self.checks, strict=True)
        ]


@lru_cache(maxsize=64)
def plan_of(layout: Layout, engine: Engine) -> LayoutPlan:
    """The plan of ``layout``: a folder of files has few layouts."""
    return LayoutPlan(layout, engine)
