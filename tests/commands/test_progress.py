"""Bars on standard error: from which size on, of what, on what kind of terminal, and how long."""

from __future__ import annotations

import importlib
import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from conformance.cli import main
from conformance.commands import check, make, progress
from conformance.content import Content
from conformance.findings import Progress
from conformance.model.profile_problem import Located
from conformance.model.requirement import Kind
from conformance.profiles.checking import Examined
from conformance.submission.evidence import Submission
from tests.checks.situation import ADT
from tests.running import PATIENCE, Terminal, run
from tests.snapshots.consoles import small_corpus

MEBIBYTE = 1 << 20


def sized(size: int) -> Content:
    """A content that has so many bytes, as far as anybody asks."""

    class LongPart:
        length = size

    return Content("long", (LongPart(),))  # type: ignore[arg-type]


def submission(size: int) -> Submission:
    return Submission("long", Kind.ADT, Path(), file=sized(size))


FILES: dict[str, Callable[[int], AbstractContextManager[Progress | None]]] = {
    "check": lambda size: check.reading(submission(size), 1),
    "deadline": progress.over_bytes,
    "make": lambda size: progress.over_bytes(size, times=3),
}


@pytest.mark.parametrize("command", FILES)
def test_a_file_that_is_not_empty_has_a_bar(command: str, bars: list[tuple[int, str, int]]) -> None:
    size = 32 * MEBIBYTE
    with redirect_stderr(Terminal()), FILES[command](0) as advance:
        assert advance is None
    assert bars == []
    with redirect_stderr(Terminal()), FILES[command](size) as advance:
        assert advance is not None
        advance(5)
        advance(7)
    # A QCAF is made in three steps.
    assert bars == [(3 * size if command == "make" else size, "bytes", 12)]


@pytest.mark.parametrize("command", FILES)
def test_where_there_is_no_terminal_there_is_no_bar(
    command: str, bars: list[tuple[int, str, int]]
) -> None:
    with redirect_stderr(io.StringIO()), FILES[command](64 * MEBIBYTE) as advance:
        assert advance is None
    assert bars == []


def test_one_of_several_long_files_has_no_bar_of_its_own(bars: list[tuple[int, str, int]]) -> None:
    with redirect_stderr(Terminal()), check.reading(submission(64 * MEBIBYTE), 2) as advance:
        assert advance is None
    without = Submission("none", Kind.ADT, Path())
    with redirect_stderr(Terminal()), check.reading(without, 1) as advance:
        assert advance is None
    assert bars == []


