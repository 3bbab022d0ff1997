"""The kinds of records of a file recognised: by tag, by the number of fields, then by place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from operator import itemgetter, methodcaller

from conformance.model.dialect import Quoting
from conformance.model.expression import NEVER
from conformance.records import expression
from conformance.records.engine import Engine, run_end
from conformance.records.kind_plan import KindPlan
from conformance.records.layout import Layout
from conformance.records.lines import SplitConfig
from conformance.records.plain import plain
from conformance.records.plan import plan_of

#: The code of the first kind in a sequence of kinds; the others follow.
_FIRST = 0x41
#: The code of a record that is of no kind.
UNKNOWN = 0xFF


class Kinds:
    """The kinds of records of one layout, ready to be used."""

    def __init__(self, layout: Layout, engine: Engine) -> None:
        self.layout = layout
        self.plans = [KindPlan(kind, layout, engine) for kind in layout.format.kinds]
        #: The plan of the rows that are counted and compared.
        self.rows = plan_of(layout, engine)
        self._separator = layout.dialect.field_separator
        self.codes = [_FIRST + index for index in range(len(self.plans))]
        self.by_code = dict(zip(self.codes, self.plans, strict=True))
        self.code_of = {plan.kind.name: code for code, plan in self.by_code.items()}
        self._tagged = [plan for plan in self.plans if plan.kind.tag]
        self._untagged = [plan for plan in self.plans if not plan.kind.tag]
        #: How many records at either end of the file are recognised by their place alone.
        self.first, self.last = self._by_place()
        self._fast = self._sorter()
        limit = layout.format.maximum_record_bytes
        lengths = [
            expression.longest(plan.layout) if plan.kind.repeat is None else None
            for plan in self.plans
        ]
        self.cut = SplitConfig(
            partial(run_end, self._expression(), engine),
            self._separators,
            max((plan.kind.counts[1] or 2) - 1 for plan in self.plans) + layout.closed,
            limit,
            any(length is None or length > limit for length in lengths),
            plain=plain(layout),
            counts=frozenset(
                plan.kind.counts[0] - 1 + layout.closed for plan in self.plans if plan.kind.is_plain
            ),
            whole=self._is_whole,
        )

    def _expression(self) -> bytes:
        if self.layout.quoting is not Quoting.NONE and self._fast == self._one_by_one:
            return NEVER  # quotation marks are off where kinds of records are recognised
        return b"(?:" + b"|".join(plan.expression() for plan in self.plans) + b")"

    def _separators(self, data: bytes) -> int:
        plan = self.recognise(data)
        right = plan.respaced(data) if plan else None
        if right is not None:
            return right.count(self._separator)
        return plan.plan.splitter.separators(data) if plan else data.count(self._separator)

    def _is_whole(self, data: bytes) -> bool:
        """Return True if a tag, or all values, and the number of fields make bytes a record."""
        plan = self.recognise(data)
        if plan is None or not plan.kind.has_count(plan.count(plan.respaced(data) or data)):
            return False
        if plan.kind.tag is not None or plan.kind.repeat is not None:
            return plan.kind.tag is not None
        fields = plan.plan.splitter.split(plan.padded(data)).fields
        checked = zip(plan.plan.checks, fields, strict=False)
        return all(check.fits(field.value) for check, field in checked)

    def _by_place(self) -> tuple[int, int]:
        """How many records at the start and at the end are recognised by their place."""
        counts = [plan.kind.counts for plan in self._untagged]
        placed = [
            plan.kind.at
            for plan in self._untagged
            if plan.kind.at is not None and counts.count(plan.kind.counts) > 1
        ]
        return max(0, *placed, 0), -min(0, *placed, 0)

    # --- One record -------------------------------------------------------------------------------

    def recognise(self, data: bytes, place: int = 0, before_end: int = 0) -> KindPlan | None:
        """Return the kind of a record; ``place`` is its number, ``before_end`` -1 for the last.

        A record that is read in spite of wrong separators, or of quotes, has its kind as well.
        """
        fields = [field.value for field in self.rows.splitter.fields(data)]
        found = [plan for plan in self._tagged if _has_tag(plan, fields)]
        if not found:
            found = [plan for plan in self._tagged if self._is_readable(plan, data)]
        if not found:
            found = self._untagged
            if data and len(found) == 1 == len(self.plans):
                return found[0]
        if not data:
            return None
        places = place, before_end
        plan = self._among(found, len(fields), places)
        if plan is None:
            return self._separated(data, places)
        return plan if plan.kind.tag else self._likelier(plan, fields, data, places)

    def _separated(self, data: bytes, places: tuple[int, int]) -> KindPlan | None:
        """Return the kind without a tag that a record is of once wrong separators are read."""
        found = [plan for plan in self._untagged if plan.kind.repeat is None]
        readable = [plan for plan in found if plan.plan.splitter.split(data).readable]
        placed = [plan for plan in readable if plan.kind.at in places]
        fitting = placed or [plan for plan in readable if plan.kind.at is None]
        return fitting[0] if len(fitting) == 1 else None

    def _likelier(
        self, plan: KindPlan, fields: Sequence[bytes], data: bytes, places: tuple[int, int]
    ) -> KindPlan:
        """Return another kind where its place, or wrong separators, speak against ``plan``."""
        checks = plan.plan.checks
        if all(check.fits(one) for check, one in zip(checks, fields, strict=False)):
            return plan
        for other in self._untagged:
            if (
                other is not plan
                and other.kind.repeat is None
                and not other.kind.has_count(len(fields))
            ):
                split = other.plan.splitter.split(data)
                if split.readable and split.rule:
                    return other
        body = [other for other in self._untagged if other.kind.at is None]
        elsewhere = plan.kind.at is not None and plan.kind.at not in places
        return body[0] if elsewhere and len(body) == 1 else plan

    def _among(
        self, found: Sequence[KindPlan], count: int, places: tuple[int, int]
    ) -> KindPlan | None:
        """Return the kind of those that a record can be of, by its fields and by its place."""
        if len(found) == 1 and found[0].kind.tag:
            return found[0]
        fitting = [plan for plan in found if plan.kind.has_count(count)]
        if len(fitting) > 1:
            placed = [plan for plan in fitting if plan.kind.at in places]
            fitting = placed or [plan for plan in fitting if plan.kind.at is None]
        if not fitting and all(not plan.kind.tag for plan in found):
            # The number of fields is wrong: what is expected here?
            fitting = [plan for plan in found if plan.kind.at in places]
            fitting = fitting or [plan for plan in found if plan.kind.at is None]
            # Where others have tags, it can just as well be one of them.
            fitting = fitting if not self._tagged else []
        return fitting[0] if len(fitting) == 1 else None

    def _is_readable(self, plan: KindPlan, data: bytes) -> bool:
        """Return True if a record has the fields of a kind, and its tag, once it is split."""
        if plan.kind.tag is None or not plan.kind.is_plain:
            return plan.respaced(data) is not None
        if b'"' not in data and plan.count(data) == len(plan.kind.columns):
            return False
        place, value = plan.kind.tag
        split = plan.plan.splitter.split(data)
        return split.readable and split.fields[place].value == value.encode()

    # --- Many conforming records ------------------------------------------------------------------

    def sequence(self, records: Sequence[bytes]) -> bytes:
        """Return the code of the kind of each of conforming records, in a run that is plain."""
        return self._fast(records)

    def _sorter(self) -> Callable[[Sequence[bytes]], bytes]:
        separator = self.layout.between
        if not self._untagged and all(
            plan.kind.tag and not plan.kind.tag[0] for plan in self.plans
        ):
            starts = {}
            for code, plan in self.by_code.items():
                value = plan.kind.tag[1].encode() if plan.kind.tag else b""
                starts[value + (b"" if plan.kind.counts[1] == 1 else separator)] = code
            size = min(map(len, starts))
            short = {start[:size]: code for start, code in starts.items()}
            if len(short) == len(starts):
                take = itemgetter(slice(size))
                return lambda records: bytes(map(short.__getitem__, map(take, records)))
            tags = {start.removesuffix(separator): code for start, code in starts.items()}
            apart, first = methodcaller("partition", separator), itemgetter(0)
            return lambda records: bytes(map(tags.__getitem__, map(first, map(apart, records))))
        counts = {plan.kind.counts[0]: code for code, plan in self.by_code.items()}
        all_plain = all(plan.kind.is_plain for plan in self.plans)
        body = [plan for plan in self.plans if plan.kind.at is None]
        for plan in body:
            counts[plan.kind.counts[0]] = self.code_of[plan.kind.name]
        if not self._tagged and all_plain:
            known = {count - 1: code for count, code in counts.items()}
            count = methodcaller("count", separator)
            return lambda records: bytes(map(known.__getitem__, map(count, records)))
        return self._one_by_one

    def _one_by_one(self, records: Sequence[bytes]) -> bytes:
        return bytes(map(self._one, records))

    def _one(self, data: bytes) -> int:
        plan = self.recognise(self.layout.encoded(data) + self._separator * self.layout.closed)
        return UNKNOWN if plan is None else self.code_of[plan.kind.name]


def _has_tag(plan: KindPlan, fields: Sequence[bytes]) -> bool:
    if plan.kind.tag is None:
        return False
    place, value = plan.kind.tag
    return place < len(fields) and fields[place] == value.encode()


@lru_cache(maxsize=32)
def kinds_of(layout: Layout, engine: Engine) -> Kinds:
    """Return the kinds of ``layout``: a folder of files has few layouts."""
    return Kinds(layout, engine)
