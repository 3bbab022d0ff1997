"""A journal for one watch at a time: the others are refused, for as long as that one runs."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance.errors import TadpError

#: Where Windows locks one byte, far behind all lines, as nothing can read what is locked there.
_FAR = 0x7FFF_FFFE
#: Errors of a lock that another has; others are of a file system without locks.
_TAKEN = (errno.EWOULDBLOCK, errno.EACCES)


@contextmanager
def sole_use(path: Path | None) -> Iterator[None]:
    """Keep the journal at ``path`` for this process until the end; it need not be there yet.

    A file system that has no locks refuses none. The lock ends with the process, however that ends.

    Raises:
        TadpError: another watch uses it.
        OSError: it cannot be opened.
    """
    if path is None or (path.exists() and not path.is_file()):
        # There is nothing to lock; the journal itself says what is wrong.
        yield
        return
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            _lock(number)
        except OSError as error:
            if error.errno in _TAKEN:
                raise _in_use(path) from None
        yield
    finally:
        os.close(number)


def _in_use(path: Path) -> TadpError:
    return TadpError(
        "is the journal of another watch, which still runs",
        where=str(path),
        remedy="end that watch, or name another file",
    )


if sys.platform == "win32":
    import msvcrt

    def _lock(number: int) -> None:
        os.lseek(number, _FAR, os.SEEK_SET)
        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(number: int) -> None:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
