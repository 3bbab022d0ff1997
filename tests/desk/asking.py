"""Asking the desk without a network: one request to the application, and what it answers."""

from __future__ import annotations

import asyncio
import json
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from conformance.desk.app import Desk, Limits
from conformance.desk.carrying import Settings
from conformance.desk.guard import Guard
from tests.corpus import FIXTURES

HOST = "127.0.0.1:8374"
TOKEN = "a token of tests"  # noqa: S105 - no secret
#: What the journal of a watch has of each check, beside its source and its reports.
CHECKED: dict[str, Any] = {
    "kind": "qcaf", "edition": "mp109", "verdict": "violates", "rests_on": [], "failed": ["6.1-3"],
    "fingerprint": "1",
}  # fmt: skip
KNOWN = {"host": HOST, "authorization": f"Bearer {TOKEN}"}
#: The profile of the corpus, with its trust.
LIMITS = Limits()
SETTINGS = Settings((("profile", (str(FIXTURES / "profile.toml"),)),))


class Given(Struct):
    """An answer of the desk."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Asking:
    """A desk that can be asked."""

    def __init__(
        self, settings: Settings = SETTINGS, limits: Limits = LIMITS, journal: Path | None = None
    ) -> None:
        self.guard = Guard.new(frozenset({HOST}), TOKEN)
        self.app = Desk(self.guard, settings, limits, journal).app()

    def get(self, path: str, headers: Mapping[str, str] = KNOWN) -> Given:
        return asyncio.run(self.ask("GET", path, headers))

    def post(
        self, path: str, parts: Sequence[tuple[str, str | None, bytes]] = (), **headers: str
    ) -> Given:
        """Post a form of ``parts``: the field, the name of the file if it is one, and the value."""
        return asyncio.run(self.ask("POST", path, {**KNOWN, **FORM, **headers}, form(parts)))

    async def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        send: Callable[[Mapping[str, Any]], Awaitable[None]] | None = None,
        whole: bool = True,
        gone: asyncio.Event | None = None,
    ) -> Given:
        """Ask; the body ends if it is ``whole``, and whoever asked leaves at ``gone``."""
        route, _, query = path.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
            "scheme": "http", "path": route, "raw_path": route.encode(),
            "query_string": query.encode(), "root_path": "", "client": None, "server": None,
            "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
        }  # fmt: skip
        pieces = [body[start : start + 65536] for start in range(0, len(body), 65536)] or [b""]
        left = [{"type": "http.request", "body": p, "more_body": True} for p in pieces]
        left[-1]["more_body"] = not whole
        given = Given(0, {}, b"")

        async def receive() -> dict[str, Any]:
            if not left:
                # Whoever asked is still there.
                await (gone or asyncio.Event()).wait()
                return {"type": "http.disconnect"}
            return left.pop(0)

        async def note(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                given.status = message["status"]
                given.headers = {k.decode(): v.decode() for k, v in message["headers"]}
            given.body += message.get("body", b"")

        await self.app(scope, receive, send or note)
        return given


FORM = {"content-type": "multipart/form-data; boundary=XX"}


def form(parts: Sequence[tuple[str, str | None, bytes]]) -> bytes:
    """Return a body of the type ``FORM``."""
    made = b""
    for name, file, value in parts:
        called = f'; filename="{file}"' if file is not None else ""
        made += f'--XX\r\nContent-Disposition: form-data; name="{name}"{called}\r\n\r\n'.encode()
        made += value + b"\r\n"
    return made + b"--XX--\r\n"


@contextmanager
def served(journal: Path | None = None, token: str | None = None) -> Iterator[Any]:
    """Give a desk that answers on a port until the end."""
    from conformance.desk.serving import Place, Serving

    serving = Serving(Place(journal=journal), token, SETTINGS, LIMITS)
    ready = threading.Event()
    thread = threading.Thread(
        target=serving.run, kwargs={"browser": False, "begun": ready.set}, daemon=True
    )
    thread.start()
    ready.wait()
    yield serving
    serving.stop()
    thread.join()


@contextmanager
def leaves_nothing() -> Iterator[None]:
    """Require that no folder of a request is left."""
    # In a folder of its own, as desks of other tests have theirs in the common one.
    with tempfile.TemporaryDirectory() as own, pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", own)
        yield
        assert list(Path(own).iterdir()) == []
