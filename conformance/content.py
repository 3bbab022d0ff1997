"""The bytes of something that is looked at, without holding them all in memory."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from msgspec import Struct, field

from conformance.errors import SubmissionError
from conformance.inputs import look_at

#: Bytes read at a time; 64 KiB to 1 MiB measured alike.
CHUNK = 1 << 18
#: Bytes of a file up to which it is small: to open it takes longer than to read it.
SMALL = 1 << 16


class ContentPart(Protocol):
    """``length`` bytes that are read when they are wanted, not before."""

    @property
    def length(self) -> int: ...

    def chunks(self, size: int) -> Iterator[bytes]:
        """Yield the bytes in order, at most ``size`` at a time."""
        ...

    def slice(self, start: int, length: int) -> ContentPart:
        """The ``length`` bytes from ``start`` on, all of which are there."""
        ...


class State(Struct, frozen=True):
    """The identity, length and times of a file, which show whether it has changed.

    A change within one tick of the file system's clock, some milliseconds, after the one before
    goes unnoticed.
    """

    inode: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, status: os.stat_result) -> State:
        return cls(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


class Region(Struct, frozen=True):
    """``length`` bytes of the file at ``path``, from ``offset`` on, as long as it is in ``state``.

    However often it is read, and in whatever parts: all that is handed out is of one state.
    """

    path: Path
    offset: int
    length: int
    state: State

    def chunks(self, size: int) -> Iterator[bytes]:
        """Yield the bytes in order, at most ``size`` at a time.

        Raises:
            SubmissionError: the file cannot be read, or is not what it was.
        """
        try:
            with self.path.open("rb", buffering=0) as file:
                if self.offset:
                    file.seek(self.offset)
                left = self.length
                while left:
                    block = file.read(min(size, left))
                    # After each block, so that none is used that may be of another state.
                    if not block or State.of(os.fstat(file.fileno())) != self.state:
                        raise SubmissionError(
                            "changed while it was read", where=str(self.path),
                            remedy="check a copy that nothing writes to",
                        )  # fmt: skip
                    left -= len(block)
                    yield block
        except OSError as error:
            raise SubmissionError(error.strerror or str(error), where=str(self.path)) from error

    def slice(self, start: int, length: int) -> Region:
        """The ``length`` bytes from ``start`` on, all of which are there."""
        return Region(self.path, self.offset + start, length, self.state)


class Content(Struct, frozen=True, eq=False):
    """Bytes made of regions of files and of pieces in memory, in order.

    ``name`` is what findings call it: a path inside the submission. ``before`` is how many records
    and bytes come before these in the file that was sent, so that findings count them, too. Equal
    to itself only.
    """

    name: str
    parts: tuple[ContentPart | bytes, ...]
    #: Digests that were asked for, by algorithm: the signature and the report want the same one.
    _digests: dict[str, bytes] = field(default_factory=dict)
    #: Algorithms of digests that will be wanted.
    _awaited: set[str] = field(default_factory=set)
    before: tuple[int, int] = (0, 0)

    @classmethod
    def of_bytes(cls, name: str, data: bytes) -> Content:
        return cls(name, (data,))

    @classmethod
    def of_file(cls, name: str, path: Path) -> Content:
        """The whole file at ``path``.

        Raises:
            SubmissionError: the file cannot be looked at, or is not a regular file.
            TadpError: it is where something is going to be written.
        """
        state = State.of(look_at(path, SubmissionError))
        return cls(name, (Region(path, 0, state.size, state),))

    @classmethod
    def of_input(cls, name: str, path: Path, status: os.stat_result | None = None) -> Content:
        """Return the whole file at ``path``, which is part of a submission.

        Checks look at such a file a dozen times. A small one is read here, and once. ``status`` is
        that of the file, if somebody has looked at it already, as ``look_at`` does.

        Raises:
            SubmissionError: the file cannot be read, or is not a regular file.
        """
        state = State.of(status or look_at(path, SubmissionError))
        region = Region(path, 0, state.size, state)
        return cls(name, (b"".join(region.chunks(SMALL)) if state.size <= SMALL else region,))

    def named(self, name: str) -> Content:
        """The same bytes, called otherwise."""
        return Content(name, self.parts, before=self.before)

    def __len__(self) -> int:
        return sum(map(_size, self.parts))

    def chunks(self, size: int = CHUNK) -> Iterator[bytes]:
        """Yield all the bytes in order, at most ``size`` at a time.

        Digests that are awaited are computed on the way, and known at the end.
        """
        awaited = self._awaited - self._digests.keys()
        return self._digested(awaited, size) if awaited else self._chunks(size)

    def _digested(self, awaited: Iterable[str], size: int) -> Iterator[bytes]:
        states = {name: hashlib.new(name, usedforsecurity=False) for name in awaited}
        for chunk in self._chunks(size):
            for state in states.values():
                state.update(chunk)
            yield chunk
        self._digests.update({name: state.digest() for name, state in states.items()})

    def _chunks(self, size: int) -> Iterator[bytes]:
        for part in self.parts:
            if isinstance(part, bytes):
                for start in range(0, len(part), size):
                    yield part[start : start + size]
            else:
                yield from part.chunks(size)

    def slice(self, start: int, length: int) -> Content:
        """The part of the content from ``start`` on, ``length`` bytes long, without a copy."""
        parts: list[ContentPart | bytes] = []
        for part in self.parts:
            size = _size(part)
            first, last = max(start, 0), min(start + length, size)
            if first < last:
                parts.append(
                    part[first:last] if isinstance(part, bytes) else part.slice(first, last - first)
                )
            start -= size
        return Content(self.name, tuple(parts))

    def head(self, size: int) -> bytes:
        """The first ``size`` bytes, or all of them if there are fewer."""
        match self.parts:
            case (bytes(data),):
                return data[:size]
            case _:
                return b"".join(self.slice(0, size).chunks())

    def digests(self, algorithms: Iterable[str]) -> dict[str, bytes]:
        """Digests of all the bytes, which are read once; algorithms as ``hashlib`` calls them."""
        wanted = tuple(algorithms)
        self._awaited.update(wanted)
        if not self._digests.keys() >= {*wanted}:
            deque(self.chunks(), maxlen=0)
        return {name: self._digests[name] for name in wanted}

    def await_digest(self, algorithm: str) -> None:
        """Compute a digest that will be wanted when all the bytes are next read, whoever does."""
        self._awaited.add(algorithm)

    @property
    def to_be_digested(self) -> bool:
        """Return True if a digest is awaited that is not known yet."""
        return not self._awaited <= self._digests.keys()

    def digest(self, algorithm: str) -> bytes:
        """The digest of all the bytes, which are read at most once."""
        known = self._digests.get(algorithm)
        return self.digests((algorithm,))[algorithm] if known is None else known

    def read(self, limit: int) -> bytes:
        """All the bytes.

        Raises:
            SubmissionError: there are more than ``limit``.
        """
        if len(self) > limit:
            raise SubmissionError(
                f"has {len(self):,} bytes, more than the {limit:,} that are read", where=self.name
            )
        match self.parts:
            case (bytes(data),):
                return data
            case _:
                # A file in one block, so that it is in memory once.
                return b"".join(self.chunks(max(len(self), 1)))


def _size(part: ContentPart | bytes) -> int:
    return len(part) if isinstance(part, bytes) else part.length
