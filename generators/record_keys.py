"""The keys that the records of a file can have, counted and enumerated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from conformance.model.profile import FileFormat
from generators.values import Subjectmatter, count_of, nth_of


def count_keys(form: FileFormat, about: Subjectmatter, names: Sequence[str]) -> int:
    """Return how many different values columns have, as far as no rule forbids some."""
    return prod(count_of(form.columns[form.index(name)], about) for name in names)


def all_keys(
    form: FileFormat, about: Subjectmatter, names: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    """Yield every combination of values of columns once, in the order of the columns."""
    columns = [form.columns[form.index(name)] for name in names]
    counts = [count_of(column, about) for column in columns]
    values = [nth_of(column, about) for column in columns]
    for number in range(prod(counts)):
        found: list[str | None] = []
        left = number
        for value, count in zip(reversed(values), reversed(counts), strict=True):
            left, index = divmod(left, count)
            found.append(value(index))
        key = tuple(text for text in reversed(found) if text is not None)
        if len(key) == len(columns):
            yield key
