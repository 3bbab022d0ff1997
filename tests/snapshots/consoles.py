"""Recorded consoles: what is typed, and all that is shown, to be read where it changes.

The consoles are in the text files of ``tests/*/consoles/``, separated by ``---``. Each begins in a
folder of its own, with copies of ``examples``, of the files of ``fixtures`` beside the cases, and
of a few cases as the corpus ``small``, if it mentions them. The model is cut down: see ``model``.
Three kinds of lines do something:

- ``$ tadp WORDS`` runs a command, ``$ cat FILE`` shows a file, ``$ pick FILE PLACE...`` shows what
  of a file in JSON is at the places, ``$ sheet FILE`` all of a workbook, and ``$ usage COMMAND``
  what the command line takes;
- ``% tadp WORDS`` runs it on a terminal, whose colours are shown as ``{1;31:text}``;
- ``> FILE`` makes a file of the lines below it that begin with a bar.

``TZ=ZONE`` before a command has the clocks show another time than UTC. What follows a command is
its standard output, then the lines of standard error, each behind ``2>``, then its exit code if
that is not 0. ``python -m tests.snapshots.consoles`` writes all of them.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from msgspec import Struct

from conformance import __version__
from conformance.home import HOME
from tests.corpus import MANIFEST
from tests.running import RUN_AT, run
from tests.snapshots.model import cut_down_model
from tests.usage import usage_lines
from tests.workbook import workbook_lines

ROOT = Path(__file__).parents[2]
#: The cases of the corpus ``small``.
FEW = (
    "conforming/adt-sharepoint",
    "6.1-6/adt-sharepoint/in-a-field",
    "conforming/report-user-set",
    "6.4-2/report-user-set/utf-8",
    "notes/final-line-feed/line-feed-at-the-end/separator",
)
COPIED = ("examples", "fixtures/examples", "fixtures/trust")
_VERSION = re.compile(__version__.replace(".", r"(?:\.|&#46;)"))
_CLOCKS = re.compile(r"(Checked as of )\S+Z(, run at )\S+Z")
_SECONDS = re.compile(r"(took +|took: |time=\"|\"seconds\": )\d+\.\d+")
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
_SGR = re.compile(r"\x1b\[([0-9;]+)m(.*?)\x1b\[0m", re.DOTALL)
_BETWEEN = "---\n"
_BEGINNINGS = ("$ ", "% ", "> ")


class Console(Struct, frozen=True):
    """One console of a file, exactly as it is there."""

    name: str
    text: str


def consoles(folder: Path) -> list[Console]:
    """The consoles of the tests in ``folder``."""
    return [one for file in sorted((folder / "consoles").glob("*.txt")) for one in _in(file)]


def _in(file: Path) -> Iterator[Console]:
    for number, text in enumerate(file.read_text("utf-8").split(_BETWEEN), 1):
        yield Console(f"{file.stem}-{number}", text)


def replayed(console: Console) -> str:
    """Return the console as its commands show it now."""
    with tempfile.TemporaryDirectory() as home, chdir(home), _anywhere(), cut_down_model():
        if re.search(r"\b(examples|fixtures)\b", console.text):
            for name in COPIED:
                shutil.copytree(ROOT / name, name)
            shutil.copy(ROOT / "fixtures/profile.toml", "fixtures")
        if " small" in console.text:
            small_corpus(Path("small"))
        return "".join(_again(_steps(console.text)))


def small_corpus(folder: Path) -> None:
    """Write the corpus of a few cases into ``folder``."""
    entries = [entry for entry in MANIFEST["cases"] if entry["id"] in FEW]
    for entry in entries:
        shutil.copytree(ROOT / "fixtures" / entry["path"], folder / entry["path"])
    shutil.copytree(ROOT / "fixtures" / "trust", folder / "trust")
    shutil.copy(ROOT / "fixtures" / "profile.toml", folder)
    (folder / "manifest.json").write_text(json.dumps({**MANIFEST, "cases": entries}), "utf-8")


@contextmanager
def _anywhere() -> Iterator[None]:
    """Set only the environment that makes a terminal, and the path of the tests."""
    # A function of the tests that is assessed is called in a process of its own.
    clock = mock.patch("conformance.report.raw.now", return_value=RUN_AT)
    with clock, mock.patch.dict(os.environ, TERM="xterm", PYTHONPATH=str(ROOT)):
        os.environ.pop("NO_COLOR", None)
        yield


@contextmanager
def _clocks(zone: str) -> Iterator[None]:
    """Set the clocks to the time of ``zone``."""
    try:
        with mock.patch.dict(os.environ, TZ=zone):
            time.tzset()
            yield
    finally:
        time.tzset()


def _steps(text: str) -> Iterator[list[str]]:
    """The lines that do something, each with those that follow it; first, those before any."""
    step: list[str] = []
    for line in text.splitlines():
        if line.startswith(_BEGINNINGS):
            yield step
            step = []
        step.append(line)
    yield step


def _again(steps: Iterator[list[str]]) -> Iterator[str]:
    yield "".join(f"{line}\n" for line in next(steps))
    for first, *following in steps:
        yield f"{first}\n"
        if first.startswith("> "):
            rows = [line for line in following if line.startswith("|")]
            content = "".join(f"{row[1:].removeprefix(' ')}\n" for row in rows)
            Path(first[2:]).write_text(content, "utf-8")
            yield "".join(f"{row}\n" for row in rows)
        else:
            shown = _shown(shlex.split(first[2:]), terminal=first.startswith("% "))
            assert not any(line.startswith(_BEGINNINGS) for line in shown.splitlines()), first
            yield shown


def _shown(words: list[str], *, terminal: bool) -> str:
    zone = words.pop(0).removeprefix("TZ=") if words[0].startswith("TZ=") else "UTC"
    program, *rest = words
    if program == "tadp":
        with _clocks(zone):
            ran = run(*rest, terminal=terminal)
        err = "".join(f"2> {line}\n" for line in ran.err.splitlines())
        return _visible(ran.out) + _visible(err) + (f"exit {ran.code}\n" if ran.code else "")
    if program == "usage":
        return "".join(f"{line}\n" for line in usage_lines(rest[0]))
    if program == "sheet":
        return _visible("".join(f"{line}\n" for line in workbook_lines(Path(rest[0]))))
    data = Path(rest[0]).read_bytes()
    if program == "cat":
        return _visible(data.decode("utf-8"))
    assert program == "pick", f"a console has no command {program}"
    found = (_at(json.loads(data), place) for place in rest[1:])
    return _visible("".join(f"{json.dumps(one, indent=1)}\n" for one in found))


def _at(document: Any, place: str) -> Any:
    """Return the value at ``submissions/0/id=6.1-3``: by key, number, or first such entry."""
    for step in place.split("/"):
        key, equals, value = step.partition("=")
        if equals:
            document = next(item for item in document if item[key] == value)
        else:
            document = document[int(step) if step.isdigit() else step]
    return document


def _visible(text: str) -> str:
    """The text in whole lines, with what a file of lines would lose, or another day change."""
    text = _SGR.sub(r"{\1:\2}", text).replace("\r", "\\r").replace(f"{Path.cwd()}/", "./")
    text = text.replace(HOME.as_uri(), "file://{package}").replace(str(HOME), "{package}")
    text = _SECONDS.sub(r"\1{seconds}", _CLOCKS.sub(r"\1{time}\2{time}", text))
    text = _DIGEST.sub("{digest}", _VERSION.sub("{version}", text))
    return text if text.endswith("\n") or not text else f"{text}\\\n"


def main() -> None:
    """Write every console that has changed."""
    for file in sorted((ROOT / "tests").glob("*/consoles/*.txt")):
        now = _BETWEEN.join(replayed(console) for console in _in(file))
        if now != file.read_text("utf-8"):
            file.write_text(now, "utf-8")
            print(file.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
