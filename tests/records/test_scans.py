"""Findings in files and fields are as recorded, however the files are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.content import Content
from conformance.records.engine import Engine
from conformance.records.scan import Scanner
from tests.records.files import FILES
from tests.records.scans import GROUPS, lines
from tests.records.test_invariance import without_fast_path
from tests.snapshots.words import assert_same

WORDS = Path(__file__).with_name("words.txt")


@pytest.mark.parametrize("group", GROUPS)
def test_each_file_and_field_has_the_findings_that_were_recorded(group: str) -> None:
    assert_same(lines(group), WORDS, group)


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
