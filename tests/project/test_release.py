"""Every place that names the version names this one, and all that others run is pinned."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from conformance.version import __version__

ROOT = Path(__file__).parents[2]


def test_the_newest_entry_of_the_changelog_is_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    (newest, *_) = re.findall(r"^## (\S+)", text, re.MULTILINE)
    assert newest == __version__


def test_the_citation_names_this_version_and_licence() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert (citation["version"], citation["license"]) == (__version__, project["license"])
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()


def test_the_hooks_of_the_examples_are_of_this_version() -> None:
    revisions = re.findall(r"rev: (\S+)", (ROOT / "docs" / "ci.md").read_text("utf-8"))
    assert set(revisions) == {f"v{__version__}"}


@pytest.mark.parametrize("name", ["action.yml", "docs/ci.md"])
def test_each_action_is_pinned_to_a_commit(name: str) -> None:
    used = re.findall(r"uses: (\S+@\S+.*)", (ROOT / name).read_text("utf-8"))
    assert used
    for one in used:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one), one


def test_each_tool_of_our_own_hooks_is_one_version() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    assert {hook["id"] for hook in hooks} == {"format", "lint", "types"}
    for hook in hooks:
        for tool in hook["additional_dependencies"]:
            assert re.fullmatch(r"[\w-]+==[\d.]+", tool), tool
