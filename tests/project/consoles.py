"""The consoles of the documents: fenced blocks called ``console``, and running them.

A line that begins with ``$ `` is a command; what follows is all that it shows, on both streams. A
line ``...`` is any lines. A command succeeds, unless ``; echo $?`` shows how it ended.
"""

from __future__ import annotations

import io
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from conformance.cli import main

_FENCE = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_PASSED = re.compile(r"\d+\\ passed")
_CODE = "; echo $?"
#: Programs that a document may run besides ``tadp``.
OTHERS = ("cat",)


@dataclass(frozen=True)
class Step:
    """A command of a document, and what the document says that it shows."""

    command: str
    shown: str


def steps(document: Path) -> Iterator[Step]:
    """The commands of a document, in order."""
    for block in _FENCE.findall(document.read_text("utf-8")):
        before, *commands = re.split(r"^\$ ", block, flags=re.MULTILINE)
        assert not before, f"{document.name}: a console begins with {before!r}"
        for command in commands:
            line, _, shown = command.partition("\n")
            yield Step(line, shown.rstrip("\n"))


def shows(step: Step) -> str:
    """Return the output of the command in the current directory."""
    words = shlex.split(step.command.removesuffix(_CODE))
    code, text = _ran(words)
    if step.command.endswith(_CODE):
        return f"{text}{code}"
    assert code == 0, f"{step.command} ended with {code}:\n{text}"
    return text.rstrip("\n")


def _ran(words: list[str]) -> tuple[int, str]:
    program, *rest = words
    if program in OTHERS:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr
    assert program == "tadp", f"{program} is not a command of a document"
    stream = io.StringIO()
    with redirect_stdout(stream), redirect_stderr(stream):
        code = main(rest)
    return code, stream.getvalue()


def agrees(shown: str, found: str) -> bool:
    """Return True if ``found`` is ``shown``.

    There a line ``...`` is any lines, or none, and a number that passed is any number: another
    requirement changes it, and no reader relies on it.
    """
    parts = [
        _PASSED.sub(r"\\d+ passed", re.escape(part)) for part in f"\n{shown}\n".split("\n...\n")
    ]
    return re.fullmatch(r"\n(?:.*\n)?".join(parts), f"\n{found}\n", re.DOTALL) is not None
