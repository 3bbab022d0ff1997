"""Nothing of the input is a command to whoever shows the output."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from conformance.report.formats import FORMATS
from conformance.report.visible import escape_invisible, without_commands
from tests.corpus import FIXTURES
from tests.running import run

#: Commands that GitHub's runner obeys anywhere in a line, and those only at the start of one.
ANYWHERE, AT_START = "##[add-mask]conforms", "::add-mask::conforms"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a ##[error]x", "a #\\u0023[error]x"),
        ("###[group]", "##\\u0023[group]"),
        ("::error::x\n  ::warning::y", "\\u003a:error::x\n  \\u003a:warning::y"),
        ("a::b # [x] ## y", "a::b # [x] ## y"),
    ],
)
def test_a_command_to_a_runner_is_escaped(text: str, shown: str) -> None:
    assert without_commands(text) == shown


def test_json_with_a_command_in_it_is_the_same_json() -> None:
    text = json.dumps([ANYWHERE, "x"])
    assert "##[" not in escape_invisible(text)
    assert json.loads(escape_invisible(text)) == [ANYWHERE, "x"]


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A submission with commands for a name, and in its manifest."""
    folder = tmp_path / f"{ANYWHERE} sub"
    shutil.copytree(FIXTURES / "examples" / "adt-conforming", folder)
    path = folder / "submission.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["references"]["smsr"] |= {"via": ANYWHERE, "number": AT_START}
    path.write_text(json.dumps(manifest), "utf-8")
    return folder


@pytest.mark.parametrize("form", list(FORMATS))
def test_no_view_in_a_log_has_a_command_of_the_input(form: str, hostile: Path) -> None:
    ran = run("check", hostile, "--format", form)
    assert ran.code == 1
    assert "conforms" in ran.out
    assert "##[" not in ran.out
    assert not [line for line in ran.out.splitlines() if line.lstrip().startswith("::")]


@pytest.mark.parametrize("name", [ANYWHERE, f"x {ANYWHERE}", AT_START])
def test_no_error_has_a_command_of_the_input(name: str) -> None:
    ran = run("check", name)
    assert ran.code == 2
    assert "conforms" in ran.err
    assert "##[" not in ran.err
    assert not [line for line in ran.err.splitlines() if line.lstrip().startswith("::")]
