"""Labels of clauses that are not covered, and what is left of them where some are covered.

A label is for people: ``2.1``, ``4.4 to 4.6``, ``3.5 on``; or a word such as ``definitions``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import inf

from msgspec import Struct

_LABEL = re.compile(r"(\d{1,4})\.(\d{1,4})(?: (?:to (\d{1,4})\.(\d{1,4})|(on)))?")


class Span(Struct, frozen=True):
    """Some clauses of one section, from ``first`` to ``last``, which is infinite at its end."""

    section: str
    first: float
    last: float

    def __str__(self) -> str:
        start = f"{self.section}.{self.first:.0f}"
        if self.last == inf:
            return f"{start} on"
        return start if self.last == self.first else f"{start} to {self.section}.{self.last:.0f}"

    def without(self, other: Span) -> tuple[Span, ...]:
        """Return what of the span is not in ``other``."""
        if self.section != other.section:
            return (self,)
        before = Span(self.section, self.first, min(self.last, other.first - 1))
        after = Span(self.section, max(self.first, other.last + 1), self.last)
        return tuple(one for one in (before, after) if one.first <= one.last and one.first < inf)


def span_of(label: str) -> Span | None:
    """Return the clauses that ``label`` means, if it is one of numbers."""
    match = _LABEL.fullmatch(label)
    if match is None or match[3] not in (None, match[1]):
        return None
    first = int(match[2])
    last = inf if match[5] else int(match[4] or first)
    return Span(match[1], first, last) if first <= last else None


def left_of(labels: Iterable[str], covered: Iterable[str]) -> tuple[str, ...]:
    """Return what is left of ``labels`` where the clauses ``covered`` are taken away."""
    left = tuple(labels)
    for one in covered:
        left = tuple(rest for label in left for rest in _without(label, one))
    return left


def _without(label: str, covered: str) -> tuple[str, ...]:
    if label == covered:
        return ()
    span, other = span_of(label), span_of(covered)
    if span is None or other is None:
        return (label,)
    return tuple(map(str, span.without(other)))
