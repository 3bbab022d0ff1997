"""Records made one after another, each with a key that no other has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from random import Random

from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.model.condition import Condition
from conformance.model.cross_rule import CrossRuleName
from conformance.model.profile import FileFormat
from conformance.model.types.given import conforming_value
from generators import composing
from generators.arrangement import FEW, Arrangement, Few, Frame, combinations
from generators.distinct import Distinct, distinct
from generators.room import Room
from generators.settling import Settling
from generators.together import Groups
from generators.values import Subjectmatter, maker, value

#: Records that are drawn before keys are counted out, where less than half of them are taken.
TRIES = 200
#: Free keys in turn that no record fits, before it is given up: there may be more than atoms.
FORBIDDEN = 1000
#: Groups take turns where there can be fewer than so many times as many as there are to be.
_PACKED = 2
#: Records, the last ones, that others are made like where a rule wants some for each value.
_EXAMPLES = 50


class RowMaker:
    """Makes records with keys that no other has: by luck at first, then one after another."""

    def __init__(
        self, form: FileFormat, about: Subjectmatter, seed: int, few: Few | None = None
    ) -> None:
        self._form, self._about = form, about
        #: So many records are below each other one. Other numbers are tried if it does not work.
        self._few = few
        self._random = Random(f"{form.clause}/{seed}")  # noqa: S311 - reproducible, not secret
        self._settling = Settling.of(form, about)
        self._makers = [maker(column, about) for column in form.columns]
        self._distinct = list(distinct(form, about))
        self._conditional = [
            (one.rule, one) for one in self._distinct if one.rule and one.rule.when
        ]
        complete = form.rules_of(CrossRuleName.COMPLETE)
        self._groups = [Groups(form, rule, about.eligible) for rule in complete]
        self._examples: list[list[str]] = []
        self._left = 0
        self._more: int | None = None  # how many records there would have to be
        self._frame: Frame | None = None
        self._rooms: list[list[Room]] = []
        #: Those that take turns, so that all the groups that there can be are made.
        self._packed: list[Room] = []

    @property
    def _kept(self) -> Mapping[int, str]:
        """The values that the next record shares with the one before it, by place."""
        return self._frame.kept if self._frame else {}

    @property
    def owed(self) -> int:
        """How many records are missing at least, by the rules that want some."""
        return max((groups.owed for groups in self._groups), default=0)

    @property
    def wanted(self) -> int:
        """The most records that a rule wants for one combination of values; 0 without a rule."""
        return max((len(groups.values) for groups in self._groups), default=0)

    def make(self, count: int) -> Iterator[list[str]]:
        """Yield records, not sorted yet."""
        few = self._few or (FEW,)
        self._frame = Frame(self._form, self._about, count, few) if self._form.several else None
        self._rooms = self._rooms_of(self._frame, count) if self._frame else []
        whole = 0
        for index in range(count):
            self._left = count - index - 1
            if self._frame is not None:
                self._frame.begin()
            owed = self.owed if self._groups else 0
            fields = self._owing(index) if owed else None
            if fields is None and (not owed or self._form.several):
                fields = self._fresh(index)
            if fields is None:
                raise self._stuck(index, whole)
            for one in self._distinct:
                one.take(fields)
            for room in chain(*self._rooms):
                room.take(fields)
            for groups in self._groups:
                groups.take(fields)
            if self._groups:
                whole = whole if self.owed else index + 1
                self._examples = [*self._examples[1 - _EXAMPLES :], fields]
            if self._frame is not None:
                self._frame.take(fields)
            yield fields

    def _rooms_of(self, frame: Frame, count: int) -> list[list[Room]]:
        """Return where groups of each level could have more rows than can differ."""
        found: list[list[Room]] = []
        for shared, size in frame.shared:
            found.append([])
            for one in self._distinct:
                most, there = (
                    combinations(places, self._form, self._about)
                    for places in ({*one.places} - shared, shared.intersection(one.places))
                )
                if most < count:
                    found[-1].append(Room(one, shared, size, most, there))
        self._packed = [
            room for rooms in found for room in rooms if room.rows < _PACKED * count
        ]  # fmt: skip
        return found

    def _stuck(self, index: int, whole: int) -> TadpError:
        """Return that there is no record ``index``; a file could end after ``whole``."""
        if self._frame is not None:
            # Groups are whole.
            arrangement = Arrangement.of(self._form)
            index, whole = (
                arrangement.nearest(range(most, 0, -1), self._form, self._about) or 0
                for most in (index, whole)
            )
        if self._groups:
            counts = [whole] if whole else []
            counts += [self._more] if self._more else []
            said = " or ".join(f"{count:,}" for count in counts)
            return TadpError(
                f"found no record {index + 1:,} with which those there are would be complete",
                where=f"{self._form.kind.label}, {rules_of_completeness(self._form)}",
                remedy=f"ask for {said} records" if said else "ask for another number of records",
            )
        where = self._distinct[0].where if self._distinct else self._form.kind.label
        return TadpError(
            f"found no key for record {index + 1:,} that no other has",
            where=where,
            remedy=f"ask for at most {index:,} records" if index else "ask for fewer records",
        )

    def _fresh(self, index: int) -> list[str] | None:
        made = self._drawn(index) or self._like_another(index) or self._counted(index)
        if made is None and self._packed:
            packed, self._packed = self._packed, []
            made = self._counted(index)
            self._packed = packed
        return made

    def _drawn(self, index: int) -> list[str] | None:
        keys = self._frame.keys() if self._frame else ()
        scarce = any(one.is_scarce for one in (*keys, *self._distinct) if one.always)
        for attempt in range(1 if scarce else TRIES):
            fields = self._fields(index)
            # Where few records are left, one that begins a group has to be one that it wants.
            wanted = self._wanted_in(fields) if attempt % 2 or self._few else ()
            if self._fits(fields, index, wanted):
                return fields
        return None

    def _wanted_in(self, fields: list[str]) -> list[int]:
        """Give a record values that rules want; return the places of these."""
        places = []
        for groups in self._groups:
            eligible = [one for one in groups.values if one in groups.wanted(fields)]
            if not eligible or groups.place in self._kept:
                continue
            text = conforming_value(
                self._form.columns[groups.place].type, self._random.choice(eligible)
            )
            if text is not None:
                fields[groups.place] = text.decode()
                places.append(groups.place)
        return places

    def _spared(self, fields: list[str], index: int, fixed: Collection[int]) -> set[int]:
        """Give a record values that a rule ``unique`` is not about, where it is in the way.

        Those at ``fixed`` stay. Return the places of the others.
        """
        places = set()
        for rule, one in self._conditional:
            if self._is_free(one, fields):
                continue
            pairs = zip(one.guards, rule.when, strict=True)
            free = [(place, condition) for place, condition in pairs if place not in fixed]
            if free:
                place, condition = self._random.choice(free)
                column, text = self._form.columns[place], self._meeting(condition.opposite, index)
                in_the_way = column.nullable and condition.holds(column.type, text.encode())
                fields[place] = "" if in_the_way else text
                places.add(place)
        return places

    def _is_crowded(self, one: Distinct, fields: Sequence[str]) -> bool:
        """Return True if a group begins with a record, and has more rows than may differ."""
        if self._frame is None:
            return False
        begun = self._frame.begun()
        rooms = (room for level in begun for room in self._rooms[level] if room.one is one)
        return any(
            room.is_short(fields) or (room in self._packed and room.is_ahead(fields, self._kept))
            for room in rooms
        )

    def _counted(self, index: int) -> list[str] | None:
        """Return a record with the next key that is free, unless the rules forbid many in turn."""
        for _ in range(FORBIDDEN if self._few is None else FORBIDDEN // 20):
            fields, fixed = self._fields(index), {*self._kept}
            for one in (*(self._frame.keys() if self._frame else ()), *self._distinct):
                if not one.always:
                    continue
                if not (one.is_new(fields) and self._suits(one, fields)):
                    found = one.next_free(fields, fixed, partial(self._suits, one))
                    if found is None:
                        return None
                    fields = found
                fixed |= {*one.places}
            if self._fits(fields, index, fixed):
                return fields
        return None

    def _suits(self, one: Distinct, fields: Sequence[str]) -> bool:
        apart = self._frame is None or self._frame.is_apart(fields)
        return apart and not self._is_crowded(one, fields)

    def _is_free(self, one: Distinct, fields: Sequence[str]) -> bool:
        return one.is_new(fields) and not self._is_crowded(one, fields)

    def _like_another(self, index: int) -> list[str] | None:
        """Return a record with values for which rules want no others than those of another."""
        places = {
            place for one in self._groups for place in (*one.others, *one.about.guards)
        }  # fmt: skip
        for _ in range(TRIES if self._examples else 0):
            fields, example = self._fields(index), self._random.choice(self._examples)
            for place in places:
                fields[place] = self._kept.get(place, example[place])
            if self._fits(fields, index, places):
                return fields
        return None

    def _owing(self, index: int) -> list[str] | None:
        """Return a record that a rule wants and that is missing so far."""
        for groups in self._groups:
            missing = groups.missing(self._kept)
            if missing is None:
                continue
            row, wanted = missing
            text = conforming_value(self._form.columns[groups.place].type, wanted)
            for _ in range(TRIES if text is not None else 0):
                fields = self._fields(index)
                for place in (*groups.others, *groups.about.guards) if row else ():
                    fields[place] = row[place]
                for one in groups.about.rule.when if not row else ():
                    fields[self._form.index(one.column)] = self._meeting(one, index)
                fields[groups.place] = (text or b"").decode()
                fixed = {groups.place, *groups.others, *groups.about.guards}
                if self._fits(fields, index, fixed):
                    return fields
        return None

    def _meeting(self, one: Condition, index: int) -> str:
        """Return a value that meets a condition."""
        column = self._form.columns[self._form.index(one.column)]
        if one.null:
            return ""
        if one.among and not one.refused:
            known = (conforming_value(column.type, text) for text in one.among)
            return self._random.choice([text.decode() for text in known if text])
        there = replace(column, nullable=False)
        for _ in range(TRIES):
            text = value(there, self._about, index, self._random)
            if one.holds(column.type, text.encode()):
                break
        return text

    def _fields(self, index: int) -> list[str]:
        fields = [make(index, self._random) for make in self._makers]
        composing.fill(self._form, fields, self._about, index, self._random)
        for place, text in self._kept.items():
            fields[place] = text
        return fields

    def _fits(self, fields: list[str], index: int, fixed: Collection[int] = ()) -> bool:
        """Return True if the record, in which values may change, can be in the file."""
        settling = self._settling
        if fixed or self._kept or self._conditional:
            fixed = {*fixed, *self._kept}
            fixed |= self._spared(fields, index, fixed)
            settling = replace(settling, fixed=fixed)
        if not settling.settle(fields, index, self._random):
            return False
        if self._frame is not None and not self._frame.fits(fields):
            return False
        if not composing.exist(self._form, fields):
            return False
        if sum(map(len, fields)) + len(fields) - 1 > self._form.maximum_record_bytes:
            return False
        return all(self._is_free(one, fields) for one in self._distinct) and (
            not self._groups or self._can_be_whole(fields, index)
        )

    def _can_be_whole(self, fields: list[str], index: int) -> bool:
        """Return True if the records that rules want once there is this one are not too many."""
        owed = sum(groups.after(fields) for groups in self._groups)
        if owed > self._left:
            self._more = min(self._more or index + 1 + owed, index + 1 + owed)
        return owed <= self._left


def rules_of_completeness(form: FileFormat) -> str:
    """Return the rules ``complete`` of a file in words."""
    return ", ".join(f"rule {rule.id!r}" for rule in form.rules_of(CrossRuleName.COMPLETE))
