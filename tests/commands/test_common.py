"""Code that several commands share: printing to any stream, writable places, options."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import sys
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from conformance.commands import check, credentials
from conformance.commands.common import complain, print_json, print_lines, require_new
from conformance.errors import TadpError
from conformance.model.profile_loading import profile_text
from conformance.phrases import counted
from tests.running import run
from tests.snapshots.consoles import ROOT, small_corpus

HOLED = "python:tests.assessment.implementations.holed:complete"
CASE = "6.1-6/adt-sharepoint/in-a-field"


@pytest.mark.parametrize(
    ("encoding", "line", "value"),
    [
        ("ascii", b"? and ?\n", b'"\\u2013 and \\u25b2"\n'),
        ("cp1252", b"\x96 and ?\n", b'"\\u2013 and \\u25b2"\n'),
        ("utf-8", "\u2013 and \u25b2\n".encode(), '"\u2013 and \u25b2"\n'.encode()),
    ],
)
def test_a_stream_is_written_what_it_can_hold(encoding: str, line: bytes, value: bytes) -> None:
    for write, shown in ((lambda text: print_lines([text]), line), (print_json, value)):
        written = io.BytesIO()
        stream = io.TextIOWrapper(written, encoding=encoding)
        with redirect_stdout(stream):
            write("\u2013 and \u25b2")
            stream.flush()
        assert written.getvalue() == shown


def test_an_error_is_one_line_without_control_characters(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    complain("  one\n\ttwo \x1b[31m three\u202e")
    assert capsys.readouterr().err == "tadp: one two [31m three\n"

    class Deaf(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError(text)

    for closed in (None, Deaf()):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", closed)
            complain("this is lost")


def test_a_place_that_is_new_or_may_be_replaced(tmp_path: Path) -> None:
    there, folder = tmp_path / "there.csv", tmp_path / "folder"
    there.write_bytes(b"")
    folder.mkdir()
    require_new(tmp_path / "new.csv", overwrite=False)
    require_new(there, overwrite=True)
    for path, overwrite, says in (
        (tmp_path / "none" / "new.csv", True, "none: there is no such folder"),
        (folder, True, "folder: is not a regular file"),
        (there, False, "there.csv: is there already"),
    ):
        with pytest.raises(TadpError) as error:
            require_new(path, overwrite=overwrite)
        assert says in str(error.value)


@pytest.mark.parametrize(
    ("number", "says"), [(0, "0 records"), (1, "1 record"), (2, "2 records"), (1200, "1,200 rec")]
)
def test_things_are_counted_in_words(number: int, says: str) -> None:
    assert counted(number, "record").startswith(says)
    assert counted(number, "record").endswith("record" if number == 1 else "records")


@pytest.mark.skipif(os.pathconf("/", "PC_PATH_MAX") < 4096, reason="no path is as long here")
@pytest.mark.parametrize("width", [4000, 4001])
def test_a_path_is_shown_up_to_four_thousand_characters(
    width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path(*["d" * 99] * 39)
    folder.mkdir(parents=True)
    path = folder / ("f" * (width - len(f"{folder}/")))
    assert len(str(path)) == width
    shown = f"{str(path)[:4000]}{'...' * (width > 4000)}"
    out = run("profile", "new", path, "--extend").out
    assert out.startswith(f"wrote {shown}; change it, then: tadp profile check {shown}\n")
    sheet = ROOT / "examples" / "thresholds.csv"
    assert run("make", "adt", sheet, "-o", path, "--overwrite").out == (
        f"wrote {shown}, 5 records; not signed yet\n"
    )
    book = path.with_name(path.name[4:] + ".csv")
    shown = f"{str(book)[:4000]}{'...' * (width > 4000)}"
    assert run("template", "adt", "-o", book).out == f"wrote {shown}\n"


def test_a_line_about_a_profile_is_cut_after_four_thousand_characters(tmp_path: Path) -> None:
    for length in (3000, 5000):
        profile = tmp_path / "mine.toml"
        profile.write_text(
            f'profile = "mine"\ntitle = "Mine"\nversion = "{"1" * length}"\nextends = "reference"\n'
        )
        out = run("profile", "check", "--quick", profile).out
        if length == 3000:
            assert out.endswith("1; 10 of its entries unverified)\n")
        else:
            assert out.endswith("1...\n")
            assert len(out) == 4004


@pytest.mark.parametrize(
    ("text", "identifier"),
    [(None, None), ("", b""), ("0a", b"\x0a"), ("01:0A:ff", b"\x01\x0a\xff"), ("01 02", b"\1\2")],
)
def test_the_id_of_a_key(text: str | None, identifier: bytes | None) -> None:
    assert credentials._identifier(argparse.Namespace(key_id=text)) == identifier


@pytest.mark.parametrize("text", ["0", "auto"])
def test_a_process_for_each_processor(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "cores", lambda: 7)
    assert check._jobs(text) == 7
    assert check._jobs("1024") == 1024
    assert check._jobs("1") == 1


def test_a_profile_without_a_contingency_shows_none(tmp_path: Path) -> None:
    text = profile_text("reference").replace('contingency = "email"\n', "")
    path = tmp_path / "whole.toml"
    path.write_text(text)
    assert re.search("\n  contingency +email\n", run("profile", "show", "reference").out)
    assert not re.search("\n  contingency ", run("profile", "show", path).out)


def test_one_change_between_editions_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    change = {"id": "UG1.6-1", "change": "added", "statement": "Email is used."}
    monkeypatch.setattr("conformance.commands.editions.changes_between", lambda *_: [change])
    assert run("diff-editions").out.endswith(
        "\n\nUser Guidance, section 1.6\n  UG1.6-1 added\n    + Email is used.\n\n"
        "1 requirement added, removed or changed.\n"
    )


def test_a_folder_without_files_reports_nothing(tmp_path: Path) -> None:
    assert run("deadline", tmp_path).trouble == f"{tmp_path}: holds no file"
    (tmp_path / "inner").mkdir()
    ran = run("deadline", tmp_path)
    assert ran.err.splitlines() == [
        f"tadp: {tmp_path}: not looked at in it, as they are no files of its own: inner",
        f"tadp: {tmp_path}: holds no file",
    ]


@pytest.mark.parametrize(
    ("count", "more"), [(3, ""), (4, " and 1 more"), (1003, " and 1,000 more")]
)
def test_three_of_the_files_that_are_not_looked_at_are_named(
    count: int, more: str, tmp_path: Path
) -> None:
    for number in range(count):
        (tmp_path / f"{number:04}").mkdir()
    first, _ = run("deadline", tmp_path).err.splitlines()
    assert first.endswith(f": 0000, 0001, 0002{more}")


# --- Assessing ----------------------------------------------------------------------------------


def test_the_page_on_the_protocol_is_the_document() -> None:
    link = re.compile(r"\]\(([./][^)#]*)\)")
    page, shown = (ROOT / "docs/protocol.md").read_text("utf-8"), run("assess", "protocol").out
    assert link.sub("]()", shown) == link.sub("]()", page)
    targets = [ROOT / "docs" / target for target in link.findall(page)]
    assert len(targets) > 3
    for target, file in zip(targets, link.findall(shown), strict=True):
        assert Path(file).is_absolute()
        assert Path(file).read_bytes() == target.read_bytes()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A corpus of a few cases."""
    small_corpus(tmp_path / "small")
    return tmp_path / "small"


