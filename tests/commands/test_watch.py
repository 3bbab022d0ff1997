"""``tadp watch``: what it takes, what it shows, and how it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.desk import waking
from conformance.desk.sole import sole_use
from tests.corpus import FIXTURES
from tests.desk.folders import BAD, GOOD, example, fill
from tests.project.consoles import shows, steps
from tests.running import RUN_AT, Ran, run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    path.mkdir()
    return path


def once(folder: Path, *options: object) -> Ran:
    profile = FIXTURES / "profile.toml"
    return run("watch", folder, "--once", "--settle", "0", "--profile", profile, *options)


def test_a_line_for_each_that_is_there(folder: Path) -> None:
    example(GOOD, folder / "a")
    example(BAD, folder / "b")
    fill(folder, "README.txt")
    ran = once(folder)
    shown = [line.split(maxsplit=1)[1] for line in ran.out.splitlines()]
    assert shown[:2] == ["conforms      a", "violates      b: 6.1-3, 3.4(b)-1"]
    assert shown[2].startswith("not checked   README.txt: ")
    # No option is for one of several files.
    remedy = "if it is an ADT File or a QCAF, put ADT or QCAF at the end of its name"
    assert shown[2].endswith(f"({remedy})")
    assert (ran.code, ran.err) == (1, "")
    assert once(folder, "--fail-on", "not-shown").code == 0


def test_a_journal_that_another_watch_uses_is_refused(folder: Path, tmp_path: Path) -> None:
    journal = tmp_path / "j"
    with sole_use(journal):
        ran = once(folder, "--journal", journal)
    assert ran.code == 2
    assert ran.err == (
        f"tadp: {journal}: is the journal of another watch, which still runs (end that watch, or "
        "name another file)\n"
    )
    assert journal.read_bytes() == b""
    # Its end frees it.
    assert once(folder, "--journal", journal).code == 0
    assert journal.read_bytes() == b'{"watch":1}\n'


def test_nothing_but_a_workbook_is_not_success(folder: Path) -> None:
    assert once(folder).code == 0
    (folder / "thresholds.xlsx").write_bytes(
        b"PK\x03\x04....[Content_Types].xml....xl/workbook.xml"
    )
    ran = once(folder)
    assert "is an Excel workbook" in ran.out
    assert ran.code == 2


def test_the_guide_shows_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES.parent)
    monkeypatch.setattr("conformance.desk.diary.now", lambda: RUN_AT)
    (step,) = steps(FIXTURES.parent / "docs" / "watch.md")
    assert shows(step) == step.shown


def test_a_journal_and_reports(folder: Path, tmp_path: Path) -> None:
    example(GOOD, folder / "a")
    options = ("--journal", tmp_path / "j", "--reports", tmp_path / "out")
    assert "conforms" in once(folder, *options, "--report-format", ".md").out
    assert (tmp_path / "out" / "a.md").is_file()
    assert once(folder, *options).out == "", "nothing has changed since"


@pytest.mark.parametrize(
    ("options", "reported"),
    [
        (["{in}", "--reports", "{in}/out"], "is inside the watched folder"),
        (["{in}", "--journal", "{in}/sub/../j"], "is inside the watched folder"),
        (["{in}/none"], "is not a folder"),
        (["{in}/a"], "is not a folder"),
        (["{in}", "--reports", "{out}", "--report-format", ".docx"], "names no format"),
        (["{in}", "--journal", "{out}/a"], "is not a journal of tadp watch"),
        (["{in}", "--poll", "often"], "is not a number of seconds"),
        (["{in}", "--settle", "-1"], "is not a number of seconds"),
        (["{in}", "--edition", "v9"], "v9"),
    ],
)
def test_a_watch_that_cannot_begin_is_refused_in_one_line(
    folder: Path, tmp_path: Path, options: list[str], reported: str
) -> None:
    out = tmp_path / "out"
    fill(out, "a")
    fill(folder, "a", "sub/b")
    ran = run("watch", *(o.format(**{"in": folder, "out": out}) for o in options), "--once")
    assert ran.code == 2
    assert reported in ran.err
    assert ran.err.count("\n") == 1
    assert (out / "a").read_text() == "a"


def test_it_goes_on_until_it_is_interrupted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[float] = []

    def wait(_: object, seconds: float) -> bool:
        turns.append(seconds)
        if len(turns) == 1:
            example(GOOD, folder / "a")
        if len(turns) == 4:
            raise KeyboardInterrupt
        return True

    monkeypatch.setattr(waking.Waker, "wait", wait)
    profile = FIXTURES / "profile.toml"
    ran = run("watch", folder, "--profile", profile, "--settle", "0", "--poll", "7")
    assert ran.out.split(maxsplit=1)[1] == "conforms      a\n"
    assert ran.err == f"watching {folder}; Ctrl-C ends it\n"
    assert ran.code == 0
    assert turns == [7, 7, 7, 7]


def test_a_fault_of_ours_shows_in_the_exit_code(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: Any) -> Any:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("conformance.desk.watching.check_source", faulty)
    example(GOOD, folder / "a")
    ran = once(folder)
    assert ran.code == 3
    assert "fault         a: ZeroDivisionError: oh" in ran.out
