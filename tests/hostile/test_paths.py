"""Each path that a command takes, with what no file is at its end: one line, and it ends."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

import pytest

from conformance.cli import build_parser
from tests.corpus import FIXTURES
from tests.report.assessed import made as assessed
from tests.running import PATIENCE, Ran, run
from tests.sampling import one_in

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")

ACCEPTS = shlex.quote(assessed.ACCEPTS)
_PATHS = {"FILE", "FOLDER", "DIR", "PATH", "SHEET", "REPORT", "OLD", "NEW"}
_PATHS |= {"NAME|FILE", "FILE|ACTION"}
_SIGN = "sign sub/adt.csv --profile tests.toml --key aro.key --certificate aro.pem --output new.p7s"
_SIGN_REPORT = "report sign r.json --key aro.key --certificate aro.pem --output new.p7s"
_ASSESS = "assess receiver --only 6.1-2"
_KNOWN = f"{_ASSESS} --owner a --write-known-failures"
_QCAF = "make qcaf report.csv --action Release"
#: How each argument that is a path is given; BAD is the path.
USES = {
    "check paths": "check BAD",
    "check --signature": "check sub/adt.csv --kind adt --signature BAD",
    "check --live-users": "check sub --live-users BAD",
    "check --profile": "check sub --profile BAD",
    "check --trust": "check sub --trust BAD",
    "check --crl": "check sub --crl BAD",
    "check --ocsp": "check sub --ocsp BAD",
    "check --edition-file": "check sub --edition-file BAD",
    "check --output": "check sub --output BAD.json",
    "check --certificate": "check sub/adt.csv --kind adt --certificate BAD",
    "check --redact-key": "check sub --redact-key BAD",
    "check --resume": "check sub --resume BAD",
    "check --register": "check sub --register BAD",
    "area folder": "area register BAD",
    "area --earlier": "area register area --earlier BAD",
    "area --output": "area register sub --output BAD.csv --overwrite",
    "area --profile": "area register sub --profile BAD",
    "area --edition-file": "area register sub --edition-file BAD",
    "evidence file": "evidence BAD --no-questions --overwrite",
    "evidence --profile": "evidence sub/adt.csv --no-questions --overwrite --profile BAD",
    "evidence --edition-file": "evidence sub/adt.csv --no-questions --overwrite --edition-file BAD",
    "evidence --signature": "evidence sub/adt.csv --no-questions --overwrite --signature BAD",
    "evidence --certificate": "evidence sub/adt.csv --no-questions --overwrite --certificate BAD",
    "evidence --aros-certificate": (
        "evidence sub/adt.csv --no-questions --overwrite --aros-certificate BAD"
    ),
    "evidence --replaces": "evidence sub/adt.csv --no-questions --overwrite --replaces BAD",
    "evidence --report-file": (
        "evidence sub/adt.csv --kind qcaf --no-questions --overwrite --report-file BAD"
    ),
    "deadline --output": "deadline report.csv --output BAD.html",
    "watch folder": "watch BAD --once --settle 0",
    "watch --reports": "watch sub --once --settle 0 --reports BAD",
    "watch --journal": "watch sub --once --settle 0 --journal BAD",
    "watch --profile": "watch sub --once --settle 0 --profile BAD",
    "watch --trust": "watch sub --once --settle 0 --trust BAD",
    "watch --crl": "watch sub --once --settle 0 --crl BAD",
    "watch --ocsp": "watch sub --once --settle 0 --ocsp BAD",
    "watch --edition-file": "watch sub --once --settle 0 --edition-file BAD",
    "desk --token-file": "desk --no-browser --token-file BAD",
    "desk --profile": "desk --no-browser --profile BAD",
    "desk --watched": "desk --no-browser --watched BAD",
    "desk --trust": "desk --no-browser --trust BAD",
    "desk --crl": "desk --no-browser --crl BAD",
    "desk --ocsp": "desk --no-browser --ocsp BAD",
    "diff files": "diff sub/adt.csv BAD",
    "diff --live": "diff sub/adt.csv --live BAD",
    "diff --profile": "diff sub/adt.csv sub/live.csv --profile BAD",
    "diff --edition-file": "diff sub/adt.csv sub/live.csv --edition-file BAD",
    "diff --output": "diff sub/adt.csv sub/live.csv --output BAD.json",
    "template --output": "template adt --output BAD.csv --overwrite",
    "template --report": "template qcaf --report BAD",
    "template --edition-file": "template adt --edition-file BAD",
    "template --profile": "template adt --profile BAD",
    "make adt sheet": "make adt BAD -o new.csv",
    "make adt --output": "make adt sub/adt.csv -o BAD --overwrite",
    "make adt --edition-file": "make adt sub/adt.csv -o new.csv --edition-file BAD",
    "make adt --profile": "make adt sub/adt.csv -o new.csv --profile BAD",
    "make qcaf report": "make qcaf BAD --action Release -o new.csv",
    "make qcaf --actions": "make qcaf report.csv --actions BAD -o new.csv",
    "make qcaf --advice": f"{_QCAF} --advice BAD -o new.csv",
    "make qcaf --output": f"{_QCAF} -o BAD --overwrite",
    "make qcaf --edition-file": f"{_QCAF} -o new.csv --edition-file BAD",
    "make qcaf --profile": f"{_QCAF} -o new.csv --profile BAD",
    "sign --edition-file": f"{_SIGN} --edition-file BAD",
    "sign file": _SIGN.replace("sub/adt.csv", "BAD"),
    "sign --output": _SIGN.replace("new.p7s", "BAD --overwrite"),
    "sign --key": _SIGN.replace("aro.key", "BAD"),
    "sign --certificate": _SIGN.replace("aro.pem", "BAD"),
    "sign --pkcs12": "sign sub/adt.csv --pkcs12 BAD --output new.p7s",
    "sign --passphrase-file": f"{_SIGN} --passphrase-file BAD",
    "sign --module": "sign sub/adt.csv --module BAD --output new.p7s",
    "sign --pin-file": "sign sub/adt.csv --module none.so --pin-file BAD --output new.p7s",
    "sign --profile": _SIGN.replace("tests.toml", "BAD"),
    "sign --signature": f"{_SIGN} --signature BAD",
    "sign --trust": f"{_SIGN} --trust BAD",
    "sign --crl": f"{_SIGN} --crl BAD",
    "sign --ocsp": f"{_SIGN} --ocsp BAD",
    "deadline paths": "deadline BAD",
    "deadline --profile": "deadline report.csv --profile BAD",
    "report words": "report BAD",
    "report --output": "report r.json --output BAD.json",
    "report --redact-key": "report r.json --redact-key BAD",
    "report --signature": "report verify r.json --signature BAD --trust root.pem",
    "report --trust": "report verify r.json --signature sub/adt.csv.p7s --trust BAD",
    "report --key": _SIGN_REPORT.replace("aro.key", "BAD"),
    "report --certificate": _SIGN_REPORT.replace("aro.pem", "BAD"),
    "report --pkcs12": "report sign r.json --pkcs12 BAD --output new.p7s",
    "report --passphrase-file": f"{_SIGN_REPORT} --passphrase-file BAD",
    "report --module": "report sign r.json --module BAD --output new.p7s",
    "report --pin-file": "report sign r.json --module none.so --pin-file BAD --output new.p7s",
    "explain --edition-file": "explain 6.1-3 --edition-file BAD",
    "diff-editions --edition-file": "diff-editions --edition-file BAD",
    "clauses --edition-file": "clauses --edition-file BAD",
    "clauses --corpus": "clauses --format json --corpus BAD",
    "clauses --output": "clauses --output BAD",
    "profile new file": "profile new BAD",
    "profile new --from-sample": "profile new new.toml --from-sample adt BAD",
    "profile check profiles": "profile check BAD",
    "profile check --good": "profile check reference --quick --good adt:BAD",
    "profile check --bad": "profile check reference --quick --bad adt:BAD",
    "profile diff old": "profile diff BAD reference",
    "profile diff new": "profile diff reference BAD",
    "diff-editions old": "diff-editions BAD mp109",
    "diff-editions new": "diff-editions mp109 BAD",
    "profile schema --output": "profile schema --output BAD",
    "profile show profile": "profile show BAD",
    "assess receiver --corpus": f"{_ASSESS} --corpus BAD {ACCEPTS}",
    "assess receiver --output": f"{_ASSESS} --output BAD.json {ACCEPTS}",
    "assess receiver --ics": f"{_ASSESS} --ics BAD {ACCEPTS}",
    "assess ics --output": "assess ics --output BAD.toml --overwrite",
    "assess ics --profile": "assess ics --profile BAD",
    "assess ics --cache": "assess ics --profile ours.toml --cache BAD",
    "assess receiver --keep": f"{_ASSESS} --keep BAD {ACCEPTS}",
    "assess receiver --redact-key": f"{_ASSESS} --redact-key BAD {ACCEPTS}",
    "assess receiver --known-failures": f"{_ASSESS} --known-failures BAD {ACCEPTS}",
    "assess receiver --write-known-failures": f"{_KNOWN} BAD {ACCEPTS}",
    "assess receiver --profile": f"{_ASSESS} --profile BAD {ACCEPTS}",
    "assess receiver --cache": f"{_ASSESS} --cache BAD {ACCEPTS}",
    "assess submitter --profile": "assess submitter --profile BAD exec:false",
    "assess submitter --cache": "assess submitter --cache BAD exec:false",
    "assess submitter --corpus": "assess submitter --corpus BAD exec:false",
    "assess submitter --output": "assess submitter --output BAD.json exec:false",
    "assess submitter --keep": "assess submitter --keep BAD exec:false",
    "assess submitter --redact-key": "assess submitter --redact-key BAD exec:false",
    "fuzz receiver --profile": f"fuzz receiver --seconds 1 --profile BAD {ACCEPTS}",
    "fuzz receiver --cache": f"fuzz receiver --seconds 1 --cache BAD {ACCEPTS}",
    "fuzz receiver --output": f"fuzz receiver --seconds 1 -o BAD {ACCEPTS}",
    "fixtures build folder": "fixtures build BAD",
    "fixtures check folder": "fixtures check BAD",
    "fixtures build --profile": "fixtures build new --profile BAD",
    "fixtures check --profile": "fixtures check --profile BAD",
    "fixtures check --cache": "fixtures check --cache BAD",
    "fixtures list --profile": "fixtures list --profile BAD",
    "fixtures list --cache": "fixtures list --cache BAD",
    "fixtures show --profile": "fixtures show 6.1-3/crlf-records --profile BAD",
    "fixtures path --profile": "fixtures path --profile BAD",
    "fixtures show --cache": "fixtures show 6.1-3/crlf-records --cache BAD",
    "fixtures path --cache": "fixtures path --cache BAD",
    "generate --output": "generate adt -o BAD",
    "fixtures export --output": "fixtures export -o BAD",
    "fixtures export --profile": "fixtures export --profile BAD",
    "fixtures export --cache": "fixtures export --profile ours.toml --cache BAD",
    "generate --edition-file": "generate adt -o new --edition-file BAD",
    "generate --scenario": "generate adt -o new --scenario BAD",
    "generate --profile": "generate adt -o new --profile BAD",
}


def _metavars(action: argparse.Action) -> tuple[str, ...]:
    return action.metavar if isinstance(action.metavar, tuple) else (action.metavar or "",)


def paths_of(parser: argparse.ArgumentParser, title: str = "") -> Iterator[str]:
    """Each argument below ``parser`` that is a path, under the command that takes it."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                yield from paths_of(sub, f"{title} {name}".strip())
        elif action.type is Path or _PATHS & {*_metavars(action)}:
            yield f"{title} {[action.dest, *action.option_strings][-1]}"


