"""Parameters that a requirement gives to its check, under ``with``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from msgspec import Struct

from conformance.model.requirement import Kind


class Parameter(Struct, frozen=True):
    """One entry under ``with``: a text, or a list of some if there may be ``several``.

    Each text is one of ``values``, if there are any, and otherwise of the ``shape``, which
    ``words`` describes. It may be left out if it is ``optional``, and if no submission of
    ``kind`` is looked at, where there is one. If it is ``single``, files of one kind are read by
    one value, so that one requirement gives it.
    """

    values: tuple[str, ...] = ()
    shape: str = r"\S(.*\S)?"
    words: str = "a text"
    several: bool = False
    optional: bool = False
    single: bool = False
    kind: Kind | None = None

    @property
    def wanted(self) -> str:
        """The value that is wanted, in words."""
        words = f"one of {', '.join(map(repr, self.values))}" if self.values else self.words
        return f"a list, each {words}" if self.several else words

    def takes(self, value: object) -> bool:
        """Return True if ``value`` can be used."""
        if self.several:
            return isinstance(value, list) and bool(value) and all(map(self._takes_one, value))
        return self._takes_one(value)

    def _takes_one(self, value: object) -> bool:
        if not isinstance(value, str):
            return False
        return value in self.values if self.values else bool(re.fullmatch(self.shape, value))


#: The entries of a check, by their names.
Parameters = Mapping[str, Parameter]


def troubles(
    given: Mapping[str, Any], wanted: Parameters, kinds: Collection[Kind]
) -> Iterator[tuple[str, str]]:
    """Yield each entry that is missing, not known or cannot be used, and why."""
    for name, value in given.items():
        if name not in wanted:
            known = ", ".join(wanted) or "nothing"
            yield name, f"the check takes no {name}; it takes: {known}"
        elif not wanted[name].takes(value):
            yield name, f"the check cannot use this {name}; it has to be {wanted[name].wanted}"
    for name, one in wanted.items():
        needed = not one.optional and (one.kind is None or one.kind in kinds)
        if needed and name not in given:
            yield name, f"the check needs {name}: {one.wanted}"
