"""Each path that a command takes, with what no file is at its end: one line, and it ends."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

import pytest

from conformance.cli import build_parser
from tests.corpus import FIXTURES
from tests.report.assessed.made import ACCEPTS
from tests.running import run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")

#: Seconds in which a command ends on any machine, if it ends at all.
PATIENCE = 300
_PATHS = {"FILE", "FOLDER", "DIR", "PATH", "SHEET", "REPORT", "NAME|FILE", "OLD", "NEW"}
_SIGN = "sign sub/adt.csv --key aro.key --certificate aro.pem --output new.p7s"
_SIGN_REPORT = "report sign r.json --key aro.key --certificate aro.pem --output new.p7s"
_ASSESS = "assess receiver --only 6.1-2"
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
    "make qcaf report": "make qcaf BAD --all Release -o new.csv",
    "make qcaf --actions": "make qcaf report.csv --actions BAD -o new.csv",
    "make qcaf --advice": "make qcaf report.csv --all Release --advice BAD -o new.csv",
    "make qcaf --output": "make qcaf report.csv --all Release -o BAD --overwrite",
    "make qcaf --edition-file": "make qcaf report.csv --all Release -o new.csv --edition-file BAD",
    "make qcaf --profile": "make qcaf report.csv --all Release -o new.csv --profile BAD",
    "sign --edition-file": f"{_SIGN} --edition-file BAD",
    "sign file": _SIGN.replace("sub/adt.csv", "BAD"),
    "sign --output": _SIGN.replace("new.p7s", "BAD --overwrite"),
    "sign --key": _SIGN.replace("aro.key", "BAD"),
    "sign --certificate": _SIGN.replace("aro.pem", "BAD"),
    "sign --pkcs12": "sign sub/adt.csv --pkcs12 BAD --output new.p7s",
    "sign --passphrase-file": f"{_SIGN} --passphrase-file BAD",
    "sign --module": "sign sub/adt.csv --module BAD --output new.p7s",
    "sign --pin-file": "sign sub/adt.csv --module none.so --pin-file BAD --output new.p7s",
    "sign --profile": f"{_SIGN} --profile BAD",
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
    "assess receiver --write-known-failures": f"{_ASSESS} --write-known-failures BAD {ACCEPTS}",
    "assess receiver --profile": f"{_ASSESS} --profile BAD {ACCEPTS}",
    "assess receiver --cache": f"{_ASSESS} --cache BAD {ACCEPTS}",
    "assess submitter --profile": "assess submitter --profile BAD exec:false",
    "assess submitter --cache": "assess submitter --cache BAD exec:false",
    "assess submitter --corpus": "assess submitter --corpus BAD exec:false",
    "assess submitter --output": "assess submitter --output BAD.json exec:false",
    "assess submitter --keep": "assess submitter --keep BAD exec:false",
    "assess submitter --redact-key": "assess submitter --redact-key BAD exec:false",
    "fuzz receiver --profile": f"fuzz receiver --examples 1 --profile BAD {ACCEPTS}",
    "fuzz receiver --cache": f"fuzz receiver --examples 1 --cache BAD {ACCEPTS}",
    "fuzz receiver --output": f"fuzz receiver --examples 1 -o BAD {ACCEPTS}",
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


SPECIAL: dict[str, Callable[[Path], object]] = {
    "loop": _loop,
    "pipe": os.mkfifo,
    "endless": _endless,
}
#: Whoever reads from the other end decides when writing to a pipe ends.
WRITTEN = {argument for argument in USES if argument.endswith("--output")}
#: What is read into memory whole, and therefore up to a limit.
BOUNDED = {
    argument
    for argument in USES
    if argument.rpartition(" ")[2].removeprefix("--")
    in {
        "profile", "trust", "crl", "redact-key", "resume", "live-users", "key", "certificate",
        "pkcs12", "passphrase-file", "actions", "advice", "scenario", "known-failures", "sheet",
        "edition-file", "from-sample",
    }
}  # fmt: skip
TRIED = [
    (argument, kind)
    for argument in USES
    for kind in ("loop", "pipe", "endless")
    if not (kind == "pipe" and argument in WRITTEN)
    and not (kind == "endless" and argument not in BOUNDED)
]


class HangsError(BaseException):
    """A command has not ended; not an error that it could catch."""


def _hangs(number: int, frame: FrameType | None) -> NoReturn:
    raise HangsError


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a submission, its trust and key, a report of a quarantine, and one of ours."""
    folder = tmp_path_factory.mktemp("made")
    assert run("generate", "adt", "-o", folder / "sub").code == 0
    for name in ("aro.key", "aro.pem", "root.pem"):
        shutil.copy(folder / "sub-trust" / name, folder / name)
    shutil.copy(FIXTURES.parent / "examples" / "qcaf-submission" / "report.csv", folder)
    assert run("check", folder / "sub", "--quiet", "--output", folder / "r.json").code in (0, 1)
    return folder


@pytest.mark.parametrize(("argument", "kind"), TRIED)
def test_what_is_no_file_ends_in_one_line(
    argument: str, kind: str, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "place"
    shutil.copytree(made, place)
    monkeypatch.chdir(place)
    words = USES[argument].split()
    (bad,) = {word.removeprefix("adt:") for word in words if "BAD" in word}
    SPECIAL[kind](place / bad)
    before = signal.signal(signal.SIGALRM, _hangs)
    signal.alarm(PATIENCE)
    try:
        ran = run(*words)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert ran.code in (0, 1, 2), ran.err
    if argument == "profile check profiles":
        assert "1 thing to fix" in ran.out  # what it is asked for is the list of them
    elif ran.code == 2:
        assert len(ran.err.splitlines()) == 1
        assert not ran.out
