"""A world in which things fail: one clear line, the right exit code, and nothing half-written."""

from __future__ import annotations

import errno
import json
import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

import conformance
from conformance import content
from conformance.staging import staged_folder, write_among
from tests.batch.many import eventually
from tests.corpus import FIXTURES
from tests.report.assessed.made import ACCEPTS
from tests.running import interruptible, run

EXAMPLE = FIXTURES / "examples" / "adt-conforming"
COMMAND = [sys.executable, "-m", "conformance"]
#: Output waits in memory, as it does for users, whatever runs these tests.
BUFFERED = {**os.environ, "PYTHONUNBUFFERED": ""}


@contextmanager
def full_disk(room: int = 1000) -> Iterator[None]:
    """A disk on which no file has more than ``room`` bytes: writing fails half-way."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def as_other_user() -> Iterator[None]:
    """Run the test as another user than root: root may open every file."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(mine)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- A disk that is full ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.json"
    assert run("check", EXAMPLE, "--output", path).code == 0
    return path


#: Commands that write one file, by the words up to its path.
WRITERS: dict[str, tuple[object, ...]] = {
    "x.html": ("check", EXAMPLE, "--output"),
    "x.json": ("check", EXAMPLE, "--output"),
    "x.sarif": ("report", "REPORT", "--output"),
    "x.page": ("clauses", "--format", "html", "--output"),
    "x.toml": ("profile", "new"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_a_file_is_written_whole_or_not_at_all(name: str, tmp_path: Path, report: Path) -> None:
    path = tmp_path / name
    words = [report if word == "REPORT" else word for word in WRITERS[name]]
    old = name != "x.toml"  # which takes the place of no other
    if old:
        path.write_bytes(b"old")
    with full_disk(100):
        ran = run(*words, path)
    assert ran.trouble == f"{path}: File too large"
    assert names(tmp_path) == ([name] if old else [])
    if old:
        assert path.read_bytes() == b"old"
    assert run(*words, path).code in (0, 1)
    assert path.stat().st_size > 100


def test_known_failures_are_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = "conformance.commands.assess.known_failures_text"
    monkeypatch.setattr(many, lambda *_: "x" * 300_000)
    path = tmp_path / "known.json"
    path.write_bytes(b"old")
    words = ("--only", "6.1-6", "--owner", "me", "--write-known-failures", path)
    with full_disk(200_000):
        ran = run("assess", "receiver", ACCEPTS, *words)
    assert ran.trouble == f"{path}: File too large"
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["known.json"]


def test_a_submission_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    for records in ("4", "20000"):
        with full_disk():
            ran = run("generate", "adt", "-o", tmp_path / "out", "--records", records)
        assert ran.trouble == f"{tmp_path / 'out'}: File too large"
        assert "wrote" not in ran.out
        assert names(tmp_path) == []
    assert run("generate", "adt", "-o", tmp_path / "out").code == 0


@pytest.mark.parametrize("there", ["out", "out-trust"])
def test_nothing_is_left_where_a_submission_cannot_be_put(there: str, tmp_path: Path) -> None:
    (tmp_path / there).symlink_to("nowhere")
    ran = run("generate", "adt", "-o", tmp_path / "out")
    assert ran.trouble == f"{tmp_path / there}: is there already (name a new folder)"
    assert names(tmp_path) == [there]


def test_trust_is_not_left_without_its_submission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong last, such as somebody who interrupts it."""

    def interrupted(self: Path, target: Path) -> Path:
        if target.name == "out":
            raise KeyboardInterrupt
        return rename(self, target)

    rename = Path.rename
    monkeypatch.setattr(Path, "rename", interrupted)
    ran = run("generate", "adt", "-o", tmp_path / "new" / "folder" / "out")
    assert (ran.code, ran.err) == (130, "tadp: interrupted\n")
    assert names(tmp_path) == []


def test_a_new_corpus_is_made_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = {"cases/a/case.json": b"{}", "trust/b": b"x" * 2000, "manifest.json": b"{}"}
    monkeypatch.setattr("generators.corpus.corpus_files", lambda *_: new)
    with full_disk():
        assert run("fixtures", "build", tmp_path / "a" / "b").code == 2
    assert names(tmp_path) == []
    (tmp_path / "file").write_bytes(b"")
    ran = run("fixtures", "build", tmp_path / "file")
    assert ran.trouble == f"{tmp_path / 'file'}: is not a folder (name another)"


def test_a_corpus_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = {"cases/a/case.json": b"{}", "trust/b": b"x" * 2000, "manifest.json": b"{}"}
    monkeypatch.setattr("generators.corpus.corpus_files", lambda *_: new)
    old = tmp_path / "cases" / "old" / "case.json"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"old")
    (tmp_path / "manifest.json").write_bytes(b"old")
    with full_disk():
        assert run("fixtures", "build", tmp_path).trouble == f"{tmp_path}: File too large"
    assert old.read_bytes() == (tmp_path / "manifest.json").read_bytes() == b"old"
    assert names(tmp_path) == ["cases", "manifest.json"]
    assert run("fixtures", "build", tmp_path).code == 0
    assert not old.exists()
    assert names(tmp_path) == ["cases", "manifest.json", "trust"]


def test_folders_are_made_whole_or_not_at_all(tmp_path: Path) -> None:
    with full_disk(), pytest.raises(OSError, match="File too large") as caught:
        fill(tmp_path / "new")
    assert caught.value.filename == str(tmp_path / "new")
    assert names(tmp_path) == []


def fill(folder: Path) -> None:
    with staged_folder(folder) as part:
        write_among(part, {"a": b"a", "b/c": b"x" * 2000})


def test_a_folder_that_has_come_to_be_there_is_left_alone(tmp_path: Path) -> None:
    there = tmp_path / "new"
    there.mkdir()
    (there / "mine").write_bytes(b"mine")
    with pytest.raises(OSError, match=r"not empty|exists"):
        fill(there)
    assert names(tmp_path) == ["new"]
    assert names(there) == ["mine"]


@pytest.mark.parametrize("words", [("check", EXAMPLE), ("clauses", "--format", "html"),
                                   ("check", EXAMPLE, "--format", "json")])  # fmt: skip
def test_a_device_that_is_full(words: tuple[object, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [*COMMAND, *map(str, words)]
        ran = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, check=False, env=BUFFERED
        )
    assert (ran.returncode, ran.stderr) == (2, b"tadp: No space left on device\n")


def test_a_report_to_a_device_that_is_full(tmp_path: Path, report: Path) -> None:
    link = tmp_path / "x.html"
    link.symlink_to("/dev/full")
    assert run("report", report, "--output", link).trouble == "/dev/full: No space left on device"


# --- No one who listens -------------------------------------------------------------------------


@pytest.mark.parametrize("where", [">&- 2>&-", "2>&-", "2>/dev/full", ">/dev/full 2>/dev/full"])
def test_without_standard_error_the_exit_code_decides(where: str) -> None:
    line = f"{sys.executable} -m conformance check nowhere {where}"
    ran = subprocess.run(["bash", "-c", line], capture_output=True, check=False, env=BUFFERED)
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, b"", b"")


def test_without_standard_error_a_report_is_made_and_has_nothing_else_in_it() -> None:
    line = f"{sys.executable} -m conformance check {EXAMPLE} --at 2026-01-01 --format json"
    ran = subprocess.run(["bash", "-c", f"{line} 2>&-"], capture_output=True, check=False)
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["complete"] is True


def test_no_file_takes_the_number_of_standard_error() -> None:
    code = "from conformance import program; program._get_ready()"
    code += "; import sys; file = open(sys.executable); print(file.fileno() > 2, file=sys.stdout)"
    code += "; print('lost', file=sys.stderr)"
    line = f"{sys.executable} -c {shlex.quote(code)} 2>&-"
    ran = subprocess.run(["bash", "-c", line], capture_output=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, b"True\n")


@pytest.mark.parametrize(
    "words", ["clauses", "clauses --format html", f"check {EXAMPLE} --format json"]
)
def test_a_reader_that_has_gone(words: str) -> None:
    process = subprocess.Popen(
        [*COMMAND, *words.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process.stderr as said:
        assert (said.read(), process.wait()) == (b"", 2)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_who_interrupts_it_finds_nothing_half_written(tmp_path: Path, end: signal.Signals) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    with interruptible():
        process = subprocess.Popen(
            [*COMMAND, "generate", "qcaf", "-o", str(folder / "out"), "--records", "5000000"],
            stderr=subprocess.PIPE,
        )
    assert eventually(lambda: any(folder.iterdir()))
    process.send_signal(end)
    assert process.stderr is not None
    with process.stderr as said:
        assert said.read() == (b"tadp: interrupted\n" if end is signal.SIGINT else b"")
    assert process.wait() == 128 + end
    assert names(folder) == []


# --- Files that fail or change while they are read ----------------------------------------------


class Failing(FileIO):
    """A file on a disk with a bad block."""

    def read(self, _: int | None = -1, /) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    def readall(self) -> bytes:
        raise OSError(errno.EIO, "Input/output error")


def opened_by(monkeypatch: pytest.MonkeyPatch, name: str, instead: Callable[[Path], Any]) -> None:
    """Let ``instead`` open every file called ``name``."""
    real = Path.open

    def hooked(self: Path, *words: Any, **named: Any) -> Any:
        return instead(self) if self.name == name else real(self, *words, **named)

    monkeypatch.setattr(Path, "open", hooked)


@pytest.mark.parametrize("name", ["adt.csv", "adt.csv.p7s", "submission.json"])
def test_a_bad_block_is_reported(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "x")
    opened_by(monkeypatch, name, Failing)
    reported = run("check", tmp_path / "x").trouble
    assert reported.startswith(f"{tmp_path / 'x'}")
    assert reported.endswith(f"{name}: Input/output error")


@pytest.mark.parametrize("option", ["--trust", "--crl", "--ocsp", "--profile"])
def test_a_bad_block_in_what_is_given_is_reported(
    option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = tmp_path / "given"
    given.write_bytes(b"x")
    opened_by(monkeypatch, "given", Failing)
    reported = run("check", EXAMPLE, option, given).trouble
    assert "given: Input/output error" in reported


def lengthen(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\n")


def write_into(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"x")


def replace_by_another(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.rename(path)


@pytest.mark.parametrize("happens", [lengthen, write_into, replace_by_another])
@pytest.mark.parametrize("name", ["adt.csv", "adt.csv.p7s"])
def test_no_verdict_is_of_two_states_of_a_file(
    name: str, happens: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "SMALL", 0)
    path = tmp_path / "x" / name
    real = Path.open
    opened = 0

    def hooked(self: Path, *words: Any, **named: Any) -> Any:
        nonlocal opened
        if self == path:
            opened += 1
            if opened == when:
                with monkeypatch.context() as without:
                    without.setattr(Path, "open", real)
                    happens(self)
        return real(self, *words, **named)

    monkeypatch.setattr(Path, "open", hooked)
    for when in range(1, 100):
        opened = 0
        shutil.copytree(EXAMPLE, tmp_path / "x", dirs_exist_ok=True)
        ran = run("check", tmp_path / "x")
        if opened < when:
            break
        assert (
            ran.trouble
            == f"{path}: changed while it was read (check a copy that nothing writes to)"
        )
    assert when > 2, "it is read once, or not by this way"
    assert ran.code == 0


def test_a_small_file_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "x")
    real, opened = Path.open, Counter[str]()

    def hooked(self: Path, *words: Any, **named: Any) -> Any:
        if self.parent == tmp_path / "x":
            opened[self.name] += 1
        return real(self, *words, **named)

    monkeypatch.setattr(Path, "open", hooked)
    assert run("check", tmp_path / "x").code == 0
    assert opened == dict.fromkeys(("submission.json", "adt.csv", "adt.csv.p7s", "live.csv"), 1)


def test_the_other_submissions_are_checked_when_one_vanishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        shutil.copytree(EXAMPLE, tmp_path / name)
    real = Path.open

    def hooked(self: Path, *words: Any, **named: Any) -> Any:
        if self.is_relative_to(tmp_path / "a"):
            # Listed by now, and gone when its turn comes.
            shutil.rmtree(tmp_path / "b", ignore_errors=True)
        return real(self, *words, **named)

    monkeypatch.setattr(Path, "open", hooked)
    ran = run("check", tmp_path, "--quiet")
    assert ran.code == 2
    assert ran.err.startswith(f"tadp: {tmp_path / 'b'}")
    assert [line.split()[2] for line in ran.out.splitlines()[:2]] == [
        str(tmp_path / "a"),
        str(tmp_path / "c"),
    ]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everyone can look into; those of pytest are for their owner alone."""
    with as_other_user():
        if not os.access(conformance.__file__, os.R_OK, effective_ids=True):
            pytest.skip("only its owner may read the folder of the package")
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_no_permission_is_reported(open_folder: Path) -> None:
    folder = open_folder / "x"
    shutil.copytree(EXAMPLE, folder)
    assert run("check", folder).code == 0  # all modules are loaded
    for name in ("adt.csv", "adt.csv.p7s", "submission.json"):
        (folder / name).chmod(0)
        with as_other_user():
            reported = run("check", folder).trouble
        assert reported.startswith(str(folder))
        assert reported.endswith(f"{name}: Permission denied")
        (folder / name).chmod(0o644)
    folder.chmod(0)
    with as_other_user():
        reported = run("check", folder).trouble
    folder.chmod(0o755)
    assert reported.startswith(str(folder))
    assert "ermission denied" in reported


def test_no_permission_to_write_is_reported(
    open_folder: Path, tmp_path: Path, report: Path
) -> None:
    assert run("generate", "adt", "-o", tmp_path / "out").code == 0  # all modules are loaded
    path = open_folder / "x.json"
    path.write_bytes(b"old")
    value = report.read_bytes()
    with as_other_user():
        assert run("report", "-", "--output", path, stdin=value).trouble == (
            f"{path}: Permission denied"
        )
        made = open_folder / "out"
        assert run("generate", "adt", "-o", made).trouble == f"{made}: Permission denied"
    assert path.read_bytes() == b"old"
    assert names(open_folder) == ["x.json"]