def test_several_submissions_have_a_bar(bars: list[tuple[int, str, int]]) -> None:
    with redirect_stderr(Terminal()), progress.over_things(1, "submissions") as advance:
        advance(1)
    assert bars == []
    with redirect_stderr(Terminal()), progress.over_things(2, "submissions") as advance:
        advance(1)
        advance(1)
    assert bars == [(2, "submissions", 2)]


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Standard error as a terminal that shows all, at once."""
    monkeypatch.setattr(progress, "SOON", 0)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    return Terminal()


def test_a_bar_says_of_what_it_is_and_how_much_of_it_is_done(terminal: Terminal) -> None:
    with redirect_stderr(terminal), progress.bar(4, "submissions") as advance:
        advance(1)
        advance(2)
        assert shown(terminal, "3 of 4")
    assert re.search(r"submissions .* 3 of 4 ", plain(terminal.getvalue()))
    # It is gone at the end: the line is erased, and the cursor where it was.
    assert terminal.getvalue().endswith("\x1b[2K")


@pytest.mark.parametrize(
    ("total", "says"), [(1200, "cases .* 1,100 of 1,200 "), (None, "cases .* 1,100 so far ")]
)
def test_a_bar_counts_with_or_without_an_end(
    terminal: Terminal, total: int | None, says: str
) -> None:
    with redirect_stderr(terminal), progress.progress("cases") as announce:
        advance = announce(total)
        advance(1000)
        advance(100)
        assert shown(terminal, "1,100")
    assert re.search(says + "0:00:0", plain(terminal.getvalue()))
    assert terminal.getvalue().endswith("\x1b[2K")


def shown(terminal: Terminal, text: str) -> bool:
    """Wait until ``text`` is shown."""
    deadline = time.monotonic() + PATIENCE
    while text not in terminal.getvalue() and time.monotonic() < deadline:
        time.sleep(0.02)
    return text in terminal.getvalue()


def test_a_bar_moves_on_while_more_is_done_than_was_counted(terminal: Terminal) -> None:
    with redirect_stderr(terminal), progress.bar(4, "bytes") as advance:
        advance(4)
        assert shown(terminal, "4 of 4")
        terminal.truncate(0)
        assert shown(terminal, "0:00:01")


def test_a_bar_leaves_room_for_an_interrupt_in_a_window_of_60_columns(terminal: Terminal) -> None:
    with redirect_stderr(terminal), progress.bar(999_999_999, "bytes") as advance:
        advance(888_888_888)
        assert shown(terminal, "0:00:00")
    lines = re.findall("bytes .*? of .*?0:00:0[0-9]", plain(terminal.getvalue()))
    assert lines
    assert max(map(len, lines)) <= 60 - len("^C")


def test_work_that_is_not_counted_has_a_bar_after_a_while(
    terminal: Terminal,
) -> None:
    with redirect_stderr(terminal), progress.working("comparing"):
        assert shown(terminal, "comparing")
    assert terminal.getvalue().endswith("\x1b[2K")


def drawing() -> list[threading.Thread]:
    """Return what draws a bar, or waits to draw one."""
    return [one for one in threading.enumerate() if one.name.endswith("(_draw)")]


@pytest.mark.parametrize("work", [progress.working, progress.progress])
def test_short_work_and_work_beside_no_terminal_have_no_bar(
    work: Callable[[str], AbstractContextManager[Any]],
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress, "SOON", PATIENCE)
    with redirect_stderr(terminal), work("comparing") as announce:
        assert drawing()
        if announce:
            announce(3)(1)
    assert not drawing()
    assert terminal.getvalue() == ""
    monkeypatch.setattr(progress, "SOON", 0)
    monkeypatch.setattr(terminal, "isatty", lambda: False)
    with redirect_stderr(terminal), work("comparing"):
        assert not drawing()
    assert terminal.getvalue() == ""


def test_there_is_no_bar_before_there_is_something_to_count(
    terminal: Terminal,
) -> None:
    # Loaded before, so that nothing else delays a bar.
    importlib.import_module("rich.progress")
    with redirect_stderr(terminal), progress.progress("cases") as announce:
        time.sleep(5 * progress._AGAIN)
        assert terminal.getvalue() == ""
        announce(None)(2)
        assert shown(terminal, "2 so far")


def test_a_line_printed_beside_a_bar_goes_to_standard_output(terminal: Terminal) -> None:
    with redirect_stderr(terminal), redirect_stdout(io.StringIO()) as out, progress.bar(4, "cases"):
        assert shown(terminal, "0 of 4")
        print("found")
    assert out.getvalue() == "found\n"
    assert "found" not in terminal.getvalue()


EXAMPLES = Path(__file__).parents[2] / "examples"
#: By what it is, with the options.
UNCOUNTED = {
    "area": "area register {folder}/area",
    "diff": "diff {live} {live} --output {folder}/diff.html",
    "fixtures build": "fixtures build {folder}/corpus",
    "fixtures build --check": "fixtures build {folder}/corpus --check",
    "generate": "generate adt -o {folder}/made",
    "generate --fault": "generate adt -o {folder}/made --fault record-separator/crlf-everywhere",
    "generate --list-faults": "generate report --list-faults",
    "make adt": "make adt {examples}/thresholds.csv -o {folder}/made.csv",
    "make qcaf": "make qcaf {report} --actions {folder}/actions.csv -o {folder}/made.csv",
    "report": "report {folder}/report.json --output {folder}/report.html",
    "sign": "sign {live} --key {trust}/aro.key --certificate {trust}/aro.pem --kind adt "
    "--profile {trust}/profile.toml -o {folder}/live.csv.p7s",
    "template": "template adt -o {folder}/template.xlsx",
}


@pytest.mark.parametrize("command", UNCOUNTED)
def test_a_command_that_takes_long_has_a_bar_and_prints_nothing_beside_it(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[bool] = []

    @contextmanager
    def fake(_: str) -> Iterator[None]:
        before = out.getvalue(), err.getvalue()
        yield
        printed.append(before != (out.getvalue(), err.getvalue()))

    live, report = EXAMPLES / "adt-submission" / "live.csv", EXAMPLES / "qcaf-submission/report.csv"
    run("generate", "area", "-o", tmp_path / "area")
    run("check", EXAMPLES / "adt-submission", "--output", tmp_path / "report.json")
    run("template", "qcaf", "--report", report, "-o", tmp_path / "actions.csv")
    name = command.split(maxsplit=1)[0]
    package = "generators" if name in ("fixtures", "generate") else "conformance"
    monkeypatch.setattr(f"{package}.commands.{name}.working", fake)
    monkeypatch.setattr("generators.corpus.corpus_files", lambda *_: {"manifest.json": b"{}"})
    words = UNCOUNTED[command].format(
        examples=EXAMPLES, live=live, report=report, folder=tmp_path, trust=tmp_path / "area-trust"
    )
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        main(words.split())
    assert printed
    assert not any(printed)


@pytest.mark.parametrize("quiet", [True, False])
def test_a_quiet_check_draws_nothing(
    quiet: bool, tmp_path: Path, bars: list[tuple[int, str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "SOON", PATIENCE)
    file = tmp_path / "adt.csv"
    file.write_bytes(ADT)
    with redirect_stdout(io.StringIO()), redirect_stderr(Terminal()) as shown:
        main(["check", str(file), "--kind", "adt", *["--quiet"] * quiet])
    assert bars == ([] if quiet else [(len(ADT), "bytes", len(ADT))])
    assert shown.getvalue() == ""


@pytest.mark.parametrize("dumb", [True, False])
def test_a_dumb_terminal_is_shown_no_bar(
    dumb: bool, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    if dumb:
        monkeypatch.setenv("TERM", "dumb")
    else:
        monkeypatch.setattr(terminal, "isatty", lambda: False)
    with redirect_stderr(terminal), progress.progress("cases") as announce:
        announce(10)(5)
    assert terminal.getvalue() == ""


def test_a_qcaf_that_is_made_of_a_long_report_reports_its_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read, and as much is written and checked, however long the QCAF is."""
    reported: list[int] = []

    @contextmanager
    def fake(size: int, times: int) -> Iterator[Any]:
        assert (size, times) == (report.stat().st_size, 3)
        yield reported.append

    monkeypatch.setattr(make, "over_bytes", fake)
    examples = Path(__file__).parents[2] / "examples"
    report, made = examples / "qcaf-submission" / "report.csv", tmp_path / "q.csv"
    assert run("make", "qcaf", report, "--action", "Delete", "-o", made).code == 0
    assert made.stat().st_size > report.stat().st_size
    assert sum(reported) == 3 * report.stat().st_size


