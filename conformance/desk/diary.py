"""The journal of a watch: one line of JSON for each thing that happened, only ever added to.

A line that was half written when the machine stopped is removed when the watch goes on.
"""

from __future__ import annotations

import json
import os
from itertools import islice
from pathlib import Path
from typing import Any

from conformance.errors import TadpError
from conformance.inputs import open_input
from conformance.model.schema import allows
from conformance.submission.moments import format_moment, now

#: Version of the journal's form, which its first line has.
VERSION = 1
#: Bytes of a line, at most.
MAXIMUM_LINE = 1 << 20


class Diary:
    """The journal at ``path``, which need not be there yet, or none.

    ``known`` has the fingerprint of each source whose last check is in it.

    Raises:
        TadpError: something else is at the path.
        OSError: it cannot be read or written.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.known: dict[str, str] = {}
        if path is None:
            return
        if path.exists() and not path.is_file():
            raise _not_ours(path)
        if path.is_file() and path.stat().st_size:
            end = self._read(path)
            if end < path.stat().st_size:
                os.truncate(path, end)
        else:
            self._write({"watch": VERSION})

    def _read(self, path: Path) -> int:
        """Read the lines; return where the last whole one ends."""
        with path.open("rb") as file:
            head = _entry(file.readline(MAXIMUM_LINE))
            if head is None or head.get("watch") != VERSION:
                raise _not_ours(path)
            end = file.tell()
            while (line := file.readline(MAXIMUM_LINE)).endswith(b"\n"):
                end = file.tell()
                self._remember(_entry(line) or {})
        return end

    def _remember(self, entry: dict[str, Any]) -> None:
        source, fingerprint = str(entry.get("source")), entry.get("fingerprint")
        if entry.get("event") == "gone":
            self.known.pop(source, None)
        elif isinstance(fingerprint, str):
            self.known[source] = fingerprint

    def add(self, event: str, **rest: Any) -> dict[str, Any]:
        """Add a line about ``event``, with the time of now and the ``rest``; return what it has."""
        entry = {"at": format_moment(now()), "event": event, **rest}
        self._write(entry)
        return entry

    def _write(self, entry: dict[str, Any]) -> None:
        if self._path is None:
            return
        line = json.dumps(entry, separators=(",", ":")).encode() + b"\n"
        # In one piece and unbuffered, so that a line is there as a whole or not at all.
        with self._path.open("ab", buffering=0) as file:
            file.write(line)


def latest(path: Path, count: int) -> list[dict[str, Any]]:
    """Return the last ``count`` events in the journal at ``path``, the latest first.

    Raises:
        TadpError: it is not a journal.
        OSError: it cannot be read.
    """
    with open_input(path) as file:
        if (_entry(file.readline(MAXIMUM_LINE)) or {}).get("watch") != VERSION:
            raise _not_ours(path)
        begin = file.tell()
        # One byte before, so that what is in front of the first line feed is cut off, or nothing.
        file.seek(max(begin, file.seek(0, os.SEEK_END) - MAXIMUM_LINE) - 1)
        # A line that is half written has no line feed yet.
        lines = file.read(MAXIMUM_LINE + 1).split(b"\n")[1:-1]
    entries = (entry for line in reversed(lines) if (entry := _entry(line)) is not None)
    return list(islice((one for one in entries if allows("watch-line", one)), count))


def report_on(source: str, path: Path, count: int) -> Path | None:
    """Return the last report on ``source`` as a page, by the last ``count`` events of the journal.

    A path in the journal is seen from where the watch runs, which may be the journal's folder.

    Raises:
        TadpError: it is not a journal.
        OSError: it cannot be read.
    """
    for event in latest(path, count):
        if event.get("source") != source or event.get("event") != "checked":
            continue
        named = [one for one in event.get("reports") or () if str(one).endswith(".html")]
        found = (home / one for one in named for home in (Path(), path.parent))
        return next((one for one in found if one.is_file()), None)
    return None


def _entry(line: bytes) -> dict[str, Any] | None:
    """Return what ``line`` has; nothing if it is not of a journal."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _not_ours(path: Path) -> TadpError:
    return TadpError("is not a journal of tadp watch", where=str(path), remedy="name another file")
