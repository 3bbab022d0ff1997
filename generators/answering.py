"""The records of a QCAF, made of those of its quarantine report: with actions."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from msgspec.structs import replace

from conformance.model.column import Column, Role, carried
from conformance.model.counterparts import counterparts
from conformance.model.profile import FileFormat
from generators import composing
from generators.distinct import distinct
from generators.scenario import Scenario
from generators.settling import Settling
from generators.values import Subjectmatter, maker

#: Records that are drawn, so that what a QCAF has of its own keeps the rules.
REDRAWN = 20


class Answering:
    """Gives records of a ``report`` actions, and what else a QCAF of ``form`` has of its own.

    Stateful: values that rules want to be different differ in all the records that it was given.
    """

    def __init__(
        self, scenario: Scenario, report: FileFormat, form: FileFormat, about: Subjectmatter
    ) -> None:
        self._scenario, self._report, self._form, self._about = scenario, report, form, about
        self._action_at = form.index_of_role(Role.ACTION)
        #: The names that columns of the QCAF have in the report.
        self._both = counterparts(form.columns, report.columns)
        places = {i for i, column in enumerate(form.columns) if column.name in self._both}
        self._fixed = places - {self._action_at}
        self._settling = Settling.of(form, about, self._fixed)
        self._own = [one for one in distinct(form, about) if one.is_beside(self._both)]
        self._makers = [self._maker(column) for column in form.columns]
        #: The form with only those values in several fields that the report has none of.
        own = tuple(one for one in form.composed if self._fixed.isdisjoint(one.places))
        self._composing = replace(form, composed=own)

    @property
    def most(self) -> int:
        """How many records there can be at most, by rules on what the QCAF has of its own."""
        return min((one.count for one in self._own if one.always), default=1 << 62)

    def refuse(self, count: int) -> None:
        """Refuse more records than there can be by what the QCAF has of its own.

        Raises:
            TadpError: there can be fewer.
        """
        for one in self._own:
            one.refuse(count)

    def of(self, rows: list[list[str]]) -> list[list[str]]:
        """Return records of the report as the QCAF has them."""
        action = self._action_at
        random = Random(f"actions/{self._scenario.seed}/{rows[0] if rows else 0}")  # noqa: S311
        held = self._fixed if action is None else {*self._fixed, action}
        done: list[list[str]] = []
        for number, row in enumerate(rows):
            for _ in range(REDRAWN):
                fields = self._drawn(row, number, random)
                if self._settling.settle(fields, number, random):
                    break
            for one in self._own:
                one.renew(fields, held, number, self._settling, random)
            done.append(fields)
        return done

    def _drawn(self, row: list[str], number: int, random: Random) -> list[str]:
        """Return a record of the report with an action, and other values where it has none."""
        fields = [make(row, number, random) for make in self._makers]
        self._complete(fields, number)
        if self._action_at is not None:
            given = self._action(number, random)
            kind = self._form.columns[self._action_at].type
            fields[self._action_at] = kind.of_action(given) or given
        return fields

    def _maker(self, column: Column) -> Callable[[list[str], int, Random], str]:
        """Return what gives the value of ``column`` for a record of the report and its number."""
        if column.name not in self._both:
            make = maker(column, self._about)
            return lambda _, number, random: make(number, random)
        place = self._report.index(self._both[column.name])
        source = self._report.columns[place]
        if source.type == column.type:
            return lambda row, _, __: row[place]
        return lambda row, _, __: carried(row[place].encode(), source, column).decode()

    def _complete(self, fields: list[str], number: int) -> None:
        """Fill in the values that are in several fields and not in the report."""
        if self._composing.composed:
            random = Random(number)  # noqa: S311 - reproducible, not secret
            composing.fill(self._composing, fields, self._about, number, random)

    def _action(self, number: int, random: Random) -> str:
        if self._scenario.action != "both":
            return self._scenario.action
        # The first two differ, so that a small file has both.
        return ("Release", "Delete")[number] if number < 2 else random.choice(("Release", "Delete"))
