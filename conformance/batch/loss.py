"""The loss of a worker: what becomes of the sources that it was checking."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.batch.entry import Entry, Item
from conformance.errors import TadpError

#: Sources that are named where a message could name many.
NAMED = 5


class WorkerLostError(TadpError):
    """The executor is broken, since a worker has ended while it had one of ``items``."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = tuple(items)
        names = ", ".join(item.source for item in items[:NAMED])
        more = f" or of {len(items) - NAMED} more" if len(items) > NAMED else ""
        super().__init__(
            f"a worker was killed while it checked one of {names}{more}",
            remedy="check these by themselves",
        )


def lost_entry(item: Item, error: BaseException) -> Entry:
    """Return the entry of a source that ``error`` kept from being checked."""
    what = str(error) or type(error).__name__
    return Entry(item.source, None, f"{item.source}: could not be checked: {what}")
