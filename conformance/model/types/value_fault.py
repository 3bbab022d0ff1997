"""Ways in which a value can break a rule, from which faulty submissions are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from conformance.model.rule import Rule


class ValueFault(Struct, frozen=True):
    """A change that makes a conforming value break ``rule``. The name is unique for the rule."""

    rule: Rule
    name: str
    title: str
    change: Callable[[bytes], bytes]


def spaces(rule: Rule = Rule.FIELD_FORM) -> Iterator[ValueFault]:
    """Yield the faults of a value with a space before or after it."""
    yield ValueFault(rule, "leading-space", "a space before", lambda v: b" " + v)
    yield ValueFault(rule, "trailing-space", "a space after", lambda v: v + b" ")


def always(value: bytes) -> Callable[[bytes], bytes]:
    """Return a change of any value to ``value``."""
    return lambda _: value
