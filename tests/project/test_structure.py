"""Rules of the house that a reader relies on."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted([*(ROOT / "conformance").rglob("*.py"), *(ROOT / "generators").rglob("*.py")])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_conformance_never_imports_generators() -> None:
    for path in (ROOT / "conformance").rglob("*.py"):
        assert not [n for n in imported(path) if n.split(".")[0] == "generators"], path


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("model", ("submission", "signature", "records", "checks", "checker", "report")),
        ("records", ("submission", "signature", "checks", "checker", "report")),
        ("signature", ("submission", "records", "checks", "checker", "report")),
        ("submission", ("checks", "checker", "report", "commands")),
        ("checks", ("checker", "report", "commands")),
        ("report", ("commands",)),
        ("preparation", ("report", "commands")),
        ("thresholds", ("commands",)),
        ("quarantine", ("commands",)),
    ],
)
def test_data_flows_one_way(lower: str, higher: tuple[str, ...]) -> None:
    for path in (ROOT / "conformance" / lower).rglob("*.py"):
        wrong = [
            n for n in imported(path)
            if n.startswith("conformance.") and n.split(".")[1] in higher
        ]  # fmt: skip
        assert wrong == [], path


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_says_why_it_is_there_and_stays_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text)), "no docstring"
    assert text.count("\n") <= 380, "too long: split it"


def test_every_dependency_has_its_reason() -> None:
    reasons = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for requirement in PROJECT["dependencies"]:
        name = re.split(r"[<>=;\[ ]", requirement)[0]
        assert re.search(rf"^\| {re.escape(name)}\b", reasons, re.MULTILINE), name
        assert ">=" in requirement, f"{name} has no lower bound"
