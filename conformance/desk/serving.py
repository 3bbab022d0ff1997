"""The desk as a server on this machine: its socket, its address, and how long it lasts."""

from __future__ import annotations

import socket
import tempfile
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn
from msgspec import Struct

from conformance.desk.app import Desk, Limits
from conformance.desk.carrying import Settings
from conformance.desk.connection import TimelyProtocol
from conformance.desk.guard import Guard
from conformance.errors import TadpError

#: Where the desk is by default: only this machine can call it.
LOOPBACK = "127.0.0.1"


class Place(Struct, frozen=True):
    """Where to listen, and what is shown there: the ``journal`` of a watch, if there is one.

    A ``port`` of 0 is any that is free.
    """

    address: str = LOOPBACK
    port: int = 0
    journal: Path | None = None


class Serving:
    """A desk that listens, and can be run.

    Raises:
        TadpError: the address or the port cannot be had.
    """

    def __init__(self, place: Place, token: str | None, settings: Settings, limits: Limits) -> None:
        try:
            self._socket = socket.create_server((place.address, place.port), backlog=64)
        except (OSError, OverflowError) as error:
            raise TadpError(
                f"cannot listen: {getattr(error, 'strerror', None) or error}",
                where=f"{place.address}:{place.port}",
                remedy="name another with --port",
            ) from None
        port = self._socket.getsockname()[1]
        names = {place.address, "localhost", LOOPBACK}
        guard = Guard.new(frozenset(f"{name}:{port}" for name in names), token)
        self.address = f"http://{place.address}:{port}"
        self.page = f"{self.address}/open?ticket={guard.ticket}"
        self._desk = Desk(guard, settings, limits, place.journal)
        config = uvicorn.Config(
            self._desk.app(),
            log_config=None,
            access_log=False,
            server_header=False,
            http=TimelyProtocol,
            lifespan="off",
            ws="none",
        )
        self._server = uvicorn.Server(config)

    def run(self, *, browser: bool, begun: Callable[[], None]) -> None:
        """Serve until it is interrupted; ``begun`` is called first."""
        begun()
        if browser:
            threading.Thread(target=webbrowser.open, args=(self.page,), daemon=True).start()
        # Work in progress when it is interrupted is dropped with the rest.
        with tempfile.TemporaryDirectory(prefix="tadp-desk-") as home, self._socket:
            self._desk.home = Path(home)
            self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """End it, from another thread."""
        self._server.should_exit = True
