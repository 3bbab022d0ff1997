"""Files that are named: regular ones, bounded, and never those that are about to be written."""

from __future__ import annotations

import argparse
import io
import os
import shlex
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance import inputs
from conformance.cli import build_parser
from conformance.errors import SubmissionError, TadpError
from conformance.inputs import kept_apart, look_at, read_input, require_apart, require_outside
from conformance.report.formats import endings
from conformance.submission.paths import inside
from tests.corpus import FIXTURES
from tests.hostile.test_paths import USES
from tests.running import run

EXAMPLE = FIXTURES / "examples" / "adt-conforming"
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


def special(path: Path) -> dict[str, Path]:
    """Yield paths to anything but a regular file."""
    loop, pipe, nowhere = path / "loop", path / "pipe", path / "nowhere"
    loop.symlink_to(loop)
    os.mkfifo(pipe)
    nowhere.symlink_to(path / "gone")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path / "socket"))
    names = {
        "socket": path / "socket",
        "loop": loop,
        "pipe": pipe,
        "nowhere": nowhere,
        "folder": path,
        "gone": path / "gone",
    }
    return {
        **names,
        "gone": path / "gone",
        "device": Path("/dev/zero"),
        "below a file": Path(__file__) / "x",
    }


@posix
@pytest.mark.parametrize(
    "name", ["socket", "loop", "pipe", "nowhere", "folder", "gone", "device", "below a file"]
)
def test_only_a_regular_file_is_read(name: str, tmp_path: Path) -> None:
    path = special(tmp_path)[name]
    with pytest.raises(SubmissionError) as raised:
        read_input(path, 10, SubmissionError)
    assert raised.value.where == str(path)


def test_a_path_that_no_system_takes_is_refused() -> None:
    with pytest.raises(TadpError, match="null"):
        look_at(Path("a\0b"))


def test_a_file_is_read_up_to_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "ten"
    path.write_bytes(b"0123456789")
    assert read_input(path, 10) == b"0123456789"
    with pytest.raises(TadpError, match="more than 9 bytes"):
        read_input(path, 9)


def test_an_error_without_a_text_of_the_system_is_reported_in_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Odd(io.BytesIO):
        def read(self, _: int | None = None) -> bytes:
            raise OSError("odd")

    monkeypatch.setattr(inputs, "open_input", lambda *_: Odd())
    with pytest.raises(TadpError) as caught:
        read_input(tmp_path, 10)
    assert str(caught.value) == f"{tmp_path}: odd"


def test_a_file_that_is_about_to_be_written_is_not_read(tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"x")
    other.write_bytes(b"x")
    (tmp_path / "link").symlink_to(path)
    (tmp_path / "hard").hardlink_to(path)
    with kept_apart([tmp_path / "new", path]):
        for name in ("a", "link", "hard", "../" + tmp_path.name + "/a"):
            with pytest.raises(TadpError, match="is an input"):
                read_input(tmp_path / name, 10)
        with pytest.raises(TadpError, match="is an input"):
            inside(tmp_path, "a", "submission.json")
        assert read_input(other, 10) == b"x"
    assert read_input(path, 10) == b"x"


def test_an_output_that_is_known_late_is_none_of_the_inputs(tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"x")
    other.write_bytes(b"x")
    (tmp_path / "hard").hardlink_to(path)
    require_apart([tmp_path / "new", path], [other, tmp_path / "none", tmp_path])
    for given in (path, tmp_path / "hard"):
        with pytest.raises(TadpError, match="is an input, and no place for what is written"):
            require_apart([tmp_path / "new", path], [other, given])
    assert read_input(path, 10) == b"x"