def test_a_signed_file_reports_its_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check before signing may also take long."""
    reported: list[int] = []

    @contextmanager
    def fake(size: int) -> Iterator[Any]:
        assert size == len(ADT)
        yield reported.append

    monkeypatch.setattr("conformance.commands.sign.over_bytes", fake)
    file = tmp_path / "adt.csv"
    file.write_bytes(ADT)
    # There is no such key; the file was looked at before.
    ran = run("sign", file, "--pkcs12", tmp_path / "none.p12")
    assert ran.code == 2
    assert sum(reported) == len(ADT)


@pytest.mark.parametrize("role", ["receiver", "submitter"])
def test_an_assessment_reports_its_cases(
    role: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[Any] = []

    @contextmanager
    def fake(what: str) -> Iterator[Any]:
        reported.append(what)
        yield lambda total: reported.append(total) or reported.append

    monkeypatch.setattr("conformance.commands.assess.progress", fake)
    small_corpus(tmp_path / "small")
    name = {"receiver": "holed:complete", "submitter": "submitters:does_all"}[role]
    adapter = f"python:tests.assessment.implementations.{name}"
    few = ["--random", "0"] if role == "submitter" else []
    assert run("assess", role, adapter, "--corpus", tmp_path / "small", *few).code == 0
    count = {"receiver": 2, "submitter": 1}[role]
    assert reported == ["cases", count, *[1] * count]


@pytest.mark.parametrize("quick", [True, False])
def test_a_profile_that_is_tried_reports_its_progress(
    quick: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[Any] = []

    @contextmanager
    def fake(what: str) -> Iterator[Any]:
        reported.append(what)
        yield lambda total: reported.append(total) or reported.append

    def tried(name: str, model: Any, step: Progress | None) -> Examined:
        for _ in range(3 if step else 0):
            step(1)  # type: ignore[misc]
        return Examined(None, (Located(name, None, "", "wrong", ""),))

    monkeypatch.setattr("conformance.commands.progress.progress", fake)
    monkeypatch.setattr("conformance.profiles.checking.examine", tried)
    assert run("profile", "check", "x", *["--quick"] * quick).code == 2
    assert reported == ([] if quick else ["submissions tried", None, 1, 1, 1])


@pytest.mark.skipif(sys.platform == "win32", reason="sends the signal of Ctrl-C")
def test_the_self_test_of_a_profile_ends_at_ctrl_c_and_leaves_nothing(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "conformance", "profile", "check", "reference"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    # The program that starts the tests may ignore the signal, and so would the process.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    signal.signal(signal.SIGINT, before)
    deadline = time.monotonic() + PATIENCE
    # From the third submission on, it is under way.
    while len(list(tmp_path.glob("tadp-*/*"))) < 5 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (130, "", "tadp: interrupted\n")
    assert list(tmp_path.iterdir()) == []
