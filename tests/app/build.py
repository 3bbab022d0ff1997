"""Build the program that is double-clicked, and try it: ``python -m tests.app.build FOLDER``.

It has Python and all that it needs inside, and opens the desk; with words behind it, it is
``tadp``.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from http.client import HTTPConnection
from importlib.metadata import distribution
from pathlib import Path

from tests.desk.asking import FORM, form

ROOT = Path(__file__).parents[2]
ENTRY = ROOT / "conformance" / "double_click.py"
EXAMPLES = ROOT / "fixtures" / "examples"
PROFILE = ROOT / "fixtures" / "profile.toml"
#: Whose modules are found by name alone, or have files beside them.
WHOLE = ("conformance", "generators", "re2", "jsonschema_rs", "tzdata")


def build(folder: Path) -> Path:
    """Build the program in ``folder``; return its path."""
    words = [
        sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "--onefile",
        "--name", "tadp", "--copy-metadata", "tadp-conformance",
        "--collect-submodules", "uvicorn",
        f"--distpath={folder}", f"--workpath={folder / 'work'}", f"--specpath={folder / 'work'}",
    ]  # fmt: skip
    for name in WHOLE:
        if _installed(name):
            words += ["--collect-all", name]
    for name in _compiled("tomli"):
        words += ["--hidden-import", name]
    subprocess.run([*words, str(ENTRY)], check=True)
    return folder / ("tadp.exe" if sys.platform == "win32" else "tadp")


def _installed(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is not None


def _compiled(name: str) -> list[str]:
    """Return the modules of a distribution that are compiled and in no package."""
    files = distribution(name).files or []
    return [
        f.name.partition(".")[0] for f in files if len(f.parts) == 1 and f.suffix in (".so", ".pyd")
    ]


def smoke(program: Path, folder: Path) -> None:
    """Try what the program is for; an assertion fails if it does not do it."""
    said = _run(program, "--version")
    assert said.startswith("tadp "), said
    report = json.loads(
        _run(program, "check", EXAMPLES, "--profile", PROFILE, "--format", "json", code=1)
    )
    assert report["summary"]["submissions"]["violates"] == 2, report["summary"]
    made = folder / "made"
    _run(program, "generate", "adt", "-o", made)
    _run(program, "check", made, made, "--jobs", "2", "--only", "6.1")
    _run(program, "template", "adt", "-o", folder / "template.xlsx")
    _desk(program, folder)


def _run(program: Path, *words: object, code: int = 0) -> str:
    # Nothing of this machine's Python, which another would not have.
    bare = {
        name: os.environ[name]
        for name in ("TEMP", "TMP", "TMPDIR", "SYSTEMROOT")
        if name in os.environ
    }
    done = subprocess.run(
        [str(program), *map(str, words)], env=bare, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, (words, done.returncode, done.stderr)
    return done.stdout


def _desk(program: Path, folder: Path) -> None:
    token = folder / "token"
    token.write_text("0123456789abcdef")
    words = [str(program), "desk", "--no-browser", "--token-file", str(token)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdout is not None
        ((place, opening),) = re.findall(r"http://([^/]+)(/\S+)", desk.stdout.readline())
        connection = HTTPConnection(place)
        _page(connection, opening)
        headers = {
            "Content-Type": FORM["content-type"],
            "Authorization": f"Bearer {token.read_text()}",
        }
        body = form([("file", "adt.csv", (folder / "made" / "adt.csv").read_bytes())])
        connection.request("POST", "/api/check", body, headers)
        with connection.getresponse() as answer:
            assert answer.status == 200, answer.read()
            assert json.load(answer)["submissions"]
        connection.close()
        desk.send_signal(signal.CTRL_C_EVENT if sys.platform == "win32" else signal.SIGINT)


def _page(connection: HTTPConnection, opening: str) -> None:
    """Open the page with all that it loads, and once more as somebody who may not."""

    def get(path: str, status: int, **headers: str) -> tuple[str, str]:
        connection.request("GET", path, headers=headers)
        with connection.getresponse() as answer:
            assert answer.status == status, (path, answer.status)
            return answer.read().decode(), answer.headers.get("Set-Cookie", "")

    cookie = get(opening, 303)[1].partition(";")[0]
    page, _ = get("/", 200, Cookie=cookie)
    loaded = re.findall(r'(?:href|src)="(/[a-z.]+)"', page)
    assert len(loaded) > 1, page
    for path in loaded:
        text, _ = get(path, 200, Cookie=cookie)
        loaded += [name for name in re.findall(r'from "(/[a-z.]+)"', text) if name not in loaded]
    assert "What to do" in get(opening, 403, Accept="text/html")[0]


def main() -> None:
    """Build and try the program in the folder that is named."""
    folder = Path(sys.argv[1]).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    program = build(folder)
    smoke(program, folder)
    print(f"{program}: {program.stat().st_size >> 20} MiB, and it works")


if __name__ == "__main__":
    main()
