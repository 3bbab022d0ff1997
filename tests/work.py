"""How much work something is, counted: no clock, so that a busy machine makes no difference."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, SupportsIndex


class Work:
    """Calls, of Python or C, and bytes that searches passed over."""

    def __init__(self) -> None:
        self.calls = 0
        self.bytes = 0

    @contextmanager
    def counting_calls(self) -> Iterator[None]:
        """Count the calls that this thread makes."""

        def called(_frame: FrameType, event: str, _value: object) -> None:
            if event in ("call", "c_call"):
                self.calls += 1

        before = sys.getprofile()
        sys.setprofile(called)
        try:
            yield
        finally:
            sys.setprofile(before)

    def tape(self, data: bytes) -> bytes:
        """Return ``data`` as bytes that count what is searched in them, and in parts of them."""
        work = self

        class Tape(bytes):
            def __add__(self, other: Any) -> Tape:
                return Tape(bytes(self) + other)

            def __radd__(self, other: bytes) -> Tape:
                return Tape(other + bytes(self))

            def __getitem__(self, key: SupportsIndex | slice) -> Any:
                if not isinstance(key, slice):
                    return bytes.__getitem__(self, key)
                part = Tape(bytes.__getitem__(self, key))
                work.bytes += len(part)
                return part

            def find(self, sub: Any, start: Any = 0, stop: Any = None) -> int:
                stop = len(self) if stop is None else stop
                found = bytes.find(self, sub, start, stop)
                work.bytes += (found if found >= 0 else min(stop, len(self))) - start
                return found

            def rfind(self, sub: Any, start: Any = 0, stop: Any = None) -> int:
                end = slice(start, stop).indices(len(self))[1]
                found = bytes.rfind(self, sub, start, end)
                work.bytes += end - (found if found >= 0 else start)
                return found

            def count(self, *given: Any) -> int:
                work.bytes += len(self)
                return bytes.count(self, *given)

            def split(self, *given: Any) -> list[bytes]:  # type: ignore[override]
                work.bytes += len(self)
                return bytes.split(self, *given)

        return Tape(data)

    def pattern(self, compiled: re.Pattern[bytes]) -> Pattern:
        """Return ``compiled`` so that what it passes over is counted."""
        return Pattern(compiled, self)


class Pattern:
    """A compiled expression whose searches are counted."""

    def __init__(self, compiled: re.Pattern[bytes], work: Work) -> None:
        self._compiled = compiled
        self._work = work

    def match(self, data: bytes, start: int = 0) -> re.Match[bytes] | None:
        return self._seen(self._compiled.match(data, start), start, start)

    def search(self, data: bytes, start: int, stop: int) -> re.Match[bytes] | None:
        return self._seen(self._compiled.search(data, start, stop), start, stop)

    def _seen(self, found: re.Match[bytes] | None, start: int, stop: int) -> re.Match[bytes] | None:
        self._work.bytes += (found.end() if found else stop) - start
        return found
