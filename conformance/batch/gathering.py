"""Putting entries together: in the order of the sources, none lost, none twice, none too large."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from typing import Any, Protocol

from conformance.batch.entry import Answer, Entry, Item


class EntryStore(Protocol):
    """Where entries are kept, and were kept before."""

    entries: dict[str, Entry]

    def keep(self, entry: Entry) -> None: ...


class Sharing:
    """Lets many entries share what they have in common, so that thousands fit into memory.

    Most submissions pass, or need not keep, most requirements in the same words.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], dict[str, Any]] = {}
        #: Lists of results, by the identities of these, which last as long as the lists.
        self._lists: dict[tuple[int, ...], list[dict[str, Any]]] = {}

    def entries(self, entries: Iterable[Entry | None]) -> None:
        """Make results without findings in ``entries`` the same objects as in others before.

        Those that came in one piece share them, or the whole list, already, and are compared once.
        """
        # All of a piece are there from the start, so that no identity comes again.
        submissions = [entry.submission for entry in entries if entry and entry.submission]
        lists = {id(one["requirements"]): one["requirements"] for one in submissions}
        results = {id(result): result for several in lists.values() for result in several}
        same = {which: self._one(result) for which, result in results.items()}
        shared = {w: self._list([same[id(r)] for r in found]) for w, found in lists.items()}
        for one in submissions:
            one["requirements"] = shared[id(one["requirements"])]

    def _list(self, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return self._lists.setdefault(tuple(map(id, results)), results)

    def _one(self, result: dict[str, Any]) -> dict[str, Any]:
        if result["findings"] or "other_readings" in result:
            return result
        key = tuple(tuple(v) if isinstance(v, list) else v for v in result.values())
        try:
            return self._known.setdefault(key, result)
        except TypeError:  # a table in it, which no result of ours without findings has
            return result


def gather(
    items: Sequence[Item],
    answered: Generator[Answer, None, None],
    record: EntryStore | None = None,
    step: Callable[[int], None] = lambda _: None,
) -> list[Entry]:
    """The entries that were ``answered`` for ``items``, or that ``record`` has, in order.

    Each new one is kept in the record as it comes. ``step`` is called with how many more are done.
    """
    entries: dict[int, Entry] = {}
    with closing(answered):
        for index, answer in answered:
            entry = answer
            if entry is None:
                if record is None:
                    raise LookupError(f"nothing is known of {items[index].source}")
                entry = record.entries[items[index].source]
            elif record is not None:
                record.keep(entry)
            entries[index] = entry
            step(1)
    return [entries[item.index] for item in items]
