"""A journal of the entries that are done, so that a run which was interrupted can go on.

JSON lines, only ever added to. The first says what the entries rest on; each of the others has an
entry and, in front of it, the SHA-256 of its text, so that a line that was only half written, or
was altered, is not taken for one; nor is one with anything else in it. From the first such line on,
everything is done again.
"""

from __future__ import annotations

import hashlib
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any, TypeGuard

from msgspec.structs import asdict

from conformance.batch.entry import Entry, entry_in
from conformance.batch.gathering import Sharing
from conformance.batch.job import CheckJob, differing
from conformance.errors import TadpError
from conformance.submission.moments import format_moment, parse_moment

#: Version of the journal's form.
VERSION = 1
#: Bytes of its first line, and of any other, at most; a report of one submission has fewer.
MAXIMUM_HEAD = 1 << 16
MAXIMUM_LINE = 1 << 26

_PREFIX = b'{"sha256":"%s","entry":'
_END = b"}\n"
_TIME = "time of checking"
#: What the last line has in the place of an entry.
_FINISHED = {"finished": True}


class Journal:
    """The journal at ``path``, which need not be there yet.

    ``checked_at`` is the time of checking of a run that was not finished, if there is one.

    Raises:
        TadpError: there is something else at the path.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checked_at: datetime | None = None
        self.entries: dict[str, Entry] = {}
        self._head: dict[str, str] | None = None
        self._finished = False
        self._size = 0
        if path.is_file():
            self._read()
        elif path.exists():
            raise TadpError("is not a regular file, and no place for a journal", where=str(path))

    def _read(self) -> None:
        with self.path.open("rb") as file:
            head = _json(file.readline(MAXIMUM_HEAD))
            of = head.get("of")
            if head.get("journal") != VERSION or not _texts(of) or _TIME not in of:
                raise TadpError("is not a journal of tadp check", where=str(self.path))
            self._head = of
            self._size = file.tell()
            sharing = Sharing()
            while line := file.readline(MAXIMUM_LINE):
                kept = _kept(line)
                finished = kept == _FINISHED
                entry = None if finished else entry_in(kept)
                if entry is not None:
                    sharing.entries([entry])
                    self.entries[entry.source] = entry
                elif not finished:
                    break
                self._size += len(line)
                self._finished = finished
        if not self._finished:
            self.checked_at = parse_moment(self._head[_TIME], str(self.path))

    def begin(self, job: CheckJob, *, at: bool) -> None:
        """Go on with the journal of a job like ``job``, or begin it.

        A run that is finished is started again, unless it was ``at`` a time that was given.

        Raises:
            TadpError: it is the journal of another job.
            OSError: it cannot be written.
        """
        of = _of(job)
        if self._head is not None and self._finished and not at:
            self._head, self._finished, self.entries = None, False, {}
        if self._head is None:
            from conformance.report.writing import write_whole

            head = json.dumps({"journal": VERSION, "of": of}).encode() + b"\n"
            write_whole(self.path, head)
            self._size = len(head)
        elif different := differing(of, self._head):
            raise TadpError(
                f"is the journal of a run with another {' and another '.join(different)}",
                where=str(self.path),
                remedy="name another file, or remove it",
            )
        os.truncate(self.path, self._size)

    def fingerprint(self, source: str) -> str | None:
        """The fingerprint of ``source`` when it was checked, if it is in the journal."""
        entry = self.entries.get(source)
        return entry.fingerprint if entry else None

    def keep(self, entry: Entry) -> None:
        """Add ``entry``, unless it has to be made again in any case.

        So has one with trouble, and one that rests on more than the bytes of some files.
        """
        if entry.trouble is None and entry.fingerprint is not None:
            self._finished = False
            self._write(
                {name: value for name, value in asdict(entry).items() if value not in ((), [])}
            )

    def finish(self) -> None:
        """Say that nothing is left to be done."""
        if not self._finished:
            self._finished = True
            self._write(_FINISHED)

    def _write(self, value: dict[str, Any]) -> None:
        text = json.dumps(value, separators=(",", ":")).encode()
        digest = hashlib.sha256(text).hexdigest().encode()
        # In one piece, so that a run that is killed leaves whole lines.
        with self.path.open("ab", buffering=0) as file:
            file.write(_PREFIX % digest + text + _END)


def _kept(line: bytes) -> dict[str, Any] | None:
    """Return the content of a line, if it is whole and unaltered."""
    start = len(_PREFIX % (b"0" * 64))
    text = line[start : -len(_END)]
    digest = hashlib.sha256(text).hexdigest().encode()
    return _json(text) if line == _PREFIX % digest + text + _END else None


def _texts(value: object) -> TypeGuard[dict[str, str]]:
    return isinstance(value, dict) and all(isinstance(v, str) for v in value.values())


def _json(text: bytes) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _of(job: CheckJob) -> dict[str, str]:
    """Return what entries made by ``job`` depend on beside the files, by names for people."""
    spec, hints = job.spec, job.hints
    sent = spec.sent_at and format_moment(spec.sent_at)
    beside = [hints.signature and str(hints.signature)]
    if hints.certificate is not None:
        beside.append(str(hints.certificate))
    if hints.zone is not None:
        beside.append(hints.zone)
    if hints.register is not None:
        beside.append(str(hints.register.path))
    return {
        **dict(job.digests),
        _TIME: format_moment(spec.now),
        "time of sending": json.dumps(sent),
        "edition": json.dumps(spec.edition),
        "kind or signature": json.dumps([hints.kind and hints.kind.value, *beside]),
        "choice of requirements": json.dumps(sorted(set(job.only))),
    }
