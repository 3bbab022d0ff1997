"""A headless Chromium, spoken to over a pipe in its DevTools protocol: no driver, no port."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import resource
import select
import shutil
import subprocess
import time
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any
from unicodedata import normalize

import pytest

from tests.running import PATIENCE

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PROGRAM = next((found for name in NAMES if (found := shutil.which(name))), None)
needs_browser = pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium here")


class Browser:
    """One page in one browser; ``requests``, ``complaints`` gather what it does meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._number = 0
        self._rest = b""
        self._events: list[dict[str, Any]] = []
        down_out, self._write = os.pipe()
        self._read, up_in = os.pipe()

        def pipes() -> None:
            # The browser reads from 3 and writes to 4.
            first, second = os.dup(down_out), os.dup(up_in)
            os.dup2(first, 3)
            os.dup2(second, 4)
            _, most = resource.getrlimit(resource.RLIMIT_AS)
            resource.setrlimit(resource.RLIMIT_AS, (most, most))

        self._process = subprocess.Popen(
            [
                str(PROGRAM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--disable-background-networking", "--disable-dev-shm-usage",
                "--disable-component-update", "--remote-debugging-pipe",
                f"--user-data-dir={folder}", "about:blank",
            ],
            preexec_fn=pipes,  # noqa: PLW1509  (no threads here)
            close_fds=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(down_out)
        os.close(up_in)
        self._session = ""
        try:
            targets = self.send("Target.getTargets")["targetInfos"]
            page = next(one["targetId"] for one in targets if one["type"] == "page")
            attached = self.send("Target.attachToTarget", targetId=page, flatten=True)
            self._session = attached["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                self.send(f"{domain}.enable")
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._session = ""
            os.write(self._write, b'{"id": 0, "method": "Browser.close"}\0')
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._write)
        os.close(self._read)

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for what it returns."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + PATIENCE
        while True:
            answer = self._receive(end)
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return dict(answer["result"])

    def _receive(self, end: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], max(0, end - time.monotonic()))
            assert ready, "the browser does not answer"
            block = os.read(self._read, 1 << 20)
            assert block, "the browser has gone"
            self._rest += block
        line, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        self._note(message)
        return message

    def _note(self, message: dict[str, Any]) -> None:
        given = message.get("params", {})
        match message.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(given["request"]["url"])
            case "Log.entryAdded":
                self.complaints.append(given["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(given["exceptionDetails"]))
            case "Runtime.consoleAPICalled":
                self.complaints.append(str(given["args"]))
            case "Page.javascriptDialogOpening":
                self.complaints.append(f"dialog: {given['message']}")
            case "Page.loadEventFired":
                self._events.append(message)

    def open(self, url: str) -> None:
        """Load a page, to its end."""
        self._events.clear()
        self.send("Page.navigate", url=url)
        end = time.monotonic() + PATIENCE
        while not self._events:
            self._receive(end)

    def run(self, expression: str) -> Any:
        """The value of an expression in the page, awaited."""
        result = self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def look(self, *, width: int = 1200, dark: bool = False, whole: bool = False) -> bytes:
        """A picture of the page, as PNG."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=900, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        shot = self.send("Page.captureScreenshot", captureBeyondViewport=whole)
        return base64.b64decode(shot["data"])

    def print(self) -> bytes:
        """The page printed, as PDF."""
        printed = self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        return base64.b64decode(printed["data"])


def printed_on(pages: bytes) -> str:
    """Return the letters of a PDF; spaces and ends of lines may be inside words there."""
    from pypdf import PdfReader

    return letters_of("".join(page.extract_text() for page in PdfReader(BytesIO(pages)).pages))


def letters_of(text: str) -> str:
    """Return the letters of a text alone, each by itself."""
    return "".join(normalize("NFKC", text).split())


class Shown:
    """A report in the browser."""

    def __init__(self, browser: Browser, path: Path, page: str) -> None:
        path.write_text(page, "utf-8")
        self.url = path.as_uri()
        self.browser = browser
        browser.requests.clear()
        browser.complaints.clear()
        browser.open(self.url)

    def run(self, expression: str) -> Any:
        return self.browser.run(expression)

    def filter(self, text: str, state: str = "") -> str:
        """Type into the filter; what it says when it has filtered."""
        self.run(
            "(() => { const { text, state } = document.forms[0].elements;"
            f"text.value = {text!r}; state.value = {state!r};"
            "document.forms[0].dispatchEvent(new Event('input')); })()"
        )
        said = (
            "new Promise((r) => setTimeout(() => r(document.forms[0].elements.count.value), 400))"
        )
        return str(self.run(said))

    @property
    def visible(self) -> list[str]:
        """The submissions that are not filtered out."""
        return list(
            self.run(
                "[...document.querySelectorAll('details.submission:not([hidden]) .source')]"
                ".map((e) => e.textContent.split('/').pop())"
            )
        )

    def assert_silent(self) -> None:
        """Nothing was asked for but the file itself, and nothing was complained of."""
        assert self.browser.complaints == []
        assert self.browser.requests == [self.url]
