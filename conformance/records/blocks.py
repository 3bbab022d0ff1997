"""The bytes of a file in blocks; only the last may be shorter than asked for."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.content import Content
from conformance.findings import Progress


def blocks(content: Content, size: int, progress: Progress | None) -> Iterator[bytes]:
    """Yield the bytes, at least ``size`` at a time except for the last."""
    waiting: list[bytes] = []
    length = 0
    for chunk in content.chunks(size):
        if progress:
            progress(len(chunk))
        waiting.append(chunk)
        length += len(chunk)
        if length >= size:
            yield b"".join(waiting)
            waiting, length = [], 0
    yield b"".join(waiting)
