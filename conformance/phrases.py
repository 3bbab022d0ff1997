"""Counts and lists in words, for every message and view."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 rule``, ``1,204 rules``, ``2 entries``."""
    return f"{number:,} {plural(number, noun)}"


def plural(number: int, noun: str) -> str:
    """Return ``noun`` as it is after ``number``."""
    if number == 1:
        return noun
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def capital(text: str) -> str:
    """Return ``text`` with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def beyond(total: int, shown: int, words: str = "more") -> str:
    """Return how many of ``total`` are not shown: ``and 3 more``; empty if all are."""
    return f"and {total - shown:,} {words}" if total > shown else ""


def listed(names: Sequence[str], most: int, between: str = ", ") -> str:
    """Return ``names`` in a row, cut after ``most`` of them: ``a, b and 3 more``."""
    return f"{between.join(names[:most])} {beyond(len(names), most)}".rstrip()


def joined(names: Sequence[str], most: int = 4) -> str:
    """Return ``names`` as a list in words, cut after ``most``: ``a, b and c``."""
    if len(names) > most:
        return listed(names, most)
    return ", ".join(names[:-1]) + (" and " if names[:-1] else "") + "".join(names[-1:])
