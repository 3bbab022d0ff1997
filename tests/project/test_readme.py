"""The README shows what a reader will see."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from conformance.cli import main
from tests.project.consoles import agrees

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def blocks() -> list[str]:
    return re.findall(r"```\n(.*?)```", README, re.DOTALL)


def test_the_output_shown_is_the_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    example = "fixtures/examples/adt-saved-by-a-spreadsheet"
    assert main(["check", "--profile", "fixtures/profile.toml", example]) == 1
    (shown,) = (block for block in blocks() if block.startswith("VIOLATES"))
    # Dots leave most of it out: the verdict, the place and both values have to be there.
    assert "\n      found " in shown
    assert "\n      expected " in shown
    assert agrees(shown.rstrip("\n"), capsys.readouterr().out.rstrip("\n"))


def test_the_first_command_checks_a_violation_and_a_conforming_example(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    command = blocks()[0].split("&&")[-1]
    program, *words = shlex.split(command)
    assert program == ".venv/bin/tadp"
    assert main(words) == 1
    out = capsys.readouterr().out
    assert "CONFORMS  fixtures/examples/adt-conforming" in out
    assert "VIOLATES  fixtures/examples/adt-saved-by-a-spreadsheet" in out


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert links
    for link in links:
        if not link.startswith("http"):
            assert (ROOT / link).exists(), link
