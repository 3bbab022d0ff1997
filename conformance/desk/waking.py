"""When to look at a watched folder again: after a while, or as soon as something in it changes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

#: Milliseconds: changes within the first are taken together, and after the second it is asked
#: whether the wait is over.
TOGETHER, TICK = 200, 500


class Waker:
    """Waits for the next look at ``root``.

    The file system reports changes where watchfiles is installed and ``listen`` is true. It does
    not do so everywhere, least of all for network shares; nothing rests on it but how soon.
    """

    def __init__(self, root: Path, *, listen: bool = True) -> None:
        self._root = root
        self._stop = Event()
        self._listen = listen
        self._changes: Iterator[object] = iter(())
        self._watched: tuple[int, int] | None = None

    def stop(self) -> None:
        """End the wait, and each one after it."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Wait for a change, for ``seconds`` at most; return False once it is stopped."""
        until = time.monotonic() + seconds
        heard = False
        while not heard and not self._stop.is_set():
            left = until - time.monotonic()
            if left <= 0:
                break
            if not self._listen:
                self._stop.wait(left)
                continue
            try:
                heard = bool(self._next())
            except ImportError:
                self._listen = False
            except (OSError, RuntimeError, StopIteration):
                # The folder is gone, or the system watches no more of them.
                self._watched = None
                self._stop.wait(left)
        return not self._stop.is_set()

    def _next(self) -> object:
        """Return the changes of the next moments, if there are any."""
        status = self._root.stat()
        if self._watched != (status.st_dev, status.st_ino):
            # Of a folder that was replaced by another of its name, nothing more is reported.
            self._changes = self._changing()
            self._watched = status.st_dev, status.st_ino
        return next(self._changes)

    def _changing(self) -> Iterator[object]:
        import watchfiles

        return watchfiles.watch(
            self._root,
            watch_filter=None,
            debounce=TOGETHER,
            rust_timeout=TICK,
            yield_on_timeout=True,
            stop_event=self._stop,
            ignore_permission_denied=True,
        )
