"""The keys that the records of a file can have, counted and enumerated."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from conformance.model.profile import FileFormat
from generators.values import Subjectmatter, count_of, nth_of


def count_keys(form: FileFormat, about: Subjectmatter) -> int:
    """Return how many different keys there are, as far as no rule across columns forbids some."""
    return prod(count_of(form.columns[form.index(name)], about) for name in form.key)


def all_keys(form: FileFormat, about: Subjectmatter) -> Iterator[tuple[str, ...]]:
    """Yield every key once, in the order of the columns of the key."""
    columns = [form.columns[form.index(name)] for name in form.key]
    counts = [count_of(column, about) for column in columns]
    for number in range(prod(counts)):
        found: list[str | None] = []
        left = number
        for column, count in zip(reversed(columns), reversed(counts), strict=True):
            left, index = divmod(left, count)
            found.append(nth_of(column, about, index))
        key = tuple(text for text in reversed(found) if text is not None)
        if len(key) == len(columns):
            yield key
