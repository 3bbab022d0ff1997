"""The command line as a whole: finding commands, help, exit codes, and what a terminal is shown."""

from __future__ import annotations

import io
import os
import pty
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from conformance import __version__, cli
from conformance.cli import COMMANDS
from conformance.commands.common import print_json
from conformance.errors import TadpError
from tests.checks.situation import ADT
from tests.corpus import FIXTURES
from tests.running import run
from tests.sampling import one_in
from tests.work import Work

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "conformance"]


def process(*words: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *words], capture_output=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


# --- Help ---------------------------------------------------------------------------------------


def test_help_lists_the_commands_and_the_exit_codes() -> None:
    ran = run("--help")
    assert ran.code == 0
    for name in COMMANDS:
        assert re.search(rf"^    {name}\s", ran.out, re.MULTILINE), name
    assert "examples:" in ran.out
    for code in ("0 nothing violated", "1 something violated", "2 the command could not",
                 "3 a fault"):  # fmt: skip
        assert code in ran.out


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_each_command_has_examples(command: str) -> None:
    ran = run(command, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"usage: tadp {command} ")
    examples = ran.out.partition("examples:\n")[2].partition("\n\n")[0].splitlines()
    assert any(line.startswith(f"  tadp {command}") for line in examples)
    for line in examples:
        assert_is_understood(line)


def assert_is_understood(line: str) -> None:
    """Assert that the command line takes the example, and that what is shipped is there."""
    shown = re.split(r" {2,}| >>? ", line.strip())[0]
    for command in shown.split(" | "):
        program, *words = shlex.split(command)
        if program == "tadp":
            assert cli._parsed(words).run
        for word in words:
            assert not word.startswith("fixtures/") or (ROOT / word).exists(), line


@pytest.mark.parametrize("verb", ["new", "check", "show"])
def test_the_verbs_of_profile_have_help(verb: str) -> None:
    assert run("profile", verb, "--help").out.startswith(f"usage: tadp profile {verb} ")


def test_the_version() -> None:
    assert run("--version").out == f"tadp {__version__}\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "the following arguments are required: COMMAND (see tadp --help)"),
        (["frobnicate"], "invalid choice: 'frobnicate'"),
        (["--frobnicate"], "required: COMMAND"),
        (["profile"], "required: VERB (see tadp profile --help)"),
        (["profile", "burn"], "invalid choice: 'burn'"),
        (["explain"], "required: ID"),
        (["frobnicate", "check"], "invalid choice: 'frobnicate'"),
        (["chec"], "invalid choice"),
        (["\x1b[31mred\n\u202e"], "invalid choice: "),
        (["sign", "f", "--pass=word"], "unrecognized arguments: --pass (see tadp sign --help)"),
        (["sign", "f", "--pass", "word"], "unrecognized arguments: --pass and 1 more (see"),
        (["sign", "f", "-pword", "more"], "unrecognized arguments: -p and 1 more (see"),
        (["sign", "f", "word"], "1 argument too many (see tadp sign --help)"),
        (["diff", "a", "b", "--fail", "removed"], "unrecognized arguments: --fail and 1 more"),
    ],
)
def test_bad_usage_is_one_line(words: list[str], says: str) -> None:
    assert says in run(*words).trouble


