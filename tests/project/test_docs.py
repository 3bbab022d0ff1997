"""The documents for Users show what Users will see."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.consoles import agrees, shows, steps

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DOCUMENTS = [
    "thresholds.md", "quarantine.md", "findings.md", "area.md", "diff.md", "deadline.md",
    "editions.md",
]  # fmt: skip


@pytest.fixture
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The documents are written where the clocks show UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_utc")
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_shows_what_the_document_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    taken = list(steps(DOCS / name))
    assert taken
    for step in taken:
        found = shows(step)
        assert agrees(step.shown, found), f"$ {step.command}\n{found}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_is_in_a_console(name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    fences = re.findall(r"^```(.*)$", text, re.MULTILINE)
    assert set(fences) <= {"console", ""}
    # A fence without a name could hold a command that no one runs.
    assert fences.count("console") == fences.count("")


@pytest.mark.parametrize(
    "path", sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")]), ids=lambda path: path.name
)
def test_every_link_leads_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\(([^)]+)\)", path.read_text("utf-8")):
        file, _, anchor = link.partition("#")
        if "://" in file:
            continue
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}
            assert anchor in anchors, link


def test_the_common_findings_are_words_of_the_checker() -> None:
    source = "".join(p.read_text("utf-8") for p in (ROOT / "conformance").rglob("*.py"))
    text = re.sub(r'"\s*f?"', "", source)  # what is split over two lines
    table = (DOCS / "findings.md").read_text("utf-8").partition("| it says |")[2]
    said = re.findall(r"^\| (?:[0-9.]+-[0-9]+: )?(.*?) \|", table, re.MULTILINE)[1:]
    assert len(said) > 10
    for words in said:
        for piece in words.split("..."):
            assert piece.strip() in text, words


@pytest.mark.parametrize(
    ("shown", "found", "agree"),
    [
        ("a\nb", "a\nb", True),
        ("a\nb", "a\nc", False),
        ("a\n...\nd", "a\nb\nc\nd", True),
        ("a\n...\nd", "a\nd", True),
        ("a\n...\nd", "a\nb", False),
        ("...\nd", "b\nd", True),
        ("a\n...", "a\nb\nc", True),
        ("a", "a\nb", False),
        ("a.c", "abc", False),
        ("4 passed, 1 failed", "5 passed, 1 failed", True),
        ("4 passed, 1 failed", "4 passed, 2 failed", False),
    ],
)
def test_dots_stand_for_any_lines(shown: str, found: str, agree: bool) -> None:
    assert agrees(shown, found) is agree
