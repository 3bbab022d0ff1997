"""Checking on a cluster: an address on the command line, and the executor behind it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from conformance.batch.executing import LOST, ExecutorConfig
from conformance.errors import TadpError

#: Seconds in which a scheduler has to answer.
PATIENCE = 10
#: Those who print, of the package and of what it runs on. Some have a level of their own there.
_LOGGERS = ("distributed", "distributed.client", "tornado.application", "asyncio")


@contextmanager
def connected(address: str) -> Iterator[ExecutorConfig]:
    """Connect to the Dask cluster whose scheduler is at ``dask://HOST:PORT``.

    Raises:
        TadpError: the address is wrong, the package is not installed, or there is no answer.
    """
    scheme, _, place = address.partition("://")
    if scheme != "dask" or not place:
        raise TadpError(
            f"{address!r} is not an executor", where="--executor", remedy="dask://HOST:PORT"
        )
    try:
        from distributed import Client
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise TadpError(
            "the package distributed is not installed",
            where="--executor",
            remedy="pip install 'tadp-conformance[dask]'",
        ) from None
    # An error is reported once, by us, also one that a connection ends with at an interrupt.
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(f"tcp://{place}", timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise TadpError("no scheduler answers there", where=address) from error
    with client:
        if not client.scheduler_info(n_workers=1)["workers"]:
            raise TadpError("the cluster has no workers", where=address)
        # Never pure: the same file need not be the same when it is checked again.
        executor = client.get_executor(pure=False)
        yield ExecutorConfig(executor, lost=(*LOST, KilledWorker))
