"""The desk as other programs ask it: by HTTP/1.1 over a socket, and as its guide does with curl."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from email.message import EmailMessage
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.checks.situation import ADT
from tests.corpus import FIXTURES
from tests.desk.asking import FORM, TOKEN, form, served
from tests.running import PATIENCE

pytest.importorskip("uvicorn")
GUIDE = FIXTURES.parent / "docs" / "desk.md"
KNOWN = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def place() -> Iterator[str]:
    """The host and port of a desk."""
    with served(token=TOKEN) as serving:
        yield serving.address.removeprefix("http://")


def asked(place: str, headers: dict[str, str], body: Any = None) -> tuple[int, Any]:
    with closing(HTTPConnection(place)) as connection:
        connection.request("POST", "/api/template", body, {"Accept": "text/csv", **headers})
        with connection.getresponse() as answer:
            return answer.status, answer.read()


def test_a_body_in_chunks_without_a_length_or_an_origin_is_a_request(place: str) -> None:
    data = form([("kind", None, b"adt")])
    pieces = (data[start : start + 7] for start in range(0, len(data), 7))
    status, body = asked(place, {**KNOWN, "Content-Type": FORM["content-type"]}, pieces)
    assert status == 200
    assert b"," in body


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Authorization": f"Bearer {TOKEN}?"}, 401),
        ({"Content-Type": "application/json"}, 415),
    ],
)
def test_others_get_no_answer(place: str, headers: dict[str, str], status: int) -> None:
    given, body = asked(place, {**KNOWN, **headers}, b"{}")
    assert given == status
    assert json.loads(body)["status"] == status


def test_a_header_without_end_ends_that_connection_alone(place: str) -> None:
    # The desk's answer may be lost, as it no longer reads.
    with suppress(ConnectionError):
        assert asked(place, {**KNOWN, "X-Long": "x" * 200_000})[0] == 400
    assert asked(place, {**KNOWN, "Content-Type": "application/json"}, b"{}")[0] == 415


def test_a_head_that_does_not_arrive_in_time_ends_the_connection(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conformance.desk.connection.HEAD", 0.2)
    host, _, port = place.partition(":")
    for sent in (b"", b"GET / HTTP/1.1\r\nHost: "):
        with socket.create_connection((host, int(port)), timeout=PATIENCE) as slow:
            slow.sendall(sent)
            answer = b"".join(iter(lambda: slow.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\nConnection: close")
    # One that is in time may take longer afterwards.
    with closing(HTTPConnection(place)) as connection:
        connection.putrequest("POST", "/api/template")
        data = form([("kind", None, b"adt")])
        for name, value in {**KNOWN, **FORM, "Content-Length": str(len(data))}.items():
            connection.putheader(name, value)
        connection.endheaders()
        time.sleep(0.5)
        connection.send(data)
        assert connection.getresponse().status == 200


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_the_lines_of_the_guide_run_as_they_are(place: str, tmp_path: Path) -> None:
    (lines,) = re.findall(
        "^```\n(curl .*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    (tmp_path / "token.txt").write_text(TOKEN)
    (tmp_path / "adt.csv").write_bytes(ADT)
    (tmp_path / "adt.csv.p7s").write_bytes(b"no signature")
    message = EmailMessage()
    message["Subject"] = "REQ000000000001"
    message.set_content("enclosed")
    message.add_attachment(ADT, "text", "csv", filename="adt.csv")
    (tmp_path / "mail.eml").write_bytes(bytes(message))
    shutil.copy(FIXTURES.parent / "examples/qcaf-submission/report.csv", tmp_path / "RSMI006.csv")
    assert "127.0.0.1:8374" in lines
    done = subprocess.run(
        ["sh", "-ec", lines.replace("127.0.0.1:8374", place).replace("curl ", "curl -sS ")],
        cwd=tmp_path, env={"PATH": os.environ["PATH"]}, capture_output=True, check=True,
    )  # fmt: skip
    (one,) = json.loads(done.stdout)["submissions"]
    assert [part["path"] for part in one["inputs"]] == ["adt.csv", "adt.csv.p7s"]
    assert (tmp_path / "report.html").read_bytes().startswith(b"<!DOCTYPE html>")
    assert (tmp_path / "qcaf.csv").read_bytes().count(b"Release") == 6
