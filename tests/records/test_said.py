"""What is said of files and of fields is what was read and committed."""

from __future__ import annotations

import difflib

import pytest

from conformance.content import Content
from conformance.records.engine import Engine
from conformance.records.scan import Scanner
from tests.records.files import FILES
from tests.records.said import GROUPS, SAID, said


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


@pytest.mark.parametrize("group", FILES)
def test_the_same_is_said_with_the_engine_of_the_standard_library(group: str) -> None:
    for name, data, held_to in FILES[group]():
        content = Content.of_bytes("data.csv", data)
        found = [Scanner(content, held_to, engine).scan() for engine in Engine]
        assert found[0] == found[1], name