def test_each_argument_that_is_a_path_is_tried() -> None:
    assert sorted(paths_of(build_parser())) == sorted(USES)


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _endless(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(path.name)


def _zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _full(path: Path) -> None:
    path.symlink_to("/dev/full")


#: Things that a path can lead to; by the kinds that are tried where something is read.
SPECIAL: dict[str, Callable[[Path], object]] = {
    "loop": _loop,
    "pipe": os.mkfifo,
    "socket": _socket,
    "zeros": _zeros,
    "folder": Path.mkdir,
    "endless": _endless,
}
#: Where something is written. Whoever reads from a pipe decides when writing to it ends.
WRITTEN_TO: dict[str, Callable[[Path], object]] = {
    "loop": _loop,
    "socket": _socket,
    "full": _full,
    "folder": Path.mkdir,
}
WRITTEN = {
    argument
    for argument in USES
    if argument.endswith(("--output", "--journal", "--reports", "--keep", "--write-known-failures"))
    or argument in ("profile new file", "fixtures build folder")
}
#: Commands that take seconds before they write are tried with one of them.
SLOW = ("assess ", "fuzz ", "fixtures ")
#: Files that are not read into memory whole, and may be of any length.
UNBOUNDED = {
    "check paths", "check --certificate", "check --signature", "check --ocsp", "diff files",
    "diff --live", "template --report", "make adt sheet", "make qcaf report", "sign file",
    "sign --module", "sign --pin-file", "sign --signature", "sign --ocsp", "deadline paths",
    "report words", "report --signature", "report --module", "report --pin-file",
    "clauses --corpus", "profile check profiles", "profile check --good", "profile check --bad",
    "profile diff old", "profile diff new", "diff-editions old", "diff-editions new",
    "profile show profile", "profile new file",
}  # fmt: skip
#: Arguments that are not looked at in such a use, or do not have to be there.
NOT_REACHED = {
    "check --live-users", "check --resume", "sign --pin-file", "sign --passphrase-file",
    "report --pin-file", "report --passphrase-file", "report --signature",
    "profile check profiles",
}  # fmt: skip


class HangsError(BaseException):
    """A command has not ended; not an error that it could catch."""


def _hangs(number: int, frame: FrameType | None) -> NoReturn:
    raise HangsError


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a submission, its trust and key, a report of a quarantine, and one of ours."""
    folder = tmp_path_factory.mktemp("made")
    assert run("generate", "adt", "-o", folder / "sub").code == 0
    assert run("generate", "area", "-o", folder / "area").code == 0
    for name in ("aro.key", "aro.pem", "root.pem", "crls.pem"):
        shutil.copy(folder / "sub-trust" / name, folder / name)
    shutil.copy(FIXTURES.parent / "examples" / "qcaf-submission" / "report.csv", folder)
    shutil.copy(folder / "sub-trust" / "profile.toml", folder / "tests.toml")
    assert run("check", folder / "sub", "--quiet", "--output", folder / "r.json").code in (0, 1)
    return folder


@pytest.mark.parametrize("argument", one_in(2, USES))
def test_a_path_to_something_other_than_a_file_ends_in_one_line(
    argument: str, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = shlex.split(USES[argument])
    (bad,) = {word.removeprefix("adt:") for word in words if "BAD" in word}
    kinds = WRITTEN_TO if argument in WRITTEN else SPECIAL
    for kind, put in kinds.items():
        if kind == "endless" and argument in UNBOUNDED:
            continue
        if (
            kind != "loop"
            and argument.startswith(SLOW)
            and argument.endswith((*WRITTEN, "--cache"))
        ):
            continue
        place = tmp_path / kind
        shutil.copytree(made, place)
        monkeypatch.chdir(place)
        put(place / bad)
        ran = _within_patience(words)
        assert ran.code in (0, 1, 2), (kind, ran.err)
        # The request is right, apart from what is there.
        assert "unrecognized" not in ran.err, ran.err
        if argument == "profile check profiles":
            assert "1 thing to fix" in ran.out  # what it is asked for is the list of them
        elif ran.code == 2:
            assert len(ran.err.splitlines()) == 1, (kind, ran.err)
            assert not ran.out
        looked_at = argument not in (*NOT_REACHED, *WRITTEN) and not argument.endswith("--cache")
        if kind in ("loop", "socket") and looked_at:
            assert (ran.code, bad in ran.err) == (2, True), (kind, ran.err)


def _within_patience(words: list[str]) -> Ran:
    before = signal.signal(signal.SIGALRM, _hangs)
    signal.alarm(PATIENCE)
    try:
        return run(*words)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
