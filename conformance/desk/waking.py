"""When to look at a watched folder again: after a while, or as soon as something in it changes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

#: Milliseconds: changes within the first are taken together, and after the second it is asked
#: whether the wait is over.
TOGETHER, TICK = 200, 500


class Waker:
    """Waits for the next look at ``root``.

    The file system reports changes where watchfiles is installed. It does not do so everywhere,
    least of all for network shares; nothing depends on it but how soon.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._changes: Iterator[object] = iter(())
        self._watched: tuple[int, int] | None = None

    def wait(self, seconds: float) -> None:
        """Wait for a change, for ``seconds`` at most."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                if self._next():
                    return
            except (ImportError, OSError, RuntimeError, StopIteration):
                # Nothing can listen, or the folder is gone, or the system watches no more of them.
                self._watched = None
                time.sleep(left)

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
            ignore_permission_denied=True,
        )