def test_a_run_records_what_it_was_made_with(tmp_path: Path, small: Path) -> None:
    known = tmp_path / "known.json"
    entry = {"case": CASE, "reason": "fixed", "owner": "us", "expires": "2999-01-01"}
    known.write_text(json.dumps({"known_failures": 1, "failures": [entry]}))
    words = ("--seed", "5", "--known-failures", known, "--format", "json")
    report = run("assess", "receiver", HOLED, "--corpus", small, *words).report
    assert report["seed"] == 5
    assert [(one["path"], one["bytes"]) for one in report["inputs"]] == [
        (str(known), known.stat().st_size)
    ]
    assert (
        run("assess", "receiver", HOLED, "--corpus", small, "--format", "json").report["inputs"]
        == []
    )


def test_a_run_may_be_redacted(tmp_path: Path, small: Path) -> None:
    key = tmp_path / "our.key"
    key.write_bytes(b"k" * 32)
    for words in (("--redact",), ("--redact-key", key)):
        report = run(
            "assess", "receiver", HOLED, "--corpus", small, *words, "--format", "json"
        ).report
        assert report["redacted"], words
    assert not run("assess", "receiver", HOLED, "--corpus", small, "--format", "json").report.get(
        "redacted"
    )


def test_known_failures_are_written_with_their_owner(tmp_path: Path, small: Path) -> None:
    path = tmp_path / "known.json"
    wrong = HOLED.replace("complete", "rejects_for_the_wrong_reason")
    words = ("--write-known-failures", path, "--owner", "A. Example")
    before = datetime.now(UTC).date().isoformat()
    assert run("assess", "receiver", wrong, "--corpus", small, *words).code == 1
    table: dict[str, Any] = json.loads(path.read_text("utf-8"))
    assert [(one["case"], one["owner"]) for one in table["failures"]] == [(CASE, "A. Example")]
    assert all(one["expires"] >= before for one in table["failures"])


@pytest.mark.parametrize("words", [("check", "adt.csv"), ("deadline", "r.csv")])
def test_a_time_is_not_left_empty(words: tuple[str, ...]) -> None:
    assert run(*words, "--at", "").trouble.startswith("--at: '' is not a date and time")
