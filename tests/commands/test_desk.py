"""``tadp desk``: what it takes, and a desk that is asked over the network of this machine."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.checks.situation import ADT
from tests.corpus import FIXTURES
from tests.desk.asking import FORM, form
from tests.running import run

pytest.importorskip("uvicorn")


@pytest.mark.parametrize(
    ("words", "reported"),
    [
        (["--port", "70000"], "'70000' is not a number from 0 to 65535"),
        (["--port", "-1"], "is not a number"),
        (["--at-once", "0"], "is not a number from 1 to 64"),
        (["--listen-on-network", "::"], "could ask without a token"),
        (["--token-file", "{tmp}/none"], "no such file"),
        (["--token-file", "{tmp}/short"], "holds no token"),
        (["--token-file", "{tmp}/lines"], "holds no token"),
        (["--token-file", "{tmp}/large"], "has more than 4,096 bytes"),
        (["--profile", "{tmp}/none.toml"], "none.toml"),
        (["--trust", "{tmp}/short"], "short"),
        (["--listen-on-network", "192.0.2.1", "--token-file", "{tmp}/good"], "cannot listen"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused_in_one_line(
    tmp_path: Path, words: list[str], reported: str
) -> None:
    for name, text in {
        "short": "secret\n", "lines": "a" * 20 + "\n" + "b" * 20, "large": "a" * 5000,
        "good": "a" * 32,
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text)
    ran = run("desk", "--no-browser", *(word.format(tmp=tmp_path) for word in words))
    assert ran.code == 2
    assert reported in ran.err
    assert "secret" not in ran.err
    assert ran.err.count("\n") == 1


def test_without_what_it_needs_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("conformance.desk.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "starlette", None)
    monkeypatch.setitem(sys.modules, "starlette.applications", None)
    ran = run("desk", "--no-browser")
    assert (ran.code, ran.out) == (2, "")
    assert "pip install 'tadp-conformance[desk]'" in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="sends the signal of Ctrl-C")
def test_a_desk_answers_until_it_is_interrupted(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("0123456789abcdef\n")
    words = [
        sys.executable, "-m", "conformance", "desk", "--no-browser", "--token-file", str(token),
        "--profile", str(FIXTURES / "profile.toml"),
    ]  # fmt: skip
    # The program that starts the tests may ignore the signal, and so would the process.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    desk = subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    signal.signal(signal.SIGINT, before)
    try:
        assert desk.stdout is not None
        (page,) = re.findall(r"^tadp desk is at (\S+)$", desk.stdout.readline())
        headers = {"Content-Type": FORM["content-type"]}
        for known in ({"Authorization": "Bearer 0123456789abcdef"}, {}):
            body = form([("file", "adt.csv", ADT)])
            connection = HTTPConnection(page.split("/")[2])
            connection.request("POST", "/api/check", body, {**headers, **known})
            with connection.getresponse() as answer:
                reported = json.load(answer)
            connection.close()
            assert answer.status == (200 if known else 401)
            assert ("report" in reported) is bool(known)
        assert len(list(tmp_path.glob("tadp-desk-*"))) == 1
    finally:
        desk.send_signal(signal.SIGINT)
        _, err = desk.communicate()
    assert list(tmp_path.glob("tadp-desk-*")) == []
    assert desk.returncode == 0
    assert err == "This address can be opened once. Ctrl-C ends the desk.\n"
