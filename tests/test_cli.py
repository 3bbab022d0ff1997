"""How a command ends: signals, closed streams, and the exit code of an error."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance import __version__, cli
from conformance.cli import COMMANDS, build_parser, main
from conformance.errors import TadpError
from tests.running import run


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Has ``tadp clauses`` do something else."""

    def does(function: Any) -> None:
        def add_arguments(parser: argparse.ArgumentParser) -> None:
            parser.set_defaults(run=function)

        monkeypatch.setattr("conformance.commands.clauses.add_arguments", add_arguments)

    return does


class Gone(io.StringIO):
    """A stream to a file that cannot be written to any more."""

    def __init__(self, number: int, error: OSError) -> None:
        super().__init__()
        self._number = number
        self._error = error

    def fileno(self) -> int:
        return self._number

    def flush(self) -> None:
        raise self._error


@pytest.fixture
def gone(tmp_path: Path) -> Iterator[Callable[[OSError], Gone]]:
    """Makes streams that fail."""
    numbers: list[int] = []

    def make(error: OSError) -> Gone:
        numbers.append(os.open(tmp_path / str(len(numbers)), os.O_CREAT | os.O_WRONLY))
        return Gone(numbers[-1], error)

    yield make
    for number in numbers:
        os.close(number)


def is_nothing(stream: Gone) -> bool:
    """Return True if the contents of the stream would be lost."""
    return os.path.samestat(os.fstat(stream.fileno()), Path(os.devnull).stat())


# --- Codes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code"), [("OK", 0), ("VIOLATED", 1), ("CANNOT", 2), ("FAULT", 3)]
)
def test_each_way_of_ending_has_its_code(name: str, code: int, command: Any) -> None:
    command(lambda _: getattr(cli, name))
    assert main(["clauses"]) == code


@pytest.mark.parametrize("code", [0, 1, 2, True])
def test_the_exit_code_is_that_of_the_command(code: int, command: Any) -> None:
    asked = []
    command(lambda options: asked.append(options.command) or code)
    assert main(["clauses"]) is int(code)
    assert asked == ["clauses"]


@pytest.mark.parametrize(
    ("error", "said", "code"),
    [
        (OSError(13, "Permission denied", "some/file"), "some/file: Permission denied", 2),
        (OSError(28, "No space left on device"), "No space left on device", 2),
        (OSError("odd"), "odd", 2),
        (MemoryError("x"), "out of memory", 2),
        (KeyboardInterrupt(), "interrupted", 130),
        (TadpError("no", where="here", remedy="go"), "here: no (go)", 2),
        (ValueError("x"), "a fault of tadp itself: ValueError: x (please report it; "
         "TADP_TRACEBACK=1 shows where)", 3),
    ],
)  # fmt: skip
def test_an_error_is_a_line_and_a_code(
    error: BaseException, said: str, code: int, command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> int:
        raise error

    command(fail)
    monkeypatch.delenv("TADP_TRACEBACK", raising=False)
    ran = run("clauses")
    assert (ran.code, ran.out, ran.err) == (code, "", f"tadp: {said}\n")
    monkeypatch.setenv("TADP_TRACEBACK", "1")
    if isinstance(error, KeyboardInterrupt):
        assert main(["clauses"]) == code
    else:
        with pytest.raises(type(error)):
            main(["clauses"])


# --- Streams ------------------------------------------------------------------------------------


def test_nothing_is_reported_to_a_reader_that_has_gone(
    command: Any, gone: Callable[[OSError], Gone], monkeypatch: pytest.MonkeyPatch
) -> None:
    command(lambda _: 0)
    out, err = gone(BrokenPipeError()), io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        assert main(["clauses"]) == 2
    assert err.getvalue() == ""
    assert is_nothing(out)


def test_a_stream_that_cannot_be_written_to_is_dropped(
    command: Any, gone: Callable[[OSError], Gone], monkeypatch: pytest.MonkeyPatch
) -> None:
    command(lambda _: 0)
    full = OSError(28, "No space left on device")
    out, err = gone(full), gone(full)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        assert main(["clauses"]) == 2
    assert (is_nothing(out), is_nothing(err)) == (True, True)
    assert err.getvalue() == "tadp: No space left on device\n"


def test_written_output_is_flushed_when_the_command_ends(
    command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(lambda _: sys.stdout.write("written\n") * 0)
    path = tmp_path / "out"
    with path.open("w") as out, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        assert main(["clauses"]) == 0
        assert path.read_text() == "written\n"


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_stream_that_is_not_there_is_no_fault(
    name: str, command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> int:
        raise TadpError("no")

    command(fail)
    with monkeypatch.context() as patch:
        patch.setattr(sys, name, None)
        assert main(["clauses"]) == 2


# --- Signals and words --------------------------------------------------------------------------


def test_the_command_line_ends_as_if_interrupted_when_it_is_asked_to(
    command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(lambda options: 7 if options.command == "clauses" else 8)
    handlers: list[tuple[int, Any]] = []
    monkeypatch.setattr(signal, "signal", lambda *words: handlers.append(words))
    monkeypatch.setattr(sys, "argv", ["tadp", "clauses"])
    assert main() == 7
    ((number, handler),) = handlers
    assert number == signal.SIGTERM
    with pytest.raises(SystemExit) as ended:
        handler(signal.SIGTERM, None)
    assert ended.value.code == 128 + 15
    assert main(["clauses"]) == 7
    assert len(handlers) == 1


def test_no_option_is_cut_short(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--vers"]) == 2
    assert main(["clauses", "--form", "json"]) == 2
    err = capsys.readouterr().err.splitlines()
    assert err[1] == "tadp: unrecognized arguments: --form and 1 more (see tadp clauses --help)"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x"], "1 argument too many"),
        (["x", "y"], "2 arguments too many"),
        (["--a"], "unrecognized arguments: --a"),
        (["--a=secret", "-bsecret"], "unrecognized arguments: --a, -b"),
        (["--a", "secret", "-b", "secret"], "unrecognized arguments: --a, -b and 2 more"),
    ],
)
def test_no_value_of_an_option_that_is_unknown_is_reported(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["clauses", *words]) == 2
    assert capsys.readouterr().err == f"tadp: {said} (see tadp clauses --help)\n"


def test_the_parser_of_one_command_is_that_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [])
    whole = build_parser()
    assert "\n  tadp explain '3.4(b)-2'\n\nexit codes: 0 nothing violated" in whole.format_help()
    every = _commands(whole)
    assert list(every) == list(COMMANDS)
    for name in COMMANDS:
        ((only, parser),) = _commands(build_parser(name)).items()
        assert only == name
        assert parser.format_help() == every[name].format_help()
        assert parser.prog == f"tadp {name}"
        summary = COMMANDS[name][1]
        assert parser.description == f"{summary[0].upper()}{summary[1:]}."


def test_other_commands_come_after_ours_by_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    class Point:
        def __init__(self, name: str) -> None:
            self.name = name

        def load(self) -> Any:
            words = {"SUMMARY": f"do {self.name}", "add_arguments": lambda _: None}
            return type("Module", (), words)

    def points(group: str) -> list[Point]:
        assert group == "tadp.commands"
        return [Point("zebra"), Point("aardvark")]

    monkeypatch.setattr("importlib.metadata.entry_points", points)
    assert list(_commands(build_parser())) == [*COMMANDS, "aardvark", "zebra"]
    assert list(_commands(build_parser("check"))) == ["check"]


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    (action,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    assert (action.dest, action.required) == ("command", True)
    return dict(action.choices)


def test_the_version_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"tadp {__version__}\n"
