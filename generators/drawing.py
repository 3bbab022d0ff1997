"""Choices of a Hypothesis strategy that makes up a table from words of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

Table = dict[str, Any]
T = TypeVar("T")


class Drawing:
    """Draws the parts of one table; ``words`` are for names, none of them twice."""

    def __init__(self, draw: st.DrawFn, words: Iterator[str]) -> None:
        self.draw, self._words = draw, words

    def word(self) -> str:
        """Return a word that nothing else has."""
        return next(self._words)

    def one(self, choices: Sequence[T]) -> T:
        """Return one of ``choices``; the first is the simplest."""
        return self.draw(st.sampled_from(list(choices)))

    def either(self) -> bool:
        """Return True or False; the latter is simpler."""
        return self.draw(st.booleans())

    def some(self, choices: Sequence[T]) -> list[T]:
        """Return one or more of ``choices``, in any order."""
        return self.draw(st.lists(st.sampled_from(list(choices)), min_size=1, unique_by=str))

    def mixed(self, choices: Sequence[T]) -> list[T]:
        """Return all of ``choices``, in any order."""
        return list(self.draw(st.permutations(list(choices))))

    def perhaps(self, **entries: Any) -> Table:
        """Return some of ``entries``, or none."""
        return {name: value for name, value in entries.items() if self.either()}
