"""Carrying out an operation: a command in a process and a folder of its own.

So a request can be ended when its time is over, gives back all memory, and sees no other's files.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

from msgspec import Struct

from conformance.desk.operation import APART, INPUTS, OUTPUTS, Answer, Operation
from conformance.desk.problem import ProblemError
from conformance.desk.upload import Sent, as_words

#: Bytes of standard error, or of what is to be changed in a sheet, that are shown.
SHOWN = 64 << 10

#: This program, which a file in the folder of a request cannot replace.
_PROGRAM = (
    (sys.executable,)
    if getattr(sys, "frozen", False)
    # Whatever the system's own encoding is, its lines are read as UTF-8.
    else (sys.executable, "-I", "-X", "utf8", "-m", "conformance")
)

#: The folders of a request, as the command names what is in them on any system.
_FOLDERS = re.compile(rf"\.\.[/\\](?:{OUTPUTS}|{APART})[/\\]")
#: An option by itself, or a command, whose own options stay as they are.
_OPTION = re.compile(r"`[^`]*`|(?<![\w-])--([a-z][a-z-]*)(?![\w=-])")


class Made(Struct, frozen=True):
    """The file that has the answer, and the ``notes`` that the command printed beside it."""

    path: Path
    notes: tuple[str, ...] = ()


class Settings(Struct, frozen=True):
    """Settings of every request: values of options that a command may take, and limits.

    ``options`` has absolute paths of files. ``seconds`` is how long a command may take.
    """

    options: tuple[tuple[str, tuple[str, ...]], ...] = ()
    seconds: float = 600.0

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of the option called ``name``."""
        return dict(self.options).get(name, ())


def words_for(operation: Operation, answer: Answer, sent: Sent, settings: Settings) -> list[str]:
    """Return the words of the command that does ``operation`` and makes ``answer``."""
    words = [*operation.command, *answer.words]
    for name in operation.options:
        words += [f"--{name}={value}" for value in settings.values(name)]
    for text in operation.texts:
        values = sent.texts.get(text.name, ())
        if text.flag:
            words += [f"--{text.name}" for _ in values]
        elif not text.word:
            words += [f"--{text.name}={value}" for value in values]
    for field in operation.files:
        if not field.required and field.name in sent.files:
            words += as_words(field, sent.files[field.name])
    # Whatever they are called, what comes after this is not an option.
    return [*words, "--", *_operands(operation, sent, settings)]


def _operands(operation: Operation, sent: Sent, settings: Settings) -> Iterator[str]:
    if operation.setting:
        yield from settings.values(operation.setting)
    for text in operation.texts:
        if text.word:
            yield from sent.texts[text.name]
    for field in operation.files:
        if field.required:
            yield from as_words(field, sent.files[field.name])


async def carry_out(operation: Operation, answer: Answer, sent: Sent, settings: Settings) -> Made:
    """Do ``operation`` on what was ``sent``; return what has the ``answer``.

    The command is ended when this is cancelled.

    Raises:
        ProblemError: the command could not be carried out, took too long, or there is no answer.
    """
    out = sent.home / OUTPUTS
    shown = out / "standard-output"
    words = words_for(operation, answer, sent, settings)
    with shown.open("wb") as stdout, (out / "standard-error").open("w+b") as stderr:
        process = await asyncio.create_subprocess_exec(
            *_PROGRAM,
            *words,
            cwd=sent.home / INPUTS,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
        )
        try:
            code = await asyncio.wait_for(process.wait(), settings.seconds)
        except TimeoutError:
            raise ProblemError(
                HTTPStatus.GATEWAY_TIMEOUT, f"it took longer than {settings.seconds:g} seconds"
            ) from None
        finally:
            if process.returncode is None:
                _end(process.pid)
                await process.wait()
        stderr.seek(0)
        lines = [_note(line, operation) for line in _lines(stderr.read(SHOWN))]
    if code == 1 and operation.fails:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "nothing was made: what is listed here is to be changed first",
            [_note(line, operation) for line in _lines(shown.read_bytes()[:SHOWN])],
        )
    made = out / answer.written if answer.written else shown
    # Python, too, ends with 1 where it cannot begin; then there is nothing.
    answered = (0, 1, 2) if operation.partial else (0, 1)
    if code in answered and made.is_file() and made.stat().st_size:
        about = _lines(shown.read_bytes()[:SHOWN]) if operation.fails else []
        return Made(made, (*lines, *(_note(line, operation) for line in about)))
    if code == 2:
        *more, text = lines or ["it could not be carried out"]
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, text, more)
    raise ProblemError(
        HTTPStatus.INTERNAL_SERVER_ERROR, lines[-1] if lines else "the command was cut off"
    )


def _end(pid: int) -> None:
    """End a command with the processes that it has begun, as a program in one file does."""
    from psutil import NoSuchProcess, Process

    with suppress(NoSuchProcess):
        begun = Process(pid)
        for process in (*begun.children(recursive=True), begun):
            with suppress(NoSuchProcess):
                process.kill()


def _note(line: str, operation: Operation) -> str:
    """Return a line for whoever asked, who sees no folder of the desk and gives fields."""
    fields = {field.name for field in operation.files} | {text.name for text in operation.texts}

    def named(found: re.Match[str]) -> str:
        return f"the field {found[1]}" if found[1] in fields else found[0]

    return _OPTION.sub(named, _FOLDERS.sub("", line.removeprefix("tadp: ")))


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines()
