"""Python programs that the documents show: they use what is public, and their types hold."""

from __future__ import annotations

import ast
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import conformance
import generators.strategies

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
#: Names that may be imported, and from where.
PUBLIC = {
    "conformance": set(conformance.__all__),
    "generators.strategies": {n for n in vars(generators.strategies) if n.endswith("submissions")},
}
#: A program of a user's, with every name that is public in its type.
TYPED = """
from datetime import UTC, datetime
from pathlib import Path

from conformance import (
    Finding, Profile, Report, Result, Status, Submission, TadpError, Verdict, check, load_profile,
)


def worst(folder: Path) -> Verdict:
    profile: Profile = load_profile("reference")
    report: Report = check(
        folder, profile=profile, trust=[folder / "root.pem"], crls="ca.crl",
        at=datetime(2025, 6, 2, tzinfo=UTC), edition="mp109", only="6.1",
    )
    submissions: tuple[Submission, ...] = report.submissions
    for submission in submissions:
        results: tuple[Result, ...] = submission.failed
        for result in results:
            assert result.status is Status.FAILED
            findings: tuple[Finding, ...] = result.findings
            print(submission.source, result.id, [f"{f.file}, {f.record}" for f in findings])
    report.write(folder / "report.json")
    print(report.to_dict()["complete"])
    return report.verdict


try:
    print(worst(Path("submissions")))
except TadpError as error:
    print(error.what, error.where, error.remedy)
"""
#: Actions that must be impossible.
WRONG = """
from conformance import check, checker_of

report = check("submissions", profil="reference")
report.verdict.conforms
report.submissions[0].requirement
check()
check("submissions", at=1)
"""


def documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "fixtures").glob("*.md")]


def programs() -> dict[str, str]:
    """Return the Python programs of documents and examples, by where they are."""
    found = {
        f"{path.relative_to(ROOT)}-{number}": text
        for path in documents()
        for number, text in enumerate(_BLOCK.findall(path.read_text("utf-8")))
    }
    examples = (ROOT / "examples").rglob("*.py")
    return found | {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in examples}


PROGRAMS = programs()


def ours(program: str) -> set[tuple[str, str]]:
    """Return what a program imports of this project: module and name."""
    found: set[tuple[str, str]] = set()
    for node in ast.walk(ast.parse(program)):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                found |= {(module, alias.name) for alias in names}
            case ast.Import(names=names):
                found |= {(alias.name, "") for alias in names}
    return {one for one in found if one[0].split(".")[0] in ("conformance", "generators")}


def test_there_are_programs() -> None:
    assert {"README.md-0", "docs/ci.md-0", "examples/receiver.py"} <= PROGRAMS.keys()
    assert ours(PROGRAMS["docs/ci.md-0"]) == {("conformance", "check")}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_imports_what_is_public_and_nothing_else(name: str) -> None:
    for module, imported in ours(PROGRAMS[name]):
        assert imported in PUBLIC.get(module, set()) | {""}, f"{module}.{imported}"
        assert module in PUBLIC, module


def test_the_program_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "program.py").write_text(PROGRAMS["README.md-0"], "utf-8")
    runpy.run_path("program.py", run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "violates"
    spreadsheet, text_mode = lines[1:]
    assert spreadsheet.startswith("fixtures/examples/adt-saved-by-a-spreadsheet 6.1-3 ")
    assert text_mode.startswith("fixtures/examples/qcaf-signed-in-text-mode 4.7(b)-3 ")
    assert (tmp_path / "report.html").is_file()


def typed(folder: Path, programs: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Return what mypy says of programs of somebody who has installed the package."""
    for name, text in programs.items():
        (folder / f"{name}.py").write_text(text, "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(folder / "cache")]
    return subprocess.run(
        [*command, *(f"{name}.py" for name in programs)],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_types_of_programs_hold_with_the_installed_package(tmp_path: Path) -> None:
    pytest.importorskip("mypy", reason="mypy is not installed here: tox -e typing runs this")
    shown = {"readme": PROGRAMS["README.md-0"], "ci": PROGRAMS["docs/ci.md-0"]}
    # In one run, as reading the package takes nearly all of it.
    ran = typed(tmp_path, {"typed": TYPED, **shown, "wrong": WRONG})
    wrong = {tuple(line.split(":")[:2]) for line in ran.stdout.splitlines() if ": error: " in line}
    assert wrong == {("wrong.py", line) for line in "245678"}, ran.stdout + ran.stderr
