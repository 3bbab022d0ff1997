"""Every path in the repository is one that Windows, macOS and Linux take."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from conformance.portable import clash, problem

ROOT = Path(__file__).parents[2]
#: Files that tools leave in a checkout, for where git does not say what belongs to it.
_LEFT = {".git", ".hypothesis", ".mutants", ".tox", ".venv", "__pycache__", "build", "dist"}


def committed() -> list[str]:
    """The paths in the repository, or in the source distribution where git is not there."""
    if (ROOT / ".git").exists():
        git = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
        if not git.returncode:
            return git.stdout.decode("utf-8").split("\0")[:-1]
    found: list[str] = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [f for f in folders if f not in _LEFT and not f.endswith("_cache")]
        found += [(Path(folder) / file).relative_to(ROOT).as_posix() for file in files]
    return found


def test_every_system_takes_every_path_in_the_repository() -> None:
    paths = committed()
    assert "fixtures/manifest.json" in paths
    assert [(path, why) for path in paths if (why := problem(path))] == []
    assert clash(paths) is None


def test_git_changes_no_byte_on_checkout() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    asked = subprocess.run(
        ["git", "check-attr", "-z", "--stdin", "text"], cwd=ROOT, capture_output=True, check=True,
        input="\0".join(committed()).encode(),
    )  # fmt: skip
    assert {*asked.stdout.decode("utf-8").split("\0")[2::3]} == {"unset"}
