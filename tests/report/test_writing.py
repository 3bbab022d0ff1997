"""``--output``: the format from the ending, and files that are whole or not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.model.schema import problems
from conformance.report.formats import FORMATS, format_of
from conformance.report.raw import report_of
from conformance.report.writing import write_whole
from tests.checks import situation
from tests.report import made
from tests.running import run

CHECK = ("check", "--profile", made.PROFILE, made.EXAMPLES)
STARTS = {
    "r.json": '{\n "report": 1',
    "r.xml": "<?xml",
    "r.sarif": '{\n "$schema"',
    "r.md": "# Appendix AA",
    "r.csv": "submission,",
    "r.txt": "CONFORMS",
}


def test_several_outputs_come_from_one_run(tmp_path: Path) -> None:
    outputs = [word for name in STARTS for word in ("--output", tmp_path / name)]
    ran = run(*CHECK, *outputs, "--quiet")
    assert ran.code == 1
    assert len(ran.out.splitlines()) == 4
    for name, start in STARTS.items():
        assert (tmp_path / name).read_text("utf-8").startswith(start), name
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(STARTS)


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("text", "html")])
def test_every_format_goes_to_standard_output(name: str) -> None:
    ran = run(*CHECK, "--format", name)
    assert ran.code == 1
    (ending, *_) = FORMATS[name].endings
    assert ran.out.startswith(STARTS[f"r{ending}"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.HTM", "html"), ("a.sarif.json", "sarif"), ("junit.xml", "junit"), ("a.b.json", "json")],
)
def test_the_ending_names_the_format(name: str, expected: str) -> None:
    assert format_of(Path(name)) == expected


def test_an_unknown_ending_or_folder_is_reported_before_anything_is_checked(tmp_path: Path) -> None:
    reported = run("check", "nowhere", "--output", tmp_path / "r.pdf").trouble
    assert "the ending of the file names no format" in reported
    assert ".sarif" in reported
    assert "there is no such folder" in run("check", "x", "--output", tmp_path / "a/r.md").trouble


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "r.json"
    old.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device", str(old))

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left" in run(*CHECK, "--output", old).trouble
    assert old.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["r.json"]


def test_a_file_keeps_its_permissions_and_a_link_its_target(tmp_path: Path) -> None:
    old, link = tmp_path / "r.json", tmp_path / "link.json"
    old.write_text("old")
    old.chmod(0o640)
    link.symlink_to(old)
    run(*CHECK, "--output", link)
    assert link.is_symlink()
    assert json.loads(old.read_text("utf-8"))["complete"] is True
    assert old.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="the system has no /dev/fd")
def test_a_pipe_is_written_to_as_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.md"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(pipe, b"text")
        assert os.read(reader, 10) == b"text"
    finally:
        os.close(reader)


def test_a_file_that_could_not_be_read_is_in_the_report(tmp_path: Path) -> None:
    lone = tmp_path / "note.txt"
    lone.write_text("hello")
    ran = run("check", lone, made.EXAMPLES / "adt-conforming", "--output", tmp_path / "r.json")
    assert ran.code == 2
    report = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert len(report["submissions"]) == 1
    assert len(report["not_read"]) == 1


def test_a_run_that_read_nothing_leaves_no_old_verdict(tmp_path: Path) -> None:
    output = tmp_path / "r.md"
    output.write_text("# conforms")
    lone = tmp_path / "note.txt"
    lone.write_text("hello")
    assert run("check", lone, "--output", output).code == 2
    assert "Nothing was checked" in output.read_text("utf-8")


def test_no_report_takes_the_place_of_an_input(tmp_path: Path) -> None:
    file = tmp_path / "adt.csv"
    file.write_bytes(b"data")
    (tmp_path / "link.csv").symlink_to(file)
    for output in (file, tmp_path / "link.csv"):
        assert "is an input" in run("check", file, "--output", output).trouble
    assert file.read_bytes() == b"data"


def test_a_check_loads_nothing_that_only_other_views_need() -> None:
    script = (
        "import sys; from conformance.cli import main; "
        f"main(['check', '--profile', {str(made.PROFILE)!r}, {str(made.EXAMPLES)!r}]); "
        "print(*[m for m in ('jinja2', 'xml.etree', 'conformance.report.page', "
        "'conformance.report.writing') if m in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=made.ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stderr.split() == []


def test_the_line_about_an_unread_file_has_nothing_that_a_terminal_obeys() -> None:
    made_ = report_of([], situation.setting(), ["a\x1b[31m\u202eb: cannot be read"])
    assert made_["not_read"] == ["a\u241b[31m\\u202eb: cannot be read"]
    assert problems("report", made_) == []
