"""What is said of signatures and certificates is what was read and committed."""

from __future__ import annotations

import difflib

import pytest

from tests.signature.said import GROUPS, SAID, said
from tests.signature.signing import Hierarchy


@pytest.mark.parametrize("group", GROUPS)
def test_of_each_signature_is_said_what_was_said(hierarchy: Hierarchy, group: str) -> None:
    lines = SAID.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if line.startswith(f'{{"case": "{group}: ')]
    changed = [
        line
        for line in difflib.unified_diff(kept, list(said(group, hierarchy)), n=0)
        if line[0] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert not changed, (
        f"{len(changed)} lines of {SAID.name} differ; read them, and if they are right, run "
        f"python -m tests.signature.said\n{''.join(changed[:20])}"
    )
