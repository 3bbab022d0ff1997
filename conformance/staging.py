"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Staged:
    """A new file, ``part``, that is to take the place of what is at ``path``, if anything is."""

    path: Path
    part: Path

    def keep(self) -> None:
        """Put the file where it belongs; no reader ever sees a part of it.

        Raises:
            OSError: it cannot be done.
        """
        with self.part.open("rb+") as file:
            os.fsync(file.fileno())
        # As open() would have made it; mkstemp gives the file to its owner alone.
        there = self.path.exists()
        self.part.chmod(self.path.stat().st_mode & 0o7777 if there else 0o666 & ~_umask())
        self.part.replace(self.path)


@contextmanager
def staged(path: Path) -> Iterator[Staged]:
    """A new file beside ``path``, to be written to; at the end it is gone unless it was kept.

    Raises:
        OSError: it cannot be written.
    """
    path = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".part", dir=path.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield Staged(path, part)
    finally:
        with suppress(OSError):
            part.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
