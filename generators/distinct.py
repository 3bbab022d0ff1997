"""Values that no two records of a file have together: its key, and rules ``unique``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from random import Random

from conformance.errors import TadpError
from conformance.model.column import Role
from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.model.profile import FileFormat
from conformance.model.types.column_type import Meaning
from generators import composing
from generators.record_keys import all_keys, count_keys
from generators.settling import Settling
from generators.together import About
from generators.values import Subjectmatter, value

#: Values that are drawn for one record, until no other has them.
TRIES = 200
#: Values that do not suit, before it is given up: there may be more than atoms.
UNSUITED = 2000


class Distinct:
    """Columns whose values no two records share: the key, or those of a rule."""

    def __init__(self, form: FileFormat, about: Subjectmatter, rule: CrossRule | None) -> None:
        names = form.key if rule is None else rule.columns
        self.rule = rule
        self.where = f"{form.kind.label}, {', '.join(names)}" + (
            f" (rule {rule.id!r})" if rule else ""
        )
        self.what = "keys" if rule is None else "values"
        self.always = rule is None or not rule.when
        self.places = [form.index(name) for name in names]
        self._about = About(form, rule or CrossRule("", CrossRuleName.UNIQUE, names))
        # A Request ID has the number of its record, so that nothing need be remembered.
        self._numbered = composing.numbers_records(form, self.places) or any(
            c.role is Role.REQUEST_ID and c.type.reads_as is Meaning.REQUEST and not c.nullable
            for c in (form.columns[place] for place in self.places)
        )
        self.count = count_keys(form, about, names)
        self._seen: set[tuple[str, ...]] = set()
        self._form, self._subject = form, about
        #: Values that are tried one after another, and what the rest of the columns have.
        self._rest: Iterator[tuple[str, ...]] = iter(())
        self._beside: tuple[object, ...] = ()

    def is_beside(self, known: Collection[str]) -> bool:
        """Return True if it is a rule on columns that are not all ``known``."""
        return self.rule is not None and not {*known}.issuperset(self.rule.columns)

    @property
    def is_scarce(self) -> bool:
        """Return True if more than half of the values are taken."""
        return len(self._seen) >= self.count // 2 and not self._numbered

    @property
    def guards(self) -> list[int]:
        """The columns that decide whether the rule is about a record."""
        return self._about.guards

    def applies(self, fields: Sequence[str]) -> bool:
        """Return True if the values of ``fields`` may not repeat."""
        return self._about.holds(fields)

    def same(self, fields: Sequence[str], places: Sequence[int]) -> tuple[str, ...]:
        """Return what the values at ``places`` share with other spellings of theirs."""
        return self._about.same(fields, places)

    def is_new(self, fields: Sequence[str]) -> bool:
        """Return True if no record has the values of ``fields``."""
        return (
            self._numbered
            or not self._about.holds(fields)
            or self._about.same(fields, self.places) not in self._seen
        )

    def take(self, fields: Sequence[str]) -> None:
        """Note a record."""
        if not self._numbered and self._about.holds(fields):
            self._seen.add(self._about.same(fields, self.places))

    def renew(
        self,
        fields: list[str],
        fixed: Collection[int],
        number: int,
        settling: Settling,
        random: Random,
    ) -> None:
        """Change values of a record that others have, except for those at ``fixed``, and note it.

        Raises:
            TadpError: all the values that were drawn are taken.
        """
        for attempt in range(TRIES):
            if self.is_new(fields):
                break
            if self.is_scarce or attempt == TRIES - 1:
                fields[:] = self.next_free(fields, fixed) or fields
            else:
                for place in set(self.places) - set(fixed):
                    fields[place] = value(self._form.columns[place], self._subject, number, random)
            settling.settle(fields, number, random)
        if not self.is_new(fields):
            raise TadpError(
                "found no values that no record before has",
                where=self.where,
                remedy="ask for fewer records",
            )
        self.take(fields)

    def next_free(
        self,
        fields: Sequence[str],
        fixed: Collection[int],
        suits: Callable[[Sequence[str]], bool] = lambda _: True,
    ) -> list[str] | None:
        """Return a record with other values, which no record has, if there are some that suit.

        Those at ``fixed`` stay. All there are come in turn, and begin again after the last.
        """
        if self._numbered:
            return list(fields)
        places = [place for place in self.places if place not in fixed]
        beside = (*places, *(fields[place] for place in self.places if place in fixed))
        names = [self._form.columns[place].name for place in places]
        row, unsuited = list(fields), 0
        for again in (beside != self._beside, True):
            if again:
                self._beside, self._rest = beside, all_keys(self._form, self._subject, names)
            for key in self._rest:
                for place, text in zip(places, key, strict=True):
                    row[place] = text
                if self._about.same(row, self.places) in self._seen:
                    continue
                if suits(row):
                    return row
                unsuited += 1
                if unsuited > UNSUITED:
                    return None
        return None

    def refuse(self, count: int) -> None:
        """Refuse more records than there are different values for.

        Raises:
            TadpError: there are fewer.
        """
        if self.always and count > self.count:
            raise TadpError(
                f"there are {self.count:,} different {self.what}, too few for {count:,} records",
                where=self.where,
                remedy="ask for fewer records, or for a profile with another "
                f"{'key' if self.rule is None else 'rule'}",
            )


def distinct(form: FileFormat, about: Subjectmatter) -> Iterator[Distinct]:
    if form.key:
        yield Distinct(form, about, None)
    for rule in form.rules_of(CrossRuleName.UNIQUE):
        yield Distinct(form, about, rule)
