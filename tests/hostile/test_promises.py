"""The promises of SECURITY.md about ``tadp check``, tested with an audit hook."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus import CASES, FIXTURES
from tests.hostile.fuzz import KEPT
from tests.sampling import one_in

WATCHED = str(Path(__file__).with_name("watched.py"))
ROOT = Path(__file__).parents[2]


def watched(roots: list[Path], *words: object) -> tuple[int, list[str]]:
    """The exit code, and what ``tadp`` did that it has promised not to do."""
    # -P: what is installed is watched, and not what is in the working folder.
    command = [sys.executable, "-P", WATCHED, *map(str, roots)]
    ran = subprocess.run(
        [*command, "--", *map(str, words)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    return ran.returncode, ran.stderr.splitlines()


def submissions() -> list[Path]:
    """Some cases of every requirement, with all kinds of signatures."""
    paths = [FIXTURES / case["path"] / "submission" for case in CASES.values()]
    return [path for number, path in enumerate(paths) if number % 6 == 0 and path.is_dir()]


@pytest.mark.parametrize("form", one_in(2, ["text", "json"]))
def test_a_check_reads_what_it_was_given_and_does_nothing_else(form: str) -> None:
    profile = FIXTURES / "profile.toml"
    words = ("check", "--profile", profile, "--format", form, *submissions())
    assert watched([FIXTURES], *words) == (1, [])


def test_not_even_with_hostile_input(tmp_path: Path) -> None:
    lone = [path for name in ("attached", "message") for path in sorted((KEPT / name).glob("*"))]
    own = tmp_path / "own.eml"
    own.write_bytes(
        b"Subject: x\r\nContent-Type: message/external-body; access-type=URL;\r\n"
        b' URL="http://localhost/"\r\n\r\nContent-Type: text/plain\r\n\r\n'
    )
    table = tmp_path / "a"
    table.mkdir()
    manifest = {"submission": 1, "kind": "adt", "file": "../../etc/passwd"}
    (table / "submission.json").write_text(json.dumps(manifest))
    words = ("check", "--kind", "adt", *lone, own, table)
    assert watched([KEPT, tmp_path], *words) == (2, [])


def test_files_outside_are_not_opened(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_bytes(b"x")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.csv").symlink_to(outside)
    for name in ("link.csv", "../outside.csv", str(outside)):
        manifest = {"submission": 1, "kind": "adt", "file": name}
        (inside / "submission.json").write_text(json.dumps(manifest))
        assert watched([inside], "check", inside) == (2, [])


def test_a_report_is_all_that_is_written(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    example = FIXTURES / "examples" / "adt-conforming"
    code, seen = watched([FIXTURES, tmp_path], "check", example, "--output", report)
    assert code == 0
    assert seen
    assert all(str(tmp_path) in line for line in seen), seen


def test_the_hook_sees_what_it_is_to_see(tmp_path: Path) -> None:
    script = (
        "import os, socket, subprocess, sys; from tests.hostile.watched import Watch;"
        f"watch = Watch([{str(tmp_path)!r}]); sys.addaudithook(watch); watch.on = True;"
        "open(os.devnull).close(); open('/dev/null', 'w').close(); os.listdir('/');"
        "socket.socket().close(); eval('1'); subprocess.run(['true']); watch.on = False;"
        "print(*watch.seen, sep='\\n')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    for sign in ("open '/dev/null'", "open for writing", "os.listdir '/'", "socket.__new__",
                 "compile", "exec", "subprocess.Popen"):  # fmt: skip
        assert sign in ran.stdout, sign


def test_each_promise_names_tests_that_there_are() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
    assert len(named) >= 8
    for path, function in named:
        assert f"def {function}" in (ROOT / path).read_text("utf-8"), (path, function)
