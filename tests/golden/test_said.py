"""What users read of every case of the corpus is what was read and committed."""

from __future__ import annotations

import difflib
import json
from functools import cache
from itertools import groupby

import pytest

from tests.corpus import CASES
from tests.golden.said import SAID, said_of


def _group(parts: list[str]) -> list[str]:
    return parts[: 2 if parts[0] == "notes" else 1]


#: The cases together that break one requirement, or that one note is about.
GROUPS = {
    "/".join(name): list(cases)
    for name, cases in groupby(sorted(CASES), lambda case: _group(case.split("/")))
}


@cache
def kept() -> tuple[dict[str, list[str]], set[str]]:
    """The lines of the file by their case, and what they tell that others may tell too."""
    by_case: dict[str, list[str]] = {}
    told: set[str] = set()
    for line in SAID.read_text("utf-8").splitlines(keepends=True):
        entry = json.loads(line)
        by_case.setdefault(entry.get("case") or entry["first"], []).append(line)
        if "first" in entry:
            told.add(_without_case(line))
    return by_case, told


def _without_case(line: str) -> str:
    return json.dumps({k: v for k, v in json.loads(line).items() if k != "first"})


@pytest.mark.parametrize("group", GROUPS)
def test_the_checker_says_what_it_said(group: str) -> None:
    by_case, known = kept()
    before = [line for case in GROUPS[group] for line in by_case.get(case, [])]
    now = [
        line
        for case in GROUPS[group]
        for told, line in said_of(case)
        if not told or line in by_case.get(case, []) or _without_case(line) not in known
    ]
    changed = [
        line
        for line in difflib.unified_diff(before, now, n=0)
        if line[0] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert not changed, (
        f"{len(changed)} lines of {SAID.name} differ; read them, and if they are right, run "
        f"python -m tests.golden.said\n{''.join(changed[:20])}"
    )


def test_nothing_is_kept_of_cases_that_are_no_more() -> None:
    assert set(kept()[0]) <= set(CASES)
