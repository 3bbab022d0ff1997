"""Every requirement has a golden case on either side, and every reading of a note has one."""

from __future__ import annotations

import json
import tomllib
from importlib import resources

import pytest

from conformance.cli import main

from .cases import load

CASES = load()

#: Requirements that no case can fail by itself, with the reason.
NEVER_A_ROOT = {
    "3.4(b)-1": "says no more than 6.1 and 6.3, and fails through them",
    "4.7(b)-1": "says no more than 6.1 and 6.5, and fails through them",
    "4.13(b)-1": "says no more than 6.1 and 6.5, and fails through them",
}


def requirements(capsys: pytest.CaptureFixture[str]) -> set[str]:
    """The ids of what can be tested on a submission or publication."""
    assert main(["clauses", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)["requirements"]
    return {
        one["id"]
        for one in listed
        if one["testable"] in ("mechanical", "evidence") and one["subject"] != "receiver"
    }


def test_each_requirement_has_a_case_that_fails_it(capsys: pytest.CaptureFixture[str]) -> None:
    """A requirement that no vector violates is not tested."""
    failed = {one for case in CASES for one in case["fails"]}
    assert requirements(capsys) - failed == set(NEVER_A_ROOT)
    assert failed <= requirements(capsys)


def test_each_requirement_has_a_case_that_passes_it(capsys: pytest.CaptureFixture[str]) -> None:
    """A check that always fails is not a check."""
    passed = {one for case in CASES for one in case.get("passes", [])}
    assert requirements(capsys) - passed == set()


def test_each_reading_has_a_case() -> None:
    """A reading that no vector takes could be deaf to its switch."""
    text = resources.files("conformance.model").joinpath("notes.toml").read_text("utf-8")
    notes = tomllib.loads(text)["note"]
    deciding = [note for note in notes if note.get("decides", True)]
    listed = {(note["id"], one["id"]) for note in deciding for one in note["reading"]}
    taken = {pair for case in CASES for pair in case.get("readings", {}).items()}
    assert listed == taken
