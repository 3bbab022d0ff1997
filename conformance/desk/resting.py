"""Which of the submissions that arrive are at rest, so that they can be checked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from conformance.content import Content
from conformance.desk.arrivals import Arrival
from conformance.desk.listing import Stamps
from conformance.errors import SubmissionError
from conformance.signature.recognition import CMS_SHAPES, recognise
from conformance.submission.kind import HEAD, looks_like_message
from conformance.submission.names import signed_name


class Patience(Struct, frozen=True):
    """How long to wait, in seconds.

    ``settle``: until a submission that no longer changes is taken to be there as a whole.
    ``partner``: until a file is checked whose signature has not arrived, or a signature whose file
    has not.
    """

    settle: float = 2.0
    partner: float = 60.0


class _Seen(Struct, frozen=True):
    stamps: Stamps
    since: float


class Rest:
    """Keeps what was seen of each submission, and since when it has not changed.

    Times are seconds of a clock that never goes back; its start does not matter.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._seen: dict[Path, _Seen] = {}
        self._done: dict[Path, Stamps] = {}

    def ready(self, found: Iterable[Arrival], now: float) -> list[Arrival]:
        """Return those of ``found`` that are at rest and have changed since they were ``done``."""
        ready: list[Arrival] = []
        seen: dict[Path, _Seen] = {}
        for arrival in found:
            before = self._seen.get(arrival.source)
            same = before is not None and before.stamps == arrival.stamps
            one = before if same and before is not None else _Seen(arrival.stamps, now)
            seen[arrival.source] = one
            if self._done.get(arrival.source) == arrival.stamps:
                continue
            rested = now - one.since
            if rested >= self._patience.settle and (
                rested >= self._patience.partner or not _awaits_partner(arrival)
            ):
                ready.append(arrival)
        self._seen = seen
        return ready

    def done(self, arrival: Arrival) -> None:
        """Note that ``arrival``, as it is, needs no further check."""
        self._done[arrival.source] = arrival.stamps

    def gone(self) -> list[Path]:
        """Return the sources that were done and are no longer there, once each."""
        gone = [source for source in self._done if source not in self._seen]
        for source in gone:
            del self._done[source]
        return gone

    @property
    def pending(self) -> bool:
        """Return True if something that is there is not done, as it is."""
        return any(self._done.get(source) != one.stamps for source, one in self._seen.items())


def _awaits_partner(arrival: Arrival) -> bool:
    """Return True if a signature, or the file of one, may still arrive.

    A message, and a container that has a file in it, are whole by themselves.
    """
    if not arrival.single:
        return False
    if signed_name(arrival.source.name) is not None:
        return True
    try:
        head = Content.of_input(str(arrival.source), arrival.source).head(HEAD)
    except SubmissionError:
        return False
    return recognise(head) not in CMS_SHAPES and not looks_like_message(head)
