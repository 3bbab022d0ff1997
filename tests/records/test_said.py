"""What is said of files and of fields is what was read and committed."""

from __future__ import annotations

import difflib
from typing import Any

import pytest

from conformance.content import Content
from conformance.records.engine import Engine
from conformance.records.scan import Scanner
from tests.records.files import FILES
from tests.records.said import GROUPS, SAID, said
from tests.records.test_invariance import without_fast_path


@pytest.mark.parametrize("group", GROUPS)
def test_of_each_file_and_field_is_said_what_was_said(group: str) -> None:
    _, _, kept = SAID.read_text("utf-8").partition(f"# {group}\n")
    changed = [
        line
        for line in difflib.unified_diff(
            kept.partition("# ")[0].splitlines(keepends=True), list(said(group)), n=0
        )
        if line[0] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert not changed, (
        f"{len(changed)} lines of {SAID.name} differ; read them, and if they are right, run "
        f"python -m tests.records.said\n{''.join(changed[:20])}"
    )


WAYS: dict[str, dict[str, Any]] = {
    "the engine of the standard library": {"engine": Engine.RE},
    "byte by byte": {"size": 1},
    "seven bytes at a time": {"size": 7},
    "sixty bytes at a time": {"size": 60},
    "cut ahead": {"size": 50, "large": 0},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("group", FILES)
def test_the_same_is_said_however_a_file_is_read(group: str, way: str) -> None:
    for name, data, held_to in FILES[group]():
        content = Content.of_bytes("data.csv", data)
        found = Scanner(content, held_to, **WAYS[way])
        assert found.scan() == Scanner(content, held_to).scan(), name
        assert list(found.read()) == list(Scanner(content, held_to).read()), name


@pytest.mark.parametrize("group", FILES)
def test_the_same_is_said_of_records_one_by_one(group: str) -> None:
    for name, data, held_to in FILES[group]():
        content = Content.of_bytes("data.csv", data)
        assert without_fast_path(content, held_to) == Scanner(content, held_to).scan(), name
