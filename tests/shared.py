"""A folder that all processes of one run of the tests share, for what takes long to make."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.running import PATIENCE

_NAME = "TADP_TESTS_SHARED"


def begin() -> None:
    """Make the folder, which this process removes when it ends."""
    folder = tempfile.mkdtemp(prefix="tadp-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ[_NAME] = folder


def shared_folder() -> Path:
    """Return the folder of the process that began the run, or one of this process alone."""
    if _NAME not in os.environ:
        begin()
    return Path(os.environ[_NAME])


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Wait while another process of the run makes what is called ``name``."""
    lock = shared_folder() / f"{name}.lock"
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(FileExistsError):
            lock.mkdir()
            break
        time.sleep(0.1)
    try:
        yield
    finally:
        lock.rmdir()
