"""The protocol: a message in, an answer out, in each of the three ways that it travels.

``python -m tests.receiver.protocol`` answers for ``exec:``, with ``ndjson`` a message a line, and
``serve`` gives the address of a service on its first line.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.receiver.receiver import receive

Table = dict[str, Any]

#: The bytes of a request to the service, at most.
LARGEST = 1 << 26


def answer(message: Table) -> Table:
    """Return the whole answer to a message, or to the greeting."""
    if message["type"] == "hello":
        return {"tadp": 1, "type": "hello", "name": "independent", "version": "1"}
    return {"tadp": 1, "type": "answer", "id": message["id"], **receive(message)}


def unpacked(message: Table, folder: Path) -> Table:
    """Return a message whose files, which came within it, are in ``folder``."""
    submission, common = folder / "submission", folder / "common"
    submission.mkdir()
    common.mkdir()
    for name, data in message["files"].items():
        (submission / name).write_bytes(b64decode(data))
    texts = message["texts"]
    own, base, *shipped = texts["profiles"]
    paths = {"anchors": "anchors.pem", "crls": "crls.pem"}
    for kind, name in paths.items():
        (common / name).write_text(texts[kind], "ascii")
    (common / "profile.toml").write_text(base, "utf-8")
    for text in shipped:
        name = re.search(r'^profile = "(.*)"', text, re.MULTILINE)
        assert name is not None
        (common / f"{name[1]}.toml").write_text(text, "utf-8")
    (submission / "profile.toml").write_text(own, "utf-8")
    places = {kind: str(common / name) for kind, name in paths.items()}
    profile = str(submission / "profile.toml")
    return {**message, **places, "folder": str(submission), "profile": profile}


class Service(BaseHTTPRequestHandler):
    """Answers what is posted to it."""

    def do_POST(self) -> None:
        length = min(int(self.headers["Content-Length"]), LARGEST)
        message = json.loads(self.rfile.read(length))
        with tempfile.TemporaryDirectory() as name:
            received = message if message["type"] == "hello" else unpacked(message, Path(name))
            body = json.dumps(answer(received)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(words: list[str]) -> int:
    if words[:1] == ["ndjson"]:
        for line in sys.stdin:
            print(json.dumps(answer(json.loads(line))), flush=True)
        return 0
    if words[:1] == ["serve"]:
        with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
            print(f"http://127.0.0.1:{server.server_port}/", flush=True)
            server.serve_forever()
    given = answer(json.load(sys.stdin))
    print(json.dumps(given))
    return int(given["outcome"] == "rejected")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