# --- Errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (TadpError("broken", where="file", remedy="repair it"), 2, "file: broken (repair it)"),
        (TadpError("broken"), 2, "broken"),
        (FileNotFoundError(2, "No such file", "a\x1bb"), 2, "a b: No such file"),
        (OSError("odd"), 2, "odd"),
        (MemoryError(), 2, "out of memory"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (RuntimeError("\x1b[31m\noops"), 3, "a fault of tadp itself: RuntimeError: [31m oops"),
        (RecursionError("deep"), 3, "a fault of tadp itself: RecursionError: deep"),
        (KeyError("x"), 3, "a fault of tadp itself: KeyError: 'x'"),
    ],
)
def test_every_error_is_one_line_and_a_code(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, says: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("conformance.commands.clauses.catalogue", fail)
    monkeypatch.delenv("TADP_TRACEBACK", raising=False)
    ran = run("clauses")
    assert ran.code == code
    (line,) = ran.err.splitlines()
    assert line.startswith(f"tadp: {says}")
    assert line.isprintable()
    assert ("TADP_TRACEBACK=1" in line) is (code == 3)


def test_a_traceback_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TADP_TRACEBACK", "1")
    with pytest.raises(TadpError):
        run("explain", "nothing")


def test_other_packages_add_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    class Added:
        SUMMARY = "do something else"

        @staticmethod
        def add_arguments(parser: object) -> None:
            parser.set_defaults(run=lambda _: 0)  # type: ignore[attr-defined]

    class Point:
        name = "something"

        @staticmethod
        def load() -> type[Added]:
            return Added

    looked_up: list[str] = []

    def points(group: str) -> list[type[Point]]:
        looked_up.append(group)
        return [Point] if group == cli.GROUP else []

    monkeypatch.setattr("importlib.metadata.entry_points", points)
    assert run("something").code == 0
    # To find the distributions that are installed takes a while, and is done once.
    assert looked_up == [cli.GROUP]
    assert "something" in run("--help").out
    assert "Do something else." in run("something", "--help").out


# --- Streams ------------------------------------------------------------------------------------


def test_the_module_is_the_command() -> None:
    ran = process("--version")
    assert (ran.returncode, ran.stdout.decode()) == (0, f"tadp {__version__}\n")


def test_a_reader_that_goes_away_is_not_an_error() -> None:
    """As ``tadp clauses | head -1``."""
    shell = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m conformance clauses --format json | head -c 10"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert (shell.stdout, shell.stderr) == (b'{\n "catalo', b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [*COMMAND, "clauses"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (ran.returncode, ran.stderr) == (2, b"tadp: No space left on device\n")


@pytest.mark.parametrize(
    ("words", "closed", "says"),
    [
        ("clauses", ">&-", "standard output is closed"),
        ("check -", "<&-", "standard input is closed"),
    ],
)
def test_a_closed_stream_is_one_line(words: str, closed: str, says: str) -> None:
    line = f"{sys.executable} -m conformance {words} {closed}"
    ran = subprocess.run(["bash", "-c", line], capture_output=True, check=False)
    assert (ran.returncode, ran.stderr.decode()) == (2, f"tadp: {says}\n")


@pytest.mark.parametrize("encoding", one_in(2, ["ascii", "utf-8", "latin-1", "cp1252"]))
@pytest.mark.parametrize(
    "words",
    [
        ("clauses",), ("clauses", "--format", "json"), ("explain", "UG1.4-1"),
        ("diff-editions", "--format", "json"), ("profile", "show", "--format", "json"),
        ("check", "{file}"), ("check", "{file}", "--format", "json"),
    ],
)  # fmt: skip
def test_every_encoding_will_do(words: tuple[str, ...], encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "adt.csv"
    file.write_bytes(ADT + "\u25b2\x1b\n".encode())
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    ran = process(*(w.format(file=file) for w in words), env=environment)
    assert ran.returncode == (1 if "check" in words else 0), ran.stderr
    assert ran.stderr == b""
    ran.stdout.decode(encoding)


#: Draws bars at once, instead of after a while.
AT_ONCE = (
    "from conformance import cli\nfrom conformance.commands import progress\n"
    "progress.SOON, progress._AGAIN = 0, 0.001\ncli.tadp()"
)


def on_a_terminal(
    *words: str,
    environment: dict[str, str] | None = None,
    command: Sequence[str] = COMMAND,
) -> tuple[int, str]:
    """Run on a pseudo-terminal: the exit code, and all that it was shown."""
    outer, inner = pty.openpty()
    env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}
    child = subprocess.Popen(
        [*command, *words], stdin=inner, stdout=inner, stderr=inner, close_fds=True,
        env={**env, "TERM": "xterm", **(environment or {})},
    )  # fmt: skip
    os.close(inner)
    shown = b""
    while True:
        try:
            block = os.read(outer, 1 << 16)
        except OSError:  # as Linux says that the other end is closed
            break
        if not block:
            break
        shown += block
    os.close(outer)
    return child.wait(), shown.decode().replace("\r\n", "\n")


SGR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A file whose name and content a terminal would obey."""
    file = tmp_path / "adt \x1b]0;owned\x07\u202e.csv"
    file.write_bytes(b"\x1b[2J\x1b[31m\x00\xff" + "\u202e".encode() + b",\r\n" + ADT)
    return file


def test_colour_is_shown_on_a_terminal_and_nothing_of_the_input_obeyed(hostile: Path) -> None:
    code, shown = on_a_terminal("check", str(hostile))
    assert code == 1
    assert "\x1b[1;31mVIOLATES\x1b[0m" in shown
    rest = SGR.sub("", shown)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", rest)
    # Of the sequences that are left out there, none is the file's.
    assert "\x1b[2J" not in shown
    assert "\u241b[2J\u241b[31m\u2400\\xff" in shown


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_no_colour_gets_none(
    hostile: Path, environment: dict[str, str]
) -> None:
    code, shown = on_a_terminal("check", str(hostile), environment=environment)
    assert code == 1
    assert "\x1b" not in shown


def test_there_is_no_colour_in_a_pipe(hostile: Path) -> None:
    for words in (["check", str(hostile)], ["clauses"], ["explain", "6.1-3"], ["profile", "show"],
                  ["diff-editions"]):  # fmt: skip
        ran = process(*words, env={**os.environ, "TERM": "xterm"})
        assert b"\x1b" not in ran.stdout


@pytest.mark.parametrize(
    "words", [("clauses",), ("explain", "6.1-3"), ("profile", "show"), ("diff-editions",)]
)
def test_each_command_has_colour_on_a_terminal(words: tuple[str, ...]) -> None:
    code, shown = on_a_terminal(*words)
    assert code == 0
    assert SGR.search(shown)


def test_progress_is_shown_on_a_terminal_and_gone_at_the_end(tmp_path: Path) -> None:
    for number in range(60):
        folder = tmp_path / f"{number:02}"
        folder.mkdir()
        (folder / "submission.json").write_text('{"submission": 1, "kind": "incident"}')
    at_once = (sys.executable, "-c", AT_ONCE)
    _, shown = on_a_terminal("check", str(tmp_path), command=at_once)
    assert "of 60" in shown.partition("NOT SHOWN")[0]
    assert process("check", str(tmp_path)).stderr == b""
    _, shown = on_a_terminal("check", str(tmp_path), "--quiet", command=at_once)
    assert "NOT SHOWN" in shown
    assert "of 60" not in shown.partition("NOT SHOWN")[0]


#: The contents of a path: nothing, bytes, or a folder with this in its manifest.
TROUBLES: dict[str, bytes | str | None] = {
    "a name that is not there": None,
    "a manifest that is empty": "",
    "an entry that is unknown": '{"\\u001b[31m": 1}',
    "a file that is not there": ('{"submission": 1, "kind": "adt", "file": "\\u001b[31m\\u202e"}'),
    "a kind that is unknown": b"hello",
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_is_reported_without_obeying_it(trouble: str, tmp_path: Path) -> None:
    good = tmp_path / "adt.csv"
    good.write_bytes(ADT)
    path = tmp_path / "\x1b[31m\u202e\n"
    there = TROUBLES[trouble]
    if isinstance(there, str):
        path.mkdir()
        (path / "submission.json").write_text(there, "utf-8")
    elif there is not None:
        path.write_bytes(there)
    ran = run("check", path, good) if path.exists() else run("check", path)
    assert ran.code == 2
    (line,) = ran.err.splitlines()
    assert line.isprintable()


def test_a_stream_that_is_missing_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a program without a console runs the command."""
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", None)
        assert run("check", "-").trouble == "standard input is closed"
    err = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", None)
        patch.setattr(sys, "stderr", err)
        assert cli.main(["clauses"]) == 2
    assert err.getvalue() == "tadp: standard output is closed\n"


def test_json_is_written_in_ascii_where_the_terminal_has_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = io.BytesIO()
    terminal = io.TextIOWrapper(written, encoding="ascii")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", terminal)
        print_json({"name": "\u2013\u202e"})
        terminal.flush()
    assert written.getvalue() == b'{\n "name": "\\u2013\\u202e"\n}\n'


def test_work_grows_with_the_number_of_requirements_that_are_chosen() -> None:
    def calls(count: int) -> int:
        work = Work()
        words = [word for _ in range(count) for word in ("--only", "6.1-3")]
        with work.counting_calls():
            run("check", FIXTURES / "examples" / "adt-conforming", *words)
        return work.calls

    calls(1)  # whatever is loaded once
    base = calls(1)
    assert calls(400) - base < 3 * (calls(200) - base)


def test_a_long_value_of_an_option_is_not_repeated_whole() -> None:
    for words in (["--only", "6.1," * 25_000], ["--edition", "v" * 100_000]):
        trouble = run("check", FIXTURES / "examples" / "adt-conforming", *words).trouble
        assert len(trouble) < 7000
        assert "see tadp clauses" in trouble or "one of:" in trouble
