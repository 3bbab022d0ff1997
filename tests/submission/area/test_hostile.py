"""An area with anything at all in it: listed, never followed, never opened, never a traceback."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.batch import checking
from conformance.model.schema import problems
from conformance.submission.area import survey as surveying
from tests.corpus import FIXTURES
from tests.running import run
from tests.submission.area.test_area import (
    ADT,
    NAME,
    QCAF,
    Report,
    area,
    check,
    outcomes,
    put,
    whole,
)

__all__ = ["area"]
PROFILE = ("--profile", FIXTURES / "profile.toml", "--at", "2025-06-02T10:00:00Z")
USER = NAME[:23]


def strays(report: Report) -> dict[str, str]:
    """Return the files of the area that were not checked, and why."""
    return {stray["name"]: stray["why"] for stray in whole(report)["area"]["strays"]}


def test_files_and_folders_that_are_not_submissions_are_listed_with_their_places(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = area / "Anomaly Detection Files"
    for name in ("desktop.ini", "~$thresholds.xlsx", ".DS_Store", "root.pem"):
        (area / ADT / "Submitted" / name).write_bytes(b"anything")
    (base / "read me.docx").write_bytes(b"")
    inner = area / ADT / "Submitted" / "2025"
    inner.mkdir()
    (inner / "thresholds.csv").write_bytes(b"")
    (base / "Reports").mkdir()
    code, report = check(area, capsys)
    assert code == 0
    assert set(strays(report)) == {
        "read me.docx", "Reports/", "ADT File Submissions/Submitted/2025/",
        "ADT File Submissions/Submitted/2025/thresholds.csv",
        *(f"ADT File Submissions/Submitted/{n}" for n in
          ("desktop.ini", "~$thresholds.xlsx", ".DS_Store", "root.pem")),
    }  # fmt: skip
    assert len(report["submissions"]) == 4


def test_an_unknown_file_among_the_new_ones_was_submitted_all_the_same(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (area / ADT / "Submitted" / "thresholds.xlsx").write_bytes(b"PK\x03\x04")
    code, report = check(area, capsys)
    (found,) = [s for s in report["submissions"] if s["source"].endswith(".xlsx")]
    assert (code, found["kind"], found["verdict"]) == (1, "adt", "violates")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such things here")
def test_links_pipes_and_sockets_are_neither_followed_nor_opened(
    area: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    submitted = area / ADT / "Submitted"
    secret = tmp_path / "secret"
    secret.write_text("70-00-00-00-00-00-00-09,IS,7.1,24,80,100\n")
    (submitted / f"{USER}-REQ000000000007-ADT").symlink_to(secret)
    (submitted / "up").symlink_to(area)
    (submitted / "nowhere").symlink_to("nowhere")
    os.mkfifo(submitted / f"{USER}-REQ000000000008-ADT")
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(submitted)
        try:
            listening.bind("socket")
        finally:
            os.chdir(here)
        code, report = check(area, capsys)
    assert code == 0
    found = strays(report)
    assert (
        sorted(found.values())
        == ["a link, which is not followed"] * 3 + ["is not a regular file"] * 2
    )
    assert str(secret) not in str(report)
    assert "70-00-00-00-00-00-00-09" not in str(report)


NASTY = (
    f"{USER}-REQ000000000003-ADT\n.csv",
    f"{USER}-REQ000000000004-ADT\x1b[31m.csv",
    f"{USER}-REQ000000000005\u202eTDA.csv",
    "<script>alert(1)<script>.csv",
    "a" * 251 + ".csv",
    "--help",
    "-",
    " ",
    "\udcff\udcfe.csv",
)


@pytest.mark.parametrize("name", NASTY, ids=range(len(NASTY)))
def test_no_name_breaks_a_report_or_is_obeyed(
    area: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    for folder in (f"{ADT}/Submitted", f"{ADT}/Archive", f"{ADT}/Live", "elsewhere"):
        (area / folder).mkdir(exist_ok=True)
        (area / folder / name).write_bytes(b"x")
    code, report = check(area, capsys)
    assert code == 1
    assert problems("report", report) == []
    outputs = [tmp_path / f"r{end}" for end in (".txt", ".html", ".xml", ".sarif", ".md", ".csv")]
    words = [word for path in outputs for word in ("--output", path)]
    ran = run("check", area, *PROFILE, *words)
    assert ran.code == 1
    assert "<script>alert" not in (tmp_path / "r.html").read_text("utf-8")
    for text in (ran.out, *(path.read_text("utf-8") for path in outputs)):
        assert not {"\x1b", "\u202e", "\x00"} & set(text)


def test_a_folder_may_be_nested_more_deeply_than_python_recurses(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = [area / QCAF / "Submitted QCAF" / "d"]
    while len(made) < 1200:
        made[-1].mkdir()
        made.append(made[-1] / "d")
    try:
        code, report = check(area, capsys)
        assert code == 0
        assert len(strays(report)) == len(made) - 1
    finally:
        for folder in reversed(made[:-1]):
            folder.rmdir()


def test_folders_are_known_in_any_case(area: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (area / ADT / "Live").rename(area / ADT / "LIVE")
    (area / ADT).rename((area / ADT).with_name("adt FILE submissions"))
    _, report = check(area, capsys)
    assert outcomes(whole(report))["UG1.4-4"] == "passed"
    assert strays(report) == {}


@pytest.mark.parametrize("ending", [".P7S", ".SIG"])
def test_a_signature_is_known_in_any_case(
    area: Path, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    for signature in (area / ADT / "Submitted").glob("*.p7s"):
        signature.rename(signature.with_suffix(ending))
    code, report = check(area, capsys)
    assert code == 0
    assert len(report["submissions"]) == 4


def test_a_signature_without_its_file_is_reported_and_breaks_its_clause(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (area / ADT / "Submitted" / NAME).unlink()
    code, report = check(area, capsys)
    assert whole(report)["area"]["bare_signatures"] == [
        f"ADT File Submissions/Submitted/{NAME}.p7s"
    ]
    (found,) = [s for s in report["submissions"] if s["source"].endswith(".p7s")]
    assert [r["id"] for r in found["requirements"] if r["count"]] == ["3.4(b)-2"]
    assert code == 1


def test_the_same_bytes_under_two_names_are_reported(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = put(area, f"{ADT}/Submitted", NAME.replace("0001-", "0009-"))
    altered = area / ADT / "Submitted" / other.name
    data = altered.read_bytes()
    altered.write_bytes(data[:-2] + b"0\n")
    _, report = check(area, capsys)
    assert whole(report)["area"]["twice"] == []
    altered.write_bytes(data)
    _, report = check(area, capsys)
    assert whole(report)["area"]["twice"] == [
        [f"ADT File Submissions/Live/{NAME}", f"ADT File Submissions/Submitted/{NAME}",
         f"ADT File Submissions/Submitted/{other.name}"]
    ]  # fmt: skip


def test_a_file_that_vanishes_is_reported_and_the_rest_is_checked(
    area: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find: Callable[..., object] = checking.find_sources

    def find_and_lose(*words: object) -> object:
        found = find(*words)
        (area / ADT / "Submitted" / NAME).unlink()
        return found

    monkeypatch.setattr(checking, "find_sources", find_and_lose)
    ran = run("check", area, *PROFILE, "--format", "json")
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert "no such file" in ran.err
    report = json.loads(ran.out)
    assert len(report["submissions"]) == 3
    assert problems("report", report) == []


def test_a_folder_that_cannot_be_listed_leaves_its_requirements_not_shown(
    area: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = surveying.listing

    def forbidden(directory: Path) -> list[os.DirEntry[str]]:
        if directory.name == "Live":
            raise PermissionError(13, "Permission denied")
        return listing(directory)

    monkeypatch.setattr(surveying, "listing", forbidden)
    _, report = check(area, capsys)
    assert strays(report) == {"ADT File Submissions/Live/": "Permission denied"}
    found = outcomes(whole(report))
    assert {i for i, s in found.items() if s == "not shown"} == {
        "UG1.1-2", "UG1.4-3", "UG1.4-4", "UG1.4-5"
    }  # fmt: skip


def test_loose_files_that_nothing_shows_are_listed_and_do_not_end_the_run(tmp_path: Path) -> None:
    example = FIXTURES / "examples" / "adt-conforming"
    for name in ("adt.csv", "adt.csv.p7s"):
        (tmp_path / name).write_bytes((example / name).read_bytes())
    for name in ("notes", "empty", "desktop.ini"):
        (tmp_path / name).write_bytes(b"Dear all,\n" if name == "notes" else b"")
    (tmp_path / "inner").mkdir()
    (tmp_path / "link.csv").symlink_to(tmp_path / "adt.csv")
    ran = run("check", tmp_path, *PROFILE, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    assert [Path(s["source"]).name for s in ran.report["submissions"]] == ["adt.csv"]
    assert {Path(s["name"]).name: s["why"] for s in ran.report["strays"]} == {
        "desktop.ini": "left by Windows or an office program",
        "empty": "neither its name nor its content shows what it is",
        "notes": "neither its name nor its content shows what it is",
        "inner": "a folder without a submission",
        "link.csv": "a link, which is not followed",
    }
    text = run("check", tmp_path, *PROFILE).out
    assert "Not recognised, so not checked (5)" in text
    assert run("check", tmp_path / "notes", *PROFILE).code == 2
    (tmp_path / "adt.csv").unlink()
    (tmp_path / "adt.csv.p7s").unlink()
    assert run("check", tmp_path, *PROFILE).code == 2