def test_two_outputs_are_two_files(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with (
        pytest.raises(TadpError, match="two outputs"),
        kept_apart([tmp_path / "r.json", tmp_path / "link" / "r.json"]),
    ):
        pass


# --- In every command ---------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a submission, a report of it, a profile, trust and a key."""
    shutil.copytree(EXAMPLE, tmp_path / "sub")
    shutil.copytree(EXAMPLE, tmp_path / "sub2")
    (tmp_path / "key.txt").write_bytes(b"k" * 32)
    monkeypatch.chdir(tmp_path)
    assert run("profile", "new", "ours.toml").code == 0
    shutil.copy(next((FIXTURES / "trust").glob("*.pem")), "root.pem")
    assert run("check", "sub", "--quiet", "--output", "r.json").code == 0
    return tmp_path


#: Commands and the input, among those of ``place``, that their output would take the place of.
OVERWRITING = {
    "check sub --output sub/submission.json": "sub/submission.json",
    "check sub --output link.json": "sub/submission.json",
    "check sub sub2 --jobs 2 --output sub2/submission.json": "sub2/submission.json",
    "check . --output sub2/submission.json": "sub2/submission.json",
    "check sub --profile ours.toml --output ours.json": "ours.toml",
    "check sub --redact-key key.txt --output key.txt": "key.txt",
    "check sub --trust root.pem --output root.html": "root.pem",
    "report r.json --redact --output r.json": "r.json",
    "report diff r.json r.json --output r.json": "r.json",
    "diff sub/adt.csv sub2/adt.csv --output adt.json": "sub/adt.csv",
}


@pytest.mark.parametrize("words", OVERWRITING)
def test_no_output_takes_the_place_of_an_input(words: str, place: Path) -> None:
    read = place / OVERWRITING[words]
    before = read.read_bytes()
    for link in ("link.json", "ours.json", "root.html", "adt.json"):
        (place / link).hardlink_to(read)
    ran = run(*words.split())
    assert (ran.code, read.read_bytes()) == (2, before)
    assert "is an input, and no place for what is written" in ran.err


def _with_output(parser: argparse.ArgumentParser, title: str = "") -> Iterator[str]:
    """Each command below ``parser`` that has the option ``--output``."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                yield from _with_output(sub, f"{title} {name}".strip())
        elif "--output" in action.option_strings:
            yield title


def test_no_output_of_any_command_takes_the_place_of_anything_it_names(place: Path) -> None:
    """The result is the same whether or not the command reads it."""
    commands = {*_with_output(build_parser())}
    assert len(commands) > 10
    tried = set()
    for argument, use in USES.items():
        command = argument.rpartition(" ")[0]
        if command not in commands or argument.endswith(("--output", "--keep", "--cache")):
            continue
        words = shlex.split(use.replace("BAD", "bad.json"))
        for at in [n for n, word in enumerate(words) if word in ("-o", "--output")]:
            del words[at : at + 2]
        for name in ("bad.json", "link.json", "other.json", "../" + place.name + "/bad.json"):
            for path in ("bad.json", "link.json", "other.json"):
                (place / path).unlink(missing_ok=True)
            (place / "bad.json").write_bytes(b"precious")
            (place / "link.json").symlink_to("bad.json")
            (place / "other.json").hardlink_to(place / "bad.json")
            ran = run(*words, "--output", name)
            assert (ran.code, (place / "bad.json").read_bytes()) == (2, b"precious"), words
            refusals = ("is an input, and no place for what is written", "two outputs are this")
            assert any(refusal in ran.err for refusal in refusals), ran.err
        tried.add(command)
    assert tried >= {"check", "report", "diff", "make adt", "make qcaf", "sign", "assess receiver"}


INSIDE = {
    "check area --output area/notes.md": "area/notes.md",
    "check area --output notes.md": "area/notes.md",
    "check area/../area --only 6.1-3 --output area/Live/x.json": "area/Live/x.json",
    "clauses --corpus area --output area/Live/x.json": "area/Live/x.json",
}


@pytest.mark.parametrize("words", INSIDE)
def test_a_file_inside_a_folder_that_is_an_input_is_not_replaced(words: str, place: Path) -> None:
    (place / "area" / "Live").mkdir(parents=True)
    for name in ("notes.md", "Live/x.json"):
        (place / "area" / name).write_bytes(b"precious")
    if sys.platform != "win32":
        (place / "notes.md").symlink_to("area/notes.md")
    elif "output notes.md" in words:
        pytest.skip("links want rights")
    ran = run(*words.split())
    assert (ran.code, (place / INSIDE[words]).read_bytes()) == (2, b"precious")
    assert "is an input, and no place for what is written" in ran.err


def test_a_report_may_be_written_again_beside_what_is_checked(place: Path) -> None:
    for _ in range(2):
        for ending in endings():
            assert run("check", ".", "--quiet", "--output", f"again{ending}").code == 0
        assert run("check", "sub", "--quiet", "--output", "sub/again.html").code == 0


def test_a_file_that_cannot_be_opened_is_not_taken_for_an_earlier_report(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError

    (place / "report.json").write_bytes(b"tadp-conformance")
    require_outside([place / "report.json"], [place])
    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(TadpError, match="is an input"):
        require_outside([place / "report.json"], [place])


@posix
def test_nothing_is_written_to_a_link_that_leads_to_itself(place: Path) -> None:
    (place / "loop.json").symlink_to("loop.json")
    for words in ("check sub --output loop.json", "check sub --resume loop.json"):
        ran = run(*words.split())
        assert ran.trouble.startswith("loop.json: Too many levels of symbolic links")
        assert (place / "loop.json").is_symlink()
